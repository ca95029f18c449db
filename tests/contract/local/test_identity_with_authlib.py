"""The identity service as an independent client asks it: authlib, and a browser's redirects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from jwt import PyJWK

from local.cloud.identity.app import create_identity_app
from local.cloud.identity.grants import CODE_SECONDS
from local.cloud.identity.keys import ISSUER, Identity, new_signing_key
from local.cloud.identity.people import Client, Person, Role
from local.cloud.identity.provider import Provider
from local.cloud.serving import LoopbackServer

BACK, LEFT = "http://127.0.0.1:1/site/back?keep=1", "http://127.0.0.1:1/site"
READER = Role("reader", "read", {"en": "Reader", "zh-Hans": "读者", "zh-Hant": "讀者"})
EDITOR = Role("editor", "read write", {"en": "Editor & more"})
PEOPLE = [
    Person("reader.anna", READER, "Anna", "a-1"),
    Person("reader.bo", READER, "Bo", "b-1"),
    Person("editor.cai", EDITOR, "蔡", "c-1"),
]
CLIENTS = [Client("site", (BACK,), (LEFT,)), Client("closed", (BACK,), (), "s&cret")]


class Service:
    """The service on a loopback port, and a client of it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.identity = Identity(new_signing_key(), "posters")
        provider = Provider(self.identity, PEOPLE, CLIENTS, clock=lambda: self.now, seconds=90)
        self.server = LoopbackServer(create_identity_app(provider)).start()
        self.url = self.server.url
        self.about = requests.get(f"{self.url}/.well-known/openid-configuration", timeout=5).json()

    def session(self, client: str = "site", secret: str = "", method: str = "none") -> Any:
        return OAuth2Session(
            client, secret or None, redirect_uri=BACK, scope="openid profile",
            token_endpoint_auth_method=method, code_challenge_method="S256",
        )  # fmt: skip

    def start(self, session: Any, **asked: str) -> tuple[str, str]:
        """Return where the browser is sent, and the proof key."""
        verifier = asked.pop("code_verifier", generate_token(48))
        wished = {"prompt": "none", "login_hint": "reader.anna", "nonce": "n-1", **asked}
        url, _ = session.create_authorization_url(
            self.about["authorization_endpoint"], state="s-1", code_verifier=verifier, **wished
        )
        answer = requests.get(url, allow_redirects=False, timeout=5)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"], verifier

    def tokens(self, session: Any, back: str, verifier: str) -> dict[str, Any]:
        told: dict[str, Any] = session.fetch_token(
            self.about["token_endpoint"], authorization_response=back, code_verifier=verifier,
            state="s-1",
        )  # fmt: skip
        return told

    def claims(self, token: str, **more: Any) -> dict[str, Any]:
        keys = requests.get(self.about["jwks_uri"], timeout=5).json()["keys"]
        kid = jwt.get_unverified_header(token)["kid"]
        key = next(PyJWK(each) for each in keys if each["kid"] == kid)
        found: dict[str, Any] = jwt.decode(token, key, algorithms=["ES256"], **more)
        return found


@pytest.fixture(name="service")
def _service() -> Iterator[Service]:
    service = Service()
    yield service
    service.server.stop()


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_a_person_signs_in_and_the_client_gets_both_tokens(service: Service) -> None:
    session = service.session()
    back, verifier = service.start(session)
    assert back.startswith(f"{BACK}&")
    assert _query(back)["state"] == "s-1"
    assert _query(back)["iss"] == service.url == service.about["issuer"]
    told = service.tokens(session, back, verifier)
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 90, "read")
    who = service.claims(told["id_token"], audience="site", issuer=service.url)
    assert (who["nonce"], who["sub"], who["name"]) == ("n-1", "a-1", "Anna")
    access = service.claims(told["access_token"], audience="posters", issuer=ISSUER)
    assert (access["sub"], access["scope"], access["name"]) == ("a-1", "read", "Anna")
    assert access["exp"] - access["iat"] == 90


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_with_a_secret_proves_it(method: str, service: Service) -> None:
    session = service.session("closed", "s&cret", method)
    assert service.tokens(session, *service.start(session))["access_token"]
    other = service.session("closed", "wrong", method)
    with pytest.raises(OAuthError, match="invalid_client"):
        service.tokens(other, *service.start(other))
    public = service.session("closed")
    with pytest.raises(OAuthError, match="invalid_client"):
        service.tokens(public, *service.start(public))


def test_whoever_clicks_a_name_is_that_person(service: Service) -> None:
    session, verifier = service.session(), generate_token(48)
    url, _ = session.create_authorization_url(
        service.about["authorization_endpoint"], state="s-1", code_verifier=verifier
    )
    page = requests.get(url, timeout=5)
    links = dict(re.findall(r'<a href="([^"]+)" data-person="([^"]+)">', page.text))
    assert sorted(links.values()) == ["editor.cai", "reader.anna", "reader.bo"]
    clicked = next(unescape(link) for link, hint in links.items() if hint == "editor.cai")
    answer = requests.get(f"{service.url}{clicked}", allow_redirects=False, timeout=5)
    told = service.tokens(session, answer.headers["Location"], verifier)
    assert (
        told["scope"],
        jwt.decode(told["id_token"], options={"verify_signature": False})["name"],
    ) == (
        "read write",
        "蔡",
    )


