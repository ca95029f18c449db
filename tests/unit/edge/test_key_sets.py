"""Key sets as identity providers publish them, and tokens that none of their keys may let pass."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.core.errors import UnauthorizedError
from shared.edge.identity import verify
from shared.settings.identity import IdentitySettings

if TYPE_CHECKING:
    from collections.abc import Callable

Key = dict[str, Any]
_PRIVATE_MEMBERS = {"key_ops", "alg"}


@cache
def private(name: str) -> Any:
    """Return a private key: rsa…, small…, p256…, p384…, ed…; another name is another key."""
    if name.startswith(("rsa", "small")):
        return rsa.generate_private_key(65537, 1024 if name.startswith("small") else 2048)
    if name.startswith("ed"):
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP384R1() if name.startswith("p384") else ec.SECP256R1())


def public(name: str, **members: Any) -> Key:
    """Return the public half as a bare JWK, with these members beside it."""
    half = private(name).public_key()
    writer: Any = RSAAlgorithm if name.startswith(("rsa", "small")) else ECAlgorithm
    told = json.loads((OKPAlgorithm if name.startswith("ed") else writer).to_jwk(half))
    return {**{k: v for k, v in told.items() if k not in _PRIVATE_MEMBERS}, **members}


def token(name: str, algorithm: str, **header: Any) -> str:
    """Return a good token, signed with that key."""
    return jwt.encode(_claims(), private(name), algorithm, headers=header)


def _claims() -> dict[str, Any]:
    claims = {"iss": "https://id.example", "aud": "posters", "sub": "driver-1", "scope": "driver"}
    return {**claims, "exp": int(time.time()) + 600}


def passes(sent: str, *keys: object) -> bool:
    """Say whether the token is accepted with this key set."""
    given = {"JWT_ISSUER": "https://id.example", "JWT_AUDIENCE": "posters"}
    settings = IdentitySettings.model_validate({**given, "JWT_JWKS": json.dumps({"keys": keys})})
    try:
        return verify({"authorization": f"Bearer {sent}"}, settings).subject == "driver-1"
    except UnauthorizedError:
        return False


_X5 = {"x5c": ["MIIC"], "x5t": "x", "x5t#S256": "y", "nbf": 1493763266, "exp": 1, "issuer": "i"}
# What the keys of each look like: which members are there besides those of the key itself.
_PROVIDERS: dict[str, tuple[str, str, Callable[[], list[Key]]]] = {
    "Auth0": (
        "rsa",
        "RS256",
        lambda: [
            public("rsa", kid="a", use="sig", alg="RS256", **_X5),
            public("rsa-next", kid="b", use="sig", alg="RS256", **_X5),
        ],
    ),
    "Okta": ("rsa", "RS256", lambda: [public("rsa", kid="a", use="sig", alg="RS256")]),
    "Entra, no alg": (
        "rsa",
        "RS256",
        lambda: [
            public("rsa", kid="a", use="sig", **_X5),
            public("rsa-next", kid="b", use="sig", **_X5),
        ],
    ),
    "Keycloak, a key for encryption beside": (
        "rsa",
        "RS256",
        lambda: [
            public("rsa-enc", kid="e", use="enc", alg="RSA-OAEP", **_X5),
            public("rsa", kid="a", use="sig", alg="RS256", **_X5),
        ],
    ),
    "Keycloak, all kinds": (
        "p256",
        "ES256",
        lambda: [
            public("rsa", kid="r", use="sig", alg="RS512"),
            public("p384", kid="q", use="sig", alg="ES384"),
            {"kid": "s", "kty": "AKP", "alg": "ML-DSA-65", "pub": "AA", "use": "sig"},
            public("ed", kid="o", use="sig", alg="EdDSA"),
            public("p256", kid="a", use="sig", alg="ES256"),
        ],
    ),
    "Cognito": ("rsa", "RS256", lambda: [public("rsa", kid="a", use="sig", alg="RS256")]),
    "nulls for what is left out": (
        "rsa",
        "RS256",
        lambda: [public("rsa", kid="a", use=None, alg=None, key_ops=None)],
    ),
    "only kty and the key": ("p256", "ES256", lambda: [public("p256")]),
    "key_ops in place of use": ("ed", "EdDSA", lambda: [public("ed", kid="a", key_ops=["verify"])]),
    "no alg, tokens by PSS": ("rsa", "PS256", lambda: [public("rsa", kid="a", use="sig")]),
}


@pytest.mark.parametrize("provider", _PROVIDERS)
def test_a_token_passes_with_the_set_as_it_is_published(provider: str) -> None:
    name, algorithm, published = _PROVIDERS[provider]
    keys = published()
    assert passes(token(name, algorithm, kid="a"), *keys)
    stranger = token(f"{name}-stranger", algorithm, kid="a")
    assert not passes(stranger, *keys)


def test_without_a_kid_every_fitting_key_is_tried() -> None:
    keys = [public("p256", kid="a"), public("rsa", kid="b"), public("rsa-next", kid="c")]
    assert passes(token("rsa-next", "RS256"), *keys)
    assert not passes(token("rsa-stranger", "RS256"), *keys)


def test_a_kid_that_several_keys_bear_means_each_of_them() -> None:
    keys = [public("rsa", kid="a"), public("p256", kid="a"), public("p256-old", kid="a")]
    assert passes(token("p256-old", "ES256", kid="a"), *keys)


def test_a_key_of_another_name_is_not_tried() -> None:
    assert not passes(token("rsa", "RS256", kid="other"), public("rsa", kid="a"))


@pytest.mark.parametrize(
    "beside",
    [
        {"kid": "a", "kty": "RSA"},
        {"kid": "a", "kty": "RSA", "n": "!", "e": "AQAB"},
        {"kid": "a", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kid": "a", "kty": ["RSA"], "alg": {"a": 1}, "use": [], "key_ops": "verify"},
        {"kid": 7},
        {},
        None,
        "key",
    ],
)
def test_a_broken_key_takes_only_itself_away(beside: object) -> None:
    assert passes(token("rsa", "RS256", kid="a"), beside, public("rsa", kid="a"))


@pytest.mark.parametrize(
    ("name", "algorithm", "members"),
    [
        ("rsa", "RS256", {"use": "enc"}),
        ("rsa", "RS256", {"key_ops": ["encrypt", "wrapKey"]}),
        ("rsa", "RS256", {"alg": "PS256"}),
        ("rsa", "RS256", {"alg": "RSA-OAEP"}),
        ("rsa", "RS384", {}),
        ("p384", "ES384", {}),
        ("small", "RS256", {}),
    ],
)
@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_a_key_that_is_not_for_this_verifies_nothing(
    name: str, algorithm: str, members: Key
) -> None:
    assert not passes(token(name, algorithm), public(name, **members))


def _by_hmac(secret: bytes, algorithm: str) -> str:
    """Sign with what is public as if it were a shared secret, which no library offers to do."""
    parts = [{"alg": algorithm, "kid": "a"}, _claims()]
    texts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    signed = hmac.new(secret, b".".join(texts), hashlib.sha256).digest()
    return b".".join([*texts, base64.urlsafe_b64encode(signed).rstrip(b"=")]).decode()


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "none", "None", "hs256"])
def test_a_shared_secret_never_passes_whatever_the_set_holds(algorithm: str) -> None:
    pem = private("rsa").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    secret = base64.urlsafe_b64encode(pem).rstrip(b"=").decode()
    shared = [{"kty": "oct", "kid": "a", "k": secret}, {"kty": "oct", "kid": "a", "alg": "HS256"}]
    for alg in ({}, {"alg": "HS256"}, {"alg": "none"}):
        assert not passes(_by_hmac(pem, algorithm), public("rsa", kid="a", **alg), *shared)


def test_a_token_of_nobody_has_no_signature_to_speak_of() -> None:
    unsigned = jwt.encode(_claims(), None, "none", headers={"kid": "a"})  # type: ignore[arg-type]
    assert not passes(unsigned, public("rsa", kid="a"), public("p256", alg="none"))
