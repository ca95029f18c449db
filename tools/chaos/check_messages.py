"""Each message has one content, comes in its order, and tells what is so in the end."""

from collections.abc import Iterator

from local.cloud.eas.queue import DurableQueue
from shared.announcements.events import Event, Notice, notice_of
from shared.jobs.notices import due_notices
from shared.jobs.record import JobRecord, JobStatus
from tools.chaos.account import Account, Wrong
from tools.chaos.files import entries


def check(account: Account) -> Iterator[Wrong]:
    for message, digests in account.messages.items():
        if len(digests) > 1:
            yield message[:32], f"two contents: {message} was sent with other bytes"
    waiting = _waiting(account)
    due = {each.message_id for r in account.jobs.values() for each in due_notices(r)}
    for message in sorted(due - account.taken - waiting):
        yield message[:32], f"lost message: {message} was never taken"
    for message in sorted(() if account.messages_wait else waiting):
        yield message[:32], f"stuck message: {message} still waits"
    for message in sorted(account.taken):
        yield from _false(account, message)
    yield from _still_shown(account, waiting)
    yield from _out_of_order(account)
    for queue in ("input", "sink"):
        if left := DurableQueue(account.data / "eas" / queue).count():
            yield "", f"stuck message: {left} in the {queue} queue"


def _waiting(account: Account) -> set[str]:
    minutes = entries(account.bucket / "outbox")
    return {path.name.rpartition("-")[0] for minute in minutes for path in entries(minute)}


def _false(account: Account, message: str) -> Iterator[Wrong]:
    notice = notice_of(message)
    record = account.jobs.get(notice.job_id) if notice else None
    if notice is None or record is None or not _may_have_been(notice, record):
        yield message[:32], f"false message: {message} does not tell what the job came to"


def _may_have_been(notice: Notice, record: JobRecord) -> bool:
    """Say whether this was so at some time, after the job had ended."""
    if record.status is JobStatus.ERASED:
        return notice.attempt <= record.attempt
    if record.status is not JobStatus.SUCCEEDED:
        return notice in due_notices(record)
    # The first wishes came before the end; nobody was told of these.
    untold = sum(not change.told for change in record.shares)
    states = [
        record.model_copy(update={"shares": record.shares[:count]})
        for count in range(untold, len(record.shares) + 1)
    ]
    return any(notice in due_notices(state) for state in states)


def _still_shown(account: Account, waiting: set[str]) -> Iterator[Wrong]:
    """Yield the posters that others heard of, must not see, and were not told so."""
    told = [notice for message in account.taken | waiting if (notice := notice_of(message))]
    withdrawn = {notice.job_id for notice in told if notice.event is Event.WITHDRAWN}
    for notice in told:
        record = account.jobs.get(notice.job_id)
        hidden = record is not None and not record.is_shared
        if hidden and notice.event is Event.READY and notice.job_id not in withdrawn:
            yield notice.job_id, "false message: shown, taken back, and nobody was told"


def _out_of_order(account: Account) -> Iterator[Wrong]:
    """Yield the posters of which a withdrawal came first and then what it withdraws."""
    turns: dict[str, int] = {}
    for message in account.arrived:
        notice = notice_of(message)
        if notice is None:
            continue
        if notice.event is Event.WITHDRAWN:
            turns[notice.job_id] = max(notice.turn, turns.get(notice.job_id, 0))
        elif notice.event is Event.READY and notice.turn <= turns.get(notice.job_id, -1):
            yield notice.job_id, f"order: {message} came after its withdrawal"
