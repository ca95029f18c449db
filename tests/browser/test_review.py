"""A reviewer decides by keys, poster after poster; nothing is decided twice, or by accident."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import requests
from playwright.sync_api import Page, expect

from local.painter.plain import plain
from tests.browser.looked_at import faults_of, fits
from tests.integration.conftest import SAMPLE, driver
from tools.chaos.small_stack import small_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.stack import LocalStack

SignIn = Callable[..., Page]
Posters = Callable[[int], list[str]]
Looking = tuple[Page, str, str]
READY = "[data-key=a]:enabled"
_POSTERS = 36
_PATIENCE_SECONDS = 120
_PATIENCE_MS = 15_000


class Studio:
    """A stack with small pictures, of which many wait for review at little cost."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack, self.url = stack, stack.studio

    def asked(self, path: str) -> dict[str, Any]:
        """Return what the interface answers an operator."""
        token = self.stack.keys.token("somebody", "operator")
        answer: dict[str, Any] = requests.get(
            f"{self.stack.urls['app']}{path}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=15,
        ).json()
        return answer

    def job(self, job_id: str) -> dict[str, Any]:
        """Return a job as an operator sees it."""
        return self.asked(f"/v1/jobs/{job_id}")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("review")
    with small_stack(folder, paint=plain, settings={"ANNOUNCE": "after_review"}) as stack:
        yield Studio(stack)


