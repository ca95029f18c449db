"""Closed jobs and an outbox, over fakes, without any picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from functions.send_announcements.use_case import send_announcements
from shared.jobs.closing import finish
from shared.jobs.record import JobRecord, JobStatus, StoredResult, WrittenPrompt
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.trips.facts import facts_of
from tests.fakes.announcer import FakeAnnouncer
from tests.fakes.clock import FakeClock
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import JOB_ID, a_trip, an_accepted_job, stepped
from tests.fakes.wired import wired

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Set as AbstractSet

    from tests.fakes.object_store import FakeObjectStore

_WAY = (JobStatus.PROMPTED, JobStatus.SENDING, JobStatus.QUEUED, JobStatus.RENDERED)
BOTH = frozenset({"community", "backend"})
MINUTE = 60


@dataclass
class Desk:
    """`close` brings jobs to their end as the functions do, `announce` is the timer."""

    clock: FakeClock = field(default_factory=FakeClock)
    announcer: FakeAnnouncer = field(default_factory=FakeAnnouncer)
    base_url: str = "https://posters.example.com"

    def __post_init__(self) -> None:
        self.jobs = FakeJobStore(clock=self.clock)

    @property
    def state(self) -> FakeObjectStore:
        """Return the bucket below."""
        return self.jobs.bucket

    def record(self, job: JobRecord) -> JobRecord:
        """Write all versions up to this status, the last with its changes."""
        assert self.jobs.append(job)
        return job

    def bring(
        self, *steps: JobStatus, job_id: str = JOB_ID, share: bool = True, **changes: Any
    ) -> JobRecord:
        """Record a rendered job and further steps; the last record has the changes."""
        trip = a_trip(share=share)
        prompt = template_prompt(facts_of(trip), seed=1)
        written = WrittenPrompt(prompt=prompt, source=PromptSource.TEMPLATE)
        job = an_accepted_job(job_id, now=self.clock.now(), trip=trip)
        self.jobs.mark_open(job_id)
        self.record(job)
        for step in (*_WAY, *steps):
            job = stepped(job, step, now=self.clock.now())
            if step is JobStatus.PROMPTED:
                job = job.model_copy(update={"prompt": written})
            last = step is steps[-1] if steps else False
            self.record(job := job.model_copy(update=changes) if last else job)
        return job

    def close(self, status: JobStatus = JobStatus.SUCCEEDED, **options: Any) -> JobRecord:
        """Close a job and do what follows."""
        result = StoredResult(
            folder=f"results/{options.get('job_id', JOB_ID)}/1/",
            manifest_sha256="0" * 64,
            protected_pixels=1,
            protected_pixels_changed=0,
        )
        job = self.bring(status, result=result, **options)
        finish(job, jobs=self.jobs)
        return job

    def announce(
        self, *, configured: AbstractSet[str] = BOTH, seconds: float = 40
    ) -> dict[str, int]:
        """Run the timer's function once."""
        return self.run(configured=configured, seconds=seconds)

    def run(self, *, configured: AbstractSet[str] = BOTH, seconds: float = 40) -> Counter[str]:
        """Run the use case."""
        return wired(send_announcements, self)(
            seconds=seconds, configured=configured, base_url=self.base_url
        )

    def run_for(self, minutes: int) -> None:
        """Let the timer tick for that long."""
        for _ in range(minutes):
            self.clock.advance(MINUTE)
            self.announce()
