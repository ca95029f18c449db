"""What drivers and reviewers do by the API, done by an operator: repaint, review, cancel."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from cli.kinds import checked
from cli.operate.show import known_job
from functions.cancel_job.use_case import cancel_job
from functions.repaint_job.schema import RepaintOrder
from functions.repaint_job.use_case import repaint_job
from functions.review_job.schema import Decision
from functions.review_job.use_case import review_job
from shared import bootstrap
from shared.core.callers import Caller
from shared.core.errors import ConflictError
from shared.jobs.accepting import AcceptRules
from shared.jobs.claims import Claims, Reviewer

if TYPE_CHECKING:
    from cli.operate.ports import Ports
    from local.printed import Say
    from shared.jobs.record import JobRecord


def repaint(job: str, changes: dict[str, Any], *, by: str, ports: Ports, say: Say) -> None:
    """Have another poster made of a trip whose job has ended, whatever its end."""
    source = known_job(job, ports)
    order = checked(RepaintOrder, changes)
    if not source.status.is_closed:
        ends = say.next("job", "cancel", source.job_id)
        msg = f"{source.job_id} is open ({source.status.value}); end it first: {ends}"
        raise ConflictError("job_open", msg)
    record = repaint_job(
        source.job_id,
        order,
        _caller(source, by),
        # Without changes it is another picture all the same: each time a new job.
        idempotency_key=uuid.uuid4().hex,
        rules=AcceptRules.of(bootstrap.id_key(), bootstrap.job_settings()),
        admission=bootstrap.admission_rules(),
        control=bootstrap.control(),
        catalogue=bootstrap.catalogue(),
        jobs=ports.jobs,
        invoker=bootstrap.invoker(),
        clock=ports.clock,
    )
    follow = say.next("job", "show", record.job_id)
    say.done(f"{record.job_id} paints it anew; look: {follow}", job=record.job_id, of=source.job_id)


def review(job: str, decision: dict[str, Any], *, by: str, ports: Ports, say: Say) -> None:
    """Decide on a poster that waits for a reviewer, or take the last decision back."""
    seen = known_job(job, ports)
    seconds = bootstrap.job_settings().review_claim_seconds
    record = review_job(
        seen.job_id,
        checked(Decision, decision),
        reviewer=Reviewer.of(_caller(seen, by), bootstrap.id_key()),
        jobs=ports.jobs,
        results=ports.state,
        claims=Claims(state=ports.state, clock=ports.clock, seconds=seconds),
        catalogue=bootstrap.catalogue,
        invoker=bootstrap.invoker(),
        clock=ports.clock,
    )
    status = record.status.value
    say.done(f"{seen.job_id} is {status} after {decision['decision']}", job=seen.job_id, now=status)


def cancel(job: str, *, by: str, ports: Ports, say: Say) -> None:
    """End an open job for good, and withdraw its task."""
    seen = known_job(job, ports)
    told = cancel_job(
        seen.job_id,
        _caller(seen, by),
        id_key=bootstrap.id_key(),
        jobs=ports.jobs,
        queue=bootstrap.queue(),
        clock=ports.clock,
    )
    say.done(f"{seen.job_id} is cancelled; its task: {told.task}", job=seen.job_id, task=told.task)


def _caller(record: JobRecord, by: str) -> Caller:
    """Return an operator as a caller: who may write the bucket may do this for any tenant."""
    return Caller(record.tenant, by, frozenset({"service", "operator"}), name=by)
