"""Styles: chosen by looking, and the choice stands in the form of a new poster."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.looked_at import faults_of, fits

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
SignIn = Callable[..., "Page"]


def test_a_style_that_is_chosen_stands_in_the_form(sign_in: SignIn) -> None:
    page = sign_in("driver", "anna", "/styles")
    assert faults_of(page) == []
    page.get_by_role("link", name="Make a poster in this style Ink wash").click()
    expect(page.locator('input[name="style"][value="ink_wash"]')).to_be_checked()
    loaded = "image => image.decode().then(() => image.naturalWidth)"
    assert page.locator('img[src*="samples/ink_wash.jpg"]').evaluate(loaded) == 320


def test_the_choice_goes_before_an_earlier_one_and_keeps_what_was_typed(sign_in: SignIn) -> None:
    page = sign_in("driver", "anna", "/new")
    page.fill("#mood", "happy")
    page.check('input[name="style"][value="gouache"]', force=True)
    page.get_by_role("link", name="Styles").click()
    page.get_by_role("link", name="Make a poster in this style Anime").click()
    expect(page.locator("#mood")).to_have_value("happy")
    expect(page.locator('input[name="style"][value="anime"]')).to_be_checked()


def test_every_style_shows_four_different_seasons(sign_in: SignIn) -> None:
    page = sign_in("driver", "anna", "/styles", width=390)
    for section in page.locator("section.look").all():
        pictures = section.locator("img").all()
        assert len(pictures) == 4
        loaded = "image => { image.loading = 'eager'; return image.decode().then(() => true); }"
        assert all(picture.evaluate(loaded) for picture in pictures)
    assert fits(page)


def test_staff_come_to_the_newest_posters_of_a_style_and_season(sign_in: SignIn) -> None:
    page = sign_in("reviewer", "anna", "/styles", color_scheme="dark")
    assert faults_of(page) == []
    page.get_by_role("link", name="Newest posters Ink wash, Winter").click()
    expect(page).to_have_url(re.compile(r"/studio/wall\?style=ink_wash&season=winter"))
    expect(page.locator("#style")).to_have_value("ink_wash")
