"""Posters that wait for a decision: their queue, who holds one, and what a reviewer sees of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, NamedTuple

from client.trip_posters.errors import ApiError, ConflictError, NoAnswerError
from client.trip_posters.models import read_time
from studio.api import Api, job_path

# The wall is newest first, and who has waited longest is at its end: so much is looked through.
_PAGES, _AT_ONCE = 6, 100
_LOOK_SECONDS, _RENEW_SECONDS, _LEAST_SECONDS = 8, 45, 3
_WAITS = "needs_review"
_FAULTS = ("failed", "doubted")


@dataclass(frozen=True)
class Standing:
    """How a poster stands towards whoever looks at it.

    `state`: mine, unsure (the claim got no answer), held (by somebody until `at`), decided (by
    somebody, at `at`), repainting, closed, none (there is no poster), wrong or lost (of an order).
    `error` is the refusal that said so.
    """

    state: str
    by: str = ""
    at: str = ""
    decision: str = ""
    error: ApiError | None = None

    @property
    def again_seconds(self) -> int:
        """Return when to claim again: well before the own claim ends, soon after another's."""
        if self.state != "mine":
            return _LOOK_SECONDS
        left = read_time(self.at) - datetime.now(timezone.utc)
        return round(min(_RENEW_SECONDS, max(_LEAST_SECONDS, left.total_seconds() / 3)))

    @property
    def may_decide(self) -> bool:
        """Say whether a decision is worth a try."""
        return self.state in {"mine", "unsure"}


class Score(NamedTuple):
    """A measure with its limit; `filled` and `mark` are where a bar of 100 has value and limit.

    `unbound`: why the limit does not bind, "" where it does.
    """

    measure: str
    meaning: str
    value: float | None
    limit: float | None
    wanted: str
    outcome: str
    unbound: str
    filled: float
    mark: float


@dataclass(frozen=True)
class Seen:
    """What a reviewer sees of a poster: no name, no address, nothing that the driver wrote."""

    job: Mapping[str, Any]
    facts: Mapping[str, Any]
    picture: str
    full: str
    size: Sequence[int]
    badge: Sequence[int]
    reasons: Sequence[Score]
    passed: Sequence[Score]
    remedies: Sequence[str]
    reviews: Sequence[Mapping[str, Any]]


def queue(api: Api) -> tuple[list[dict[str, Any]], bool]:
    """Return the posters that wait, the oldest first, and whether these are all."""
    entries: list[dict[str, Any]] = []
    cursor = None
    for _ in range(_PAGES):
        told = api.get("/v1/wall", status=_WAITS, limit=_AT_ONCE, cursor=cursor)
        entries += told["entries"]
        cursor = told["cursor"]
        if cursor is None:
            break
    return sorted(entries, key=lambda each: str(each["created_at"])), cursor is None


def claimed(api: Api, job: Mapping[str, Any]) -> Standing:
    """Claim a poster for whoever asks, where it waits, and return how it stands then."""
    told = _without_claim(job)
    if told is not None:
        return told
    try:
        answer = api.send("PUT", job_path(job["job_id"], "claim"), {})
    except ConflictError as error:
        return refused(error)
    except NoAnswerError:
        return Standing("unsure")
    return Standing("mine", answer["by"], answer["until"])


def claimed_anew(api: Api, job_id: str) -> Standing:
    """Renew a claim; of a poster that is not to be had any more, return what became of it."""
    try:
        answer = api.send("PUT", job_path(job_id, "claim"), {})
    except NoAnswerError:
        return Standing("unsure")
    except ConflictError as error:
        told = refused(error)
        return told if told.state != "closed" else claimed(api, api.get(job_path(job_id)))
    return Standing("mine", answer["by"], answer["until"])


def refused(error: ConflictError) -> Standing:
    """Return why a claim or a decision came too late, by what the API says besides its sentence."""
    told = {name: str(value) for name, value in error.members.items()}
    if "claimed_by" in told:
        return Standing("held", told["claimed_by"], told.get("until", ""))
    if "decided_by" in told:
        at, what = told.get("decided_at", ""), told.get("decision", "")
        return Standing("decided", told["decided_by"], at, what)
    # Another order may do; all else is over.
    state = "wrong" if error.code == "vehicle_not_offered" else "closed"
    return Standing(state, error=error)


def seen(job: Mapping[str, Any]) -> Seen:
    """Return what the page shows of a job as the API tells it to staff."""
    told, poster = job.get("inspection") or {}, job.get("poster") or {}
    evidence = told.get("evidence") or {}
    scores = [_score(each) for each in told.get("scores", ())]
    return Seen(
        job=job,
        facts=told.get("facts") or {},
        picture=_link(poster, "app_copy"),
        full=_link(poster, "master"),
        size=evidence.get("size") or (),
        badge=evidence.get("badge_box") or (),
        reasons=sorted((s for s in scores if s.outcome in _FAULTS), key=_gravity),
        passed=[s for s in scores if s.outcome not in _FAULTS],
        remedies=told.get("remedies") or poster.get("remedies") or (),
        reviews=told.get("reviews") or (),
    )


def _without_claim(job: Mapping[str, Any]) -> Standing | None:
    """Return how a poster stands that nobody can claim, None for one that waits."""
    reviews = (job.get("inspection") or {}).get("reviews") or [{}]
    last = reviews[-1]
    by, at, decision = (str(last.get(name) or "") for name in ("by", "at", "decision"))
    if job["status"] == _WAITS:
        orders = decision == "repaint" and last.get("attempt") == job["attempt"]
        return Standing("repainting", by, at, decision) if orders else None
    if decision in {"approve", "reject"}:
        return Standing("decided", by, at, decision)
    return Standing("closed")


def _score(told: Mapping[str, Any]) -> Score:
    value, limit = told.get("value"), told.get("limit")
    # The longest bar is twice the limit, or somewhat more than what was measured.
    most = max(2 * abs(limit or 0), 1.05 * abs(value or 0)) or 1.0
    share = [100 * min(1.0, max(0.0, abs(each or 0) / most)) for each in (value, limit)]
    return Score(
        told["measure"], told.get("meaning") or "", value, limit, told.get("wanted") or "at_most",
        told["outcome"], told.get("unbound") or "", round(share[0], 1), round(share[1], 1),
    )  # fmt: skip


def _gravity(score: Score) -> int:
    return _FAULTS.index(score.outcome)


def _link(poster: Mapping[str, Any], name: str) -> str:
    return str((poster.get(name) or {}).get("url") or "")
