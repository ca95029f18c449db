"""A task has ended: store its poster and close the job, or have another attempt made."""

from __future__ import annotations

import hashlib

from functions.store_result.poster import Poster, make_poster, wanted_words
from shared.core import ids
from shared.core.errors import NotFoundError, PictureError
from shared.jobs.closing import AnnounceMode, fail, finish, succeed
from shared.jobs.leftovers import remove_losing_results
from shared.jobs.moving import load_for, move
from shared.jobs.recalling import end_recalled, recalled_renders, refuse_shown, without_recalled
from shared.jobs.record import Failure, JobRecord, JobStatus, StoredResult
from shared.observability import log
from shared.observability.tracing import job_order
from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore
from shared.quality.remedies import beyond_repaint, remedies
from shared.quality.score import score_of
from shared.quality.second_look import SecondLook, opinion_on
from shared.quality.thresholds import Thresholds
from shared.results.files import MANIFEST
from shared.results.manifest import manifest
from shared.results.pictures import PictureLimits

_MOST_REASON = 500
_GATE = "gate: "


def store_result(
    task_id: str,
    *,
    limits: PictureLimits,
    thresholds: Thresholds,
    producer: str,
    max_attempts: int,
    announce: AnnounceMode,
    jobs: JobStore,
    mount: ObjectStore,
    results: ObjectStore,
    invoker: FunctionInvoker,
    clock: Clock,
    second_look: SecondLook | None = None,
) -> JobRecord:
    """Close the job with this task's poster, unless another run or attempt was first.

    A poster that fails the gate is painted anew; after the last attempt it is stored for review,
    and so is, at once, one that fails by nothing a new plate could cure, and one that is doubted.
    The files are named by the task and have the same bytes on every run, so a run that died
    half-way is repeated whole; the closing record is the commit point.
    """
    record = _record_of(task_id, jobs=jobs)
    if not _is_rendered(record, task_id):
        remove_losing_results(record, results=results)
        finish(record, jobs=jobs, cleaned=True)
        return record
    recalled = recalled_renders(record, mount=mount)
    ended = end_recalled(record, recalled, jobs=jobs, mount=mount, clock=clock)
    if ended is not None:
        return ended
    if record.ended is not None and record.ended.outcome == "done":
        try:
            poster = make_poster(
                record, mount=mount, limits=limits, thresholds=thresholds, producer=producer
            )
            refuse_shown(poster.vehicle, recalled)
            passed = poster.verdict.passed
            is_final = passed or beyond_repaint(poster.verdict.failures)
            if is_final or _is_last(record, max_attempts, clock):
                stored = _store(record, poster, results, thresholds)
                result = _looked_at(record, poster, stored, second_look)
                kept = succeed(
                    record.job_id,
                    record.attempt,
                    result,
                    announce=announce,
                    passed=passed and not result.doubts,
                    jobs=jobs,
                    clock=clock,
                    known=record,
                )
                remove_losing_results(kept, results=results)
                return kept
            reason = f"{_GATE}{poster.verdict.summary()}"[:_MOST_REASON]
        except PictureError as error:
            reason = str(error)
        record = _refuse(record, reason, recalled, jobs=jobs, clock=clock)
    return _again_or_fail(
        record, max_attempts=max_attempts, jobs=jobs, invoker=invoker, clock=clock
    )


def _is_last(record: JobRecord, max_attempts: int, clock: Clock) -> bool:
    return record.gpu_tasks >= max_attempts or clock.now() >= record.ends_at


def _is_rendered(record: JobRecord, task_id: str) -> bool:
    return record.status is JobStatus.RENDERED and record.task_id == task_id


def _record_of(task_id: str, *, jobs: JobStore) -> JobRecord:
    named = ids.split_task_id(task_id)
    if named is None:
        msg = "the task id is not one of ours"
        raise NotFoundError(msg)
    return load_for(lambda seen: _is_rendered(seen, task_id), named[0], jobs=jobs)


