"""Erasures under way: what is to be erased, how far that is, and the receipt at its end.

`erasing/{id}` is the work, `erasing-counts/{id}/{job_id}` what was found of each job before it
was removed (the first count stays, so that a repeated run counts nothing twice), and
`erasures/{id}.json` the receipt, which holds counts and times alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from shared.core import ids
from shared.core.errors import UnreadableRecordError, UpstreamRejectedError
from shared.core.models import Stored, View
from shared.jobs.erasing import GRACE
from shared.lists.bulkhead import Bulkhead
from shared.lists.tries import DEAD
from shared.observability import log
from shared.ports import Clock, FunctionInvoker, ObjectInfo, ObjectStore, every_object

WORK, COUNTS = "erasing/", "erasing-counts/"
_QUIET = timedelta(minutes=5)
_MOST_CARRIED_ON = 12
_JSON = "application/json"
COUNTED = ("posters", "records", "results", "inputs", "outputs", "messages", "uploads", "dead")


_S = TypeVar("_S", bound=BaseModel)
Status = Literal["running", "settling", "done"]


class Work(Stored):
    """One erasure: of one job, or, without `job_id`, of all a driver had asked for by `asked_at`.

    `settles_at`: everything was gone then but what late runs may yet have written. `carried_on`
    counts the runs that others had to begin.
    """

    erasure_id: str
    tenant: str
    driver_key: str
    job_id: str = ""
    asked_at: AwareDatetime
    runs: int = 1
    carried_on: int = 0
    settles_at: AwareDatetime | None = None


class Receipt(View):
    """What an erasure has come to. `settling`: all is gone, and late writers are waited for."""

    # What goes out is stored too.
    model_config = Stored.model_config

    erasure_id: str
    status: Status = "running"
    asked_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    counts: dict[str, int] = Field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """Return where the receipt is, and when to ask for it (seconds)."""
        return {"Location": f"/v1/erasures/{self.erasure_id}", "Retry-After": "5"}


def begin(work: Work, *, state: ObjectStore) -> Receipt:
    """Put work and receipt, unless this very erasure is under way or over; return its receipt.

    The work is the commit point: from it on the erasure is carried out, whoever dies.
    """
    known = read_receipt(work.erasure_id, state=state)
    if known is not None:
        return known
    write_work(work, state=state)
    receipt = Receipt(erasure_id=work.erasure_id, asked_at=work.asked_at)
    write_receipt(receipt, state=state)
    return receipt


def read_receipt(erasure_id: str, *, state: ObjectStore) -> Receipt | None:
    """Return the receipt, None without one."""
    return _read(ids.receipt_key(erasure_id), Receipt, state)


def write_receipt(receipt: Receipt, *, state: ObjectStore) -> None:
    """Put the receipt."""
    _write(ids.receipt_key(receipt.erasure_id), receipt, state)


def read_work(erasure_id: str, *, state: ObjectStore) -> Work | None:
    """Return the work, None when it is done."""
    return _read(ids.erasing_key(erasure_id), Work, state)


def write_work(work: Work, *, state: ObjectStore) -> None:
    """Put the work."""
    _write(ids.erasing_key(work.erasure_id), work, state)


def start(work: Work, *, invoker: FunctionInvoker) -> None:
    """Have the erasure carried out; the same run is started once."""
    task = ids.erasure_invocation(work.erasure_id, work.runs)
    invoker.invoke("run_erasure", {"erasure_id": work.erasure_id}, task_id=task)


def run_again(work: Work, *, state: ObjectStore, invoker: FunctionInvoker) -> None:
    """Have a further run carry the erasure on: its number first, for it is refused otherwise."""
    following = work.model_copy(update={"runs": work.runs + 1})
    write_work(following, state=state)
    start(following, invoker=invoker)


def count(erasure_id: str, what: str, found: Mapping[str, int], *, state: ObjectStore) -> None:
    """Keep what was found of a job, or elsewhere; what was counted before stays."""
    body = json.dumps(dict(found), sort_keys=True).encode()
    state.create(f"{COUNTS}{erasure_id}/{what}", body, content_type=_JSON)


def counted(erasure_id: str, *, state: ObjectStore) -> dict[str, int]:
    """Return the sums of all counts."""
    sums = Counter[str]()
    for item in every_object(state, f"{COUNTS}{erasure_id}/"):
        found = json.loads(state.get(item.key, max_bytes=10_000) or b"{}")
        sums.update({name: count for name, count in found.items() if isinstance(count, int)})
    return {name: sums[name] for name in {**dict.fromkeys(COUNTED), **sums}}


def counted_names(erasure_id: str, *, state: ObjectStore) -> list[str]:
    """Return what was counted: jobs by their ids, and whatever else bears a count."""
    prefix = f"{COUNTS}{erasure_id}/"
    return [item.key.removeprefix(prefix) for item in every_object(state, prefix)]


def forget_counts(erasure_id: str, *, state: ObjectStore) -> None:
    """Let the counts go; whoever counts something after the end does it again."""
    for item in list(every_object(state, f"{COUNTS}{erasure_id}/")):
        state.delete(item.key)


def carry_on(*, now: datetime, state: ObjectStore, invoker: FunctionInvoker, clock: Clock) -> None:
    """Start what was lost and what has settled; `now` is the bucket's time. One request if idle."""

    def go_on(item: ObjectInfo) -> str:
        work = read_work(item.key.removeprefix(WORK), state=state)
        if work is None or (work.settles_at is not None and clock.now() < work.settles_at):
            return "waiting"
        if work.carried_on >= _MOST_CARRIED_ON:
            msg = f"it was carried on {work.carried_on} times and did not come to its end"
            raise UpstreamRejectedError(msg)
        log.logger().info("erasure.carried_on", erasure_id=work.erasure_id, runs=work.runs)
        once_more = work.model_copy(update={"carried_on": work.carried_on + 1})
        run_again(once_more, state=state, invoker=invoker)
        return "carried_on"

    quiet = (item for item in state.page(WORK).items if now - item.modified_at >= _QUIET)
    Bulkhead(
        of="erasures",
        name=lambda item: item.key.removeprefix(WORK),
        work=go_on,
        aside=lambda item, _: set_aside(item.key.removeprefix(WORK), state=state),
        state=state,
        clock=clock,
    ).work_through(quiet)


def set_aside(erasure_id: str, *, state: ObjectStore) -> None:
    """Keep an erasure for the operator that does not come to its end; its receipt stays open."""
    state.put(_aside_key(erasure_id), state.get(WORK + erasure_id, max_bytes=100_000) or b"")
    state.delete(WORK + erasure_id)


def bring_back(erasure_id: str, *, state: ObjectStore) -> None:
    """Have an erasure go on that was set aside."""
    work = state.get(_aside_key(erasure_id), max_bytes=100_000)
    if work:
        state.put(WORK + erasure_id, work, content_type=_JSON)


def _aside_key(erasure_id: str) -> str:
    return f"{DEAD}erasures/{erasure_id}.body"


def settling(work: Work, *, now: datetime) -> Work:
    """Return the work once everything is gone but what late runs may yet write."""
    return work.model_copy(update={"settles_at": now + GRACE})


def _read(key: str, kind: type[_S], state: ObjectStore) -> _S | None:
    body = state.get(key, max_bytes=100_000)
    try:
        return None if body is None else kind.model_validate_json(body)
    except ValidationError:
        msg = f"{key} cannot be read; it was written by another release"
    raise UnreadableRecordError(msg)


def _write(key: str, value: BaseModel, state: ObjectStore) -> None:
    state.put(key, value.model_dump_json().encode(), content_type=_JSON)
