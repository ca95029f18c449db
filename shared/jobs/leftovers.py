"""Results that lost: written by a run that did not come to close the job."""

from __future__ import annotations

from shared.core.ids import result_folder, results_prefix, task_id
from shared.jobs.record import JobRecord, JobStatus
from shared.observability import log
from shared.ports import ObjectStore


def remove_losing_results(record: JobRecord, *, results: ObjectStore) -> int:
    """Delete the files of a closed job that its record does not name; return how many.

    Only a task that was rendered can have left any. Nobody writes more: whoever begins to store
    sees the closing record first, and a run that was writing before it comes here by its
    repetition.
    """
    if record.status is JobStatus.ERASED:
        return _remove(record, "", results)
    kept = record.result.folder if record.result else ""
    rendered = {step.attempt for step in record.history if step.status is JobStatus.RENDERED}
    folders = {result_folder(record.job_id, task_id(record.job_id, n)) for n in rendered}
    if not record.status.is_closed or not folders - {kept}:
        return 0
    return _remove(record, kept, results)


def _remove(record: JobRecord, kept: str, results: ObjectStore) -> int:
    found = [item.key for item in results.page(results_prefix(record.job_id)).items]
    losing = [key for key in found if not kept or not key.startswith(kept)]
    for key in losing:
        results.delete(key)
    if losing:
        log.logger().info("results.removed", job_id=record.job_id, files=len(losing))
    return len(losing)
