"""One local stack and one browser for all these tests; each person has a window of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.browsing.browser import browser, chromium, sign_in
from tools.browsing.own_stack import OwnStack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SignIn = Callable[..., "Page"]
_FIRST_WAIT = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium() is None:
        missing = pytest.mark.skip(reason="no Chromium; install it: poster dev get-browser")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """The stack; posters are delivered at once, but for doubted ones."""
    folder = tmp_path_factory.mktemp("studio") / "data"
    with OwnStack(folder) as running:
        yield running


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def window(chrome: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A window with its own cookies; a script error or a refused inline code fails the test."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def into(width: int = 1440, language: str = "en", **more: object) -> BrowserContext:
        size = {"width": width, "height": 900}
        context = chrome.new_context(viewport=size, locale=language, **more)  # type: ignore[arg-type]
        context.set_default_timeout(_FIRST_WAIT)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("console", lambda said: _note_fault(said.text, faults))
        opened.append(context)
        return context

    yield into
    for context in opened:
        context.close()
    assert not faults


def _note_fault(text: str, faults: list[str]) -> None:
    if "Content Security Policy" in text and "caret-color" not in text:
        faults.append(text)


@pytest.fixture(name="sign_in")
def _sign_in(studio: OwnStack, window: Callable[..., BrowserContext]) -> SignIn:
    """A page of somebody who is signed in: `sign_in("driver", "anna", "/new", width=390)`."""

    def into(role: str, name: str = "anna", then: str = "", **how: object) -> Page:
        page = window(**how).new_page()
        sign_in(page, studio.url, f"{role}.{name}", then=then)
        return page

    return into
