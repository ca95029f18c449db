"""Who calls, once it is verified."""

from __future__ import annotations

from dataclasses import dataclass

from shared.core.errors import ForbiddenError


@dataclass(frozen=True)
class Caller:
    """A verified caller: tenant, subject, scopes (driver, service, reviewer, operator)."""

    tenant: str
    subject: str
    scopes: frozenset[str]

    def require(self, *scopes: str) -> None:
        """Raise ForbiddenError unless the caller has one of these scopes."""
        if self.scopes.isdisjoint(scopes):
            raise ForbiddenError(f"this needs the scope {' or '.join(scopes)}")

    @property
    def sees_all(self) -> bool:
        """Say whether every job of the tenant is the caller's to see."""
        return not self.scopes.isdisjoint({"service", "reviewer", "operator"})
