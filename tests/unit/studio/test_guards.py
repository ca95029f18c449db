"""What guards the studio's pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from studio.rendering import HERE
from studio.signing_in import own_page
from tests.unit.studio.conftest import OWN, PlayedApi

SignIn = Callable[..., None]


def test_every_answer_has_a_policy_without_inline_code(client: TestClient) -> None:
    policy = client.get("/studio/alive").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "img-src 'self' https://bucket.example.com" in policy


@pytest.mark.parametrize(
    "template", sorted((HERE / "templates").glob("*.html")), ids=lambda p: p.name
)
def test_templates_hold_nothing_that_the_policy_refuses(template: Path) -> None:
    text = template.read_text("utf-8")

    assert not re.search(r"<style|\sstyle\s*=\s*[\"']|\son[a-z]+\s*=|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*(?:\ssrc=|type=\"application/json\"))", text)
    assert not re.search(r"\|\s*safe\b", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": OWN},
    ],
)
def test_a_change_from_another_page_is_refused(
    client: TestClient, sign_in: SignIn, api: PlayedApi, headers: dict[str, str]
) -> None:
    sign_in("driver")

    answer = client.post("/studio/jobs/j1/share", data={"share": "yes"}, headers=headers)

    assert answer.status_code == 403
    assert not api.asked


@pytest.mark.parametrize(
    ("origin", "status"), [(OWN, 303), ("https://evil.example", 403), ("", 403)]
)
def test_a_browser_without_fetch_metadata_is_known_by_its_origin(
    client: TestClient, origin: str, status: int
) -> None:
    del client.headers["sec-fetch-site"]

    answer = client.post(
        "/studio/language", data={"language": "en"}, headers={"origin": origin} if origin else {}
    )

    assert answer.status_code == status


def test_too_many_changes_are_held_off_and_say_when_to_try_again(
    client: TestClient, sign_in: SignIn
) -> None:
    sign_in("driver")

    answers = [client.post("/studio/language", data={"language": "en"}) for _ in range(130)]

    assert answers[0].status_code == 303
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "60"


def test_a_cookie_that_was_changed_is_nobodys(client: TestClient, sign_in: SignIn) -> None:
    sign_in("driver")
    client.cookies.set("studio", client.cookies["studio"][:-4] + "AAAA", path="/studio")

    assert client.get("/studio/new").headers["location"].startswith("/studio/sign-in")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient) -> None:
    set_cookie = client.post("/studio/language", data={"language": "en"}).headers["set-cookie"]

    assert "httponly" in set_cookie.lower()
    assert "samesite=lax" in set_cookie.lower()
    assert "secure" in set_cookie.lower()
    assert "path=/studio" in set_cookie.lower()


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/studio\\@evil.example",
        "/studio/../v1",
        "/studiox",
        "javascript:alert(1)",
        "/studio/a b",
    ],
)
def test_signing_in_leads_nowhere_but_to_the_studio(wanted: str) -> None:
    assert own_page(wanted) == "/studio"


def test_the_bare_host_leads_to_the_studio(client: TestClient) -> None:
    answer = client.get("/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/studio")


def test_names_are_escaped(client: TestClient, sign_in: SignIn) -> None:
    sign_in("driver")

    body = client.get("/studio/new").text

    assert "Anna &lt;b&gt;" in body
    assert "Anna <b>" not in body
