"""Seasons: a campaign is planned, started, held, resumed and stopped; and seen to its end."""

from __future__ import annotations

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
_PLANNED, _ENDED = 40_000, 90_000


@pytest.fixture(scope="module")
def campaign(studio: OwnStack) -> str:
    """A campaign whose window is open, and a shared poster that it can paint once more."""
    told = asked(studio, "GET", "/v1/campaigns")
    windows = told["windows"]
    found = [each["campaign"] for each in windows if _is_open(each, told["today"])]
    if not found:
        pytest.skip("between two windows there is no campaign to run")
    made_poster(studio, "driver-of-seasons", share=True)
    return str(found[0])


def _is_open(window: dict[str, Any], today: str) -> bool:
    return bool(window["opens"] <= today < window["closes"])


def _plan(page: Page, **rules: str) -> None:
    for name, value in rules.items():
        page.fill(f"#{name}", value)
    page.locator('button[value="plan"]').click()
    expect(page.locator("#start")).to_be_visible(timeout=_PLANNED)


def test_a_campaign_is_planned_started_paused_resumed_and_stopped(
    sign_in: SignIn, studio: OwnStack, campaign: str
) -> None:
    page = sign_in("studio", "anna", f"/seasons/{campaign}")
    _plan(page, cap="500", budget_cny="80.50", shards="2")
    plan = asked(studio, "GET", f"/v1/campaigns/{campaign}")["plan"]
    assert plan["trips"] >= 1
    tiles = page.locator(".tiles dd")
    expect(tiles.nth(0)).to_have_text(str(plan["allowed"]))
    expect(tiles.nth(1)).to_have_text(f"¥ {plan['cny']:.2f}")
    expect(page.locator("#live .facts")).to_contain_text("demo-studio.anna")
    expect(page.locator("#budget_cny")).to_have_value("80.5")
    assert faults_of(page) == []

    with sending_held(studio, "a test looks at campaigns"):
        page.locator("#start").click()
        expect(page.locator(".notice.good")).to_be_focused()
        page.keyboard.press("p")
        expect(page.locator("#resume")).to_be_visible()
        expect(page.locator(".campaign-paused")).to_be_visible()
        page.locator("#resume").click()
        expect(page.locator("#pause")).to_be_visible()
        page.locator("#stop").click()
        expect(page.locator("#stopping")).to_contain_text("trips are not painted")
        assert faults_of(page) == []
        page.get_by_role("button", name="Let it be").click()
        expect(page.locator("#stop-title")).to_have_count(0)
        page.locator("#stop").click()
        page.get_by_role("button", name="Stop for good").click()
        expect(page.locator(".campaign-stopped")).to_be_visible()
    assert asked(studio, "GET", f"/v1/campaigns/{campaign}")["status"] == "stopped"


def test_a_campaign_is_seen_to_its_end_without_loading_the_page_anew(
    sign_in: SignIn, studio: OwnStack, campaign: str
) -> None:
    page = sign_in("operator", "anna", f"/seasons/{campaign}", width=390, color_scheme="dark")
    _plan(page, cap="0", shards="1")
    assert fits(page)
    assert faults_of(page) == []
    page.locator("#start").click()
    expect(page.locator(".campaign-done")).to_be_visible(timeout=_ENDED)
    expect(page.locator('button[value="plan"]')).to_be_visible()
    expect(page.locator("#live .facts")).to_contain_text("cap and budget")


def test_a_wrong_rule_is_told_beside_its_field_and_stays_typed(
    sign_in: SignIn, campaign: str
) -> None:
    page = sign_in("studio", "anna", f"/seasons/{campaign}")
    page.fill("#cap", "as many as there are")
    page.locator('button[value="plan"]').click()
    expect(page.locator("#cap-note")).to_be_visible()
    expect(page.locator("#cap")).to_have_value("as many as there are")
    expect(page.locator("#cap")).to_be_focused()
    assert faults_of(page) == []


def test_the_calendar_leads_to_each_window(sign_in: SignIn) -> None:
    for how in ({"width": 390}, {"color_scheme": "dark"}):
        page = sign_in("operator", "bo", "/seasons", **how)
        assert fits(page)
        assert faults_of(page) == []
    page.locator(".windows a").first.click()
    expect(page.locator("#rules-title")).to_be_visible()
