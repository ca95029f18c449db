"""What is measured of one's own process, its log kept quiet, and the machine's load."""

from __future__ import annotations

import logging
import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def log_errors_alone() -> None:
    """Keep the log's lines out of a table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def timed(work: Callable[[], T], runs: int = 1) -> tuple[T, float]:
    """Return the result and the median CPU time of some runs, seconds."""
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        result = work()
        seconds.append(time.process_time() - began)
    return result, statistics.median(seconds)


def memory_mb() -> int:
    """Return how large this process is."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024


def load() -> str:
    """Return the machine's cores and how busy they are."""
    averages = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} cores, load averages {averages}"
