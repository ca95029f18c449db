"""The studio's app in this process, before an API that the test plays."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from itsdangerous import TimestampSigner
from starlette.testclient import TestClient

from shared.settings import read
from shared.settings.studio import StudioSettings
from studio.app import create_app

KEY = "a session key that is long enough"
OWN = "https://posters.example.com"
ENVIRONMENT = {
    "STUDIO_URL": f"{OWN}/studio",
    "STUDIO_API_URL": "https://api.example.com",
    "STUDIO_OIDC_ISSUER": "https://people.example.com",
    "STUDIO_SESSION_KEY": KEY,
    "STUDIO_PICTURE_HOSTS": "https://bucket.example.com",
}
STYLES = {
    "default": "ink",
    "styles": [
        {"id": "ink", "title": {"zh": "水墨", "en": "Ink"}, "description": {"zh": "", "en": ""}}
    ],
}


class PlayedApi(requests.Session):
    """Answers by method and path; what was asked is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[tuple[str, str], tuple[int, Any]] = {
            ("GET", "/v1/styles"): (200, STYLES),
            ("GET", "/v1/vehicles"): (200, {"vehicles": []}),
        }
        self.asked: list[tuple[str, str, Any]] = []

    def request(self, method: Any, url: Any, **more: Any) -> requests.Response:  # type: ignore[override]
        path = str(url).removeprefix(ENVIRONMENT["STUDIO_API_URL"])
        self.asked.append((method, path, more))
        answer = requests.Response()
        answer.status_code, body = self.answers.get((method, path), (404, {"title": "Not Found"}))
        answer._content = json.dumps(body).encode()
        return answer


@pytest.fixture
def api() -> PlayedApi:
    return PlayedApi()


@pytest.fixture
def client(api: PlayedApi) -> TestClient:
    app = create_app(read(StudioSettings, ENVIRONMENT))
    app.state.connections = api
    return TestClient(
        app, base_url=OWN, follow_redirects=False, headers={"sec-fetch-site": "same-origin"},
        raise_server_exceptions=False,
    )  # fmt: skip


@pytest.fixture
def sign_in(client: TestClient) -> Callable[..., None]:
    def into(*scopes: str, seconds: float = 600, language: str = "en") -> None:
        person = {
            "name": "Anna <b>", "scopes": scopes, "token": "t", "expires_at": time.time() + seconds,
        }  # fmt: skip
        kept = json.dumps({"person": person, "language": language}).encode()
        signed = TimestampSigner(KEY).sign(base64.b64encode(kept)).decode()
        client.cookies.set("studio", signed, path="/studio")

    return into