def _store(
    record: JobRecord, poster: Poster, results: ObjectStore, thresholds: Thresholds
) -> StoredResult:
    folder = ids.result_folder(record.job_id, record.task_id)
    evidence = poster.evidence()
    for copy in (*poster.copies, *evidence.copies):
        results.put(folder + copy.name, copy.data, content_type=copy.media_type)
    verdict = poster.verdict
    missing = poster.missing_characters
    if missing:
        # How many: which they are is the driver's own title.
        log.logger().warning(
            "result.characters_missing", task_id=record.task_id, characters=len(missing)
        )
    told = remedies(verdict.scores, (*verdict.failures, *verdict.doubts), thresholds)
    described = manifest(
        record,
        poster.copies,
        poster.app_copy,
        verdict,
        told,
        missing,
        vehicle=poster.vehicle,
        choice=poster.choice,
    )
    results.put(folder + MANIFEST, described, content_type="application/json")
    return StoredResult(
        folder=folder,
        manifest_sha256=hashlib.sha256(described).hexdigest(),
        protected_pixels=int(verdict.scores["master.protected_pixels"]),
        protected_pixels_changed=int(verdict.scores["master.protected_changed"]),
        app_copy=poster.app_copy,
        vehicle=poster.vehicle,
        choice=poster.choice,
        scores=dict(verdict.scores),
        failures=verdict.failures,
        doubts=verdict.doubts,
        remedies=told,
        missing_characters=missing,
        evidence=evidence.kept,
        score=score_of(verdict.scores, verdict.failures, thresholds),
    )


def _looked_at(
    record: JobRecord, poster: Poster, result: StoredResult, look: SecondLook | None
) -> StoredResult:
    """Add what a model doubts; it is asked where a poster would be delivered without a look.

    Its opinion may be another one on a second run, so it stands in the record alone, which is
    written once, and not in the manifest.
    """
    if look is None or result.failures or result.doubts:
        return result
    heard = opinion_on(poster.view(), wanted_words(record), look, task_id=record.task_id)
    if heard is None:
        return result
    opinion, model = heard
    scores = {**result.scores, **opinion.scores()}
    told = {"scores": scores, "doubts": opinion.doubts(look.least), "judge_model": model}
    return result.model_copy(update=told)


def _refuse(
    record: JobRecord, reason: str, recalled: frozenset[str], *, jobs: JobStore, clock: Clock
) -> JobRecord:
    """Note that the task's picture is not one to deliver: for the job the task has failed."""
    by = "gate" if reason.startswith(_GATE) else "checks"
    log.logger().warning("result.refused", task_id=record.task_id, by=by, reason=reason)
    if record.ended is None:
        return record
    refused = record.ended.model_copy(update={"outcome": "failed", "reason": reason})

    def decide(newest: JobRecord) -> JobRecord | None:
        same = newest.status is JobStatus.RENDERED and newest.ended == record.ended
        if not same or newest.attempt != record.attempt:
            return None
        turned_down = (*newest.turned_down, record.attempt)
        told = {"ended": refused, "composition": without_recalled(newest, recalled)}
        return newest.note(now=clock.now(), turned_down=turned_down, **told)

    return move(record.job_id, decide, jobs=jobs, known=record).record


def _again_or_fail(
    record: JobRecord,
    *,
    max_attempts: int,
    jobs: JobStore,
    invoker: FunctionInvoker,
    clock: Clock,
) -> JobRecord:
    if _is_last(record, max_attempts, clock):
        return fail(record.job_id, _failure(record), jobs=jobs, clock=clock, known=record)

    def decide(newest: JobRecord) -> JobRecord | None:
        same = newest.status is JobStatus.RENDERED and newest.attempt == record.attempt
        if not same or newest.repaint_after == record.attempt:
            return None
        paint, now = newest.paint_invocations + 1, clock.now()
        return newest.note(now=now, repaint_after=record.attempt, paint_invocations=paint)

    newest = move(record.job_id, decide, jobs=jobs, known=record).record
    if newest.status is JobStatus.RENDERED and newest.attempt == record.attempt:
        task = ids.paint_invocation(newest.job_id, newest.paint_invocations)
        invoker.invoke("paint_trip", job_order(newest), task_id=task)
    return newest


def _failure(record: JobRecord) -> Failure:
    reason = record.ended.reason if record.ended else ""
    return Failure(code="render_failed", detail=f"{record.gpu_tasks} tasks failed: {reason}")
