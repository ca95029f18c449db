"""Health: a made poster's figures as charts and tables, and what holds work back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.looked_at import faults_of, fits
from tests.browser.made import asked, made_poster, sending_held

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tools.browsing.own_stack import OwnStack

pytestmark = pytest.mark.slow
SignIn = Callable[..., "Page"]
# The colours of all pixels that are not clear, as one number; 0 of an empty canvas.
_INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3]) sum += data[at] + 3 * data[at + 1] + 7 * data[at + 2] + data[at + 3];
  }
  return sum;
}"""
# How many pixels have the colour of a figure's last series.
_COLOURED = """canvas => {
  const { colour } = [...canvas.closest("figure").querySelectorAll("[data-series]")].at(-1).dataset;
  const told = getComputedStyle(document.documentElement).getPropertyValue(colour).trim();
  const wanted = told.match(/[0-9a-f]{2}/gi).map((each) => parseInt(each, 16));
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    found += wanted.every((value, n) => data[at + n] === value);
  }
  return found;
}"""
_VALUES = "rows => rows.map(row => row.cells[1].dataset.value)"


@pytest.fixture(scope="module")
def health(studio: OwnStack) -> dict[str, Any]:
    """What the interface tells once a poster was made."""
    made_poster(studio, "driver-of-health", style="gouache", share=False)
    return asked(studio, "GET", "/v1/health")


@pytest.mark.parametrize(("over", "stretches"), [("day", "hours"), ("month", "days")])
def test_a_made_poster_stands_in_charts_and_tables(
    over: str, stretches: str, sign_in: SignIn, studio: OwnStack, health: dict[str, Any]
) -> None:
    assert sum(each["made"] for each in health[stretches]) >= 1
    page = sign_in("studio", "anna", "/health")
    if over == "month":
        page.get_by_role("link", name="31 days").click()
    figures = page.locator("figure")
    expect(figures.locator("canvas")).to_have_count(3)
    assert all(canvas.evaluate(_INK) > 0 for canvas in figures.locator("canvas").all())
    shown = figures.first.locator("tbody tr").evaluate_all(_VALUES)
    told = asked(studio, "GET", "/v1/health")[stretches]
    in_order = sorted(told, key=lambda each: str(each["at"]))
    assert shown == [str(each["made"]) for each in in_order]


def test_the_first_hour_is_seen_in_a_chart_of_lines_on_a_phone(
    sign_in: SignIn, health: dict[str, Any]
) -> None:
    page = sign_in("studio", "anna", "/health", width=390)
    canvas = page.locator("[data-chart=lines] canvas")
    expect(canvas).to_have_count(1)
    assert canvas.evaluate(_COLOURED) > 0


def test_pointing_at_a_chart_reads_out_what_its_table_says(
    sign_in: SignIn, health: dict[str, Any]
) -> None:
    page = sign_in("operator", "anna", "/health?over=month")
    figure = page.locator("figure").first
    figure.scroll_into_view_if_needed()
    box = figure.locator(".u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    last = figure.locator("tbody tr").last.locator("td").first
    expect(figure.locator('[data-readout="made"]')).not_to_be_empty()
    told = last.evaluate("cell => cell.textContent.trim()")
    assert figure.locator('[data-readout="made"]').text_content() == told


def test_charts_follow_the_colours_and_the_width_of_the_page(
    sign_in: SignIn, health: dict[str, Any]
) -> None:
    page = sign_in("operator", "anna", "/health?over=month", color_scheme="light")
    canvas = page.locator("figure canvas").first
    light = canvas.evaluate(_INK)
    page.emulate_media(color_scheme="dark")
    drawn_anew = f"light => ({_INK})(document.querySelector('figure canvas')) !== light"
    page.wait_for_function(drawn_anew, arg=light)
    expect(page.locator("figure canvas")).to_have_count(3)
    assert faults_of(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        "document.querySelector('figure canvas').getBoundingClientRect().width < 380"
    )
    assert fits(page)
    for summary in page.locator("summary").all():
        summary.click()
    assert fits(page)
    assert faults_of(page) == []


def test_what_holds_work_back_is_told_with_what_helps(sign_in: SignIn, studio: OwnStack) -> None:
    with sending_held(studio, "GPUs move to another zone"):
        page = sign_in("operator", "anna", "/health")
        held = page.locator(".holds .notice.bad").filter(has_text="paused")
        # The page looks again each half minute, and what was read shortly before may be kept.
        expect(held).to_contain_text("GPUs move to another zone", timeout=90_000)
        expect(held).to_contain_text("By bo.")
        expect(held).to_contain_text(re.compile("poster queue resume"))
        assert faults_of(page) == []
    page.reload()
    expect(page.locator(".holds").get_by_text("GPUs move")).to_have_count(0, timeout=90_000)
