"""The error tree: each class says what it means; `status` is what a caller over HTTP sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from shared.core.refusals import Conflict, Refusal

# How an uploaded file may end that was not read to its end.
UploadEnding = Literal["refused", "replaced", "gone"]
# Why a model is passed over: the service knows none of that name, or cuts its quota to the end.
GoneReason = Literal["gone", "shrinking"]


@dataclass(frozen=True)
class Problem:
    """One refused field: an RFC 6901 pointer and what is allowed there.

    `code` is pydantic's type of the error where it found it, or a word of the same kind.
    """

    pointer: str
    detail: str
    code: str = "value_error"


@dataclass(frozen=True)
class Warned:
    """One field of a trip that is not used as it was sent.

    `field` is a pointer as above, `reason` says what was not understood, `assumed` what the poster
    is painted by instead. None repeats what was sent: they are kept with the job.
    """

    # Read back, it keeps what only another release knows; see `shared.core.models.Stored`.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "allow"}

    field: str
    reason: str
    assumed: str


class BundleError(Exception):
    """Base of everything this bundle raises on purpose; `retry_after` is in seconds.

    `code` is the refusal's for programs. `members` are told besides the detail, by these names;
    neither is logged then.
    """

    status = 500
    code: Refusal = "internal"
    title = "Internal error"
    retry_after: int | None = None
    members: Mapping[str, str] = MappingProxyType({})


class InvalidRequestError(BundleError):
    """The request was understood and refused; `problems` says where and why.

    `warnings` says what would not have been used of it, had it been accepted.
    """

    status = 422
    code: Refusal = "invalid"
    title = "The request is not valid"

    def __init__(
        self,
        detail: str = "",
        *,
        problems: tuple[Problem, ...] = (),
        warnings: tuple[Warned, ...] = (),
    ) -> None:
        super().__init__(detail or "; ".join(f"{p.pointer}: {p.detail}" for p in problems))
        self.problems = problems
        self.warnings = warnings


class MalformedRequestError(InvalidRequestError):
    """The body cannot be read at all."""

    status = 400
    code = "unreadable"
    title = "The request cannot be read"


class IdempotencyReuseError(InvalidRequestError):
    """The Idempotency-Key was used before with another body."""

    code = "key_reused"
    title = "Idempotency-Key is already used"


class PayloadTooLargeError(BundleError):
    """The body is larger than the limit."""

    status = 413
    code = "too_large"
    title = "The body is too large"


class UnauthorizedError(BundleError):
    """There is no valid bearer token."""

    status = 401
    code = "unauthorized"
    title = "A valid bearer token is required"


class ForbiddenError(BundleError):
    """The token does not carry the scope."""

    status = 403
    code = "forbidden"
    title = "The token lacks the scope"


class NotFoundError(BundleError):
    """There is no such thing, or none the caller may see."""

    status = 404
    code = "not_found"
    title = "Not found"


class ConflictError(BundleError):
    """The thing is there, and past what was asked for; `members` say more, by name."""

    status = 409
    title = "Not possible any more"
    code: Conflict

    def __init__(self, code: Conflict, detail: str, **members: str) -> None:
        super().__init__(detail)
        self.code = code
        self.members = members


class GoneError(BundleError):
    """It was erased, and nothing brings it back."""

    status = 410
    code = "erased"
    title = "Erased"


class TooManyRequestsError(BundleError):
    """A limit is reached; it says which, and when there is likely to be room again."""

    status = 429
    code = "too_many"
    title = "Too much at once"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class NotAcceptingError(BundleError):
    """New trips are not accepted for the time being."""

    status = 503
    code = "not_accepting"
    title = "No new trips are accepted at the moment"
    retry_after = 60


class WorkflowError(BundleError):
    """A workflow file, its schema or a bound value is wrong."""

    title = "The workflow is not usable"


class UnfinishedError(BundleError):
    """Some of many items are to be tried again; what could be done of the others is."""

    title = "Not everything could be done"


class PictureError(BundleError):
    """Stored bytes are not the picture they should be."""

    title = "The picture is not usable"


class UploadEndedError(BundleError):
    """An uploaded file is not read, or not read on; the message is for whoever sent it."""

    status = 422
    code = "invalid"
    title = "The file is not read"

    def __init__(self, ending: UploadEnding, detail: str) -> None:
        super().__init__(detail)
        self.ending: UploadEnding = ending


class UploadRewrittenError(BundleError):
    """An uploaded file has changed while it was being read; it has to be opened again."""

    title = "The file has changed"


class UpstreamError(BundleError):
    """A service the bundle depends on did not do its part."""

    status = 502
    code: Refusal = "failed_behind"
    title = "A service in the background failed"
    retryable = False


class UpstreamRejectedError(UpstreamError):
    """The service refused; the same call would be refused again."""


class UnreadableRecordError(UpstreamRejectedError):
    """What is stored of one job cannot be read; nothing is wrong with the service."""


class ModerationError(UpstreamRejectedError):
    """The service refused the content."""


class ModelGoneError(UpstreamRejectedError):
    """The service does not offer this model, or less and less of it before its announced end."""

    def __init__(self, detail: str, *, reason: GoneReason = "gone") -> None:
        super().__init__(detail)
        self.reason: GoneReason = reason


class AccountError(UpstreamRejectedError):
    """The service refused us: wrong key, no right, arrears. It refuses every other call too."""


class NoModelLeftError(AccountError):
    """The service offers us none of the models that the settings name."""


class UpstreamUnavailableError(UpstreamError):
    """The service could not answer; a later call may succeed."""

    status = 503
    code = "unavailable"
    retryable = True
    retry_after = 5


class AmbiguousPostError(UpstreamUnavailableError):
    """A post that must not be repeated blindly may or may not have arrived."""


class HeldError(UpstreamUnavailableError):
    """Sending is paused by hand, or a service's circuit is open; `waiting_for` names it."""

    def __init__(self, waiting_for: str) -> None:
        super().__init__(f"held: {waiting_for}")
        self.waiting_for = waiting_for


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" or nothing."""
    import difflib

    close = difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return f", did you mean '{close[0]}'?" if close else ""


def together(*reads: Callable[[], Any]) -> list[Any]:
    """Return what each of the reads gives; one refusal names the faults of all.

    A MalformedRequestError is raised as it comes: there is nothing more to look at.
    """
    found = [_given_or_refused(read) for read in reads]
    refused = [each for each in found if isinstance(each, InvalidRequestError)]
    if refused:
        raise InvalidRequestError(
            problems=tuple(problem for error in refused for problem in error.problems),
            warnings=tuple(warned for error in refused for warned in error.warnings),
        )
    return found


def _given_or_refused(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except MalformedRequestError:
        raise
    except InvalidRequestError as error:
        return error
