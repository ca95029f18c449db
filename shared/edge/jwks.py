"""The identity service's key set: which of its keys may verify a token, and why others may not.

Sets are published for many readers: keys for encryption and of other kinds stand beside those for
signatures, and all members but those of the key itself may be left out (RFC 7517, section 4).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jwt import PyJWK

# Asymmetric only: a shared secret would let every verifier mint tokens. An algorithm goes with
# one kind of key and one curve, so no key is ever read as another kind than it is.
_KINDS = {
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
}
ALGORITHMS = tuple(_KINDS)
_PUBLIC = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}
_LEAST_RSA_BITS = 2048


class UnusableKeyError(ValueError):
    """A key of the set verifies no token; the words say why, and hold nothing of the key."""


def keys_for(header: Mapping[str, Any], jwks: str) -> Iterator[PyJWK]:
    """Yield the keys that a token with this header may be signed with.

    Those of its `kid`; without one, or where none has it, those that bear no `kid`, or all.
    """
    algorithm, kid = header.get("alg"), header.get("kid")
    keys = [key for key in json.loads(jwks)["keys"] if isinstance(key, dict)]
    if kid is not None:
        named = [key for key in keys if key.get("kid") == kid]
        keys = named or [key for key in keys if key.get("kid") is None]
    for key in keys:
        with contextlib.suppress(UnusableKeyError):
            if algorithm in algorithms_of(key):
                yield public_key(key, str(algorithm))


def algorithms_of(key: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the algorithms whose signatures a key may verify; UnusableKeyError without any."""
    use, operations, named = (key.get(member) for member in ("use", "key_ops", "alg"))
    if use not in (None, "sig"):
        raise UnusableKeyError(f"it is for the use {use!r}, not for signatures")
    if operations is not None and "verify" not in operations:
        raise UnusableKeyError("its key_ops do not hold verify")
    kind = (key.get("kty"), None if key.get("kty") == "RSA" else key.get("crv"))
    fitting = tuple(each for each, its_kind in _KINDS.items() if its_kind == kind)
    if not fitting:
        msg = f"its kind is {' '.join(str(part) for part in kind if part) or 'not said'}"
        raise UnusableKeyError(msg)
    if named is not None and named not in fitting:
        raise UnusableKeyError(f"it is for the algorithm {named!r}")
    return fitting if named is None else (named,)


def public_key(key: Mapping[str, Any], algorithm: str) -> PyJWK:
    """Return the key for one of its algorithms; UnusableKeyError for one that cannot be read."""
    import jwt

    members = _PUBLIC[key["kty"]]
    try:
        loaded = jwt.PyJWK({member: key[member] for member in members}, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise UnusableKeyError(f"it cannot be read: {type(error).__name__}") from None
    bits = getattr(loaded.key, "key_size", _LEAST_RSA_BITS)
    if key["kty"] == "RSA" and bits < _LEAST_RSA_BITS:
        raise UnusableKeyError(f"it has {bits} bits, and {_LEAST_RSA_BITS} are the least")
    return loaded
