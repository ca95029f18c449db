"""Several writers at one job, in every order a machine can think of.

Whatever they do: no illegal move, no lost record, at most one close, and a whole history.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from shared.adapters.bucket_job_store import BucketJobStore
from shared.core.errors import UpstreamUnavailableError
from shared.core.ids import record_key
from shared.jobs.moves import IllegalMoveError, check_move
from shared.jobs.moving import Moved, move
from shared.jobs.record import Erasure, JobRecord, JobStatus, blank
from tests.fakes.clock import START, FakeClock
from tests.fakes.jobs import BROKEN, DONE, JOB_ID, an_accepted_job, stepped
from tests.fakes.lagging_listing import LaggingObjectStore

if TYPE_CHECKING:
    from collections.abc import Callable

    Decide = Callable[[JobRecord], JobRecord | None]

S = JobStatus
CLIENTS = 3
clients = st.integers(0, CLIENTS - 1)
statuses = st.sampled_from(sorted(JobStatus))


def to(status: JobStatus) -> Decide:
    """Want the status, whatever stands there."""
    return lambda record: stepped(record, status)


def if_legal(decide: Decide) -> Decide:
    """Want a move only where the table has it, as a careful caller does."""

    def careful(record: JobRecord) -> JobRecord | None:
        following = decide(record)
        try:
            if following is not None:
                check_move(record, following)
        except IllegalMoveError:
            return None
        return following

    return careful


def ended(attempt: int, *, good: bool) -> Decide:
    """Tell of a task's end, perhaps an old one's."""
    end = DONE if good else BROKEN
    return lambda record: record.to(S.RENDERED, now=START, attempt=attempt, ended=end)


def noted(record: JobRecord) -> JobRecord:
    """Remember one more invocation."""
    return record.note(now=START, paint_invocations=record.paint_invocations + 1)


decisions = st.one_of(
    statuses.map(to),
    st.builds(ended, st.integers(0, 3), good=st.booleans()),
    st.just(noted),
)


class JobStoreMachine(RuleBasedStateMachine):
    """Three clients of one bucket, whose listings lag; records some of them hold go stale."""

    held = Bundle("held")

    @initialize()
    def begin(self) -> None:
        self.bucket = LaggingObjectStore()
        self.jobs = [BucketJobStore(self.bucket, clock=FakeClock()) for _ in range(CLIENTS)]
        # What a writer was told is written; nothing of it may ever change or vanish.
        self.promised: dict[int, JobRecord] = {}

    @rule(first=clients, second=clients, erased=st.booleans())
    def accept(self, first: int, second: int, *, erased: bool) -> None:
        """Two clients accept the job; at most one of them, and only once, is the first."""
        before = self.newest_version()
        job = an_accepted_job()
        if erased:
            job = blank(job, 1, Erasure(at=START))
        check_move(None, job)
        wins = [self.append(client, job) for client in (first, second)]
        assert wins == [before == 0, False]

    @precondition(lambda self: self.newest_version() > 0)
    @rule(target=held, client=clients)
    def hold(self, client: int) -> JobRecord:
        """Read the record and act on it later, when it may be stale."""
        record = self.jobs[client].load(JOB_ID)
        assert record is not None
        return record

    @rule(client=clients, record=held, decide=decisions)
    def append_to_what_is_held(self, client: int, record: JobRecord, decide: Decide) -> None:
        """Append to a held record: it works if, and only if, the record is still the newest."""
        following = if_legal(decide)(record)
        if following is not None:
            fresh = record.version == self.newest_version()
            assert self.append(client, following) is fresh

    @rule(record=consumes(held))
    def forget(self, record: JobRecord) -> None:
        """Hold it no longer."""

    @precondition(lambda self: self.newest_version() > 0)
    @rule(client=clients, decide=decisions)
    def move_on(self, client: int, decide: Decide) -> None:
        """Move alone."""
        self.move(client, if_legal(decide))

    @precondition(lambda self: self.newest_version() > 0)
    @rule(client=clients, decide=decisions)
    def move_without_looking(self, client: int, decide: Decide) -> None:
        """Want a move blindly: what the table forbids raises and writes nothing."""
        before = self.newest_version()
        try:
            self.move(client, decide)
        except IllegalMoveError:
            assert self.newest_version() == before

    @precondition(lambda self: self.newest_version() > 0)
    @rule(slow=clients, slow_decide=decisions, quick=clients, quick_decide=decisions)
    def race(self, slow: int, slow_decide: Decide, quick: int, quick_decide: Decide) -> None:
        """Let one client move between another's look and its write."""
        looks: list[int] = []
        quick_moved: list[Moved] = []

        def decide(record: JobRecord) -> JobRecord | None:
            looks.append(record.version)
            if len(looks) == 1:
                quick_moved.append(self.move(quick, if_legal(quick_decide)))
            return if_legal(slow_decide)(record)

        slow_moved = self.move(slow, decide)
        if slow_moved.by_us and quick_moved[0].by_us:
            assert slow_moved.record.version == quick_moved[0].record.version + 1
            assert len(looks) == 2

    @precondition(lambda self: self.newest_version() > 0)
    @rule(client=clients, decide=decisions, arrived=st.booleans())
    def break_off(self, client: int, decide: Decide, *, arrived: bool) -> None:
        """Lose a write, or only its answer; either way the next reader knows which."""
        wanted = if_legal(decide)(self.loaded(client))
        if wanted is None:
            return
        self.bucket.fail("create", UpstreamUnavailableError("broken off"), after=arrived)
        with pytest.raises(UpstreamUnavailableError):
            self.jobs[client].append(wanted)
        assert (self.newest_version() == wanted.version) is arrived
        if arrived:
            self.promised[wanted.version] = wanted

    @rule()
    def listings_catch_up(self) -> None:
        """Let listings show what is there now."""
        self.bucket.catch_up()

    @invariant()
    def every_client_sees_the_newest_record(self) -> None:
        newest = self.newest_version()
        for jobs in self.jobs:
            record = jobs.load(JOB_ID)
            assert (record.version if record else 0) == newest

    @invariant()
    def no_promised_record_is_lost_or_changed(self) -> None:
        stored = {record.version: record for record in self.records()}
        assert set(stored) == set(self.promised)
        for version, record in self.promised.items():
            unsigned = {"writer": "", "release": ""}
            found = stored[version].model_copy(update=unsigned)
            assert found == record.model_copy(update=unsigned)

    @invariant()
    def every_step_was_legal_and_versions_have_no_gap(self) -> None:
        records = self.records()
        for old, new in zip([None, *records], records, strict=False):
            check_move(old, new)

    @invariant()
    def a_job_closes_once_at_most(self) -> None:
        statuses = [record.status for record in self.records()]
        assert sum(status.is_closed and status is not S.ERASED for status in statuses) <= 1
        assert sum(status is S.ERASED for status in statuses) <= 1
        ends = [n for n, status in enumerate(statuses) if status.is_closed]
        assert all(status is S.ERASED for status in statuses[min(ends, default=0) + 1 :] if ends)

    @invariant()
    def history_tells_every_status_there_was(self) -> None:
        records = self.records()
        if records:
            steps = [
                new.history[-1]
                for old, new in zip([None, *records], records, strict=False)
                if old is None or new.history != old.history
            ]
            # An erased job's history is erased with it.
            kept = steps[-1:] if records[-1].status is S.ERASED else steps
            assert list(records[-1].history) == kept
            assert records[-1].history[-1].status is records[-1].status

    def move(self, client: int, decide: Decide) -> Moved:
        moved = move(JOB_ID, decide, jobs=self.jobs[client])
        if moved.by_us:
            self.promised[moved.record.version] = moved.record
        return moved

    def append(self, client: int, record: JobRecord) -> bool:
        written = self.jobs[client].append(record)
        if written:
            self.promised[record.version] = record
        return written

    def loaded(self, client: int) -> JobRecord:
        record = self.jobs[client].load(JOB_ID)
        assert record is not None
        return record

    def newest_version(self) -> int:
        return len(self.bucket.objects)

    def records(self) -> list[JobRecord]:
        """Read every version straight from the bucket, in order."""
        bodies = [
            self.bucket.objects[record_key(JOB_ID, version)].data
            for version in range(1, self.newest_version() + 1)
        ]
        return [JobRecord.model_validate(json.loads(body)) for body in bodies]


TestJobStoreMachine = JobStoreMachine.TestCase
TestJobStoreMachine.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
