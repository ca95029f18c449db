"""Tokens at a domain: which are good, where they are found, and who needs none."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, HMACAlgorithm, OKPAlgorithm, RSAAlgorithm

from local.cloud.fc.domain_auth import AuthConfigError, parse, token_check
from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.shapes import HttpRequest
from local.cloud.fc.spec import load_stack
from local.cloud.identity.keys import Identity, new_signing_key
from tests.architecture.source_files import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

IDENTITY = Identity(new_signing_key(), "cars")
KEYS = json.loads(IDENTITY.jwks())
SECRET = "0123456789abcdef" * 4
PLAIN = HttpRequest("GET", "/v1/jobs", "", (), b"", "127.0.0.1", "127.0.0.1")


def declared(**changes: Any) -> dict[str, Any]:
    return {"jwks": KEYS, "tokenLookup": "header:Authorization:Bearer ", **changes}


def bearing(token: str, **changes: Any) -> HttpRequest:
    return replace(PLAIN, headers=(("Authorization", f"Bearer {token}"),), **changes)


def refusal(check: Mapping[str, Any], request: HttpRequest) -> str:
    with pytest.raises(RefusedError) as caught:
        token_check(check)(request)
    assert (caught.value.status, caught.value.code) == (401, "AccessDenied")
    return caught.value.message


def signed(key: Any, algorithm: str, kid: str | None = None, **claims: Any) -> str:
    return jwt.encode(claims, key, algorithm, headers={"kid": kid} if kid else None)


def a_key(algorithm: str) -> tuple[Any, dict[str, Any]]:
    """Make a key for signing, and what a key set says of it."""
    if algorithm.startswith("HS"):
        return SECRET, HMACAlgorithm.to_jwk(SECRET, as_dict=True)
    if algorithm == "EdDSA":
        edwards = ed25519.Ed25519PrivateKey.generate()
        return edwards, OKPAlgorithm.to_jwk(edwards.public_key(), as_dict=True)
    if algorithm == "ES384":
        curve = ec.generate_private_key(ec.SECP384R1())
        return curve, ECAlgorithm.to_jwk(curve.public_key(), as_dict=True)
    own = rsa.generate_private_key(65537, 2048)
    # Some key sets hold the private part too.
    return own, {**RSAAlgorithm.to_jwk(own, as_dict=True), "alg": algorithm}


@pytest.mark.parametrize("algorithm", ["RS256", "PS512", "ES384", "HS256", "EdDSA"])
def test_a_token_of_each_kind_is_good_with_its_key_and_with_no_other(algorithm: str) -> None:
    (key, public), (other, _) = a_key(algorithm), a_key("RS256")
    public = {name: value for name, value in public.items() if name not in {"use", "key_ops"}}
    check = declared(jwks={"keys": [*KEYS["keys"], {**public, "kid": "own"}, {"use": "enc"}]})
    good = bearing(signed(key, algorithm, "own"))
    assert token_check(check)(good) == good
    wrong = (
        signed(key, algorithm),
        signed(key, algorithm, "local-1"),
        signed(other, "RS256", "own"),
    )
    for token in wrong:
        assert refusal(check, bearing(token)) == "invalid or expired jwt"
    unnamed = declared(jwks={"keys": [public]})
    assert token_check(unnamed)(bearing(signed(key, algorithm)))


@pytest.mark.parametrize("claims", [{"exp": -1}, {"nbf": 60}, {"exp": "soon"}])
def test_a_token_counts_in_its_time(claims: dict[str, Any]) -> None:
    now = int(time.time())
    told = {name: now + by if isinstance(by, int) else by for name, by in claims.items()}
    token = jwt.encode(told, IDENTITY.signing_key, "ES256", headers={"kid": "local-1"})
    assert refusal(declared(), bearing(token)) == "invalid or expired jwt"


def test_a_token_that_nobody_signed_or_that_is_none_is_refused() -> None:
    unsigned = jwt.encode({}, "", "none", headers={"kid": "local-1"})
    for token in (unsigned, "x", IDENTITY.token("d")[:-4], ""):
        assert refusal(declared(), bearing(token)) == "invalid or expired jwt"
    bare = replace(PLAIN, headers=(("Authorization", IDENTITY.token("d")),))
    assert refusal(declared(), bare) == "invalid or expired jwt", "the prefix is not there"
    assert refusal(declared(), PLAIN) == "the jwt token is missing"


def test_the_token_is_found_at_each_place_that_is_named() -> None:
    token = IDENTITY.token("d")
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    requests = {
        "header:X-Token": replace(PLAIN, headers=(("x-token", token),)),
        "query:token": replace(PLAIN, query=f"a=1&token={token}"),
        "cookie:session": replace(PLAIN, headers=(("Cookie", f"a=1; session={token}"),)),
        "form:token": replace(PLAIN, headers=form, body=f"token={token}".encode()),
    }
    everywhere = declared(tokenLookup=",".join(requests))
    for place, request in requests.items():
        assert token_check(declared(tokenLookup=place))(request) == request
        assert token_check(everywhere)(request) == request
        assert refusal(declared(tokenLookup=place), PLAIN) == "the jwt token is missing"


@pytest.mark.parametrize(
    ("lists", "path", "needs"),
    [
        ({}, "/any", True),
        ({"whitelist": ["/a", "/b/*"]}, "/a", False),
        ({"whitelist": ["/a", "/b/*"]}, "/a/", True),
        ({"whitelist": ["/a", "/b/*"]}, "/%62/c/d", False),
        ({"whitelist": ["/a", "/b/*"], "blacklist": None}, "/b", True),
        ({"blacklist": ["/a", "/b/*"]}, "/a", True),
        ({"blacklist": ["/a", "/b/*"]}, "/b/c", True),
        ({"blacklist": ["/a", "/b/*"]}, "/c", False),
    ],
)
def test_a_list_says_which_paths_need_a_token(
    lists: dict[str, Any], path: str, needs: bool
) -> None:
    request = replace(PLAIN, raw_path=path)
    if needs:
        assert refusal(declared(**lists), request) == "the jwt token is missing"
    else:
        assert token_check(declared(**lists))(request) == request


def test_claims_are_passed_on_and_no_caller_can_write_them() -> None:
    check = token_check(declared(claimPassBy="header:sub:x-driver,header:no:x-none,header:iat:At"))
    sent = bearing(IDENTITY.token("driver-1"))
    forged = (("X-DRIVER", "driver-2"), ("x-none", "1"), ("X-Other", "2"))
    passed = check(replace(sent, headers=(*sent.headers, *forged))).joined_headers
    assert (passed["x-driver"], passed["x-other"]) == ("driver-1", "2")
    assert passed["at"].isdigit()
    assert "x-none" not in passed
    assert token_check(declared(claimPassBy="query::"))(sent) == sent


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"jwks": {"keys": 1}}, "jwks: must be a key set"),
        ({"jwks": {"keys": [{"kty": "RSA", "kid": "a"}]}}, "'a' cannot be read"),
        ({"jwks": {"keys": [{"kty": "EC", "crv": [], "kid": []}]}}, "cannot be read"),
        ({"jwks": {"keys": [{**KEYS["keys"][0], "alg": "ES384"}]}}, "no kind that verifies ES384"),
        ({"jwks": {"keys": KEYS["keys"] * 2}}, "two keys have the kid 'local-1'"),
        ({"tokenLookup": "body:token"}, "tokenLookup"),
        ({"tokenLookup": "header"}, "tokenLookup"),
        ({"tokenLookup": [{"readPosition": "header"}]}, "must be a string"),
        ({"claimPassBy": "query:sub:driver"}, "as headers alone"),
        ({"claimPassBy": "header:sub"}, "claimPassBy"),
        ({"whitelist": ["/a/*/b"]}, "whitelist"),
        ({"whitelist": ["/a"], "blacklist": ["/b"]}, "exclude each other"),
        ({"whiteList": ["/a"]}, "whiteList"),
    ],
)
def test_what_is_wrong_or_not_done_here_is_refused(changes: dict[str, Any], words: str) -> None:
    config = {"authType": "jwt", "authInfo": json.dumps(declared(**changes))}
    with pytest.raises(AuthConfigError, match=words):
        parse(config)


def test_the_check_of_this_project_opens_posters_callbacks_and_the_studio_alone() -> None:
    stack = load_stack(ROOT / "s.yaml", {"JWT_JWKS": IDENTITY.jwks()})
    check = parse(stack.auth_config)
    assert check
    assert check(bearing(IDENTITY.token("d")))
    for route in stack.routes:
        request = replace(PLAIN, raw_path=route.path.replace("*", "x"))
        is_open = re.match(r"/($|v1/posters/|v1/callbacks/|studio)", route.path)
        if is_open:
            assert check(request) == request
        else:
            with pytest.raises(RefusedError, match="missing"):
                check(request)


def test_a_domain_may_ask_for_nothing_and_not_for_other_checks() -> None:
    assert parse(None) is None
    assert parse({}) is None
    assert parse({"authType": "anonymous"}) is None
    with pytest.raises(AuthConfigError, match="'function' is not done here"):
        parse({"authType": "function"})
    with pytest.raises(AuthConfigError, match="authInfo"):
        parse({"authType": "jwt"})
