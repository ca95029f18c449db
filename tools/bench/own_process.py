"""What is measured of one's own process, its log kept quiet, and the machine's load."""

import logging
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import structlog

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


def told(kept: dict[str, bool]) -> int:
    """Print which limits are kept; return 1 when one is not."""
    for words, holds in kept.items():
        print(f"{'kept  ' if holds else 'MISSED'}  {words}")
    return 0 if all(kept.values()) else 1


def memory_mb() -> int:
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024


def load() -> str:
    """Return the machine's cores and how busy they are."""
    averages = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} cores, load averages {averages}"
