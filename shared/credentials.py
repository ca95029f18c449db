"""The cloud credentials of this instance, in the two ways Function Compute gives them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """An access key; with a security token it is a temporary one."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)


_latest: Credentials | None = None


def remember(context: object) -> None:
    """Keep the credentials of this invocation's context; Python 3.12 contexts have none."""
    global _latest  # noqa: PLW0603 - one instance, one set of credentials, renewed by the platform
    given = getattr(context, "credentials", None)
    if given is not None:
        _latest = Credentials(
            access_key_id=given.access_key_id,
            access_key_secret=given.access_key_secret,
            security_token=given.security_token or "",
        )


def from_context() -> Credentials | None:
    """Return what the newest context carried, None where contexts carry none."""
    return _latest
