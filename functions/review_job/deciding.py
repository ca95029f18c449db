"""What a decision makes of a job's record; pure, for it is asked again if others were first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from functions.review_job.schema import Decision
from shared.composition import relit_of_job
from shared.core.errors import ConflictError
from shared.core.refusals import Conflict
from shared.jobs.access import no_such_job
from shared.jobs.claims import Reviewer
from shared.jobs.notices import turn_of
from shared.jobs.record import Composition, Failure, JobRecord, JobStatus, Painting, Review

REJECTED = Failure(code="rejected", detail="A reviewer did not let this poster pass.")
_S = JobStatus
_DONE = {
    "approve": "approved this poster",
    "reject": "rejected this poster",
    "repaint": "ordered another picture",
    "take_back": "took the last decision back",
}
_TELLS_NOTHING = {"at", "attempt", "withdrawn"}
Recompose = Callable[[JobRecord], Composition | None]


class NotWaitingError(ConflictError):
    """There is nothing to decide; `review` is the decision that was made, if there is one."""

    def __init__(self, code: Conflict, detail: str, review: Review | None = None) -> None:
        super().__init__(code, detail)
        self.review = review


@dataclass(frozen=True)
class Deciding:
    """A decision of a reviewer at a time; `recompose` gives the plan that a repaint asks for."""

    decision: Decision
    reviewer: Reviewer
    now: datetime
    recompose: Recompose = relit_of_job

    def following(self, newest: JobRecord) -> JobRecord | None:
        """Return the next version, None where this was decided already.

        Raises NotFoundError, NotWaitingError.
        """
        if newest.tenant != self.reviewer.tenant or newest.status is _S.ERASED:
            raise no_such_job()
        review, looked_at = self._review(newest), self.decision.attempt
        if _was_decided_so(newest, review, looked_at=looked_at):
            return None
        if looked_at not in {None, newest.attempt}:
            msg = "another attempt waits for a decision than the one that was looked at"
            raise NotWaitingError("other_attempt", msg)
        if review.decision == "take_back":
            return _taken_back(newest, review)
        refuse_unless_waiting(newest)
        return self._decided(newest, review)

    def _review(self, newest: JobRecord) -> Review:
        told = self.decision.model_dump()
        return Review(
            **{**told, "attempt": newest.attempt}, reviewer=self.reviewer.key, at=self.now
        )

    def _decided(self, newest: JobRecord, review: Review) -> JobRecord:
        now, attempt, reviews = review.at, newest.attempt, (*newest.reviews, review)
        if review.decision == "approve":
            return newest.to(_S.SUCCEEDED, now=now, attempt=attempt, reviews=reviews)
        if review.decision == "reject":
            changes = {"reviews": reviews, "failure": REJECTED}
            return newest.to(_S.FAILED, now=now, attempt=attempt, **changes)
        styled = newest.model_copy(update={"style_override": review.style or newest.style_override})
        return newest.note(
            now=now,
            reviews=reviews,
            repaint_after=attempt,
            turned_down=(*newest.turned_down, attempt),
            before_repaint=Painting(**{name: getattr(newest, name) for name in _PAINTING}),
            paint_invocations=newest.paint_invocations + 1,
            style_override=styled.style_override,
            # Another style may show another hour.
            composition=self.recompose(styled),
            seed_override=review.seed,
            seed_attempt=newest.attempts + 1,
            scene=None,
            scene_failures=0,
        )


_PAINTING = tuple(Painting.model_fields)


def is_to_be_repainted(record: JobRecord) -> bool:
    """Say whether a repaint was asked for that has not begun."""
    waits = record.status is _S.NEEDS_REVIEW
    return waits and record.repaint_after == record.attempt


def refuse_unless_waiting(record: JobRecord) -> None:
    """Raise NotWaitingError for a job that waits for no decision."""
    if record.status is not _S.NEEDS_REVIEW or is_to_be_repainted(record):
        last = record.reviews[-1] if record.reviews else None
        decided = last is not None and last.decision != "take_back"
        code: Conflict = "already_decided" if decided else "not_waiting"
        raise NotWaitingError(code, "this job does not wait for a decision", last)


def said(review: Review) -> str:
    """Return what was decided, in words that go behind a name."""
    return _DONE[review.decision]


def _was_decided_so(newest: JobRecord, review: Review, *, looked_at: int | None) -> bool:
    if not newest.reviews:
        return False
    last = newest.reviews[-1]
    same = last.model_dump(exclude=_TELLS_NOTHING) == review.model_dump(exclude=_TELLS_NOTHING)
    waits_anew = newest.status is _S.NEEDS_REVIEW and last.attempt != newest.attempt
    return same and looked_at in {None, last.attempt} and (not waits_anew or looked_at is not None)


def _taken_back(newest: JobRecord, review: Review) -> JobRecord:
    last = newest.reviews[-1] if newest.reviews else None
    decision = last.decision if last and last.attempt == newest.attempt else ""
    if newest.status is _S.SUCCEEDED and decision == "approve":
        turn = turn_of(newest) if newest.is_public else 0
        return _waiting_again(newest, review.model_copy(update={"withdrawn": turn}))
    rejected = newest.failure is not None and newest.failure.code == REJECTED.code
    if newest.status is _S.FAILED and rejected and decision == "reject":
        return _waiting_again(newest, review)
    if is_to_be_repainted(newest) and decision == "repaint":
        return _not_repainted(newest, review)
    raise NotWaitingError(*_why_not(newest, last), last)


def _waiting_again(newest: JobRecord, review: Review) -> JobRecord:
    changes = {"reviews": (*newest.reviews, review), "failure": None}
    return newest.to(_S.NEEDS_REVIEW, now=review.at, attempt=newest.attempt, **changes)


def _not_repainted(newest: JobRecord, review: Review) -> JobRecord:
    before = newest.before_repaint or Painting(composition=newest.composition)
    return newest.note(
        now=review.at,
        reviews=(*newest.reviews, review),
        repaint_after=0,
        turned_down=tuple(each for each in newest.turned_down if each != newest.attempt),
        before_repaint=None,
        **{name: getattr(before, name) for name in _PAINTING},
    )


def _why_not(record: JobRecord, last: Review | None) -> tuple[Conflict, str]:
    none: Conflict = "nothing_to_take_back"
    if record.status is _S.NEEDS_REVIEW:
        return none, "this poster waits for a decision: there is none to take back"
    if last is not None and last.decision == "repaint" and not record.status.is_closed:
        said = "the next picture is on its way; decide on that one when it is there"
        return "repaint_under_way", said
    if record.status is _S.SUCCEEDED:
        return none, "nobody decided on this poster; to take it from others, stop sharing it"
    if record.status is _S.FAILED and record.failure is not None:
        said = f"the job has ended by itself ({record.failure.code}); have it repainted"
        return "job_ended", said
    return none, f"the job is {record.status.value}: there is no decision to take back"