@pytest.mark.parametrize(
    ("asked", "accepted", "language", "word"),
    [
        ("", "zh-TW,en;q=0.5", "zh-Hant", "讀者"),
        ("", "fr, zh-CN;q=0.9, en;q=0.5", "zh-Hans", "读者"),
        ("", "en;q=0.2, zh;q=0.1", "en", "Reader"),
        ("zh-Hant", "en", "zh-Hant", "讀者"),
        ("", "fr;q=x", "en", "Editor &amp; more"),
    ],
)
def test_the_page_is_in_the_readers_language_and_runs_nothing(
    asked: str, accepted: str, language: str, word: str, service: Service
) -> None:
    session = service.session()
    url, _ = session.create_authorization_url(
        service.about["authorization_endpoint"], code_verifier=generate_token(48),
        ui_locales=asked,
    )  # fmt: skip
    page = requests.get(url, headers={"Accept-Language": accepted}, timeout=5)
    assert f'<html lang="{language}">' in page.text
    assert word in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"redirect_uri": f"{BACK}/"}, "redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:2/site/back?keep=1"}, "redirect_uri"),
        ({"redirect_uri": ""}, "redirect_uri"),
        ({"client_id": "nobody"}, "client_id"),
        ({"client_id": ["site", "site"]}, "twice"),
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_clients(
    changed: dict[str, Any], words: str, service: Service
) -> None:
    asked = {"client_id": "site", "redirect_uri": BACK, "response_type": "code", **changed}
    answer = requests.get(
        service.about["authorization_endpoint"], asked, allow_redirects=False, timeout=5
    )
    assert answer.status_code == 400
    assert words in answer.text


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"login_hint": "nobody"}, "login_required"),
        ({"login_hint": ""}, "login_required"),
    ],
)
def test_a_wrong_request_goes_back_with_its_error_and_state(
    changed: dict[str, str], error: str, service: Service
) -> None:
    asked = {
        "client_id": "site", "redirect_uri": BACK, "response_type": "code", "scope": "openid",
        "state": "s 2", "code_challenge": "x" * 43, "code_challenge_method": "S256",
        "prompt": "none", "login_hint": "reader.bo", **changed,
    }  # fmt: skip
    answer = requests.get(
        service.about["authorization_endpoint"], asked, allow_redirects=False, timeout=5
    )
    told = _query(answer.headers["Location"])
    assert (told["error"], told["state"], told["iss"]) == (error, "s 2", service.url)


def test_a_code_is_good_once(service: Service) -> None:
    session = service.session()
    back, verifier = service.start(session)
    service.tokens(session, back, verifier)
    with pytest.raises(OAuthError, match="invalid_grant"):
        service.tokens(service.session(), back, verifier)


def test_a_code_is_good_for_a_minute(service: Service) -> None:
    session = service.session()
    back, verifier = service.start(session)
    service.now += CODE_SECONDS + 0.1
    with pytest.raises(OAuthError, match="invalid_grant"):
        service.tokens(session, back, verifier)


def test_a_code_is_of_no_use_without_its_proof_key_address_and_client(service: Service) -> None:
    session = service.session()
    back, _ = service.start(session)
    with pytest.raises(OAuthError, match="invalid_grant"):
        service.tokens(session, back, generate_token(48))
    for change in ({"redirect_uri": LEFT}, {"client_id": "closed", "client_secret": "s&cret"}):
        back, verifier = service.start(session)
        asked = {
            "grant_type": "authorization_code", "code": _query(back)["code"], "client_id": "site",
            "redirect_uri": BACK, "code_verifier": verifier, **change,
        }  # fmt: skip
        answer = requests.post(service.about["token_endpoint"], asked, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        assert answer.headers["Cache-Control"] == "no-store"


def test_another_grant_is_refused(service: Service) -> None:
    asked = {"grant_type": "password", "client_id": "site"}
    answer = requests.post(service.about["token_endpoint"], asked, timeout=5)
    assert answer.json()["error"] == "unsupported_grant_type"
    wrong = requests.post(
        service.about["token_endpoint"], headers={"Authorization": "x"}, timeout=5
    )
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, 'Basic realm="token"')


def test_who_signs_out_goes_back_to_an_address_of_the_client_alone(service: Service) -> None:
    end = service.about["end_session_endpoint"]

    def leave(**asked: str) -> requests.Response:
        return requests.get(end, asked, allow_redirects=False, timeout=5)

    told = leave(post_logout_redirect_uri=LEFT, client_id="site", state="x")
    assert (told.status_code, told.headers["Location"]) == (303, f"{LEFT}?state=x")
    assert leave(post_logout_redirect_uri="http://elsewhere/").status_code == 400
    assert leave(post_logout_redirect_uri=LEFT, client_id="closed").status_code == 400
    assert "signed out" in leave().text
