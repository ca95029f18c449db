"""Structured logs: static dotted events, data as fields, JSON on standard output."""

from __future__ import annotations

import structlog


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
