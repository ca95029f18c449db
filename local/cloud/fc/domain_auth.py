"""The token check that a custom domain or an HTTP trigger declares, from the vendor's pages on JWT.

Assumed, as the pages leave it open: both refusals are 401 AccessDenied; the first lookup that finds
something decides; a header whose prefix differs is invalid rather than missing; keys for another
use than signatures are passed over; a claim replaces the caller's own header of its name.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote

import jwt
from jwt import PyJWK
from jwt.types import Options
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import cookie_parser

from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.shapes import HttpRequest

_ALGORITHMS: Mapping[tuple[object, object], tuple[str, ...]] = {
    ("RSA", None): ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
    ("oct", None): ("HS256", "HS384", "HS512"),
}
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth"}
_FORM = "application/x-www-form-urlencoded"
# The signature and the times alone are checked: who may do what is for the functions to say.
_OPTIONS: Options = {
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class AuthConfigError(ValueError):
    """What is declared is wrong, or is not done here."""


class _Lookup(NamedTuple):
    position: Literal["header", "query", "cookie", "form"]
    name: str
    prefix: str = ""


def _lookups(declared: Any) -> list[tuple[str, ...]]:
    """Read `header:NAME:PREFIX` or `query:NAME`, several of them with commas between."""
    return [tuple(each.lstrip().split(":", 2)) for each in _text(declared).split(",")]


def _claims(declared: Any) -> list[tuple[str, ...]]:
    """Read `header:CLAIM:NAME`, with commas between several; one without a claim is none."""
    found = [tuple(each.strip().split(":", 2)) for each in _text(declared or "query::").split(",")]
    named = [each for each in found if each[1:2] != ("",)]
    if any(position != "header" for position, *_ in named):
        raise ValueError("claims are passed on as headers alone")
    return [each[1:] for each in named]


def _text(declared: Any) -> str:
    if not isinstance(declared, str):
        raise ValueError("must be a string such as header:Authorization:Bearer")
    return declared


def _keys(declared: Any) -> dict[str, dict[str, PyJWK]]:
    """Return the keys by `kid`, "" for none, and each by the algorithms that it may verify."""
    keys = declared.get("keys") if isinstance(declared, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ValueError("must be a key set")
    found: dict[str, dict[str, PyJWK]] = {}
    for key in keys:
        if key.get("use") in {None, "sig"}:
            kid = str(key.get("kid") or "")
            if kid in found:
                raise ValueError(f"two keys have the kid {kid!r}")
            found[kid] = _by_algorithm(key)
    return found


def _by_algorithm(key: Mapping[str, Any]) -> dict[str, PyJWK]:
    named, public = key.get("alg"), {k: v for k, v in key.items() if k not in _PRIVATE}
    try:
        fitting = _ALGORITHMS.get((key.get("kty"), key.get("crv")), ())
        found = {each: PyJWK(public, each) for each in fitting if named in {None, each}}
    except (jwt.PyJWTError, KeyError, TypeError) as error:
        raise ValueError(f"key {key.get('kid')!r} cannot be read") from error
    if not found:
        raise ValueError(f"key {key.get('kid')!r} is of no kind that verifies {named or 'tokens'}")
    return found


_Paths = Annotated[
    tuple[Annotated[str, Field(pattern=r"^/[^*]*\*?$")], ...], BeforeValidator(lambda v: v or ())
]


class TokenCheck(BaseModel):
    """Say whether a request's token is good, and pass its claims on."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    keys: Annotated[dict[str, dict[str, PyJWK]], BeforeValidator(_keys)] = Field(
        alias="jwks", repr=False
    )
    lookups: Annotated[tuple[_Lookup, ...], BeforeValidator(_lookups)] = Field(alias="tokenLookup")
    claims: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_claims)] = Field(
        default=(), alias="claimPassBy"
    )
    whitelist: _Paths = ()
    blacklist: _Paths = ()

    @model_validator(mode="after")
    def _one_list(self) -> TokenCheck:
        if self.whitelist and self.blacklist:
            raise ValueError("whitelist and blacklist exclude each other")
        return self

    def __call__(self, request: HttpRequest) -> HttpRequest:
        """Return the request as the function gets it; raise RefusedError without a good token."""
        listed = any(_fits(each, unquote(request.raw_path)) for each in self._list)
        if listed == bool(self.whitelist):
            return request
        claims = self._verified(self._token(request))
        names = {name.lower() for _, name in self.claims}
        kept = [each for each in request.headers if each[0].lower() not in names]
        added = [(name, _header(claims[claim])) for claim, name in self.claims if claim in claims]
        return replace(request, headers=(*kept, *added))

    @property
    def _list(self) -> tuple[str, ...]:
        return self.whitelist or self.blacklist or ("*",)

    def _token(self, request: HttpRequest) -> str:
        for lookup in self.lookups:
            is_header = lookup.position == "header"
            name = lookup.name.lower() if is_header else lookup.name
            if value := _READERS[lookup.position](request).get(name):
                if not value.startswith(lookup.prefix):
                    raise _refused("invalid or expired jwt")
                return value.removeprefix(lookup.prefix)
        raise _refused("the jwt token is missing")

    def _verified(self, token: str) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key = self.keys[header.get("kid") or ""][header["alg"]]
            claims: dict[str, Any] = jwt.decode(token, key, [header["alg"]], options=_OPTIONS)
        except (jwt.PyJWTError, KeyError, TypeError) as error:
            raise _refused("invalid or expired jwt") from error
        return claims


def parse(auth_config: Mapping[str, Any] | None) -> TokenCheck | None:
    """Read a domain's `authConfig`; None where anybody may call; AuthConfigError."""
    kind = (auth_config or {}).get("authType") or "anonymous"
    if kind not in {"anonymous", "jwt"}:
        raise AuthConfigError(f"authConfig.authType: {kind!r} is not done here")
    return token_check((auth_config or {}).get("authInfo")) if kind == "jwt" else None


def token_check(declared: Any) -> TokenCheck:
    """Read `authInfo` of a domain or `authConfig` of a trigger, as JSON or parsed."""
    return _parsed(declared if isinstance(declared, str) else json.dumps(declared))


@functools.lru_cache(maxsize=64)
def _parsed(text: str) -> TokenCheck:
    try:
        return TokenCheck.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(("authInfo", *map(str, first["loc"])))
        raise AuthConfigError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None


_READERS: Mapping[str, Callable[[HttpRequest], Mapping[str, str]]] = {
    "header": lambda request: request.joined_headers,
    "query": lambda request: dict(parse_qsl(request.query)),
    "cookie": lambda request: cookie_parser(request.joined_headers.get("cookie", "")),
    "form": lambda request: dict(_form(request)),
}


def _form(request: HttpRequest) -> list[tuple[str, str]]:
    kind = request.joined_headers.get("content-type", "").partition(";")[0].strip().lower()
    return parse_qsl(request.body.decode("latin-1")) if kind == _FORM else []


def _fits(pattern: str, path: str) -> bool:
    if pattern.endswith("*"):
        return path.startswith(pattern[:-1])
    return path == pattern


def _header(claim: Any) -> str:
    return claim if isinstance(claim, str) else json.dumps(claim)


def _refused(message: str) -> RefusedError:
    return RefusedError(401, "AccessDenied", message)
