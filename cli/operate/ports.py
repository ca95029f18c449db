"""What the commands work with: the same adapters as the functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import bootstrap

if TYPE_CHECKING:
    from shared.ports import Clock, JobStore, ObjectStore


@dataclass(frozen=True)
class Ports:
    """Records, the state bucket, the time, and the mount, which few commands need."""

    jobs: JobStore
    state: ObjectStore
    clock: Clock
    mounted: ObjectStore | None = None

    @property
    def mount(self) -> ObjectStore:
        """Return the mount's bucket."""
        return self.mounted or bootstrap.mount()

    @classmethod
    def real(cls) -> Ports:
        """Return the adapters that the settings in the environment give."""
        return cls(bootstrap.jobs(), bootstrap.state(), bootstrap.clock())
