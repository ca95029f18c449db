"""What the commands work with: the same adapters as the functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import bootstrap

if TYPE_CHECKING:
    from shared.ports import Clock, JobStore, ObjectStore


@dataclass(frozen=True)
class Ports:
    """Records, the state bucket, and the time."""

    jobs: JobStore
    state: ObjectStore
    clock: Clock

    @classmethod
    def real(cls) -> Ports:
        """Return the adapters that the settings in the environment give."""
        return cls(bootstrap.jobs(), bootstrap.state(), bootstrap.clock())
