"""Vehicles in the studio: renders come in and are approved, badges drawn, versions recalled."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.looked_at import faults_of, fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    SignIn = Callable[..., Page]

pytestmark = pytest.mark.slow

_DROPPED = """() => {
  const held = new DataTransfer();
  held.items.add(new File(["GIF89a"], "car.png"));
  return held;
}"""
_CAR = Path(__file__).parents[2] / "comfyui" / "vehicles" / "citycar" / "g1" / "red"
_MEMBER = "front_left.overcast"
_INTAKE, _ANSWER = 120_000, 20_000
expect.set_options(timeout=_ANSWER)


def _sidecar(model: str) -> dict[str, Any]:
    """The bundle's own sidecar, as if another car's: what it leaves out is guessed."""
    told = json.loads((_CAR / f"{_MEMBER}.json").read_text("utf-8"))
    kept = {name: value for name, value in told.items() if name not in {"passes", "model"}}
    return {**kept, "model": model}


def _file(name: str, data: bytes, kind: str) -> Any:
    return {"name": name, "mimeType": kind, "buffer": data}


def _choose(page: Page, sidecar: dict[str, Any]) -> None:
    """Choose the three files; the sidecar fills in the rest."""
    render, badge = (_CAR / f"{_MEMBER}{end}" for end in (".png", ".badge.png"))
    page.set_input_files("#file-badge", badge)
    page.set_input_files("#file-render", render)
    told = _file("sidecar.json", json.dumps(sidecar).encode(), "application/json")
    page.set_input_files("#file-sidecar", told)
    expect(page.locator("#light")).to_have_value("overcast")


def _send(page: Page) -> None:
    page.get_by_role("button", name="Upload", exact=True).click()


@pytest.fixture(scope="module")
def offered(studio: Any) -> str:
    """A version of a car of its own that is offered: its reference."""
    headers = {"Authorization": f"Bearer {studio.token('studio-otto', 'studio')}"}
    root = f"{studio.urls['app']}/v1/vehicles"
    parts = {end: (_CAR / f"{_MEMBER}{end}").read_bytes() for end in (".badge.png", ".png")}
    parts[".json"] = json.dumps(_sidecar("coupe")).encode()
    kinds = {".json": "application/json"}
    files = [
        {"name": f"{_MEMBER}{end}", "size": len(data), "type": kinds.get(end, "image/png")}
        for end, data in parts.items()
    ]
    view, light = _MEMBER.split(".")
    wish = {"model": "coupe", "generation": "g1", "paint": "red", "view": view, "light": light}
    asked = {**wish, "files": files}
    signed = requests.post(f"{root}/uploads", json=asked, headers=headers, timeout=10).json()
    for form, data in zip(signed["forms"], parts.values(), strict=True):
        sent = requests.post(form["url"], form["fields"], files={"file": data}, timeout=10)
        sent.raise_for_status()
    end = time.monotonic() + _INTAKE / 1000
    while time.monotonic() < end:
        told = requests.get(f"{root}/sets?vehicle=coupe", headers=headers, timeout=10).json()
        found = [v for s in told["sets"] for m in s["members"] for v in m["versions"]]
        if found and found[0]["standing"] == "good":
            return str(found[0]["vehicle"])
        time.sleep(0.3)
    raise AssertionError("intake has not taken the render in")


def test_a_dropped_render_gets_its_report_and_is_approved(sign_in: SignIn) -> None:
    page = sign_in("studio", then="/vehicles/upload")
    sidecar = _sidecar("approvable")
    del sidecar["sha256"]
    _choose(page, sidecar)
    _send(page)

    report = page.locator("#arrived .version")
    expect(report.get_by_text("Which render the sidecar is of")).to_be_visible(timeout=_INTAKE)
    expect(report.get_by_text("Waits for approval")).to_be_visible()
    assert not faults_of(page)
    page.keyboard.press("a")

    expect(page.get_by_text(re.compile("is approved; new posters get it"))).to_be_focused()
    expect(page.locator("#arrived .badge", has_text="Approved")).to_be_visible()


def test_a_file_of_a_wrong_type_is_refused_in_words_and_nothing_is_sent(sign_in: SignIn) -> None:
    page = sign_in("studio", then="/vehicles/upload")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    dropped = page.evaluate_handle(_DROPPED)
    page.dispatch_event("[data-files]", "drop", {"dataTransfer": dropped})

    expect(page.locator("#file-render-note")).to_contain_text("no PNG or TIFF")
    for name in ("model", "generation", "paint"):
        page.fill(f"#{name}", "x1")
    page.select_option("#view", "side_left")
    page.select_option("#light", "snow")
    _send(page)

    expect(page.locator("#file-render")).to_be_focused()
    assert "POST" not in sent
    assert not faults_of(page)


def test_a_broken_connection_keeps_the_files_for_another_try(sign_in: SignIn) -> None:
    page = sign_in("studio", then="/vehicles/upload")
    bucket = re.compile("/trip-poster-mount/?$")
    page.route(bucket, lambda route: route.abort())
    _choose(page, _sidecar("unsent"))
    _send(page)
    expect(page.get_by_text("The connection broke off")).to_be_visible()
    page.unroute(bucket)
    _send(page)

    for state in page.locator("#sending [data-state]").all():
        expect(state).to_have_text("there")


@pytest.mark.parametrize("size", [b"", b"x" * 10])
def test_what_the_storage_refuses_is_told_with_what_helps(sign_in: SignIn, size: bytes) -> None:
    page = sign_in("studio", then="/vehicles/upload")
    codes = {b"": "<Code>AccessDenied</Code><Message>Policy expired.</Message>"}
    body = codes.get(size, "<Code>EntityTooLarge</Code>")
    allowed = {"access-control-allow-origin": "*"}
    page.route(
        re.compile("/trip-poster-mount/?$"),
        lambda route: route.fulfill(status=403, body=body, headers=allowed),
    )
    _choose(page, _sidecar("refused"))
    _send(page)

    words = "larger than allowed" if size else "permission to upload has run out"
    expect(page.get_by_text(words)).to_be_visible()


def test_a_badge_moved_by_keyboard_becomes_a_new_version(sign_in: SignIn, offered: str) -> None:
    page = sign_in("studio", then=f"/vehicles/badge?vehicle={offered}")
    point = page.get_by_role("button", name=re.compile("^Point 1 of outline 1"))
    x, y = _place(point)
    point.press("ArrowRight")
    point.press("Shift+ArrowUp")
    assert _place(point) == (x + 1, y - 10)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    assert _place(point) == (x + 1, y - 10)
    count = page.locator(".handle").count()
    point.press("Enter")
    expect(page.locator(".handle")).to_have_count(count + 1)
    page.keyboard.press("Delete")
    expect(page.locator(".handle")).to_have_count(count)
    column = page.get_by_label("Outline 1, Point 1, From the left")
    column.fill(str(x + 3))
    column.press("Enter")
    assert _place(point) == (x + 3, y - 10)
    assert not faults_of(page)

    page.get_by_role("button", name="Save as a new version").click()
    report = page.locator("#saved .version")
    expect(report.get_by_text("Drawn badge")).to_be_visible(timeout=_INTAKE)
    expect(report.locator("h2")).not_to_contain_text(offered.rpartition("/")[2])


def _place(point: Any) -> tuple[float, float]:
    x, y = point.get_attribute("aria-label").partition(": ")[2].split(", ")
    return float(x), float(y)


def test_a_recall_counts_first_and_then_takes_back(sign_in: SignIn, offered: str) -> None:
    page = sign_in("studio", then=f"/vehicles/recall?vehicle={offered}")

    expect(page.get_by_text(re.compile("jobs looked at, 0 of them made with"))).to_be_visible()
    assert not faults_of(page)
    page.get_by_label("Reason").fill("wrong wheels")
    page.get_by_role("button", name="Recall for good").click()

    expect(page.get_by_role("heading", name="Recalled")).to_be_visible(timeout=_INTAKE)
    page.get_by_role("link", name="Versions of this render").click()
    expect(page.locator(".version .badge.failed", has_text="Recalled")).to_be_visible()


def test_the_sets_stand_as_tables_with_their_gaps_in_words(sign_in: SignIn, offered: str) -> None:
    page = sign_in("operator", then="/vehicles/upload")
    # The local stack makes the bundle's pictures when they are first looked at, a minute's work.
    page.route("**/input/vehicles/**", lambda route: route.abort())
    page.get_by_role("link", name="All vehicles").click(no_wait_after=True)
    own = page.locator("section", has_text=offered.rpartition("/")[0])

    expect(own.get_by_role("link", name="From the front, left; Overcast:")).to_be_visible()
    own.locator("summary").click()
    expect(own.get_by_text("From the left side: in every light")).to_be_visible()
    own.get_by_role("link", name="From the left side; Snow: Missing").click()
    expect(page.locator("#view")).to_have_value("side_left")
    expect(page.locator("#paint")).to_have_value("red")


def test_every_page_fits_a_phone_and_axe_finds_nothing(sign_in: SignIn, offered: str) -> None:
    page = sign_in("studio", then="/vehicles/upload", width=390, language="zh-CN")
    page.route("**/input/vehicles/**", lambda route: route.abort())
    root = page.url.removesuffix("/upload")
    member = f"/{offered.rpartition('/')[0]}/{_MEMBER}"
    for path in ("/upload", "", member, f"/badge?vehicle={offered}", f"/recall?vehicle={offered}"):
        page.goto(root + path, wait_until="domcontentloaded")
        page.locator("h1").wait_for()

        assert fits(page), path
        assert not faults_of(page), path
