"""Many posters at once: told before what can be done, and after what was not, in one's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from studio.pages.many import deeds_of
from tests.unit.studio.conftest import PlayedApi

SignIn = Callable[..., None]
_PART = {"hx-request": "true"}
_LINK = {"url": "https://bucket.example.com/t", "expires_at": "2026-11-30T12:00:00Z"}


def entry(status: str, **more: Any) -> dict[str, Any]:
    return {
        "job_id": f"j-{status}", "status": status, "share": False, "thumbnail": None, "title": None,
        "created_at": "2026-11-30T10:00:00Z", "doubt": False, "score": None, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("known", "deeds"),
    [
        (entry("succeeded", thumbnail=_LINK), ["share", "repaint", "download"]),
        (entry("succeeded", thumbnail=_LINK, share=True), ["withdraw", "repaint", "download"]),
        (entry("open"), ["share"]),
        (entry("open", share=True), ["withdraw"]),
        (entry("needs_review", thumbnail=_LINK), ["share", "download"]),
        (entry("failed"), ["repaint"]),
        (entry("cancelled", share=True), ["repaint"]),
    ],
)
def test_the_wall_knows_what_may_be_done_with_a_poster(
    known: dict[str, Any], deeds: list[str]
) -> None:
    assert deeds_of(known) == deeds


def test_each_box_of_the_wall_says_what_may_be_done(
    client: TestClient, api: PlayedApi, sign_in: SignIn
) -> None:
    entries = [entry("failed"), entry("open", share=True)]
    api.answers["GET", "/v1/wall"] = (200, {"entries": entries, "cursor": None})
    sign_in("operator")

    page = client.get("/studio/wall").text

    assert 'value="j-failed repaint"' in page
    assert 'value="j-open withdraw"' in page


@pytest.mark.parametrize(
    ("scope", "action", "kept", "said"),
    [
        ("driver", "share", {"ja"}, ("1 张海报将对他人公开", "3 张保持不变")),
        ("operator", "share", set(), ("所选海报都不能这样处理", "只有车主本人可以公开海报")),
        ("operator", "withdraw", {"jb"}, ("1 张海报将不再", "3 张保持不变")),
        ("driver", "repaint", {"ja", "jb", "jd"}, ("3 次行程将重画", "1 张未包含")),
        ("driver", "download", {"ja", "jb"}, ("2 张海报将以 PNG", "2 张未包含")),
    ],
)
def test_before_the_press_it_is_told_how_many_can_be_treated(
    scope: str,
    action: str,
    kept: set[str],
    said: tuple[str, str],
    client: TestClient,
    api: PlayedApi,
    sign_in: SignIn,
) -> None:
    sign_in(scope, language="zh-Hans")
    boxes = [
        "ja share repaint download", "jb withdraw repaint download", "jc download-later",
        "jd repaint",
    ]  # fmt: skip

    page = client.post("/studio/many", data={"action": action, "job": boxes}, headers=_PART).text

    assert all(each in page for each in said)
    assert {each for each in ("ja", "jb", "jc", "jd") if f'"job" value="{each}"' in page} == kept
    assert ("执行" in page) is bool(kept)
    # Only a repaint has styles to choose from.
    assert ("/v1/styles" in {path for _, path, _ in api.asked}) is (action == "repaint")


def test_more_than_fit_are_told_too(client: TestClient, sign_in: SignIn) -> None:
    sign_in("driver")
    boxes = [f"j{n} download" for n in range(23)]

    page = client.post("/studio/many", data={"action": "download", "job": boxes}).text

    assert "At most 20 at once: 3 are left out." in page
    assert page.count("job=j") == 20


def test_what_was_not_done_says_why_in_the_persons_language(
    client: TestClient, api: PlayedApi, sign_in: SignIn
) -> None:
    sign_in("driver", language="zh-Hant")
    refusal = {"title": "No", "code": "unreviewed", "detail": "a reviewer sees each poster first"}
    api.answers["PATCH", "/v1/jobs/ja"] = (409, refusal)
    api.answers["PATCH", "/v1/jobs/jb"] = (200, {})

    page = client.post("/studio/many/do", data={"action": "share", "job": ["ja", "jb"]}).text

    assert "已完成 1 張" in page
    assert "公開前須經審核" in page
    assert "a reviewer" not in page


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/studio/many/do", {"action": "share", "job": ["ja"]}),
        ("/studio/jobs/ja/share", {"share": "yes"}),
    ],
)
def test_staff_are_told_that_a_poster_is_not_theirs_to_share_rather_than_that_it_is_gone(
    path: str, form: dict[str, Any], client: TestClient, api: PlayedApi, sign_in: SignIn
) -> None:
    sign_in("driver", "operator")

    text = client.post(path, data=form, headers=_PART).text

    assert ("PATCH", "/v1/jobs/ja") in {each[:2] for each in api.asked}
    assert "Only its driver may share this poster" in text
    assert "There is nothing here" not in text


def test_a_driver_is_told_that_a_poster_is_gone(
    client: TestClient, api: PlayedApi, sign_in: SignIn
) -> None:
    sign_in("driver")

    text = client.post("/studio/jobs/ja/share", data={"share": "yes"}, headers=_PART).text

    assert "There is nothing here" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "No poster yet. Those that"), ("?status=failed", "Choose fewer filters")],
)
def test_only_who_has_filtered_is_told_to_filter_less(
    query: str, said: str, client: TestClient, api: PlayedApi, sign_in: SignIn
) -> None:
    api.answers["GET", "/v1/wall"] = (200, {"entries": [], "cursor": None})
    sign_in("reviewer")

    assert said in client.get(f"/studio/wall{query}").text
