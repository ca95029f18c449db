"""What one of our functions asks another to do."""

from __future__ import annotations

from pydantic import Field

from shared.edge.events.decoding import AboutOneJob, Order, parse


class JobOrder(Order, AboutOneJob):
    """What one of our functions asks another to do: something about this job."""

    job_id: str = Field(pattern=r"^j[a-z2-7]{31}$")
    trace_id: str = Field("", pattern=r"^([0-9a-f]{32})?$")

    def named(self) -> tuple[str, str]:
        """Return the job's id and its trace."""
        return self.job_id, self.trace_id


class TaskOrder(Order, AboutOneJob):
    """What one of our functions asks another to do: something about this task."""

    task_id: str = Field(pattern=r"^j[a-z2-7]{31}-[1-9][0-9]{0,3}$")
    trace_id: str = Field("", pattern=r"^([0-9a-f]{32})?$")

    @property
    def job_id(self) -> str:
        """Return the job whose task it is."""
        return self.task_id.rpartition("-")[0]

    def named(self) -> tuple[str, str]:
        """Return the job's id and its trace."""
        return self.job_id, self.trace_id


class ErasureOrder(Order):
    """What one of our functions asks another to do: go on with this erasure."""

    erasure_id: str = Field(pattern=r"^e[a-z2-7]{31}$")


def decode_job_order(event: bytes) -> JobOrder:
    """Return the payload of paint_trip and paint_scene."""
    return parse(JobOrder, event)


def decode_task_order(event: bytes) -> TaskOrder:
    """Return the payload of store_result."""
    return parse(TaskOrder, event)


def decode_erasure_order(event: bytes) -> ErasureOrder:
    """Return the payload of run_erasure."""
    return parse(ErasureOrder, event)
