"""Who is looking at a poster that waits for a decision, so that two do not decide at once.

`claims/{job_id}/{number}` says who until when. The newest number counts; the next one is created
only where it is not there yet, so of two at once one wins. A claim runs out by itself. With the
decision the claims go, and `claims/{job_id}/decided` keeps the name of whoever decided, for a day
at most: no record has it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from shared.core import ids
from shared.core.callers import Caller
from shared.core.errors import ConflictError, UpstreamUnavailableError
from shared.core.models import Stored, known
from shared.jobs.parts import Review
from shared.ports import Clock, ObjectStore

_DECIDED, _JSON, _BYTES = "decided", "application/json", 10_000
_SOMEBODY = "another reviewer"
_TRIES = 10


@dataclass(frozen=True)
class Reviewer:
    """Who decides: the tenant, the name in records, and what people call them, where they say."""

    tenant: str
    key: str
    name: str = ""

    @classmethod
    def of(cls, caller: Caller, id_key: bytes) -> Reviewer:
        """Return the reviewer that a caller is; its subject is stored nowhere."""
        key = ids.reviewer_key(id_key, caller.tenant, caller.subject)
        return cls(caller.tenant, key, caller.name)


class Claim(Stored):
    """Who looks at a poster until when; `writer` tells two such claims apart."""

    reviewer: str
    name: str
    until: AwareDatetime
    writer: str = ""


class _Decided(Stored):
    reviewer: str
    name: str
    at: AwareDatetime


@dataclass(frozen=True, kw_only=True)
class Claims:
    """The claims of all jobs; a claim holds for `seconds`."""

    state: ObjectStore
    clock: Clock
    seconds: float

    def take(self, job_id: str, who: Reviewer) -> Claim:
        """Return the reviewer's own claim, renewed where it is half over.

        ConflictError while somebody else's holds.
        """
        for _ in range(_TRIES):
            number, newest = self._newest(job_id)
            now = self.clock.now()
            if newest is not None and newest.until > now:
                _refuse_other(newest, who)
                if newest.until - now > timedelta(seconds=self.seconds / 2):
                    return newest
            claim = _claim(who, now + timedelta(seconds=self.seconds))
            if self._create(job_id, number + 1, claim):
                return claim
        raise UpstreamUnavailableError(f"{job_id}: others were first {_TRIES} times")

    def let_go(self, job_id: str, who: Reviewer) -> None:
        """End the reviewer's own claim, if there is one; safe to repeat."""
        number, newest = self._newest(job_id)
        now = self.clock.now()
        if newest is not None and newest.reviewer == who.key and newest.until > now:
            self._create(job_id, number + 1, _claim(who, now))

    def refuse_while_claimed(self, job_id: str, who: Reviewer) -> None:
        """Raise ConflictError while somebody else's claim holds."""
        _, newest = self._newest(job_id)
        if newest is not None and newest.until > self.clock.now():
            _refuse_other(newest, who)

    def decided(self, job_id: str, review: Review, who: Reviewer) -> None:
        """Keep the name of whoever has decided, in place of all claims; safe to repeat."""
        note = _Decided(reviewer=who.key, name=who.name, at=review.at)
        self.state.put(
            _prefix(job_id) + _DECIDED, note.model_dump_json().encode(), content_type=_JSON
        )
        self.end(job_id)

    def end(self, job_id: str) -> None:
        """Remove the claims of a job that waits for no decision any more."""
        for key in list(self._keys(job_id)):
            self.state.delete(key)

    def name_of(self, job_id: str, review: Review) -> str:
        """Return who has decided, as people say, as long as that is known."""
        body = self.state.get(_prefix(job_id) + _DECIDED, max_bytes=_BYTES)
        note = known(_Decided, body)
        same = note is not None and (note.reviewer, note.at) == (review.reviewer, review.at)
        return (note.name if note and same else "") or _SOMEBODY

    def _newest(self, job_id: str) -> tuple[int, Claim | None]:
        """Return the newest claim and its number; a listing may not know of the last ones."""
        number = max((int(key[-6:]) for key in self._keys(job_id)), default=0)
        newest = self._read(job_id, number) if number else None
        while (following := self._read(job_id, number + 1)) is not None:
            number, newest = number + 1, following
        return number, newest

    def _keys(self, job_id: str) -> Iterator[str]:
        prefix = _prefix(job_id)
        found = (item.key for item in self.state.page(prefix).items)
        return (key for key in found if key[len(prefix) :].isdigit())

    def _read(self, job_id: str, number: int) -> Claim | None:
        return known(Claim, self.state.get(_key(job_id, number), max_bytes=_BYTES))

    def _create(self, job_id: str, number: int, claim: Claim) -> bool:
        body = claim.model_dump_json().encode()
        return self.state.create(_key(job_id, number), body, content_type=_JSON)


def claim_keys(job_id: str, *, state: ObjectStore) -> list[str]:
    """Return every key of what is kept of a job's claims."""
    return [item.key for item in state.page(_prefix(job_id)).items]


def moment(at: datetime) -> str:
    """Return a time as it is told: ISO 8601, UTC, whole seconds."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _claim(who: Reviewer, until: datetime) -> Claim:
    return Claim(reviewer=who.key, name=who.name, until=until, writer=secrets.token_hex(8))


def _refuse_other(claim: Claim, who: Reviewer) -> None:
    if claim.reviewer == who.key:
        return
    by, until = claim.name or _SOMEBODY, moment(claim.until)
    msg = f"{by} is looking at this poster until {until}; wait, or ask them to decide"
    raise ConflictError("claimed", msg, claimed_by=by, until=until)


def _prefix(job_id: str) -> str:
    return f"claims/{job_id}/"


def _key(job_id: str, number: int) -> str:
    return f"{_prefix(job_id)}{number:06d}"
