"""Accept a driver's trip, if there is room for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.jobs.accepting import AcceptRules, Submission, accept, first_record
from shared.jobs.admission import AdmissionRules, admit

if TYPE_CHECKING:
    from shared.jobs.control import Control
    from shared.jobs.record import JobRecord
    from shared.ports import Clock, FunctionInvoker, JobStore
    from shared.vehicles.catalogue import Catalogue


def submit_trip(
    submission: Submission,
    *,
    rules: AcceptRules,
    admission: AdmissionRules,
    control: Control,
    catalogue: Catalogue,
    jobs: JobStore,
    invoker: FunctionInvoker,
    clock: Clock,
) -> JobRecord:
    """Return the job of this request: a new one, or the one it met before.

    Raises InvalidRequestError (unknown style or vehicle), IdempotencyReuseError, and
    TooManyRequestsError or NotAcceptingError, never for a job that was accepted before.
    """
    record = first_record(submission, rules=rules, catalogue=catalogue, clock=clock)
    admit(record, rules=admission, control=control, jobs=jobs)
    return accept(record, jobs=jobs, invoker=invoker)
