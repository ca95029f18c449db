"""What a phone shows: every section at once, and no hint at keys that it has not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.looked_at import faults_of, fits

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
SignIn = Callable[..., "Page"]
_WIDTH, _SECTIONS = 390, 7


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_section_is_seen_and_no_key_hint(sign_in: SignIn, language: str) -> None:
    phone = {"width": _WIDTH, "has_touch": True, "is_mobile": True}
    page = sign_in("operator", "anna", "/wall", language=language, **phone)

    boxes = [each.bounding_box() for each in page.locator(".top nav a").all()]
    assert len(boxes) == _SECTIONS
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= _WIDTH for box in boxes)
    expect(page.locator("h1 + a kbd")).to_be_hidden()
    assert fits(page)
    assert faults_of(page) == []


def test_whoever_has_a_mouse_sees_the_hints(sign_in: SignIn) -> None:
    page = sign_in("operator", "anna", "/wall")

    expect(page.locator("h1 + a kbd")).to_be_visible()
