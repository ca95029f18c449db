"""deploy/sizes.json: the functions' sizes and timers, as s.yaml deploys them; `poster deploy-files`
writes it.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.models.prices import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZES = ROOT / "deploy" / "sizes.json"


@dataclass(frozen=True)
class Size:
    """vCPUs and memory of an instance, its timers' starts a day, its requests at a time."""

    cpu: float
    gigabytes: float
    timed_runs: int
    concurrency: int = 1


@functools.cache
def function_sizes() -> Mapping[str, Size]:
    """Return the size of every function by its name without the stack's prefix."""
    return {name: Size(**told) for name, told in json.loads(SIZES.read_bytes()).items()}
