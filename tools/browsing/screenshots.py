"""The pictures of the studio in docs/images: pages of a real stack, posters of the examples."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from client.trip_posters import TripPosters
from tools.browsing.browser import browser, sign_in
from tools.browsing.own_stack import ROOT, OwnStack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from local.printed import Say

_EXAMPLES = ROOT / "examples" / "trips"
_STYLES = ("photoreal", "gouache", "ink_wash", "anime", "retro_poster", "night_neon")
# Of the posters so many are shared, and wait for a reviewer.
_SHARED = 3
_WAIT_SECONDS, _PAGE_MS = 600.0, 240_000
_WIDE, _PHONE = (1440, 900), (390, 844)


class Shot(NamedTuple):
    """A picture: its file, who looks at which page, and how."""

    name: str
    person: str
    path: str
    language: str = "en"
    size: tuple[int, int] = _WIDE
    scheme: str = "light"


def take(folder: Path, *, say: Say) -> None:
    """Make posters of the examples, then a picture of each main page."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, _running(Path(data)) as (stack, chrome):
        jobs = _posters(stack, say)
        for shot in _shots(jobs[0]):
            path = folder / f"studio-{shot.name}.jpg"
            _take(shot, path, stack, chrome)
            say.progress(f"{path}  {path.stat().st_size / 1000:.0f} KB")


@contextmanager
def _running(data: Path) -> Iterator[tuple[OwnStack, Browser]]:
    with OwnStack(data / "stack", ANNOUNCE="after_review") as stack, browser() as chrome:
        yield stack, chrome


def _posters(stack: OwnStack, say: Say) -> list[str]:
    """Make a poster of each example trip, the styles by turns; return the jobs."""
    driver = TripPosters(stack.urls["app"], stack.token("demo-driver", "driver"))
    sent = []
    for number, path in enumerate(sorted(_EXAMPLES.glob("*.json"))):
        trip = json.loads(path.read_text("utf-8"))
        trip |= {"style": _STYLES[number % len(_STYLES)], "share": number < _SHARED}
        sent.append(driver.submit(trip).job_id)
    for job in sent:
        ended = driver.wait_for_poster(job, seconds=_WAIT_SECONDS)
        say.progress(f"{job}  {ended.status}")
    return sent[_SHARED:] or sent


def _shots(job: str) -> Iterator[Shot]:
    yield Shot("new", "driver.anna", "/new", "zh-CN")
    yield Shot("wall", "operator.anna", "/wall")
    yield Shot("wall-phone", "operator.anna", "/wall", "zh-CN", _PHONE, "dark")
    yield Shot("job", "operator.anna", f"/jobs/{job}")
    yield Shot("review", "reviewer.anna", "/review")
    yield Shot("vehicles", "studio.anna", "/vehicles")
    yield Shot("styles", "studio.anna", "/styles", "zh-CN")
    yield Shot("seasons", "studio.anna", "/seasons")
    yield Shot("health", "operator.anna", "/health")


def _take(shot: Shot, path: Path, stack: OwnStack, chrome: Browser) -> None:
    width, height = shot.size
    context = chrome.new_context(
        viewport={"width": width, "height": height},
        locale=shot.language,
        color_scheme="dark" if shot.scheme == "dark" else "light",
    )
    # The first look at the vehicles makes all their small pictures.
    context.set_default_timeout(_PAGE_MS)
    page: Page = context.new_page()
    sign_in(page, stack.url, shot.person, then=shot.path)
    page.screenshot(path=path, type="jpeg", quality=82)
    context.close()
