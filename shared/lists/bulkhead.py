"""Work through a list so that no item of it stops the others.

Whatever one item does is contained: it is logged, counted on the item, and tried again after a
pause that grows; after so many tries it is set aside for the operator. Which items are begun is
written down before, under `tries/` of the state bucket, and the note goes when they have ended. A
note that a later run finds of an item of its own says that a run died at one of the note's items:
each of them is then tried alone, behind the others, and counted before it begins.
A service that cannot answer is not its item's fault: that counts as a wait, bounded by a day.
"""

from __future__ import annotations

import json
import math
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from shared.core.errors import BundleError, InvalidRequestError, UpstreamError
from shared.lists.tries import DEAD, PREFIX, Tried, all_tried, read_tried, write_tried
from shared.observability import log

if TYPE_CHECKING:
    from shared.ports import Clock, ObjectStore

_JSON = "application/json"
# What becomes of an item that did not end well; in the counts of every function that has lists.
FAILED, WAITS, RESTS, SET_ASIDE = "try_failed", "try_waits", "try_rests", "set_aside"
MOST_TRIES = 6
# Of an item that is a list itself: a run dies at several of its own first.
MOST_TRIES_OF_LISTS = 5 * MOST_TRIES
# Of what an event tells of: the platform runs one four times, and the last run sets aside.
MOST_TRIES_BY_EVENT = 2
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)
_LONGEST_WAIT = timedelta(days=1)
# So many are begun under one note: two requests, and so many are tried alone after a death.
_TOGETHER = 50
T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Worked:
    """How many items ended how, and whether all were come to before the time was over."""

    outcomes: Counter[str] = field(default_factory=Counter)
    complete: bool = False

    @property
    def failed(self) -> int:
        """Return how many have yet to end."""
        return sum(self.outcomes[each] for each in (FAILED, WAITS, RESTS))

    @property
    def is_done(self) -> bool:
        """Say whether every item was come to and did what it should."""
        return self.complete and not self.failed and not self.outcomes[SET_ASIDE]


