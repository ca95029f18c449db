"""An OpenID Connect provider: the code flow with proof keys, and nothing else.

Sources: OpenID Connect Core, Discovery and RP-Initiated Logout 1.0; RFC 6749, 7636 and 9207.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlencode, urlsplit

from local.cloud.identity.grants import Grants
from local.cloud.identity.keys import Identity
from local.cloud.identity.people import Client, Person

Values = Mapping[str, str]

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class NobodyToTellError(Exception):
    """The client or its address is unknown: nobody may be sent there."""


class AuthorizationError(Exception):
    """A request that is refused, in a word of the specifications and in some of ours."""

    def __init__(self, error: str, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.error, self.status = error, status


@dataclass(frozen=True)
class Asked:
    """An authorization request whose client is known."""

    client: Client
    redirect: str
    values: Values

    def answer(self, issuer: str, **told: str) -> str:
        """Return where the browser is sent with an answer."""
        state = {"state": self.values["state"]} if "state" in self.values else {}
        query = urlencode({**told, **state, "iss": issuer})
        return f"{self.redirect}{'&' if urlsplit(self.redirect).query else '?'}{query}"


class Provider:
    """Sign `people` in for `clients`; access tokens are the identity's own and hold `seconds`."""

    def __init__(
        self,
        identity: Identity,
        people: Sequence[Person],
        clients: Sequence[Client],
        *,
        clock: Callable[[], float],
        seconds: int = 3600,
    ) -> None:
        self.identity, self.people, self._seconds = identity, people, seconds
        self._clients = {each.id: each for each in clients}
        self._grants = Grants(clock)

    def asked(self, values: Values) -> Asked:
        """Read an authorization request; raise NobodyToTellError for an unknown address."""
        client = self._clients.get(values.get("client_id", ""))
        if client is None:
            raise NobodyToTellError("client_id: unknown")
        if (redirect := values.get("redirect_uri", "")) not in client.redirects:
            raise NobodyToTellError("redirect_uri: not one of the client's")
        return Asked(client, redirect, values)

    def check(self, asked: Asked) -> Person | None:
        """Return whom to sign in without a question, if anybody; raise AuthorizationError."""
        values = asked.values
        if values.get("response_type") != "code":
            raise AuthorizationError("unsupported_response_type", "the code flow alone")
        if values.get("response_mode", "query") != "query":
            raise AuthorizationError("invalid_request", "response_mode: query alone")
        if "openid" not in values.get("scope", "").split():
            raise AuthorizationError("invalid_scope", "scope: openid is missing")
        if values.get("code_challenge_method") != "S256":
            raise AuthorizationError("invalid_request", "code_challenge_method: S256 is required")
        if not _CHALLENGE.fullmatch(values.get("code_challenge", "")):
            raise AuthorizationError("invalid_request", "code_challenge: is missing, or none")
        if values.get("prompt") != "none":
            return None
        hint = values.get("login_hint", "")
        if (found := next((p for p in self.people if p.hint == hint), None)) is None:
            raise AuthorizationError("login_required", "nobody is signed in")
        return found

    def code(self, asked: Asked, person: Person) -> str:
        """Return a new code for a person."""
        values = asked.values
        nonce, challenge = values.get("nonce", ""), values["code_challenge"]
        return self._grants.new(asked.client.id, asked.redirect, challenge, nonce, person)

    def tokens(self, values: Values, authorization: str, issuer: str) -> dict[str, object]:
        """Exchange a code; raise AuthorizationError."""
        client = self._client(values, authorization)
        if values.get("grant_type") != "authorization_code":
            raise AuthorizationError("unsupported_grant_type", "authorization_code alone")
        told = [values.get(name, "") for name in ("redirect_uri", "code_verifier")]
        grant = self._grants.take(values.get("code", ""), client.id, *told)
        if grant is None:
            words = "the code is unknown, used, too old, or not for this client, address and key"
            raise AuthorizationError("invalid_grant", words)
        person, seconds = grant.person, self._seconds
        scope = person.role.scope
        who = {"iss": issuer, "aud": client.id, "sub": person.subject, "name": person.name}
        nonce = {"nonce": grant.nonce} if grant.nonce else {}
        return {
            "access_token": self.identity.token(
                person.subject, scope, seconds=seconds, name=person.name
            ),
            "id_token": self.identity.signed(who | nonce, seconds),
            "token_type": "Bearer",
            "expires_in": seconds,
            "scope": scope,
        }

    def signed_out(self, values: Values) -> str:
        """Return where to go after signing out, nowhere if ""; raise NobodyToTellError."""
        if not (redirect := values.get("post_logout_redirect_uri", "")):
            return ""
        named = self._clients.get(values.get("client_id", ""))
        allowed = [each for each in self._clients.values() if named in {None, each}]
        if not any(redirect in each.after_sign_out for each in allowed):
            raise NobodyToTellError("post_logout_redirect_uri: not one of the client's")
        state = urlencode({"state": values["state"]}) if "state" in values else ""
        joint = ("&" if urlsplit(redirect).query else "?") if state else ""
        return f"{redirect}{joint}{state}"

    def _client(self, values: Values, authorization: str) -> Client:
        """Return the client that asks: by Basic, by its secret in the form, or a public one."""
        client_id, secret = values.get("client_id", ""), values.get("client_secret", "")
        if authorization:
            client_id, secret = _basic(authorization)
        client = self._clients.get(client_id)
        if client is None or not hmac.compare_digest(client.secret.encode(), secret.encode()):
            raise AuthorizationError("invalid_client", "unknown, or with another secret", 401)
        return client


def discovery(issuer: str) -> dict[str, object]:
    """Return what the provider says of itself."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks.json",
        "end_session_endpoint": f"{issuer}/sign-out",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [
            "none", "client_secret_basic", "client_secret_post",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["openid", "profile"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "nonce", "name"],
        "prompt_values_supported": ["none"],
        "ui_locales_supported": ["zh-Hans", "zh-Hant", "en"],
        "authorization_response_iss_parameter_supported": True,
    }  # fmt: skip


def _basic(header: str) -> tuple[str, str]:
    kind, _, told = header.partition(" ")
    try:
        words = base64.b64decode(told, validate=True).decode()
    except (binascii.Error, ValueError):
        words = ""
    if kind.lower() != "basic" or ":" not in words:
        raise AuthorizationError("invalid_client", "Authorization is no Basic", 401)
    client_id, _, secret = words.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)
