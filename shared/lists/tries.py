"""What is written down of items: that they are being tried, and how those failed that did."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import AwareDatetime, ValidationError

from shared.core.models import Stored
from shared.observability import log
from shared.ports import ObjectStore, every_object

PREFIX, DEAD = "tries/", "dead/"
_JSON = "application/json"


class Tried(Stored):
    """Items that are being tried, or one that is to be tried again from `until` on.

    `tries` is how often it failed or took its run with it, `waits` how often a service could not
    answer, `error` what was said last.
    """

    items: tuple[str, ...]
    since: AwareDatetime
    until: AwareDatetime
    tries: int = 0
    waits: int = 0
    error: str = ""


def all_tried(state: ObjectStore) -> Iterator[tuple[str, Tried]]:
    """Yield everything that is being tried, or to be tried again, of all functions, by key."""
    for item in every_object(state, PREFIX):
        tried = read_tried(item.key, state=state)
        if tried is not None and tried.items:
            yield item.key, tried


def read_tried(key: str, *, state: ObjectStore) -> Tried | None:
    """Return a note, None where it has gone; one that cannot be read goes now."""
    body = state.get(key, max_bytes=100_000)
    try:
        return None if body is None else Tried.model_validate_json(body)
    except ValidationError:
        log.logger().error("tries.unreadable", key=key)
        state.delete(key)
        return None


def write_tried(key: str, tried: Tried, *, state: ObjectStore) -> None:
    """Write a note, over an older one."""
    state.put(key, tried.model_dump_json().encode(), content_type=_JSON)


def forget_tries(job_id: str, *, state: ObjectStore) -> None:
    """Take everything out of the notes that is called by a job's id, or by one that begins so."""
    for key, tried in list(all_tried(state)):
        others = tuple(name for name in tried.items if not name.startswith(job_id))
        if not others:
            state.delete(key)
        elif others != tried.items:
            write_tried(key, tried.model_copy(update={"items": others}), state=state)
