"""The wall and one job: found, filtered, picked, looked at closely, and come back to."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.looked_at import faults_of, fits, weight_of
from tests.browser.made import asked, made_poster

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tools.browsing.own_stack import OwnStack

pytestmark = pytest.mark.slow
SignIn = Callable[..., "Page"]
_HOSTILE = '"><img src=x onerror=document.title=1><script>document.title=2</script>'


@pytest.fixture(scope="module")
def posters(studio: OwnStack) -> list[str]:
    """Two posters of another driver: the second by hostile words, shared."""
    words = {"caption": _HOSTILE, "team": _HOSTILE}
    first = made_poster(studio, "demo-driver.bo", style="gouache")
    return [first, made_poster(studio, "demo-driver.bo", style="ink_wash", share=True, **words)]


def test_filters_find_posters_and_stay_in_the_address(sign_in: SignIn, posters: list[str]) -> None:
    page = sign_in("operator", "anna", "/wall")
    page.select_option("#style", "gouache")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(f"#{posters[0]}")).to_be_visible()
    expect(page.locator(f"#{posters[1]}")).to_have_count(0)
    assert "style=gouache" in page.url
    assert faults_of(page) == []


def test_no_badge_of_a_card_lies_beneath_its_box(sign_in: SignIn, posters: list[str]) -> None:
    page = sign_in("operator", "anna", "/wall", language="zh-CN")
    card = page.locator(f"#{posters[1]}")
    badges = card.locator(".badge")
    expect(badges).to_have_count(3)

    pick = card.locator(".pick").bounding_box()
    assert pick is not None
    for box in filter(None, (each.bounding_box() for each in badges.all())):
        beside = box["x"] + box["width"] <= pick["x"]
        assert beside or box["y"] + box["height"] <= pick["y"]


def test_what_a_dialog_is_refused_with_stands_in_it_and_can_be_closed(
    sign_in: SignIn, posters: list[str]
) -> None:
    page = sign_in("operator", "anna", f"/jobs/{posters[0]}")
    page.locator("[data-open='#repaint']").click()
    dialog = page.locator("#repaint")
    dialog.locator("form").evaluate("form => form.noValidate = true")
    dialog.locator("[name=seed]").fill("-5")
    for _ in range(2):
        with page.expect_response(re.compile("/repaint$")):
            dialog.locator("button.main").click()
        expect(dialog.get_by_role("alert")).to_have_count(1)

    expect(dialog.get_by_role("alert")).to_contain_text("2147483647")
    expect(page.locator("#notices .notice")).to_have_count(0)
    dialog.locator("[data-dismiss]").click()
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(dialog).to_be_visible()


def test_back_lands_on_the_poster_that_was_opened(sign_in: SignIn, posters: list[str]) -> None:
    page = sign_in("operator", "anna", "/wall", width=390)
    page.locator(f"#{posters[0]} a").click()
    expect(page.locator("[data-poster]")).to_be_visible()
    page.go_back()

    expect(page.locator(f"#{posters[0]} a")).to_be_focused()
    expect(page.locator(f"#{posters[0]}")).to_be_in_viewport()
    assert fits(page)


def test_the_keyboard_alone_walks_picks_and_withdraws(sign_in: SignIn, posters: list[str]) -> None:
    page = sign_in("operator", "anna", "/wall")
    page.locator(f"#{posters[1]} a").first.focus()
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(page.locator("#picked [data-picked]")).to_have_text("2 picked")
    page.keyboard.press("w")

    dialog = page.locator("#many-dialog")
    expect(dialog).to_contain_text("2 posters will no longer be seen by others")
    dialog.get_by_role("button", name="Go on").press("Enter")
    expect(dialog).to_contain_text("Done:")
    assert faults_of(page) == []


def test_two_posters_are_compared_under_a_slider(sign_in: SignIn, posters: list[str]) -> None:
    page = sign_in("studio", "anna", "/wall")
    for job in posters:
        page.locator(f"#{job} input[name=job]").check()
    page.keyboard.press("c")
    page.wait_for_url(re.compile("/studio/compare"))
    page.keyboard.press("o")

    page.get_by_role("slider").fill("30")
    assert "70%" in page.locator("[data-other]").evaluate("e => e.style.clipPath")
    assert faults_of(page) == []


def test_picked_posters_are_downloaded_as_one_zip(sign_in: SignIn, posters: list[str]) -> None:
    page = sign_in("operator", "anna", "/wall")
    page.locator(f"#{posters[0]} input[name=job]").check()
    page.keyboard.press("d")
    with page.expect_download() as found:
        page.locator("#many-dialog a[download]").click()

    packed = zipfile.ZipFile(io.BytesIO(Path(found.value.path()).read_bytes()))
    assert packed.namelist() == [f"{posters[0]}.png"]
    assert packed.read(f"{posters[0]}.png").startswith(b"\x89PNG")


def test_a_job_shows_its_measures_its_light_and_its_bare_plate(
    studio: OwnStack, sign_in: SignIn, posters: list[str]
) -> None:
    page = sign_in("operator", "anna", f"/jobs/{posters[0]}")

    # One more where a reviewer was asked first.
    steps = len(asked(studio, "GET", f"/v1/jobs/{posters[0]}")["history"])
    expect(page.locator(".timeline li")).to_have_count(steps)
    expect(page.locator("dl.facts dd").first).to_contain_text("市")
    page.keyboard.press("z")
    assert page.locator("[data-stage]").evaluate("e => e.scrollLeft + e.scrollTop") > 0
    page.get_by_label("Protected region").check()
    shown = page.locator("[data-overlay=protected]")
    expect(shown).to_be_visible()
    assert shown.evaluate("e => e.decode().then(() => e.naturalWidth)") > 100
    page.get_by_role("slider").fill("50")
    expect(page.locator("[data-plate]")).to_be_visible()
    page.locator("summary").filter(has_text="measures").click()
    assert page.locator("table meter").count() > 10
    assert faults_of(page) == []


def test_hostile_words_stay_words_and_nobody_elses(sign_in: SignIn, posters: list[str]) -> None:
    reviewer = sign_in("reviewer", "anna", f"/jobs/{posters[1]}")

    expect(reviewer.locator("h1")).to_be_visible()
    assert "onerror" not in reviewer.content()
    assert "img src=x" not in reviewer.content()
    assert reviewer.title() not in {"1", "2"}


def test_a_driver_sees_their_own_and_nothing_else(sign_in: SignIn, posters: list[str]) -> None:
    page = sign_in("driver", "anna", "/wall", language="zh-CN")

    expect(page.locator(f"#{posters[0]}")).to_have_count(0)
    page.goto(page.url.rpartition("/")[0] + f"/jobs/{posters[0]}")
    expect(page.locator("h1")).to_have_text("操作没有成功")
    assert faults_of(page) == []


@pytest.mark.parametrize("path", ["/new", "/wall", "/styles"])
def test_a_page_weighs_little_without_its_pictures(
    sign_in: SignIn, posters: list[str], path: str
) -> None:
    page = sign_in("operator", "anna", "")

    assert weight_of(page, path) <= 300_000