@dataclass(frozen=True, kw_only=True)
class Bulkhead(Generic[T]):
    """One list, for one run; `of` says of what it is.

    `name` tells items apart, in at most 200 characters of a key; `work` does one and says in a
    word how it went. One that is set aside is noted in `dead/{of}/{name}.json`, with what is to be
    told `about` it, and `aside` then takes it out of the list. `passes`: errors that are the
    caller's to handle. `patient`: an item rests between tries. `least` are done in any case.
    """

    of: str
    name: Callable[[T], str]
    work: Callable[[T], str]
    aside: Callable[[T, Tried], None]
    about: Callable[[T], dict[str, str]] = lambda _: {}
    state: ObjectStore
    clock: Clock
    most_tries: int = MOST_TRIES
    first_pause: timedelta | None = None
    patient: bool = True
    least: int = 0
    passes: tuple[type[Exception], ...] = ()

    def work_through(self, items: Iterable[T], *, ends_at: float = math.inf) -> Worked:
        """Do every item until `ends_at` on the monotonic clock, those that have failed last."""
        worked, apart, source = Worked(), list[T](), iter(items)
        while group := tuple(islice(source, _TOGETHER)):
            apart += [item for item in group if self.is_known(item)]
            fresh = [item for item in group if not self.is_known(item)]
            with self.in_hand(fresh):
                if not self._all(fresh, worked, ends_at):
                    return worked
        apart.sort(key=self.tries)
        worked.complete = self._all(apart, worked, ends_at)
        return worked

    def _all(self, items: Sequence[T], worked: Worked, ends_at: float) -> bool:
        for item in items:
            begun = sum(worked.outcomes.values())
            if begun >= self.least and self.clock.monotonic() >= ends_at:
                return False
            worked.outcomes[self.attempt(item)] += 1
        return True

    @contextmanager
    def in_hand(self, items: Sequence[T]) -> Iterator[None]:
        """Note that these are begun; the note stays if the process dies, and only then."""
        names = tuple(self.name(item) for item in items if not self.is_known(item))
        if not names:
            yield
            return
        now = self.clock.now()
        key = self._key(secrets.token_hex(8))
        write_tried(key, Tried(items=names, since=now, until=now), state=self.state)
        try:
            yield
        except (Exception, GeneratorExit):
            self.state.delete(key)
            raise
        self.state.delete(key)

    def attempt(self, item: T) -> str:
        """Do one item that is in hand, or one that has failed; return how it went."""
        name = self.name(item)
        tried = self._tried(name)
        if tried is None:
            now = self.clock.now()
            return self._try(item, Tried(items=(name,), since=now, until=now))
        if self.patient and tried.until > self.clock.now():
            return RESTS
        # As if it were to take the process with it.
        died = self._later(tried, tries=1, error=tried.error or "the run died while it was at this")
        self._remember(died)
        if tried.tries >= self.most_tries:
            return self._set_aside(item, tried)
        try:
            outcome = self._try(item, tried)
        except self.passes:
            self._remember(tried)
            raise
        if outcome not in {FAILED, WAITS, SET_ASIDE}:
            self._forget(name)
        return outcome

    def tries(self, item: T) -> int:
        """Return how often it failed: who did so least goes first, and no suspect waits for it."""
        tried = self._tried(self.name(item))
        return tried.tries if tried else 0

    def is_known(self, item: T) -> bool:
        """Say whether an item did not end well, or a run died that had begun it."""
        return self._tried(self.name(item)) is not None

    def forget_gone(self, listed: AbstractSet[str]) -> None:
        """Forget the items that are in the list no more, now that all of it was seen."""
        # Whoever failed at one of them was overtaken by a run that ended it, or died at its end.
        known, begun = self._notes
        for name in known.keys() - listed:
            self._forget(name)
        for key in {*begun.values()} - {begun[name] for name in begun.keys() & listed}:
            self.state.delete(key)

    def _tried(self, name: str) -> Tried | None:
        known, begun = self._notes
        if name not in known and name in begun:
            self._part(begun[name])
        return known.get(name)

    @cached_property
    def _notes(self) -> tuple[dict[str, Tried], dict[str, str]]:
        """Return the items that did not end well, and the notes of those begun; read but once.

        A note of items that are none of this run's may be that of a run beside it, and stays.
        """
        found, begun = dict[str, Tried](), dict[str, str]()
        now = self.clock.now()
        for key, tried in all_tried(self.state):
            if not key.endswith(f".{self.of}"):
                continue
            if tried.until < now - _LONGEST_WAIT:
                # Nobody has come by it for a day: it is in no list any more.
                self.state.delete(key)
            elif key == self._key(tried.items[0]):
                found[tried.items[0]] = tried
            else:
                begun |= dict.fromkeys(tried.items, key)
        ages = [now - each.since for each in found.values() if each.tries or each.waits]
        if ages:
            seconds = round(max(ages).total_seconds())
            log.logger().warning(
                "items.retried", items=self.of, count=len(ages), retried_seconds=seconds
            )
        return found, begun

    def _try(self, item: T, tried: Tried) -> str:
        with log.each_job():
            try:
                return self.work(item)
            except self.passes:
                raise
            except Exception as error:  # noqa: BLE001 - what one item does must not stop the others
                return self._failed(item, tried, error)

    def _failed(self, item: T, tried: Tried, error: Exception) -> str:
        waits = isinstance(error, UpstreamError) and error.retryable
        _tell(self.of, self.name(item), error)
        count = {"waits": 1} if waits else {"tries": 1}
        later = self._later(tried, error=reason_of(error), **count)
        too_long = self.clock.now() - tried.since >= _LONGEST_WAIT
        self._remember(later)
        if later.tries >= self.most_tries or too_long:
            return self._set_aside(item, later)
        return WAITS if waits else FAILED

    def _set_aside(self, item: T, tried: Tried) -> str:
        """Take an item out of the list; one that cannot be is left to rest, and tried anew."""
        name = self.name(item)
        log.logger().error(
            "item.set_aside", items=self.of, item=name, tries=tried.tries, error=tried.error
        )
        try:
            note = {"reason": tried.error, "tries": tried.tries + tried.waits, **self.about(item)}
            data = json.dumps(note, ensure_ascii=False, sort_keys=True).encode()
            self.state.put(f"{DEAD}{self.of}/{name}.json", data, content_type=_JSON)
            self.aside(item, tried)
        except self.passes:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            _tell(self.of, name, error)
            self._remember(tried.model_copy(update={"until": self.clock.now() + _LONGEST_PAUSE}))
            return FAILED
        self._forget(name)
        return SET_ASIDE

    def _later(self, tried: Tried, *, error: str, tries: int = 0, waits: int = 0) -> Tried:
        counts = {"tries": tried.tries + tries, "waits": tried.waits + waits}
        exponent = min(sum(counts.values()) - 1, 10)
        pause = (self.first_pause or _FIRST_PAUSE) * 2.0**exponent
        until = self.clock.now() + min(_LONGEST_PAUSE, pause)
        return tried.model_copy(update={**counts, "until": until, "error": error})

    def _remember(self, tried: Tried) -> None:
        (name,) = tried.items
        self._notes[0][name] = tried
        write_tried(self._key(name), tried, state=self.state)

    def _forget(self, name: str) -> None:
        self._notes[0].pop(name, None)
        self.state.delete(self._key(name))

    def _key(self, name: str) -> str:
        return f"{PREFIX}{name}.{self.of}"

    def _part(self, key: str) -> None:
        """Have each item of a run that died be tried alone; any of them may have been it."""
        known, begun = self._notes
        died = read_tried(key, state=self.state)
        alone = [died.model_copy(update={"items": (name,)}) for name in died.items] if died else []
        for each in alone:
            (name,) = each.items
            if self.state.create(self._key(name), each.model_dump_json().encode()):
                known.setdefault(name, each)
        for name in [each for each in begun if begun[each] == key]:
            del begun[name]
        self.state.delete(key)


def do_every(items: Iterable[T], work: Callable[[T], R]) -> list[R]:
    """Do every item of an event, then raise the first error, so that the platform repeats it."""
    done, errors = list[R](), list[Exception]()
    for item in items:
        with log.each_job():
            try:
                done.append(work(item))
            except Exception as error:  # noqa: BLE001 - raised again when all are done
                errors.append(error)
    if errors:
        raise errors[0]
    return done


def reason_of(error: Exception) -> str:
    """Return what may be kept of an error: nothing that could quote what somebody has sent."""
    kind = type(error).__name__
    own = isinstance(error, BundleError) and not isinstance(error, InvalidRequestError)
    return f"{kind}: {error}"[:300] if own and str(error) else kind


def _tell(of: str, name: str, error: Exception) -> None:
    fields = {"items": of, "item": name, "error": reason_of(error)}
    if isinstance(error, BundleError):
        log.logger().warning("item.failed", **fields)
    else:
        log.logger().error("item.crashed", exc_info=error, **fields)
