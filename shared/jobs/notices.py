"""What others are to be told of a job as it is now, and of when.

A message has one id for ever, so whatever may be told anew is another turn: each change of a
share, and each decision that a reviewer has taken back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from shared.announcements.events import Event, Notice
from shared.announcements.outbox import minute_after
from shared.jobs.parts import JobStatus, last_withdrawal, withdrawals
from shared.jobs.record import JobRecord

# A reviewer may take a decision back before anybody hears of it.
UNDO = timedelta(seconds=15)


def turn_of(record: JobRecord) -> int:
    """Return the turn of what others are told of the poster now."""
    return max(1, len(record.shares)) + withdrawals(record.reviews)


def due_notices(record: JobRecord) -> tuple[Notice, ...]:
    """Return what others are to be told; they may have been told of it before."""
    job_id, attempt = record.job_id, record.attempt
    if record.status is JobStatus.ERASED:
        turn = record.erasure.withdrawn if record.erasure else 0
        return (Notice(Event.WITHDRAWN, job_id, attempt, turn),) if turn else ()
    if record.is_public:
        return (Notice(Event.READY, job_id, attempt, turn_of(record)),)
    last = last_withdrawal(record.reviews)
    notices = [
        Notice(Event.WITHDRAWN, job_id, review.attempt, review.withdrawn)
        for review in record.reviews
        if review.withdrawn and review.withdrawn == last
    ]
    if record.status is JobStatus.FAILED:
        notices.append(Notice(Event.FAILED, job_id, attempt, 1 + _rejections_taken_back(record)))
    elif record.status is JobStatus.SUCCEEDED and record.shares and record.shares[-1].told:
        notices.append(Notice(Event.WITHDRAWN, job_id, attempt, turn_of(record)))
    return tuple(notices)


def is_still_true(notice: Notice, record: JobRecord) -> bool:
    """Say whether what a message tells is still so.

    A withdrawal is, also where the poster has been withdrawn again since: it is expected for
    posters that nobody has heard of.
    """
    if notice.event is Event.WITHDRAWN:
        return not record.is_public
    return notice in due_notices(record)


def noticed_at(notice: Notice, record: JobRecord) -> datetime:
    """Return when that happened which the notice tells of, as every later record says too."""
    last = record.history[-1].at
    if notice.event is Event.FAILED:
        return last
    taken_back = [each for each in record.reviews if 0 < each.withdrawn <= notice.turn]
    if notice.event is Event.WITHDRAWN and taken_back and taken_back[-1].withdrawn == notice.turn:
        return taken_back[-1].at
    number = notice.turn - sum(each.withdrawn < notice.turn for each in taken_back)
    told = [change.at for change in record.shares[number - 1 : number] if change.told]
    if notice.event is Event.READY:
        return max([last, *told])
    return told[0] if told else last


def due_at(notice: Notice, record: JobRecord) -> datetime:
    """Return from when on others are told: of a reviewer's decision not at once."""
    at = noticed_at(notice, record)
    decided = record.reviews and record.reviews[-1].at == at
    return minute_after(at + UNDO) if decided else at


def taken_back_before(notice: Notice, record: JobRecord) -> Notice | None:
    """Return the announcement that a reviewer has taken back by this withdrawal, else None."""
    same = (each for each in record.reviews if each.withdrawn == notice.turn)
    if notice.event is not Event.WITHDRAWN or next(same, None) is None:
        return None
    return Notice(Event.READY, notice.job_id, notice.attempt, notice.turn)


def _rejections_taken_back(record: JobRecord) -> int:
    taken = ("reject", "take_back")
    return sum((one.decision, other.decision) == taken for one, other in pairwise(record.reviews))
