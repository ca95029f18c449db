"""One life of the stack, as a file that its process and the functions' own processes read."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

FILE = "life.json"
# Where deployed functions find the file.
VARIABLE = "CHAOS_LIFE"


@dataclass(frozen=True)
class Life:
    """What one life is made of; those of a run differ in `number`, `share` and `deadly`."""

    data: str
    number: int
    port: int
    seed: str
    share: float
    deadly: float
    pictures: str
    grace: float
    skew: float
    retire: float
    deployed: bool
    settings: Mapping[str, str]

    @property
    def calm(self) -> bool:
        """Whether nothing fails any more."""
        return not self.share

    @property
    def drawn(self) -> str:
        """What this life's draws begin with."""
        return f"{self.seed}/{self.number}"

    def offset(self, who: str = "") -> timedelta:
        """Return how far somebody's clock is off in this life."""
        draw = random.Random(f"{self.drawn}/clock/{who}")  # noqa: S311 - faults, no secrets
        return timedelta(0) if self.calm else timedelta(seconds=draw.uniform(-self.skew, self.skew))

    def write(self) -> Path:
        """Write it down, and return where."""
        path = Path(self.data) / FILE
        path.write_text(json.dumps(asdict(self)), "utf-8")
        return path

    @classmethod
    def read(cls, path: Path) -> Life:
        """Read what was written down."""
        return cls(**json.loads(path.read_text("utf-8")))
