"""The plate of one attempt: claimed, ordered once, waited for, stored on the mount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shared.core import ids
from shared.core.errors import (
    AccountError,
    ModelGoneError,
    ModerationError,
    PayloadTooLargeError,
    PictureError,
    UpstreamError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.jobs.circuits import Circuits
from shared.jobs.control import PICTURE_MODEL
from shared.jobs.model_list import ModelList
from shared.jobs.moving import Moved, move
from shared.jobs.record import JobRecord, Scene
from shared.jobs.sending import is_next
from shared.observability import log
from shared.ports import Clock, JobStore, ObjectStore, SceneModel, SceneOrder, SceneProgress
from shared.results.pictures import PictureLimits, srgb_plate
from shared.styles import style
from shared.workflows.task_workflow import plate_size, scene_texts, shown_facts

# A claim without a ticket that is this old belongs to a run that died between two lines.
_CLAIM_SECONDS = 90
_OVERTAKEN = "this attempt has been overtaken"


class SceneFailedError(UpstreamRejectedError):
    """The picture model will not paint this plate; `moderated` when its content was refused."""

    def __init__(self, reason: str, *, moderated: bool = False) -> None:
        super().__init__(reason)
        self.moderated = moderated


class OvertakenError(UpstreamRejectedError):
    """Another run has gone on with the job; there is nothing left to do here."""


@dataclass(frozen=True)
class PlateRules:
    """Seconds for one plate in all, and between two looks at its order."""

    deadline_seconds: float
    poll_seconds: float
    limits: PictureLimits


@dataclass(frozen=True, kw_only=True)
class Plates:
    """What plates are made with; `make` is the one way in."""

    rules: PlateRules
    jobs: JobStore
    models: ModelList[SceneModel]
    mount: ObjectStore
    circuits: Circuits
    clock: Clock

    def make(self, record: JobRecord, attempt: int) -> tuple[JobRecord, Scene]:
        """Return the record as last seen, and the scene with its plate on the mount.

        Raises SceneFailedError when this plate will never come, UpstreamUnavailableError when it
        has not come yet: the order is recorded, a later run waits on instead of ordering again. An
        order that ends because the service offers its model no more goes to the next model.
        """
        end = self.clock.monotonic() + self.rules.deadline_seconds
        while True:
            newest, scene = self._ordered(record, attempt, end)
            if scene.plate_key:
                return newest, scene
            model = self.models.of(scene.model)
            ended = self._ended(scene.ticket, model, end)
            if ended.postponed not in {"gone", "shrinking"}:
                break
            self.models.pass_over(scene.model, ended.postponed)
            record = self._release(newest)
        if ended.postponed:
            self._release(newest)
            with self.circuits.watching(PICTURE_MODEL):
                raise _postponed(ended)
        if ended.state == "failed":
            raise SceneFailedError(ended.reason, moderated=ended.moderated)
        data = _fetched(ended.url, model, self.rules.limits)
        plate = srgb_plate(data, plate_size(record), self.rules.limits)
        key = ids.plate_key(ids.task_id(record.job_id, attempt))
        self.mount.put(key, plate, content_type="image/png")
        return newest, scene.model_copy(update={"plate_key": key})

    def _ordered(self, record: JobRecord, attempt: int, end: float) -> tuple[JobRecord, Scene]:
        """Return the scene once its order is recorded; one run orders, all others wait for it.

        Each order has a claim of its own: a model that is not offered is released before the next.
        """
        known: JobRecord | None = record
        while self.clock.monotonic() < end:
            claim = self._claim(record.job_id, attempt, known)
            claimed, known = claim.record, None
            if claim.by_us:
                try:
                    return self._order(claimed, attempt)
                except ModelGoneError:
                    known = self._release(claimed)
                    continue
            if claimed.scene and (claimed.scene.ticket or claimed.scene.plate_key):
                return claimed, claimed.scene
            self.clock.sleep(self.rules.poll_seconds)
        msg = "another run has claimed this plate and not ordered it yet"
        raise UpstreamUnavailableError(msg)

    def _claim(self, job_id: str, attempt: int, known: JobRecord | None) -> Moved:
        def decide(newest: JobRecord) -> JobRecord | None:
            scene, now = newest.scene, self.clock.now()
            if not is_next(newest, attempt) or newest.status.is_closed:
                raise OvertakenError(_OVERTAKEN)
            if scene and scene.attempt == attempt:
                dead = now - scene.claimed_at > timedelta(seconds=_CLAIM_SECONDS)
                if scene.ticket or scene.plate_key or not dead:
                    return None
            return newest.note(now=now, scene=Scene(attempt=attempt, claimed_at=now))

        return move(job_id, decide, jobs=self.jobs, known=known)

    def _order(self, record: JobRecord, attempt: int) -> tuple[JobRecord, Scene]:
        try:
            with self.circuits.watching(PICTURE_MODEL):
                model = self.models.of(self.models.offered())
                ticket = model.order(_scene_order(record, attempt, model))
        except ModelGoneError as error:
            self.models.pass_over(model.name, error.reason)
            raise
        except ModerationError as error:
            raise SceneFailedError(str(error), moderated=True) from error
        except (AccountError, UpstreamUnavailableError):
            # Nothing is wrong with this plate: it is ordered again later and counts as no failure.
            # An ambiguous order may be paid for; without its ticket it is lost all the same.
            self._release(record)
            raise
        except UpstreamRejectedError as error:
            raise SceneFailedError(type(error).__name__) from error
        log.logger().info("scene.ordered", job_id=record.job_id, attempt=attempt, model=model.name)
        recorded = self._with_ticket(record, ticket, model)
        self.models.worked(model.name)
        return recorded

    def _with_ticket(
        self, record: JobRecord, ticket: str, model: SceneModel
    ) -> tuple[JobRecord, Scene]:
        if record.scene is None:
            msg = "a plate is claimed before it is ordered"
            raise SceneFailedError(msg)
        ordered = record.scene.model_copy(update={"ticket": ticket, "model": model.name})

        def decide(newest: JobRecord) -> JobRecord | None:
            if newest.status.is_closed:
                raise OvertakenError(_OVERTAKEN)
            if newest.scene != record.scene:
                return None
            paid = newest.pictures_ordered + 1
            return newest.note(now=self.clock.now(), scene=ordered, pictures_ordered=paid)

        moved = move(record.job_id, decide, jobs=self.jobs, known=record)
        if not moved.by_us:
            msg = "another run has taken this plate over"
            raise UpstreamUnavailableError(msg)
        return moved.record, ordered

    def _release(self, record: JobRecord) -> JobRecord:
        def decide(newest: JobRecord) -> JobRecord | None:
            if newest.status.is_closed or newest.scene != record.scene:
                return None
            return newest.note(now=self.clock.now(), scene=None)

        return move(record.job_id, decide, jobs=self.jobs, known=record).record

    def _ended(self, ticket: str, model: SceneModel, end: float) -> SceneProgress:
        """Return the order's end, painted or failed."""
        while True:
            progress = model.progress(ticket)
            if progress.state != "running":
                return progress
            if self.clock.monotonic() + self.rules.poll_seconds > end:
                msg = "the plate is not painted yet"
                raise UpstreamUnavailableError(msg)
            self.clock.sleep(self.rules.poll_seconds)


def _fetched(url: str, model: SceneModel, limits: PictureLimits) -> bytes:
    try:
        return model.fetch(url, max_bytes=limits.max_bytes)
    except PayloadTooLargeError as error:
        # The same order would bring the same picture: another one is needed.
        raise PictureError(str(error)) from error


def _scene_order(record: JobRecord, attempt: int, model: SceneModel) -> SceneOrder:
    look = style(record.painted_style)
    written = record.prompt
    if written is None:
        msg = "the job has no prompt"
        raise SceneFailedError(msg)
    wanted, unwanted = scene_texts(
        look,
        shown_facts(record),
        written.prompt,
        longest=model.longest_prompt,
        plan=record.composition,
    )
    width, height = plate_size(record)
    return SceneOrder(
        prompt=wanted,
        negative_prompt=unwanted,
        width=width,
        height=height,
        seed=record.scene_seed(attempt),
    )


def _postponed(progress: SceneProgress) -> UpstreamError:
    """Return the error for an order that failed through nothing that is wrong with the plate."""
    msg = f"the picture model took the order and gave it up: {progress.reason}"
    return AccountError(msg) if progress.postponed == "account" else UpstreamUnavailableError(msg)
