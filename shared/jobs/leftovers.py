"""Results that lost: written by a run that did not come to close the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import log
from shared.ids import results_prefix

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord
    from shared.ports import ObjectStore


def remove_losing_results(record: JobRecord, *, results: ObjectStore) -> int:
    """Delete the files of a closed job that its record does not name; return how many.

    Nobody else writes any: whoever begins to store sees the closing record first, and a run
    that was writing before it comes here by its repetition.
    """
    if not record.status.is_closed:
        return 0
    kept = record.result.folder if record.result else None
    found = [item.key for item in results.page(results_prefix(record.job_id)).items]
    losing = [key for key in found if kept is None or not key.startswith(kept)]
    for key in losing:
        results.delete(key)
    if losing:
        log.logger().info("results.removed", job_id=record.job_id, files=len(losing))
    return len(losing)
