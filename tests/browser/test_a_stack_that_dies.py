"""A stack that dies while a page waits, and comes back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tools.browsing.browser import sign_in as sign_in_at
from tools.browsing.own_stack import OwnStack

if TYPE_CHECKING:
    from collections.abc import Callable

_POSTER_MS = 150_000


@pytest.mark.slow
def test_a_page_that_waits_outlives_the_stack(window: Callable[..., Any], tmp_path: Path) -> None:
    with OwnStack(tmp_path / "data") as stack:
        page = window().new_page()
        sign_in_at(page, stack.url, "driver.anna", then="/new")
        page.fill("#end_city", "湖州市")
        page.fill("#ended_at", "2024-05-05T18:57")
        page.click("#trip button.main")
        page.wait_for_url(re.compile("/studio/jobs/j"))

        stack.kill()
        expect(page.locator("#notices [data-unreachable]")).to_be_visible()
        stack.start()

        expect(page.locator("[data-poster]")).to_be_visible(timeout=_POSTER_MS)
        expect(page.locator("#notices [data-unreachable]")).to_have_count(0)
