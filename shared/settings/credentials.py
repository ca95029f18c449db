"""The cloud credentials of this instance, in the two ways Function Compute gives them."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """An access key; with a security token it is a temporary one."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)


_latest: Credentials | None = None
# One instance runs one function; where several share a process, each keeps to its own.
_of_this_invocation: ContextVar[Credentials | None] = ContextVar("credentials", default=None)


def remember(context: object) -> None:
    """Keep the credentials of this invocation's context; Python 3.12 contexts have none."""
    global _latest  # noqa: PLW0603 - one instance, one set of credentials, renewed by the platform
    given = getattr(context, "credentials", None)
    if given is not None:
        own = Credentials(
            access_key_id=given.access_key_id,
            access_key_secret=given.access_key_secret,
            security_token=given.security_token or "",
        )
        _latest = own
        act_as(own)


def act_as(given: Credentials) -> None:
    """Use these for what this thread, or this copy of its context, does from now on."""
    _of_this_invocation.set(given)


def forget() -> None:
    """Know none any more, for a process that goes on without its platform (the local stack)."""
    global _latest  # noqa: PLW0603 - as above
    _latest = None


def from_context() -> Credentials | None:
    """Return what this invocation's context carried, in a thread of its own what the newest did.

    None where contexts carry none.
    """
    return _of_this_invocation.get() or _latest
