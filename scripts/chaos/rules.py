"""What one chaos run is made of, and the settings under which its time runs faster."""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

from scripts.arguments import count
from scripts.chaos.models_go import SETTINGS

_SETTINGS = {
    "OSS_TIMEOUT_SECONDS": "0.6",
    "OSS_DEADLINE_SECONDS": "8",
    "FC_TIMEOUT_SECONDS": "0.6",
    "EAS_TIMEOUT_SECONDS": "0.6",
    "EAS_DEADLINE_SECONDS": "6",
    "DASHSCOPE_TIMEOUT_SECONDS": "0.7",
    "PROMPT_DEADLINE_SECONDS": "6",
    "SCENE_DEADLINE_SECONDS": "20",
    "SCENE_POLL_SECONDS": "0.2",
    "ANNOUNCE_TIMEOUT_SECONDS": "0.6",
    "LOOK_SECONDS": "3",
    "QUIET_SECONDS": "6",
    "GONE_SECONDS": "10",
    "OUTPUT_GRACE_SECONDS": "5",
    "CIRCUIT_SECONDS": "2",
    "REVIEW_DEADLINE_MINUTES": "1",
    "OPEN_JOBS_LIMIT": "30",
    "BULK_OPEN_JOBS": "12",
    "TASKS_PER_MINUTE": "600",
    "SEASON_SHARDS": "2",
    "SEASON_BUDGET_CNY": "100000",
    "LOG_LEVEL": "INFO",
}
_SHORTEST_DEADLINE, _JOBS_A_MINUTE = 5, 50
_SHORTEST_CALM, _CALM_OF_A_JOB = 240.0, 2.0


@dataclass(frozen=True)
class ChaosRules:
    """One run: what happens is drawn from `seed`; when it happens depends on the machine too.

    `seconds` is how long things fail at most, `calm_seconds` how long the rest may take after
    that. `life_seconds` is about how long the stack lives before it is killed. `pictures` is
    "small" (stand-ins of some pixels) or "real" (the node pack and the gate). Clocks are up to
    `skew_seconds` off, and what an erasure left to late writers is removed `grace_seconds` later.
    """

    data: Path
    jobs: int
    seed: str
    seconds: float = 330.0
    calm_seconds: float = 0.0
    life_seconds: float = 20.0
    share: float = 0.2
    deadly: float = 0.0005
    pictures: str = "small"
    messages_wait: bool = False
    deadline_minutes: int = 0
    grace_seconds: float = 30.0
    skew_seconds: float = 8.0

    @property
    def calm(self) -> float:
        """Return how many seconds the rest may take once nothing fails any more."""
        return self.calm_seconds or max(_SHORTEST_CALM, _CALM_OF_A_JOB * self.jobs)

    @property
    def deadline(self) -> int:
        """Return a job's deadline in minutes: as asked for, or one that grows with the jobs."""
        grown = max(_SHORTEST_DEADLINE, math.ceil(self.jobs / _JOBS_A_MINUTE))
        return self.deadline_minutes or grown

    def settings(self) -> dict[str, str]:
        """Return the functions' settings."""
        minutes = str(self.deadline)
        cap = str(2 + self.jobs // 20)
        deadlines = {"JOB_DEADLINE_MINUTES": minutes, "BULK_DEADLINE_MINUTES": minutes}
        return {**_SETTINGS, **SETTINGS, **deadlines, "SEASON_CAP": cap}


def add_rules(parser: argparse.ArgumentParser) -> None:
    """Let the command line say the rules."""
    parser.add_argument("--jobs", type=count, default=200)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=330.0)
    parser.add_argument(
        "--calm-seconds",
        type=float,
        default=0.0,
        help="how long the rest may take after that; without it, 2 for each job, and 240 at least",
    )
    parser.add_argument("--life-seconds", type=float, default=20.0)
    parser.add_argument("--share", type=float, default=0.2)
    parser.add_argument("--deadly", type=float, default=0.0005)
    parser.add_argument("--pictures", choices=["small", "real"], default="small")
    parser.add_argument(
        "--messages-wait",
        action="store_true",
        help="a message that waits for its next try at the end is not counted as stuck",
    )
    parser.add_argument(
        "--deadline-minutes",
        type=int,
        default=0,
        help="a job's deadline; without it, a minute for each 50 jobs, and 5 at least",
    )
    parser.add_argument("--grace-seconds", type=float, default=30.0)
    parser.add_argument("--skew-seconds", type=float, default=8.0)
    parser.add_argument("--data", type=Path, required=False)
