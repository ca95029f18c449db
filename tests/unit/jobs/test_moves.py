"""The table of legal moves, each of its hundred fields."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.jobs.moves import LEGAL, IllegalMoveError, check_move
from shared.jobs.record import Erasure, Failure, JobRecord, JobStatus, Review, ShareChange, blank
from tests.fakes.clock import START
from tests.fakes.jobs import BROKEN, DONE, a_job_in, a_trip, an_accepted_job, stepped

S = JobStatus
# Written out again by hand, so that a slip in the table is a difference here.
ALLOWED = {
    "accepted": "prompted failed cancelled erased",
    "prompted": "sending failed cancelled erased",
    "sending": "sending queued rendered failed cancelled erased",
    "queued": "sending rendered failed cancelled erased",
    "rendered": "sending rendered needs_review succeeded failed cancelled erased",
    "needs_review": "sending succeeded failed cancelled erased",
    "succeeded": "erased",
    "failed": "erased",
    "cancelled": "erased",
    "erased": "",
}
PAIRS = [(old, new) for old in JobStatus for new in JobStatus]
OPEN = [status for status in JobStatus if not status.is_closed]


def start(status: JobStatus) -> JobRecord:
    """Return a job in that status; a rendered one has a failed task, which may be outdone."""
    return a_job_in(status, ended=BROKEN)


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda status: status.value)
def test_every_move_is_legal_or_not_as_the_table_says(old: JobStatus, new: JobStatus) -> None:
    job = start(old)
    following = stepped(job, new)
    if new.value in ALLOWED[old.value].split():
        check_move(job, following)
    else:
        with pytest.raises(IllegalMoveError, match=r"table|good result"):
            check_move(job, following)


def test_the_table_speaks_of_every_status() -> None:
    assert set(LEGAL) == set(JobStatus)
    assert {status for status, following in LEGAL.items() if S.PROMPTED in following} == {
        S.ACCEPTED
    }


def test_closed_are_those_that_only_erasing_and_another_review_follow() -> None:
    assert {s for s in JobStatus if s.is_closed} == {
        s for s, following in LEGAL.items() if following <= {S.NEEDS_REVIEW, S.ERASED}
    }


@pytest.mark.parametrize(
    ("status", "decisions", "fault"),
    [
        (S.SUCCEEDED, ("approve", "take_back"), ""),
        (S.FAILED, ("reject", "take_back"), ""),
        (S.SUCCEEDED, ("reject", "take_back"), "no decision"),
        (S.FAILED, ("approve", "take_back"), "no decision"),
        (S.SUCCEEDED, ("approve", "reject"), "no decision"),
        (S.CANCELLED, ("approve", "take_back"), "table"),
    ],
)
def test_a_closed_job_is_reviewed_again_only_where_a_decision_is_taken_back(
    status: JobStatus, decisions: tuple[Any, Any], fault: str
) -> None:
    first, last = (Review(decision=each, attempt=1, reviewer="r", at=START) for each in decisions)
    job = start(status).model_copy(update={"reviews": (first,)})
    following = job.to(S.NEEDS_REVIEW, now=START, attempt=1, reviews=(first, last))
    if not fault:
        check_move(job, following)
        kept = job.model_copy(update={"failure": Failure(code="rejected", detail="")})
        with pytest.raises(IllegalMoveError, match="no decision"):
            check_move(kept, kept.to(S.NEEDS_REVIEW, now=START, attempt=1, reviews=(first, last)))
        return
    with pytest.raises(IllegalMoveError, match=fault):
        check_move(job, following)


@pytest.mark.parametrize(
    "first", [an_accepted_job(), blank(an_accepted_job(), 1, Erasure(at=START))]
)
def test_a_job_begins_as_accepted_or_as_erased_before_it_began(first: JobRecord) -> None:
    check_move(None, first)
    with pytest.raises(IllegalMoveError, match="begins"):
        check_move(None, first.model_copy(update={"version": 2}))


def test_a_job_that_is_erased_before_it_began_keeps_nothing_either() -> None:
    kept = blank(an_accepted_job(), 1, Erasure(at=START)).model_copy(update={"style": "ink"})
    with pytest.raises(IllegalMoveError, match="nothing → erased"):
        check_move(None, kept)


@pytest.mark.parametrize("status", sorted(set(JobStatus) - {S.ACCEPTED, S.ERASED}))
def test_a_job_begins_in_no_other_status(status: JobStatus) -> None:
    with pytest.raises(IllegalMoveError, match="begins"):
        check_move(None, an_accepted_job(status=status))


@pytest.mark.parametrize("version", [1, 2, 4])
def test_versions_count_by_one(version: int) -> None:
    job = start(S.PROMPTED)
    following = stepped(job, S.SENDING).model_copy(update={"version": version})
    with pytest.raises(IllegalMoveError, match="versions"):
        check_move(job, following)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("job_id", "j" + "b" * 31),
        ("tenant", "other"),
        ("driver_key", "e" * 32),
        ("request_digest", "1" * 64),
        ("trip", a_trip(distance_km=1)),
        ("style", "ink"),
        ("vehicle", "citycar/g1/red/0123456789ab"),
        ("priority", "bulk"),
        ("created_at", START + timedelta(seconds=1)),
        ("deadline_at", START),
    ],
)
def test_what_was_accepted_never_changes(name: str, value: Any) -> None:
    job = start(S.PROMPTED)
    following = stepped(job, S.SENDING).model_copy(update={name: value})
    with pytest.raises(IllegalMoveError, match="accepted does not change"):
        check_move(job, following)


@pytest.mark.parametrize("status", OPEN)
def test_an_open_job_takes_notes(status: JobStatus) -> None:
    job = start(status)
    check_move(job, job.note(now=START, paint_invocations=job.paint_invocations + 1))


@pytest.mark.parametrize("status", sorted(set(JobStatus) - set(OPEN)))
def test_a_closed_job_takes_no_notes(status: JobStatus) -> None:
    job = start(status)
    with pytest.raises(IllegalMoveError, match="no notes"):
        check_move(job, job.note(now=START, failure=Failure(code="x", detail="y")))


ON, OFF = (ShareChange(share=share, at=START, told=True) for share in (True, False))


@pytest.mark.parametrize("status", [S.QUEUED, S.SUCCEEDED])
@pytest.mark.parametrize(
    ("before", "after", "is_legal"),
    [
        ((), (ON,), True),
        ((ON,), (ON, OFF), True),
        ((), (OFF,), False),
        ((ON,), (ON, ON), False),
        ((ON, OFF), (ON,), False),
        ((ON, OFF), (OFF, ON), False),
        ((ON,), (ON, OFF, ON), False),
    ],
)
def test_shares_are_added_one_by_one_and_each_is_a_change(
    status: JobStatus,
    before: tuple[ShareChange, ...],
    after: tuple[ShareChange, ...],
    is_legal: bool,
) -> None:
    job = start(status).model_copy(update={"shares": before})
    following = job.note(now=START, shares=after)
    if is_legal:
        check_move(job, following)
    else:
        with pytest.raises(IllegalMoveError, match="shares are only added to"):
            check_move(job, following)


def test_with_a_share_of_a_closed_job_nothing_else_is_noted() -> None:
    job = start(S.SUCCEEDED)
    with pytest.raises(IllegalMoveError, match="no notes"):
        check_move(job, job.note(now=START, shares=(ON,), seed_override=1))


@pytest.mark.parametrize("changes", [{"status": S.CANCELLED}, {"attempt": 2}, {"attempts": 2}])
def test_a_note_changes_neither_status_nor_attempt(changes: dict[str, Any]) -> None:
    job = start(S.QUEUED)
    with pytest.raises(IllegalMoveError, match="history"):
        check_move(job, job.note(now=START, **changes))


def test_history_is_only_added_to() -> None:
    job = start(S.QUEUED)
    following = stepped(job, S.RENDERED)
    for history in [
        following.history[1:],
        following.history[-1:],
        (*following.history, following.history[-1]),
    ]:
        with pytest.raises(IllegalMoveError, match="history"):
            check_move(job, following.model_copy(update={"history": history}))


@pytest.mark.parametrize(("attempt", "attempts"), [(1, 1), (3, 3), (2, 3), (1, 2)])
def test_a_new_attempt_is_the_next_number(attempt: int, attempts: int) -> None:
    job = start(S.QUEUED)
    check_move(job, job.to(S.SENDING, now=START, attempt=2, attempts=2))
    with pytest.raises(IllegalMoveError, match="attempts count by one"):
        check_move(job, job.to(S.SENDING, now=START, attempt=attempt, attempts=attempts))


def test_only_sending_begins_an_attempt() -> None:
    job = start(S.SENDING)
    with pytest.raises(IllegalMoveError, match="only sending"):
        check_move(job, job.to(S.QUEUED, now=START, attempt=2, attempts=2))


@pytest.mark.parametrize(
    "changes",
    [
        {"driver_key": "e" * 32},
        {"tenant": "other"},
        {"attempt": 2},
        {"trip": a_trip()},
        {"style": "ink"},
        {"request_digest": "1" * 64},
        {"created_at": START - timedelta(days=1)},
        {"reviews": ("x",)},
    ],
)
def test_an_erased_job_keeps_nothing_but_its_name_and_whose_it_was(changes: dict[str, Any]) -> None:
    job = start(S.SUCCEEDED)
    check_move(job, job.erased(now=START))
    with pytest.raises(IllegalMoveError, match=r"keeps nothing|another job"):
        check_move(job, job.erased(now=START).model_copy(update=changes))


def test_of_an_erased_job_nothing_of_the_trip_is_stored() -> None:
    job = an_accepted_job(trip=a_trip(caption="暗号", team="车队"))
    stored = job.erased(now=START).to_json().decode()
    assert JobRecord.model_validate_json(stored) == job.erased(now=START)
    assert not [word for word in ("湖州", "暗号", "车队", "2026-10-02", '"trip"') if word in stored]


@pytest.mark.parametrize("status", [S.QUEUED, S.FAILED, S.CANCELLED])
def test_a_move_speaks_of_the_attempt_before_it(status: JobStatus) -> None:
    job = second_attempt()
    check_move(job, job.to(status, now=START, attempt=2))
    with pytest.raises(IllegalMoveError, match="another one"):
        check_move(job, job.to(status, now=START, attempt=1))


def second_attempt() -> JobRecord:
    return stepped(start(S.QUEUED), S.SENDING)


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_good_result_of_any_attempt_counts(attempt: int) -> None:
    check_move(
        second_attempt(), second_attempt().to(S.RENDERED, now=START, attempt=attempt, ended=DONE)
    )


@pytest.mark.parametrize("attempt", [0, 3])
def test_a_result_of_no_attempt_does_not_count(attempt: int) -> None:
    with pytest.raises(IllegalMoveError, match="no such attempt"):
        check_move(
            second_attempt(),
            second_attempt().to(S.RENDERED, now=START, attempt=attempt, ended=DONE),
        )


def test_a_failure_counts_for_the_newest_attempt_only() -> None:
    job = second_attempt()
    check_move(job, job.to(S.RENDERED, now=START, attempt=2, ended=BROKEN))
    with pytest.raises(IllegalMoveError, match="older task"):
        check_move(job, job.to(S.RENDERED, now=START, attempt=1, ended=BROKEN))


def test_a_rendered_task_has_an_end() -> None:
    with pytest.raises(IllegalMoveError, match="has an end"):
        check_move(second_attempt(), second_attempt().to(S.RENDERED, now=START, attempt=2))


def test_a_good_result_replaces_a_failed_one_and_nothing_replaces_a_good_one() -> None:
    failed, good = a_job_in(S.RENDERED, ended=BROKEN), a_job_in(S.RENDERED, ended=DONE)
    check_move(failed, failed.to(S.RENDERED, now=START, attempt=1, ended=DONE))
    for ended in (DONE, BROKEN):
        with pytest.raises(IllegalMoveError, match="good result"):
            check_move(good, good.to(S.RENDERED, now=START, attempt=1, ended=ended))


def test_the_error_names_job_and_move() -> None:
    job = start(S.SUCCEEDED)
    with pytest.raises(IllegalMoveError, match=rf"{job.job_id}: succeeded\(1\) → failed\(1\)"):
        check_move(job, stepped(job, S.FAILED))
