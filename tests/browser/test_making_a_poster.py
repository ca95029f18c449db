"""Making a poster, as somebody does who sees the studio for the first time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.looked_at import faults_of, fits

if TYPE_CHECKING:
    from playwright.sync_api import Page

from playwright.sync_api import expect

SignIn = Callable[..., "Page"]
ARTICLE = Path(__file__).parents[2] / "examples" / "trips" / "article_trip.txt"
_POSTER_MS = 240_000


@pytest.mark.parametrize(
    ("width", "language"), [(390, "zh-CN"), pytest.param(1440, "en", marks=pytest.mark.slow)]
)
def test_the_articles_text_becomes_a_poster_that_is_found_again_and_withdrawn(
    sign_in: SignIn, width: int, language: str
) -> None:
    page = sign_in("driver", "bo", width=width, language=language)
    expect(page).to_have_url(re.compile("/studio/new$"))

    page.set_input_files("#file", ARTICLE)
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.input_value("#end_city") == "上海市"
    assert page.input_value("#started_at") == "2024-05-02T22:38"
    page.check("input[name=style][value=gouache]")
    page.click("#trip button.main")

    page.wait_for_url(re.compile(r"/studio/jobs/j[a-z2-7]{31}$"))
    expect(page.locator("[data-since], [data-poster]").first).to_be_visible()
    expect(page.locator("[data-poster]")).to_be_visible(timeout=_POSTER_MS)
    assert fits(page)
    title = page.locator("h1").inner_text()

    page.get_by_role("button", name=re.compile(r"^(Share|公开)")).click()
    expect(page.locator(".notice.good")).to_be_visible()
    page.locator("a[data-key=b]").click()
    page.locator(".poster a").filter(has_text=title).first.click()
    page.get_by_role("button", name=re.compile(r"^(Withdraw|撤下)")).click()
    expect(page.locator(".notice.good")).to_contain_text(re.compile("Withdrawn|已撤下"))
    assert page.locator(".notice.good").evaluate("e => document.activeElement.tagName") == "H1"
    page.keyboard.press("u")
    expect(page.get_by_role("button", name=re.compile(r"^(Withdraw|撤下)"))).to_be_visible()


def test_what_was_not_understood_stands_beside_its_field(sign_in: SignIn) -> None:
    page = sign_in("driver", "bo", "/new")
    page.fill("#written", "終點:上海市\n到達時間:2024-05-05 18:57\n公里數:很遠\n一行没有标签的话")
    page.click("#read")

    expect(page.locator("#distance_km-note-1")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Line 4 was not used.")
    described = "distance_km-wrong distance_km-note-1"
    assert page.get_attribute("#distance_km", "aria-describedby") == described
    page.get_by_role("alert").get_by_role("link", name="Kilometres").click()
    expect(page.locator("#distance_km")).to_be_focused()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Give kilometres"), ("zh-CN", "请填写大于 0 的公里数")]
)
def test_what_a_field_cannot_take_is_said_beside_it_before_anything_is_sent(
    sign_in: SignIn, language: str, words: str
) -> None:
    page = sign_in("driver", "bo", "/new", language=language, width=390)
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if each.method == "POST" else None)
    page.fill("#distance_km", "-12")
    page.fill("#driving_minutes", "-5")
    page.fill("#mood", "😊" * 17)
    page.fill("#ended_at", "0001-01-01T00:00")
    page.keyboard.press("Tab")

    expect(page.locator("#distance_km-wrong")).to_contain_text(words)
    names = ("distance_km", "driving_minutes", "mood", "ended_at")
    for name in names:
        expect(page.locator(f"#{name}-wrong")).not_to_be_empty()
        expect(page.locator(f"#{name}")).to_have_attribute("aria-invalid", "true")
    page.click("#trip button.main")
    expect(page.locator("#end_city-wrong")).not_to_be_empty()
    expect(page.locator("#end_city")).to_be_focused()
    assert faults_of(page) == []
    assert not sent

    page.fill("#distance_km", "12")
    page.fill("#driving_minutes", "2小时半")
    page.fill("#mood", "😊" * 16)
    page.fill("#ended_at", "2024-05-05T18:57")
    page.fill("#end_city", "湖州市")
    for name in names:
        expect(page.locator(f"#{name}-wrong")).to_be_empty()
    page.click("#trip button.main")
    page.wait_for_url(re.compile("/studio/jobs/j"))


def test_a_refused_form_keeps_everything_and_points_at_the_field(sign_in: SignIn) -> None:
    page = sign_in("driver", "bo", "/new", language="zh-TW")
    page.fill("#end_city", "nowhere at all")
    page.fill("#ended_at", "2024-05-05T18:57")
    page.fill("#caption", "<img src=x onerror=alert(1)>")
    page.fill("#team", "'\"><script>document.title='x'</script>")
    page.click("#trip button.main")

    expect(page.get_by_role("alert")).to_be_focused()
    assert page.get_attribute("#end_city", "aria-invalid") == "true"
    assert page.input_value("#caption") == "<img src=x onerror=alert(1)>"
    assert page.input_value("#team").endswith("</script>")
    assert page.title() != "x"


def test_a_session_that_ends_in_the_middle_of_the_form_loses_nothing(sign_in: SignIn) -> None:
    page = sign_in("driver", "bo", "/new")
    page.fill("#end_city", "湖州市")
    page.fill("#ended_at", "2024-05-05T18:57")
    page.fill("#caption", "写了很久的话")
    page.context.clear_cookies()
    page.click("#trip button.main")

    dialog = page.locator("#signed-out")
    expect(dialog).to_be_visible()
    with page.context.expect_page() as opened:
        dialog.get_by_role("link").click()
    opened.value.click('[data-person="driver.bo"]')
    expect(dialog).to_be_hidden()
    assert page.input_value("#caption") == "写了很久的话"
    page.click("#trip button.main")
    page.wait_for_url(re.compile("/studio/jobs/j"))


def test_a_reload_loses_nothing_either_and_what_was_sent_is_forgotten(sign_in: SignIn) -> None:
    page = sign_in("driver", "bo", "/new")
    page.fill("#end_city", "湖州市")
    page.check("input[name=style][value=anime]")
    page.reload()

    assert page.input_value("#end_city") == "湖州市"
    assert page.is_checked("input[name=style][value=anime]")
    page.fill("#ended_at", "2024-05-05T18:57")
    page.click("#trip button.main")
    page.wait_for_url(re.compile("/studio/jobs/j"))
    page.goto(page.url.rpartition("/jobs/")[0] + "/new")
    assert page.input_value("#end_city") == ""


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
def test_the_form_has_nothing_that_axe_objects_to(sign_in: SignIn, scheme: str) -> None:
    page = sign_in("driver", "bo", "/new", width=390, color_scheme=scheme)
    page.fill("#end_city", "nowhere at all")
    page.fill("#ended_at", "2024-05-05T18:57")
    page.click("#trip button.main")
    expect(page.get_by_role("alert")).to_be_visible()

    assert faults_of(page) == []
    assert fits(page)
