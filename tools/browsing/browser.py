"""Headless Chromium, driven by Playwright's client; the browser itself is the system's."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shared.core.errors import NotFoundError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = ("chromium", "fonts-noto-cjk", "fonts-noto-color-emoji")
# No sandbox, since a container's root has none; and nothing that asks other hosts.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_INSTALL_SECONDS = 600


def chromium() -> str | None:
    """Return the program's path, None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def install() -> str:
    """Install it from Debian's or Ubuntu's packages, as root; return its path."""
    if found := chromium():
        return found
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise NotFoundError(f"install one of: {', '.join(_NAMES)}; as root, apt-get would do it")
    for words in (["update"], ["install", "-y", "--no-install-recommends", *_PACKAGES]):
        subprocess.run(["apt-get", "-q", *words], check=False, timeout=_INSTALL_SECONDS)
    found = chromium()
    if found is None:
        raise NotFoundError(f"apt-get has not installed {_PACKAGES[0]}; its words stand above")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """Run the browser; NotFoundError where there is none."""
    from playwright.sync_api import sync_playwright

    program = chromium()
    if program is None:
        raise NotFoundError("there is no Chromium; install it: poster dev get-browser")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        try:
            yield running
        finally:
            running.close()


def sign_in(page: Page, studio: str, person: str, *, then: str = "") -> None:
    """Sign in as one of the stand-in's people, `role.name`, and go to a page of the studio."""
    page.goto(f"{studio}/sign-in?next=/studio{then}")
    page.click(f'[data-person="{person}"]')
    page.wait_for_load_state("networkidle")
