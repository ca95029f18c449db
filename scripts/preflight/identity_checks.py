"""The identity service's public keys."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import jwt

from scripts.preflight.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scripts.preflight.findings import Finding
    from scripts.preflight.world import World

# What only the private half of a key has, and the secret of a symmetric one.
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
_LEAST_RSA_BITS = 2048
_GET = "ask the identity service for its public JWKS, and set JWT_JWKS to that"


def check_jwks(world: World) -> Iterator[Finding]:
    """The key set parses, holds public keys alone, and each can verify a token."""
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
    faults = [*_set_faults(keys, place), *(f for key in keys for f in _key_faults(key, place))]
    yield from faults
    if not faults:
        yield place.ok(f"{len(keys)} public keys: {', '.join(_name(key) for key in keys)}")


def _set_faults(keys: list[Mapping[str, Any]], place: Place) -> Iterator[Finding]:
    counts = Counter(key.get("kid") for key in keys)
    twice = [str(kid) for kid, count in counts.items() if count > 1 and kid]
    if twice:
        yield place.failure(f"two keys have the kid {', '.join(twice)}", "name each key once")
    if len(keys) > 1 and None in counts:
        yield place.failure(
            "a key among several has no kid: tokens would be refused", "give each key a kid"
        )


def _key_faults(key: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    name = _name(key)
    if _PRIVATE & set(key):
        yield place.failure(
            f"the key {name} holds its private part: whoever reads the settings could mint tokens",
            "take it out, and replace the key at the identity service: it has been seen",
        )
        return
    if key.get("alg", "RS256") not in _ALGORITHMS:
        yield place.failure(
            f"the key {name} is for {key.get('alg')}, which is not accepted",
            f"use one of {', '.join(sorted(_ALGORITHMS))}",
        )
        return
    try:
        loaded = jwt.PyJWK(dict(key))
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        yield place.failure(f"the key {name} cannot be read: {type(error).__name__}", _GET)
        return
    bits = getattr(loaded.key, "key_size", _LEAST_RSA_BITS)
    if key.get("kty") == "RSA" and bits < _LEAST_RSA_BITS:
        yield place.failure(f"the key {name} has {bits} bits", "use RSA with 2048 bits or ES256")


def _name(key: Mapping[str, Any]) -> str:
    return str(key.get("kid") or "without a kid")
