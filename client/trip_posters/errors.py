"""What can go wrong: a refusal with its problem details (RFC 9457), no answer, no patience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldProblem:
    """One refused field: an RFC 6901 pointer, what is allowed there, and the kind of the fault."""

    pointer: str
    detail: str
    code: str = ""


class TripPostersError(Exception):
    """Base of everything this client raises on purpose."""


class ApiError(TripPostersError):
    """The interface said no, by one of the classes below; `retry_after` is in seconds, or None.

    `code` is the reason for programs, "" where none came. `members` are what the problem details
    say besides, such as who was first, by name.
    """

    def __init__(
        self,
        status: int,
        *,
        title: str,
        detail: str = "",
        code: str = "",
        problems: tuple[FieldProblem, ...] = (),
        retry_after: float | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        fields = "".join(f"\n  {each.pointer}: {each.detail}" for each in problems)
        super().__init__(f"{status} {title}: {detail}".rstrip(": ") + fields)
        self.status, self.title, self.detail, self.code = status, title, detail, code
        self.problems, self.retry_after = problems, retry_after
        self.members = dict(members or {})


class BadRequestError(ApiError):
    """400, 413, 422: the request is wrong; asking again changes nothing."""


class UnauthorizedError(ApiError):
    """401: the token is missing or not accepted."""


class ForbiddenError(ApiError):
    """403: the token's scope does not suffice."""


class NotFoundError(ApiError):
    """404: there is no such thing, or not for this caller."""


class ConflictError(ApiError):
    """409: it is past what was asked for, or not yet there."""


class GoneError(ApiError):
    """410: it was erased."""


class TooManyRequestsError(ApiError):
    """429: a limit is reached; wait for `retry_after` seconds."""


class ServerError(ApiError):
    """5xx: the service could not do its part."""


class NoAnswerError(TripPostersError):
    """No connection, or no complete answer within the deadline."""


class WaitTimeoutError(TripPostersError):
    """The job was still open when the time for waiting was over."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    413: BadRequestError,
    422: BadRequestError,
    429: TooManyRequestsError,
}


def error_class(status: int) -> type[ApiError]:
    """Return the class of a refusal."""
    return _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
