"""The job store over a bucket in memory: the real records, nothing simulated twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.bucket_job_store import BucketJobStore
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from shared.ports import Clock


class FakeJobStore(BucketJobStore):
    """`ports.JobStore`; `bucket` shows and breaks what lies below."""

    def __init__(
        self, bucket: FakeObjectStore | None = None, *, clock: Clock | None = None
    ) -> None:
        clock = clock or FakeClock()
        self.bucket = bucket or FakeObjectStore(clock)
        super().__init__(self.bucket, clock=clock)
