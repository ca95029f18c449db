"""What others are told over many changes of mind: each message has an id and a time of its own."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from shared.announcements.events import Event, Notice, notice_of
from shared.jobs.moves import check_move
from shared.jobs.notices import due_at, due_notices, is_still_true, noticed_at, turn_of
from shared.jobs.record import Failure, JobRecord, JobStatus, Review, ShareChange
from tests.fakes.clock import START
from tests.fakes.jobs import a_job_in, a_trip

S = JobStatus
_REJECTED = Failure(code="rejected", detail="no")


def _reviewed(job: JobRecord, decision: str, minutes: int) -> JobRecord:
    """Return the job after a decision, as review_job records it."""
    now = START + timedelta(minutes=minutes)
    withdrawn = turn_of(job) if decision == "take_back" and job.is_public else 0
    review = Review(
        decision=decision,
        attempt=1,
        reviewer="r",
        at=now,
        withdrawn=withdrawn,
    )
    status = {"approve": S.SUCCEEDED, "reject": S.FAILED}.get(decision, S.NEEDS_REVIEW)
    failure = _REJECTED if decision == "reject" else None
    reviews = (*job.reviews, review)
    after = job.to(status, now=now, attempt=1, reviews=reviews, failure=failure)
    check_move(job, after)
    return after


def _shared(job: JobRecord, minutes: int) -> JobRecord:
    now = START + timedelta(minutes=minutes)
    change = ShareChange(share=not job.is_shared, at=now, told=job.status is S.SUCCEEDED)
    after = job.note(now=now, shares=(*job.shares, change))
    check_move(job, after)
    return after


def _life(seed: int) -> list[JobRecord]:
    """Return the records of a job whose driver and reviewers change their minds."""
    draw = random.Random(seed)  # noqa: S311 - a life of a test
    job = a_job_in(S.NEEDS_REVIEW).model_copy(update={"trip": a_trip(share=draw.random() < 0.5)})
    life = [job]
    for minute in range(1, 25):
        closed = life[-1].status.is_closed
        may_share = not closed or life[-1].status is S.SUCCEEDED
        if may_share and draw.random() < 0.4:
            life.append(_shared(life[-1], minute))
        elif closed:
            life.append(_reviewed(life[-1], "take_back", minute))
        else:
            life.append(_reviewed(life[-1], draw.choice(["approve", "reject"]), minute))
    return life


def _public(record: JobRecord) -> Event | None:
    if record.status is S.FAILED:
        return Event.FAILED
    return Event.READY if record.is_public else None


@pytest.mark.parametrize("seed", range(40))
def test_each_time_that_something_is_so_anew_it_has_an_id_of_its_own(seed: int) -> None:
    life = _life(seed)
    ids: list[str] = []
    for before, after in pairwise(life):
        event = _public(after)
        if event is None or event is _public(before):
            continue
        (notice,) = [each for each in due_notices(after) if each.event is event]
        assert notice_of(notice.message_id) == notice
        assert noticed_at(notice, after) == after.recorded_at
        ids.append(notice.message_id)

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("seed", range(40))
def test_what_was_public_and_is_not_any_more_is_withdrawn_once(seed: int) -> None:
    life = _life(seed)
    withdrawn: dict[Notice, JobRecord] = {}
    for before, after in pairwise(life):
        if not before.is_public or after.is_public:
            continue
        new = [n for n in due_notices(after) if n.event is Event.WITHDRAWN and n not in withdrawn]
        (notice,) = new
        withdrawn[notice] = after
        assert noticed_at(notice, after) == after.recorded_at
        assert is_still_true(notice, after)

    for notice, after in withdrawn.items():
        for later in life[after.version - life[0].version :]:
            assert noticed_at(notice, later) == after.recorded_at
            assert is_still_true(notice, later) is not later.is_public


@pytest.mark.parametrize("seed", range(40))
def test_an_erased_poster_is_withdrawn_if_others_may_have_heard_of_it(seed: int) -> None:
    life = _life(seed)
    told: set[Notice] = set()
    for record in life:
        erased = due_notices(record.erased(now=START))
        if record.is_public:
            assert erased
            assert not told & set(erased)
        told |= {each for each in due_notices(record) if each.event is Event.WITHDRAWN}


@pytest.mark.parametrize("seconds", [0, 29, 45, 46, 59])
def test_a_decision_is_due_at_a_whole_minute_at_least_fifteen_seconds_later(seconds: int) -> None:
    job = a_job_in(S.NEEDS_REVIEW).model_copy(update={"trip": a_trip(share=True)})
    now = START + timedelta(seconds=seconds)
    review = Review(decision="approve", attempt=1, reviewer="r", at=now)
    after = job.to(S.SUCCEEDED, now=now, attempt=1, reviews=(review,))
    (notice,) = due_notices(after)

    due = due_at(notice, after)

    assert due.second == 0
    assert timedelta(seconds=15) <= due - now <= timedelta(seconds=75)


def test_what_no_reviewer_decided_is_due_at_once() -> None:
    job = a_job_in(S.SUCCEEDED).model_copy(update={"trip": a_trip(share=True)})
    (notice,) = due_notices(job)

    assert due_at(notice, job) == noticed_at(notice, job) == START
