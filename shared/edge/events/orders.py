"""What one of our functions asks another to do."""

from __future__ import annotations

from pydantic import Field

from shared.core.models import Lenient
from shared.edge.events.decoding import AboutOneJob

_TRACE = r"^([0-9a-f]{32})?$"


class JobOrder(Lenient, AboutOneJob):
    """What one of our functions asks another to do: something about this job."""

    job_id: str = Field(pattern=r"^j[a-z2-7]{31}$")
    trace_id: str = Field("", pattern=_TRACE)

    def named(self) -> tuple[str, str]:
        """Return the job's id and its trace."""
        return self.job_id, self.trace_id


class TaskOrder(Lenient, AboutOneJob):
    """What one of our functions asks another to do: something about this task."""

    task_id: str = Field(pattern=r"^j[a-z2-7]{31}-[1-9][0-9]{0,3}$")
    trace_id: str = Field("", pattern=_TRACE)

    def named(self) -> tuple[str, str]:
        """Return the id of the job whose task it is, and its trace."""
        return self.task_id.rpartition("-")[0], self.trace_id


class ErasureOrder(Lenient):
    """What one of our functions asks another to do: go on with this erasure."""

    erasure_id: str = Field(pattern=r"^e[a-z2-7]{31}$")
