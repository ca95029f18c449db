"""What is checked of every page: axe's rules, its width, its weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults_of(page: Page) -> list[str]:
    """Return what axe objects to: each rule with the first place."""
    # The policy keeps scripts out that are not the page's own; Playwright's come another way.
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _RULES}})
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found.response["violations"]
    ]


def fits(page: Page) -> bool:
    """Say whether the page is no wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def weight_of(page: Page, path: str) -> int:
    """Return the bytes that a page of the studio takes on the way, pictures left out."""
    origin, total = page.url.split("/studio")[0], 0

    def count(request: Request) -> None:
        nonlocal total
        response = request.response()
        if (
            response
            and response.request.resource_type != "image"
            and response.url.startswith(origin)
        ):
            sizes = response.request.sizes()
            total += sizes["responseBodySize"] + sizes["responseHeadersSize"]

    page.on("requestfinished", count)
    page.goto(f"{origin}/studio{path}", wait_until="networkidle")
    return total
