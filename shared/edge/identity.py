"""Who calls: a JSON Web Token, verified here whatever the gateway did before."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.core import ids, naming
from shared.core.callers import Caller
from shared.core.errors import InvalidRequestError, Problem, UnauthorizedError
from shared.edge import jwks

if TYPE_CHECKING:
    from shared.settings.identity import IdentitySettings

_CLAIMS = ("iss", "aud", "exp", "sub", "scope")
ON_BEHALF_OF = "x-driver-id"
# What may be one name or another: a header that came twice, text that was encoded some other way.
_AMBIGUOUS = re.compile(r"(?!utf-8').*(?:,|%[0-9a-f]{2}|=\?)", re.IGNORECASE)
_ENCODED = "encode anything but plain ASCII, commas and percent signs too, as UTF-8''%E5%8F%B8"


def driver_of(caller: Caller, headers: Mapping[str, str]) -> str:
    """Return the driver that the caller is, or, with the service scope, acts for."""
    if "service" not in caller.scopes:
        return caller.subject
    given = headers.get(ON_BEHALF_OF, "")
    named = naming.name_in_header(given)
    if named is None or _AMBIGUOUS.match(given):
        said = f"{naming.RULE}; {_ENCODED} (RFC 8187)"
        detail = said if given else "a service names the driver it acts for"
        raise InvalidRequestError(problems=(Problem("/headers/X-Driver-Id", detail),))
    return named


def driver_key_of(caller: Caller, headers: Mapping[str, str], id_key: bytes) -> str:
    """Return the name in keys of the driver that the caller is or acts for."""
    return ids.driver_key(id_key, tenant=caller.tenant, driver=driver_of(caller, headers))


def verify(headers: Mapping[str, str], settings: IdentitySettings) -> Caller:
    """Return the caller of a request; UnauthorizedError for anything but a good token."""
    import jwt

    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthorizedError("send Authorization: Bearer <token>")
    try:
        claims = _claims(token, settings)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        # The library's words may quote the token's content; the kind of error says enough.
        msg = f"the token is not accepted: {type(error).__name__.removesuffix('Error')}"
        raise UnauthorizedError(msg) from None
    return _caller(claims)


def _claims(token: str, settings: IdentitySettings) -> Mapping[str, Any]:
    import jwt

    for key in jwks.keys_for(jwt.get_unverified_header(token), settings.jwks):
        with contextlib.suppress(jwt.InvalidSignatureError):
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=settings.audience,
                issuer=settings.issuer,
                leeway=settings.leeway_seconds,
                options={"require": list(_CLAIMS)},
            )
    raise jwt.InvalidSignatureError("no key of the set has signed it")


def _caller(claims: Mapping[str, Any]) -> Caller:
    scope = claims["scope"]
    subject, tenant = map(naming.name_of, (claims["sub"], claims.get("tenant", "default")))
    if not isinstance(scope, str) or not scope or subject is None or tenant is None:
        msg = f"the token is not accepted: scope is a string, sub and tenant are {naming.RULE}"
        raise UnauthorizedError(msg)
    name = naming.name_of(claims.get("name")) or ""
    return Caller(tenant, subject, frozenset(scope.split()), name)
