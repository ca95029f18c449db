"""What can go wrong: a refusal with its problem details (RFC 9457), no answer, no patience.

TripPostersError
├── ApiError                 refused; status, title, detail, problems, retry_after
│   ├── BadRequestError      400, 413, 422: the request, its fields
│   ├── UnauthorizedError    401
│   ├── ForbiddenError       403
│   ├── NotFoundError        404
│   ├── ConflictError        409
│   ├── GoneError            410: it was erased
│   ├── TooManyRequestsError 429: wait for `retry_after` seconds
│   └── ServerError          5xx
├── NoAnswerError            no connection, no complete answer, no time left
└── WaitTimeoutError         the poster did not come in the time that was given
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldProblem:
    """One refused field: an RFC 6901 pointer, and what is allowed there."""

    pointer: str
    detail: str


class TripPostersError(Exception):
    """Base of everything this client raises on purpose."""


class ApiError(TripPostersError):
    """The interface said no; `retry_after` is in seconds, where it named a time."""

    def __init__(
        self,
        status: int,
        *,
        title: str,
        detail: str = "",
        problems: tuple[FieldProblem, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        fields = "".join(f"\n  {each.pointer}: {each.detail}" for each in problems)
        super().__init__(f"{status} {title}: {detail}".rstrip(": ") + fields)
        self.status = status
        self.title = title
        self.detail = detail
        self.problems = problems
        self.retry_after = retry_after


class BadRequestError(ApiError):
    """The request is wrong; asking again changes nothing."""


class UnauthorizedError(ApiError):
    """The token is missing or not accepted."""


class ForbiddenError(ApiError):
    """The token's scope does not suffice."""


class NotFoundError(ApiError):
    """There is no such thing, or not for this caller."""


class ConflictError(ApiError):
    """It is past what was asked for, or not yet there."""


class GoneError(ApiError):
    """It was erased."""


class TooManyRequestsError(ApiError):
    """A limit is reached."""


class ServerError(ApiError):
    """The service could not do its part."""


class NoAnswerError(TripPostersError):
    """No complete answer came within the deadline."""


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
