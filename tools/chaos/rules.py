"""What one chaos run is made of, and the settings under which its time runs faster."""

import math
from dataclasses import dataclass
from pathlib import Path

from tools.chaos.life import FILE, VARIABLE
from tools.chaos.models_go import SETTINGS

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
    `deployed` runs the built zips, in processes of their own that are killed as well.
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
    deployed: bool = False

    @property
    def calm(self) -> float:
        """Return how many seconds the rest may take once nothing fails any more.

        Processes of their own take a busy machine longer: these have twice the time.
        """
        usual = max(_SHORTEST_CALM, _CALM_OF_A_JOB * self.jobs)
        return self.calm_seconds or (2 * usual if self.deployed else usual)

    @property
    def deadline(self) -> int:
        """Return a job's deadline in minutes: as asked for, or one that grows with the jobs."""
        grown = max(_SHORTEST_DEADLINE, math.ceil(self.jobs / _JOBS_A_MINUTE))
        return self.deadline_minutes or grown

    def settings(self) -> dict[str, str]:
        minutes = str(self.deadline)
        cap = str(2 + self.jobs // 20)
        deadlines = {"JOB_DEADLINE_MINUTES": minutes, "BULK_DEADLINE_MINUTES": minutes}
        found = {**_SETTINGS, **SETTINGS, **deadlines, "SEASON_CAP": cap}
        return found | ({VARIABLE: str(self.data.resolve() / FILE)} if self.deployed else {})
