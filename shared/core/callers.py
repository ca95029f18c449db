"""Who calls, once it is verified."""

from __future__ import annotations

from dataclasses import dataclass

from shared.core.errors import ForbiddenError

# Whom a maker and an operator have: who decides on posters, who makes what they show, who runs it.
STAFF = frozenset({"reviewer", "studio", "operator"})


@dataclass(frozen=True)
class Caller:
    """A verified caller: tenant, subject, scopes (driver, service, and the staff's).

    `name` is how the token calls a person, "" where it does not; it is recorded nowhere.
    """

    tenant: str
    subject: str
    scopes: frozenset[str]
    name: str = ""

    def require(self, *scopes: str) -> None:
        """Raise ForbiddenError unless the caller has one of these scopes."""
        if self.scopes.isdisjoint(scopes):
            raise ForbiddenError(f"this needs the scope {' or '.join(scopes)}")

    @property
    def sees_all(self) -> bool:
        """Say whether every job of the tenant is the caller's to see."""
        return self.is_staff or "service" in self.scopes

    @property
    def is_staff(self) -> bool:
        """Say whether the caller works for the maker or for the operator."""
        return not self.scopes.isdisjoint(STAFF)
