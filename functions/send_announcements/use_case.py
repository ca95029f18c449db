"""Send the messages that are due; what is not taken waits for its next try."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.announcements import outbox, schedule
from shared.announcements.endpoints import EndpointState, read_endpoint, write_endpoint
from shared.announcements.events import Event, message_body
from shared.announcements.outbox import Entry, Mark
from shared.core.errors import UpstreamRejectedError
from shared.jobs.notices import is_still_true, noticed_at, taken_back_before
from shared.jobs.record import JobRecord
from shared.lists.bulkhead import Bulkhead
from shared.lists.tries import Tried
from shared.observability import log
from shared.ports import Announcer, Clock, JobStore, ObjectStore, Receipt

_GONE = 410
# Another run may be about to send what it has looked at.
_A_RUN = timedelta(minutes=1)
_ASKS_FOR_REST = frozenset({408, 425, 429})


def send_announcements(
    *,
    seconds: float,
    configured: AbstractSet[str],
    base_url: str,
    jobs: JobStore,
    state: ObjectStore,
    announcer: Announcer,
    clock: Clock,
) -> Counter[str]:
    """Send what is due, the oldest first, for at most `seconds`.

    Return how many messages ended how, or were put off. A run that dies repeats at most the
    message it was at; the receiver knows it by its id.
    """
    run = _Run(configured, base_url, jobs, state, announcer, clock)
    messages = Bulkhead(
        of="announcements",
        name=lambda entry: entry.notice.message_id,
        work=run.handle,
        aside=run.set_aside,
        about=lambda entry: {"subject": entry.notice.job_id},
        state=state,
        clock=clock,
    )
    due = outbox.due_entries(now=clock.now(), state=state)
    return messages.work_through(due, ends_at=clock.monotonic() + seconds).outcomes


@dataclass(frozen=True)
class _Run:
    """One pass over the outbox; the endpoints' states are read when first needed."""

    configured: AbstractSet[str]
    base_url: str
    jobs: JobStore
    state: ObjectStore
    announcer: Announcer
    clock: Clock
    endpoints: dict[str, EndpointState] = field(default_factory=dict)

    def handle(self, entry: Entry) -> str:
        """Do what is due for one entry; return how it went."""
        endpoint, now = entry.notice.event.endpoint, self.clock.now()
        if self._endpoint(endpoint).is_blocked(now) and now < entry.due + schedule.LASTS:
            return "put_off"
        mark = self._mark(entry)
        if mark.state != "waiting" or mark.next != entry.key:
            self.state.delete(entry.key)
            return "stale"
        record = self.jobs.load(entry.notice.job_id)
        log.follow(entry.notice.job_id, record.trace_id if record else "")
        told = endpoint in self.configured
        if record is None or not told or not is_still_true(entry.notice, record):
            return self._drop(entry, mark, record)
        if (untold := self._untold(entry, mark, record)) is not None:
            return untold
        if (gone := self._gone(endpoint, now)) is not None:
            return self._bury(entry, mark, gone)
        return self._send(entry, self._with_body(entry, mark, record))

    def _untold(self, entry: Entry, mark: Mark, record: JobRecord) -> str | None:
        """Say nothing of a poster that a reviewer took back before it was announced.

        None where it may have been. It is waited until its announcement has certainly ended.
        """
        before = taken_back_before(entry.notice, record)
        announced = before and outbox.mark_of(before, state=self.state)
        if before is None or (announced and announced.body):
            return None
        waits = announced and announced.state == "waiting"
        if waits or self.clock.now() < entry.due + _A_RUN:
            return "put_off"
        return self._drop(entry, mark, record)

    def _gone(self, endpoint: str, now: datetime) -> str | None:
        """Return why nothing is sent to an endpoint any more, None where it is."""
        if self._endpoint(endpoint).disabled:
            return "the endpoint has said it is gone"
        blocked = self._endpoint(endpoint).is_blocked(now)
        return "the endpoint was not there for three days" if blocked else None

    def set_aside(self, entry: Entry, tried: Tried) -> None:
        """Keep a message for the operator that could not be dealt with."""
        mark = self._mark(entry).model_copy(update={"tries": tried.tries + tried.waits})
        self._bury(entry, mark, tried.error)

    def _mark(self, entry: Entry) -> Mark:
        found = outbox.mark_of(entry.notice, state=self.state)
        # Without a mark the run that entered the message died half-way.
        return found or Mark(next=entry.key, at=entry.due, entered_at=entry.due)

    def _with_body(self, entry: Entry, mark: Mark, record: JobRecord) -> Mark:
        """Return the mark with the message's bytes, which stay the same from now on.

        They come from the record alone: two runs at once may both find a mark without them.
        """
        if mark.body:
            return mark
        at = noticed_at(entry.notice, record)
        body = message_body(entry.notice, record, at=at, base_url=self.base_url)
        mark = mark.model_copy(update={"body": body.decode(), "at": at})
        outbox.remember(entry.notice, mark, state=self.state)
        return mark

    def _send(self, entry: Entry, mark: Mark) -> str:
        endpoint, message_id = entry.notice.event.endpoint, entry.notice.message_id
        mark = mark.model_copy(update={"tries": mark.tries + 1})
        try:
            receipt = self.announcer.announce(endpoint, message_id, mark.body.encode())
        except UpstreamRejectedError as error:
            log.logger().error("announcement.not_allowed", endpoint=endpoint, detail=str(error))
            receipt = Receipt(0)
        self._note_endpoint(endpoint, receipt)
        fields = {"message_id": message_id, "status": receipt.status, "tries": mark.tries}
        if 200 <= receipt.status < 300:
            log.logger().info("announcement.delivered", **fields)
            return self._end(entry, mark, "delivered")
        log.logger().warning("announcement.refused", **fields)
        if receipt.status == _GONE:
            return self._bury(entry, mark, "the endpoint has said it is gone")
        return self._put_off(entry, mark, receipt)

    def _put_off(self, entry: Entry, mark: Mark, receipt: Receipt) -> str:
        newest = outbox.mark_of(entry.notice, state=self.state)
        if newest is not None and (newest.next, newest.state) != (entry.key, "waiting"):
            # Another run was at the same entry; what it has written stays.
            return "stale"
        due = schedule.next_try(
            entry.notice.message_id,
            entry.number + 1,
            entered_at=mark.entered_at,
            now=self.clock.now(),
            retry_after=receipt.retry_after,
        )
        if due is None:
            return self._bury(entry, mark, f"not taken for three days, last {receipt.status}")
        following = Entry(outbox.minute_after(due), entry.notice, entry.number + 1)
        self.state.put(following.key, b"", content_type="text/plain")
        moved = mark.model_copy(update={"next": following.key})
        outbox.remember(entry.notice, moved, state=self.state)
        self.state.delete(entry.key)
        return "refused"

    def _bury(self, entry: Entry, mark: Mark, reason: str) -> str:
        log.logger().error("announcement.dead", message_id=entry.notice.message_id, reason=reason)
        key = f"{outbox.DEAD}{entry.notice.message_id}.json"
        note = {"reason": reason, "tries": mark.tries, "at": mark.at.isoformat(), "body": mark.body}
        data = json.dumps(note, ensure_ascii=False, sort_keys=True).encode()
        self.state.put(key, data, content_type="application/json")
        return self._end(entry, mark.model_copy(update={"reason": reason}), "dead")

    def _end(self, entry: Entry, mark: Mark, how: str) -> str:
        ended = mark.model_copy(update={"state": how})
        outbox.remember(entry.notice, ended, state=self.state)
        self.state.delete(entry.key)
        return how

    def _drop(self, entry: Entry, mark: Mark, record: JobRecord | None) -> str:
        erased = record is not None and record.erasure is not None
        if not erased or entry.notice.event is Event.WITHDRAWN:
            return self._end(entry, mark, "dropped")
        # The job's mark would be a trace: this may come after the last of the erasure.
        outbox.forget(entry.notice, state=self.state)
        self.state.delete(entry.key)
        return "dropped"

    def _endpoint(self, endpoint: str) -> EndpointState:
        if endpoint not in self.endpoints:
            self.endpoints[endpoint] = read_endpoint(endpoint, state=self.state)
        return self.endpoints[endpoint]

    def _note_endpoint(self, endpoint: str, receipt: Receipt) -> None:
        before = self._endpoint(endpoint)
        after = _endpoint_after(before, receipt, self.clock.now())
        if after != before:
            self.endpoints[endpoint] = after
            write_endpoint(endpoint, after, state=self.state)


def _endpoint_after(before: EndpointState, receipt: Receipt, now: datetime) -> EndpointState:
    """Return the endpoint's state; a refusal of one message says nothing of the next one."""
    status = receipt.status
    if status == _GONE:
        return before.gone()
    if 200 <= status < 300:
        return before.after_success()
    if status == 0 or status >= 500 or status in _ASKS_FOR_REST:
        return before.after_failure(now, asked=receipt.retry_after)
    return before
