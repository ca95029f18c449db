"""Who calls: a JSON Web Token, verified here whatever the gateway did before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared import ids
from shared.errors import ForbiddenError, InvalidRequestError, Problem, UnauthorizedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.setting_groups.identity import IdentitySettings

# Asymmetric only: a shared secret would let every verifier mint tokens.
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_CLAIMS = ("iss", "aud", "exp", "sub", "scope")
ON_BEHALF_OF = "x-driver-id"


@dataclass(frozen=True)
class Caller:
    """A verified caller: tenant, subject, scopes (driver, service, reviewer, operator)."""

    tenant: str
    subject: str
    scopes: frozenset[str]

    def require(self, *scopes: str) -> None:
        """Raise ForbiddenError unless the caller has one of these scopes."""
        if self.scopes.isdisjoint(scopes):
            msg = f"this needs the scope {' or '.join(scopes)}"
            raise ForbiddenError(msg)

    @property
    def sees_all(self) -> bool:
        """Say whether every job of the tenant is the caller's to see."""
        return not self.scopes.isdisjoint({"service", "reviewer", "operator"})


def driver_of(caller: Caller, headers: Mapping[str, str]) -> str:
    """Return the driver that the caller is, or, with the service scope, acts for."""
    if "service" not in caller.scopes:
        return caller.subject
    named = headers.get(ON_BEHALF_OF, "").strip()
    if not named:
        problem = Problem("/headers/X-Driver-Id", "a service names the driver it acts for")
        raise InvalidRequestError(problems=(problem,))
    return named


def driver_key_of(caller: Caller, headers: Mapping[str, str], id_key: bytes) -> str:
    """Return the name in keys of the driver that the caller is or acts for."""
    return ids.driver_key(id_key, tenant=caller.tenant, driver=driver_of(caller, headers))


def verify(headers: Mapping[str, str], settings: IdentitySettings) -> Caller:
    """Return the caller of a request; UnauthorizedError for anything but a good token."""
    import jwt

    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        msg = "send Authorization: Bearer <token>"
        raise UnauthorizedError(msg)
    try:
        claims = jwt.decode(
            token,
            _key(token, settings.jwks),
            algorithms=list(_ALGORITHMS),
            audience=settings.audience,
            issuer=settings.issuer,
            leeway=settings.leeway_seconds,
            options={"require": list(_CLAIMS)},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        # The library's words may quote the token's content; the kind of error says enough.
        msg = f"the token is not accepted: {type(error).__name__.removesuffix('Error')}"
        raise UnauthorizedError(msg) from None
    return _caller(claims)


def _key(token: str, jwks: str) -> Any:
    import jwt

    wanted = jwt.get_unverified_header(token).get("kid")
    keys = json.loads(jwks)["keys"]
    matching = [k for k in keys if k.get("kid") == wanted] if wanted else keys
    if len(matching) != 1:
        msg = "no key of that id"
        raise jwt.InvalidKeyError(msg)
    return jwt.PyJWK(matching[0])


def _caller(claims: Mapping[str, Any]) -> Caller:
    scope, subject = claims["scope"], claims["sub"]
    tenant = claims.get("tenant", "default")
    if not all(isinstance(text, str) and text for text in (scope, subject, tenant)):
        msg = "the token is not accepted: sub, scope and tenant are strings"
        raise UnauthorizedError(msg)
    return Caller(tenant=tenant, subject=subject, scopes=frozenset(scope.split()))
