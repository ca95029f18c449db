"""The identity service's public keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cli.preflight.findings import Place
from shared.edge import jwks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cli.preflight.findings import Finding
    from cli.preflight.world import World

# What only the private half of a key has, and the secret of a symmetric one.
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_GET = "ask the identity service for its public JWKS, and set JWT_JWKS to that"
_ACCEPTED = f"accepted are signatures by {', '.join(jwks.ALGORITHMS)}"


def check_jwks(world: World) -> Iterator[Finding]:
    """The key set parses and holds no private key; a key that verifies no token is named."""
    place, text = Place("JWT keys"), world.variables.get("JWT_JWKS", "")
    if not text:
        return
    try:
        keys = json.loads(text)["keys"]
    except (ValueError, KeyError, TypeError):
        yield place.failure("JWT_JWKS is no JSON object with `keys`", _GET)
        return
    if not isinstance(keys, list) or not keys or not all(isinstance(k, dict) for k in keys):
        yield place.failure("JWT_JWKS holds no keys", _GET)
        return
    faults = [fault for key in keys for fault in _key_faults(key, place)]
    yield from faults
    good = [_name(key) for key in keys if not _why_not(key)]
    if not good:
        yield place.failure(
            "no key of JWT_JWKS can verify a token",
            f"{_GET}; accepted: {', '.join(jwks.ALGORITHMS)}",
        )
    elif all(fault.level == "warning" for fault in faults):
        yield place.ok(f"{len(good)} of {len(keys)} public keys verify tokens: {', '.join(good)}")


def _key_faults(key: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    name = _name(key)
    if _PRIVATE & set(key):
        yield place.failure(
            f"the key {name} holds its private part: whoever reads the settings could mint tokens",
            "take it out, and replace the key at the identity service: it has been seen",
        )
    elif why := _why_not(key):
        yield place.warning(
            f"the key {name} is passed over: {why}",
            f"nothing, unless tokens are signed with it; {_ACCEPTED}",
        )


def _why_not(key: Mapping[str, Any]) -> str:
    """Return why a key verifies no token, "" for one that does."""
    try:
        jwks.public_key(key, jwks.algorithms_of(key)[0])
    except jwks.UnusableKeyError as error:
        return str(error)
    return ""


def _name(key: Mapping[str, Any]) -> str:
    return str(key.get("kid") or "without a kid")
