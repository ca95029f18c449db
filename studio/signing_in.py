"""Sign-in at the maker's identity provider: OpenID Connect, authorization code with PKCE."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jwt
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from shared.observability import log
from shared.settings.studio import StudioSettings
from studio.people import ROLES, Person, forget, remember
from studio.rendering import respond

_SECONDS = 10.0
_SCOPE = "openid profile"
_LIFE_SECONDS = 300.0
_UNDER_WAY = "sign_in"
# Below the studio, and nowhere else: "//host" and "/\\host" are other places to a browser.
_OURS = re.compile(r"/studio(?:[/?#](?!.*\.\.)[^\\\s]*)?")


class ProviderError(Exception):
    """The identity provider did not do its part; the text is for the log."""


@dataclass
class Provider:
    """The maker's identity provider, looked up once an instance."""

    settings: StudioSettings
    session: requests.Session = field(default_factory=requests.Session)

    @cached_property
    def about(self) -> dict[str, Any]:
        """Return what the provider says of itself; ProviderError where it cannot be had."""
        issuer = self.settings.issuer.rstrip("/")
        try:
            answer = self.session.get(
                f"{issuer}/.well-known/openid-configuration", timeout=_SECONDS
            )
            answer.raise_for_status()
            about: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ProviderError(f"discovery: {type(error).__name__}") from error
        if about.get("issuer", "").rstrip("/") != issuer:
            raise ProviderError("discovery: it calls itself by another name")
        return about

    @property
    def callback(self) -> str:
        """Return the address that the provider sends people back to; it knows it by heart."""
        return f"{self.settings.url.rstrip('/')}/signed-in"

    def begin(self, next_page: str, language: str) -> tuple[str, dict[str, str]]:
        """Return where to send the browser, and what to remember until it comes back."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        url, state = self._client().create_authorization_url(
            self.about["authorization_endpoint"],
            code_verifier=verifier,
            nonce=nonce,
            ui_locales=language,
        )
        return url, {"state": state, "nonce": nonce, "verifier": verifier, "next": next_page}

    def finish(self, query: str, begun: dict[str, str]) -> Person:
        """Return who has signed in; ProviderError for anything but a good answer."""
        try:
            token = self._client(begun["state"]).fetch_token(
                self.about["token_endpoint"],
                authorization_response=f"{self.callback}?{query}",
                code_verifier=begun["verifier"],
                timeout=_SECONDS,
            )
            claims = self._claims(token["id_token"], begun["nonce"])
            scopes = tuple(str(token.get("scope", "")).split())
        except (AuthlibBaseError, requests.RequestException, jwt.PyJWTError, KeyError) as error:
            raise ProviderError(f"token: {type(error).__name__}") from error
        name = str(claims.get("name") or claims.get("preferred_username") or claims["sub"])
        ends = float(token.get("expires_at") or time.time() + _LIFE_SECONDS)
        # What else it asked for (openid, profile) is no role.
        roles = tuple(each for each in scopes if each in ROLES)
        return Person(name, roles, token["access_token"], ends)

    def _client(self, state: str | None = None) -> OAuth2Session:
        secret = self.settings.client_secret.get_secret_value()
        return OAuth2Session(
            self.settings.client_id,
            secret or None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=_SCOPE,
            redirect_uri=self.callback,
            state=state,
            code_challenge_method="S256",
        )

    def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        key = self._keys.get_signing_key_from_jwt(id_token)
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=["RS256", "ES256", "EdDSA", "PS256"],
            audience=self.settings.client_id,
            issuer=self.about["issuer"],
            leeway=30,
            options={"require": ["exp", "iat", "sub"]},
        )
        if not secrets.compare_digest(str(claims.get("nonce", "")), nonce):
            raise jwt.InvalidTokenError("another nonce")
        return claims

    @cached_property
    def _keys(self) -> jwt.PyJWKClient:
        return jwt.PyJWKClient(self.about["jwks_uri"], timeout=int(_SECONDS))


def routes() -> list[Route]:
    """Return the ways in and out."""
    return [
        Route("/studio/sign-in", sign_in),
        Route("/studio/signed-in", signed_in),
        Route("/studio/sign-out", sign_out, methods=["POST"]),
    ]


def sign_in(request: Request) -> Response:
    """Send the browser to the identity provider."""
    provider: Provider = request.app.state.provider
    next_page = own_page(request.query_params.get("next", ""))
    try:
        url, begun = provider.begin(next_page, request.session.get("language", ""))
    except ProviderError as error:
        return _failed(request, error)
    request.session[_UNDER_WAY] = begun
    return RedirectResponse(url, 303)


def signed_in(request: Request) -> Response:
    """Take the identity provider's answer, and go where the person wanted to."""
    provider: Provider = request.app.state.provider
    begun = request.session.pop(_UNDER_WAY, None)
    if begun is None or request.query_params.get("state") != begun["state"]:
        return respond(request, "sign_in_failed.html", status=400, reason="stale")
    if "error" in request.query_params:
        return respond(request, "sign_in_failed.html", status=403, reason="refused")
    try:
        person = provider.finish(request.url.query, begun)
    except ProviderError as error:
        return _failed(request, error)
    remember(request, person)
    return RedirectResponse(begun["next"], 303)


def sign_out(request: Request) -> Response:
    """Forget the person here, and at the provider where it offers that."""
    provider: Provider = request.app.state.provider
    forget(request)
    try:
        leaving = provider.about.get("end_session_endpoint")
    except ProviderError:
        leaving = None
    settings = provider.settings
    if not leaving:
        return RedirectResponse("/studio/sign-in", 303)
    back = requests.Request(
        "GET",
        leaving,
        params={"client_id": settings.client_id, "post_logout_redirect_uri": settings.url},
    )
    return RedirectResponse(str(back.prepare().url), 303)


def own_page(wanted: str) -> str:
    """Return a page of the studio, the first one for any other place."""
    return wanted if _OURS.fullmatch(wanted) else "/studio"


def _failed(request: Request, error: ProviderError) -> Response:
    log.logger().warning("studio.sign_in_failed", reason=str(error))
    return respond(request, "sign_in_failed.html", status=502, reason="provider")
