"""Who is signed in: what the session's cookie keeps of them, and what they may do."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request

_KEY = "person"
STAFF = frozenset({"reviewer", "studio", "operator"})
ROLES = STAFF | {"driver"}
# A token that is about to run out would do so while a page is being made.
_LEFT_SECONDS = 5


class SignedOutError(Exception):
    """Nobody is signed in, or no longer."""


class NotAllowedError(Exception):
    """The signed-in person's role does not suffice."""


@dataclass(frozen=True)
class Person:
    """A signed-in person; `token` is what the API checks, until `expires_at` (Unix seconds)."""

    name: str
    scopes: tuple[str, ...]
    token: str
    expires_at: float

    def has(self, *scopes: str) -> bool:
        """Say whether the person has one of these scopes."""
        return not set(scopes).isdisjoint(self.scopes)

    @property
    def is_staff(self) -> bool:
        """Say whether the person sees all posters of the tenant."""
        return self.has(*STAFF)


def signed_in(request: Request) -> Person | None:
    """Return who is signed in, None for nobody."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict):
        return None
    person = Person(**{**kept, "scopes": tuple(kept["scopes"])})
    return person if person.expires_at - _LEFT_SECONDS > time.time() else None


def person_of(request: Request, *scopes: str) -> Person:
    """Return who is signed in; SignedOutError for nobody, NotAllowedError without such a scope."""
    person = signed_in(request)
    if person is None:
        raise SignedOutError
    if scopes and not person.has(*scopes):
        raise NotAllowedError
    return person


def remember(request: Request, person: Person) -> None:
    """Keep a person in the session."""
    kept: dict[str, Any] = asdict(person)
    request.session[_KEY] = kept


def forget(request: Request) -> None:
    """Sign the person out; the chosen language stays."""
    request.session.pop(_KEY, None)
