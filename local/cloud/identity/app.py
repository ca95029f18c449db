"""The identity service over HTTP; its issuer is the address that it is asked at."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local.cloud.identity.pages import STYLE, sign_in_page, signed_out_page, wrong_page
from local.cloud.identity.people import Person
from local.cloud.identity.provider import (
    AuthorizationError,
    NobodyToTellError,
    Provider,
    Values,
    discovery,
)

_NOT_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def create_identity_app(provider: Provider) -> Starlette:
    """Serve a provider."""
    told: dict[str, Callable[[Request], Response]] = {
        "/.well-known/openid-configuration": lambda request: JSONResponse(
            discovery(_issuer(request))
        ),
        "/jwks.json": lambda _: Response(
            provider.identity.jwks(), media_type="application/jwk-set+json"
        ),
        "/style.css": lambda _: Response(STYLE, media_type="text/css"),
        "/authorize": lambda request: _authorize(provider, request),
        "/sign-out": lambda request: _sign_out(provider, request),
    }

    async def token(request: Request) -> Response:
        return _token(provider, request, await request.form())

    routes = [Route(path, answer) for path, answer in told.items()]
    return Starlette(routes=[*routes, Route("/token", token, methods=["POST"])])


def _authorize(provider: Provider, request: Request) -> Response:
    try:
        asked = provider.asked(_single(request.query_params))
    except NobodyToTellError as error:
        return wrong_page(request, str(error))
    except AuthorizationError as error:
        return wrong_page(request, f"{error.error}: {error}")
    try:
        person = provider.check(asked)
    except AuthorizationError as error:
        told = {"error": error.error, "error_description": str(error)}
        return _sent(asked.answer(_issuer(request), **told))
    if person is not None:
        return _sent(asked.answer(_issuer(request), code=provider.code(asked, person)))

    def link(each: Person) -> str:
        chosen = {"prompt": "none", "login_hint": each.hint}
        return f"/authorize?{urlencode({**asked.values, **chosen})}"

    return sign_in_page(provider.people, link, request)


def _token(provider: Provider, request: Request, form: ImmutableMultiDict[str, object]) -> Response:
    authorization = request.headers.get("authorization", "")
    try:
        told = provider.tokens(_single(form), authorization, _issuer(request))
    except AuthorizationError as error:
        body = {"error": error.error, "error_description": str(error)}
        basic = {"WWW-Authenticate": 'Basic realm="token"'} if error.status == 401 else {}
        return JSONResponse(body, error.status, {**_NOT_STORED, **basic})
    return JSONResponse(told, headers=_NOT_STORED)


def _sign_out(provider: Provider, request: Request) -> Response:
    try:
        found = provider.signed_out(_single(request.query_params))
    except (NobodyToTellError, AuthorizationError) as error:
        return wrong_page(request, str(error))
    return _sent(found) if found else signed_out_page(request)


def _single(values: ImmutableMultiDict[str, object]) -> Values:
    """Return parameters by name; each may be there once."""
    pairs = values.multi_items()
    if len(dict(pairs)) < len(pairs):
        raise AuthorizationError("invalid_request", "a parameter is there twice")
    return {name: str(value) for name, value in pairs}


def _sent(url: str) -> Response:
    return RedirectResponse(url, 303, _NOT_STORED)


def _issuer(request: Request) -> str:
    return str(request.base_url).rstrip("/")