@pytest.fixture(scope="module")
def posters(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Have posters made that wait for review, and return them, the first one first."""
    path = tmp_path_factory.mktemp("trips") / "trip.json"
    path.write_text(json.dumps({**json.loads(SAMPLE.read_bytes()), "share": True}))
    names = [f"driver-{number}" for number in range(_POSTERS)]
    jobs = [driver(studio.stack, name).send(path, key="shared") for name in names]
    end = time.monotonic() + _PATIENCE_SECONDS
    while len(studio.asked("/v1/wall?status=needs_review&limit=100")["entries"]) < _POSTERS:
        assert time.monotonic() < end, "posters are still being made"
        time.sleep(0.5)
    return iter(jobs)


@pytest.fixture
def wait_for_posters(posters: Iterator[str]) -> Posters:
    """Return what gives the next posters that nobody has looked at."""
    return lambda count: list(itertools.islice(posters, count))


def opened(page: Page, studio: Studio, job_id: str) -> None:
    """Open a poster, and wait until it may be decided on."""
    page.goto(f"{studio.url}/review/{job_id}")
    shows(page, job_id)


def shows(page: Page, job_id: str) -> None:
    expect(page.locator("#desk")).to_have_attribute("data-job", job_id, timeout=_PATIENCE_MS)
    expect(page.locator(READY)).to_be_visible(timeout=_PATIENCE_MS)


@pytest.fixture
def looking(studio: Studio, sign_in: SignIn, wait_for_posters: Posters) -> Looking:
    """Return a page on which somebody may decide on a poster, that poster, and the next one."""
    first, second = wait_for_posters(2)
    page = sign_in("reviewer", "anna")
    opened(page, studio, first)
    return page, first, second


def has_focus(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_a_poster_is_approved_by_a_key_and_the_next_one_has_the_focus(
    studio: Studio, looking: Looking
) -> None:
    page, first, second = looking

    page.keyboard.press("a")

    shows(page, second)
    assert has_focus(page) == "stage"
    assert page.url.endswith(second)
    assert page.locator(f"#q-{first}").count() == 0
    assert studio.job(first)["status"] == "succeeded"
    assert studio.job(second)["status"] == "needs_review"


def test_what_was_rejected_is_back_by_one_key_with_the_note_that_was_typed(
    studio: Studio, looking: Looking
) -> None:
    page, first, second = looking
    page.get_by_label("Note", exact=True).first.fill("the wheel floats")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    shows(page, second)
    assert studio.job(first)["status"] == "failed"

    page.keyboard.press("u")

    shows(page, first)
    assert studio.job(first)["status"] == "needs_review"
    expect(page.locator("#note")).to_have_value("the wheel floats")
    expect(page.locator(f"#q-{first}")).to_have_attribute("aria-current", "true")


@pytest.mark.slow
def test_a_decision_is_taken_back_also_later_after_the_page_was_loaded_anew(
    studio: Studio, looking: Looking
) -> None:
    page, first, second = looking
    page.keyboard.press("a")
    shows(page, second)
    page.reload()
    shows(page, second)

    page.locator("#lately button").first.click()

    shows(page, first)
    assert studio.job(first)["status"] == "needs_review"


def _views_of(studio: Studio, job: dict[str, Any]) -> dict[str, list[str]]:
    """Return the views of a job's car and the layouts that take each, as the interface has them."""
    name = job["vehicle"].split("/")[:3]
    cars = studio.asked("/v1/vehicles")["vehicles"]
    car = next(each for each in cars if [each["model"], each["generation"], each["paint"]] == name)
    return {view: named[job["composition"]["format"]] for view, named in car["views"].items()}


def _offered(page: Page, name: str) -> list[str]:
    options = page.locator(f"#repaint-form [name={name}] option")
    return [each.get_attribute("value") or "" for each in options.all()][1:]


def test_a_poster_is_painted_anew_in_another_style_and_view_and_comes_back(
    studio: Studio, looking: Looking
) -> None:
    page, first, second = looking
    before = studio.job(first)
    views = _views_of(studio, before)

    page.keyboard.press("p")
    assert _offered(page, "view") == list(views)
    assert _offered(page, "layout") == views[before["composition"]["view"]]
    other = next(view for view in views if view != before["composition"]["view"])
    page.get_by_label("View").select_option(other)
    assert _offered(page, "layout") == views[other]
    page.get_by_label("Layout").select_option(views[other][-1])
    page.get_by_label("Seed").fill("-1")
    page.get_by_label("Style").select_option("gouache")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Paint anew").click()
    expect(page.locator("#told-repaint")).to_contain_text("0 to 2147483647")
    page.get_by_label("Seed").fill("77")
    page.get_by_role("button", name="Paint anew").click()

    shows(page, second)
    end = time.monotonic() + _PATIENCE_SECONDS
    while (job := studio.job(first))["attempt"] != 2 or job["status"] != "needs_review":
        assert time.monotonic() < end, job["status"]
        time.sleep(0.2)
    assert job["style"] == "gouache"
    plan = job["composition"]
    assert (plan["view"], plan["layout"]) == (other, views[other][-1])
    page.evaluate("htmx.trigger('#queue', 'renew')")
    page.locator(f"#q-{first}").click()
    shows(page, first)


def test_the_slower_one_of_two_is_told_who_decided_and_keeps_the_note(
    studio: Studio, sign_in: SignIn, wait_for_posters: Posters
) -> None:
    first, second = wait_for_posters(2)
    anna, bo = sign_in("reviewer", "anna"), sign_in("reviewer", "bo")
    opened(anna, studio, first)
    bo.goto(f"{studio.url}/review/{first}")
    expect(bo.locator("#claim")).to_contain_text("Anna is looking at this poster until")
    expect(bo.locator("[data-key=a]")).to_be_disabled()
    bo.locator("#note").fill("too dark")

    anna.keyboard.press("a")
    shows(anna, second)
    bo.evaluate("htmx.trigger('#claim', 'renew')")

    expect(bo.locator("#claim")).to_contain_text("Anna was faster: Approved at")
    expect(bo.locator("#note")).to_have_value("too dark")
    expect(bo.locator("[data-key=a]")).to_be_disabled()
    bo.locator("#stage").focus()
    bo.keyboard.press("n")
    expect(bo.locator("#desk")).not_to_have_attribute("data-job", first)


@pytest.mark.slow
def test_a_decision_that_crosses_anothers_says_so_and_changes_nothing(
    studio: Studio, sign_in: SignIn, wait_for_posters: Posters
) -> None:
    first, second = wait_for_posters(2)
    bo = sign_in("reviewer", "bo")
    opened(bo, studio, first)
    bo.locator("#note").fill("too dark")
    bo.locator("#stage").focus()
    bo.evaluate(f"fetch('/studio/review/{first}/let-go', {{method: 'POST'}})")
    anna = sign_in("reviewer", "anna")
    opened(anna, studio, first)
    anna.keyboard.press("a")
    shows(anna, second)

    bo.keyboard.press("r")

    expect(bo.locator("#told")).to_contain_text("Anna was faster: Approved at")
    expect(bo.locator("#note")).to_have_value("too dark")
    assert studio.job(first)["status"] == "succeeded"


@pytest.mark.slow
def test_a_poster_that_somebody_lets_go_is_free_for_the_next_reviewer(
    studio: Studio, sign_in: SignIn, wait_for_posters: Posters
) -> None:
    first, second = wait_for_posters(2)
    anna, bo = sign_in("reviewer", "anna"), sign_in("reviewer", "bo")
    opened(anna, studio, first)
    bo.goto(f"{studio.url}/review/{first}")
    expect(bo.locator("#claim")).to_have_attribute("data-state", "held")

    anna.keyboard.press("n")
    shows(anna, second)
    bo.evaluate("htmx.trigger('#claim', 'renew')")

    shows(bo, first)


def test_one_key_pressed_twice_quickly_decides_once(studio: Studio, looking: Looking) -> None:
    page, first, second = looking

    for _ in range(4):
        page.keyboard.press("a", delay=20)
        page.wait_for_timeout(60)

    shows(page, second)
    assert studio.job(first)["status"] == "succeeded"
    assert studio.job(second)["status"] == "needs_review"


@pytest.mark.slow
def test_a_list_that_lags_does_not_bring_a_decided_poster_back(
    studio: Studio, looking: Looking
) -> None:
    page, first, second = looking
    old = page.request.get(f"{studio.url}/review/queue").text()
    page.keyboard.press("a")
    shows(page, second)
    page.route("**/studio/review/queue", lambda route: route.fulfill(body=old))

    with page.expect_response("**/studio/review/queue"):
        page.evaluate("htmx.trigger('#queue', 'renew')")

    expect(page.locator(f"#q-{second}")).to_be_visible()
    assert page.locator(f"#q-{first}").count() == 0


@pytest.mark.slow
def test_without_a_connection_nothing_is_lost_and_the_same_press_counts_once(
    studio: Studio, looking: Looking
) -> None:
    page, first, second = looking
    page.locator("#note").fill("fine")
    page.locator("#stage").focus()

    def arrives_but_unanswered(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/studio/review/decide", arrives_but_unanswered, times=1)
    page.keyboard.press("a")
    expect(page.locator("#told")).to_contain_text("press the same button again")
    expect(page.locator("#note")).to_have_value("fine")
    page.wait_for_timeout(300)
    page.keyboard.press("a")

    shows(page, second)
    decided = studio.job(first)
    assert decided["status"] == "succeeded"
    assert [each["decision"] for each in decided["inspection"]["reviews"]] == ["approve"]


@pytest.mark.slow
def test_the_next_picture_is_there_before_it_is_asked_for(
    studio: Studio, sign_in: SignIn, wait_for_posters: Posters
) -> None:
    first, second = wait_for_posters(2)
    page = sign_in("reviewer", "anna")

    with page.expect_response(f"**/review/{second}/picture") as coming:
        opened(page, studio, first)
    page.keyboard.press("n")

    shows(page, second)
    expect(page.locator("#picture")).to_have_attribute("src", coming.value.json()["url"])


@pytest.mark.slow
def test_the_machines_verdict_stays_hidden_until_it_is_asked_for(looking: Looking) -> None:
    page, first, second = looking
    verdict = page.locator("[data-verdict]")
    expect(verdict).to_contain_text("somebody looks first")

    page.keyboard.press("h")
    expect(verdict).to_be_hidden()
    page.reload()
    shows(page, first)
    expect(verdict).to_be_hidden()
    page.keyboard.press("v")
    expect(verdict).to_be_visible()
    page.wait_for_timeout(300)
    page.keyboard.press("n")
    shows(page, second)
    expect(verdict).to_be_hidden()


@pytest.mark.slow
def test_the_badge_is_seen_from_near_by_a_key_and_arrows_move_it(looking: Looking) -> None:
    page, first, _ = looking

    page.keyboard.press("z")
    expect(page.locator("#stage")).to_have_class(re.compile("zoomed"))
    before = page.evaluate("document.querySelector('#stage').scrollLeft")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('#stage').scrollLeft") > before
    shows(page, first)
    page.keyboard.press("Escape")
    expect(page.locator("#stage")).not_to_have_class(re.compile("zoomed"))


@pytest.mark.slow
def test_nobody_needs_a_mouse_and_the_keys_are_listed(studio: Studio, looking: Looking) -> None:
    page, first, second = looking
    page.keyboard.press("?")
    listed = page.locator("#keys dl")
    for name in ("Approve", "Reject", "Repaint…", "Next", "Previous", "Badge"):
        expect(listed).to_contain_text(name)
    page.keyboard.press("Escape")

    page.keyboard.press("ArrowRight")
    shows(page, second)
    page.wait_for_timeout(300)
    page.keyboard.press("ArrowLeft")
    shows(page, first)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.key") == "r":
            break
    page.keyboard.press("Enter")
    shows(page, second)
    assert studio.job(first)["status"] == "failed"


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    studio: Studio, sign_in: SignIn, wait_for_posters: Posters, scheme: str
) -> None:
    first, _ = wait_for_posters(2)
    page = sign_in("reviewer", "anna", color_scheme=scheme)
    opened(page, studio, first)
    assert faults_of(page) == []
    page.keyboard.press("p")
    assert faults_of(page) == []


@pytest.mark.slow
def test_on_a_phone_the_picture_is_first_and_the_decisions_are_in_reach(
    studio: Studio, sign_in: SignIn, wait_for_posters: Posters
) -> None:
    first, second = wait_for_posters(2)
    page = sign_in("reviewer", "anna", width=390)
    opened(page, studio, first)

    assert fits(page)
    for name in ("approve", "reject"):
        box = page.locator(f"[value={name}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
    picture = page.locator("#stage").bounding_box()
    assert picture is not None
    assert picture["y"] < 200
    page.locator("[value=approve]").click()
    shows(page, second)


def test_a_reviewer_sees_no_name_no_address_and_nothing_that_the_driver_wrote(
    looking: Looking,
) -> None:
    page, *_ = looking

    shown = page.content()

    private = ("新司機的五一", "欧阳开心", "歐陽開心", "中山南路", "申長路", "申长路", "driver-")
    assert [each for each in private if each in shown] == []
