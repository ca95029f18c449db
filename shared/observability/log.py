"""Structured logs: static dotted events, data as fields, JSON on standard output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

# Whether the lines of an invocation speak of one job, or of many by turns.
_one_job: ContextVar[bool] = ContextVar("one_job", default=False)


def configure(level: str) -> None:
    """Set up once; whoever runs the functions (a test, the local stack) may have done it."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


def logger() -> structlog.typing.FilteringBoundLogger:
    """Return the logger; the entry point has bound function and request id to its context."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return bound


def begin(**fields: str) -> None:
    """Begin the lines of an invocation: each of them bears these fields."""
    clear_contextvars()
    _one_job.set(False)
    bind_contextvars(**fields)


def speak_of_one_job(**fields: str) -> None:
    """From now on the lines of this invocation are about the job that is loaded."""
    _one_job.set(True)
    bind_contextvars(**fields)


@contextmanager
def each_job() -> Iterator[None]:
    """Of many jobs treat one: the lines inside are about the job that is loaded there."""
    before, mark = get_contextvars(), _one_job.set(True)
    try:
        yield
    finally:
        _one_job.reset(mark)
        clear_contextvars()
        bind_contextvars(**before)


def follow(job_id: str, trace_id: str) -> None:
    """Have further lines name this job and bear its trace id, where they speak of one job.

    Another trace id that the request itself has is kept beside it.
    """
    if not _one_job.get():
        return
    own = get_contextvars().get("trace_id", trace_id)
    bind_contextvars(job_id=job_id, **({"trace_id": trace_id} if trace_id else {}))
    if trace_id and own != trace_id:
        bind_contextvars(request_trace_id=own)
