"""Vehicles: what is asked of the API, and what a page makes of its answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from shared.vehicles import members
from studio import vehicle_sets
from studio.wording import words_in
from tests.unit.studio.conftest import PlayedApi

SignIn = Callable[..., None]
ROOT = Path(__file__).parents[3]
SHA = "a" * 64
KEY = "uploads/vehicles/coupe/g1/red/front_left.overcast.badge.json"
LINK = {"url": "https://bucket.example.com/1.png", "expires_at": "2026-11-30T13:00:00Z"}


def version(number: int, standing: str = "good", **more: Any) -> dict[str, Any]:
    return {
        "vehicle": f"coupe/g1/red/{number:012d}", "version": f"{number:012d}",
        "came_at": "2026-11-30T10:00:00Z", "standing": standing, "current": standing == "good",
        "preview": LINK, "pictures": [], "report": None, **more,
    }  # fmt: skip


def report(verdict: str = "yes", at: str = "2026-11-30T10:00:00Z", **more: Any) -> dict[str, Any]:
    return {"verdict": verdict, "reasons": [], "uploaded_at": at, "delivered": [], **more}


def sets(*versions: dict[str, Any], gaps: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    told = {
        "model": "coupe", "generation": "g1", "paint": "red", "views": ["front_left"],
        "titles": {"zh": "轿跑", "en": "Coupe <b>"}, "lights": ["overcast"],
        "members": [{"view": "front_left", "light": "overcast", "versions": list(versions)}],
        "gaps": [{"view": view, "light": light} for view, light in gaps],
    }  # fmt: skip
    return {"sets": [told]}


@pytest.fixture
def told(api: PlayedApi, sign_in: SignIn) -> Callable[..., None]:
    """Have the API tell these sets to somebody of the studio."""

    def into(*versions: dict[str, Any], gaps: tuple[tuple[str, str], ...] = ()) -> None:
        api.answers["GET", "/v1/vehicles/sets"] = (200, sets(*versions, gaps=gaps))

    sign_in("studio")
    into()
    return into


def test_usual_views_and_lights_are_those_of_a_whole_set() -> None:
    assert (vehicle_sets.VIEWS, vehicle_sets.LIGHTS) == (members.VIEWS, members.LIGHTS)


def test_every_view_light_and_finding_has_words() -> None:
    sources = [
        *(ROOT / "shared/vehicles").rglob("*.py"),
        *(ROOT / "functions/intake_vehicle").glob("*.py"),
    ]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    codes = set(re.findall(r"\b(?:fault|proposal|repair|note)\(\s*\"([a-z_]+)\"", text))
    named = {f"{name}_proposed" for name in re.findall(r"proposed\(\s*\"([a-z_]+)\"", text)}
    words = words_in("en")
    faults = set(re.findall(r"\b(?:fault|proposal)\(\s*\"([a-z_]+)\"", text)) | {"packed"}
    helps = {code for code in faults if not code.endswith("_proposed")} | {"gate", "proposed"}

    assert {f"remedy.{code}" for code in helps} == {k for k in words if k.startswith("remedy.")}
    assert len(codes) > 50
    assert not {f"vehicles.reason_{code}" for code in codes | named} - words.keys()
    assert not {f"terms.view.{view}" for view in members.VIEWS} - words.keys()
    assert not {f"terms.light.{light}" for light in members.LIGHTS} - words.keys()


def test_a_table_has_a_cell_for_every_member_and_every_gap(
    client: TestClient, told: Callable[..., None]
) -> None:
    whole = tuple(("side_left", light) for light in members.LIGHTS)
    told(version(2, "waits for approval"), version(1), gaps=(*whole, ("front_left", "snow")))
    page = client.get("/studio/vehicles").text

    assert page.count("</th>") == len(members.LIGHTS) + 2
    assert "Coupe &lt;b&gt;" in page
    assert "/studio/vehicles/coupe/g1/red/front_left.overcast" in page
    assert "Waits for approval" in page
    assert "view=side_left&amp;light=night" in page
    assert "in every light" in page


def test_what_intake_refused_stands_with_its_first_fault(
    client: TestClient, told: Callable[..., None]
) -> None:
    reasons = [
        {"kind": "note", "code": "small", "text": "small", "measured": {}},
        {"kind": "fault", "code": "too_small", "text": "give `960`", "measured": {"px": 640}},
    ]  # fmt: skip
    told(version(1, "not taken in", preview=None, report=report("no", reasons=reasons)))
    page = client.get("/studio/vehicles/coupe/g1/red/front_left.overcast").text

    assert re.search(r"badge failed\">Too small<", page)
    assert "give <code>960</code>" in page
    assert page.index("Must be put right") < page.index("Good to know")
    assert "decide" not in page.split("<main")[1]


def test_only_what_waits_can_be_approved_and_only_the_newest_drawn_on(
    client: TestClient, told: Callable[..., None]
) -> None:
    told(version(2), version(1, "waits for approval"))
    page = client.get("/studio/vehicles/coupe/g1/red/front_left.overcast").text
    newest, older = page.split("<article")[1:]

    for what, place, other in (
        ('value="approve"', older, newest),
        ("/studio/vehicles/recall?", newest, older),
        ("/studio/vehicles/badge?", newest, older),
    ):
        assert what in place
        assert what not in other


def test_a_report_says_what_helps_in_the_persons_language(
    client: TestClient, told: Callable[..., None], sign_in: SignIn
) -> None:
    reasons = [
        {"kind": kind, "code": code, "text": f"text of {code}", "measured": {}}
        for kind, code in (
            ("fault", "too_small"),
            ("proposal", "gate_light_gap"),
            ("proposal", "titles_proposed"),
            ("note", "see_through"),
        )
    ]
    told(version(1, "not taken in", preview=None, report=report("no", reasons=reasons)))
    sign_in("studio", language="zh-Hans")

    page = client.get("/studio/vehicles/coupe/g1/red/front_left.overcast").text

    for words in ("宽 1920 像素为宜", "请按所列数值修改渲染图", "没有问题就批准"):
        assert page.count(words) == 1
    assert "说明文件中写明 see_through" not in page
    assert page.count('class="hint" lang="en">text of') == len(reasons)


@pytest.mark.parametrize("path", ["front_left.snow", "single", "front_left"])
def test_an_unknown_member_is_no_page(
    client: TestClient, told: Callable[..., None], path: str
) -> None:
    told(version(1))

    assert client.get(f"/studio/vehicles/coupe/g1/red/{path}").status_code == 404


def test_forms_are_asked_for_by_names_that_say_what_a_file_is(
    client: TestClient, api: PlayedApi, told: Callable[..., None]
) -> None:
    form = {"url": "https://bucket.example.com/", "fields": {"key": 'k"'}, "key": "k", "name": "n"}
    api.answers["POST", "/v1/vehicles/uploads"] = (200, {"forms": [form] * 3, "expires_at": ""})
    named = {"model": "m", "generation": "g", "paint": "p", "view": "side_left", "light": "snow"}
    files = {
        "role": ["render", "badge", "sidecar"], "file": ["Car.TIFF", "x.png", "y.json"],
        "size": ["10", "20", "30"],
    }  # fmt: skip
    page = client.post("/studio/vehicles/forms", data={**named, **files}).text

    sent = api.asked[-1][2]["data"].decode()
    assert '{"name": "side_left.snow.tiff", "size": 10, "type": "image/tiff"}' in sent
    assert '{"name": "side_left.snow.badge.png", "size": 20, "type": "image/png"}' in sent
    assert '{"name": "side_left.snow.json", "size": 30, "type": "application/json"}' in sent
    assert page.count('data-url="https://bucket.example.com/"') == 3
    assert "k\\&#34;" in page


def test_a_refused_upload_is_told_where_it_is_and_keeps_the_form(
    client: TestClient, api: PlayedApi, told: Callable[..., None]
) -> None:
    problems = [{"pointer": "/files/0", "detail": "at most 9 bytes"}]
    refusal = {"title": "", "status": 422, "problems": problems}
    api.answers["POST", "/v1/vehicles/uploads"] = (422, refusal)
    data = {"view": "side_left", "light": "snow", "role": "render", "file": "a.png", "size": "10"}
    answer = client.post("/studio/vehicles/forms", data=data, headers={"hx-request": "true"})

    assert answer.status_code == 200
    assert "at most 9 bytes" in answer.text


_ASKED = "model=coupe&generation=g1&paint=red&view=front_left&light=overcast"


def test_a_report_is_waited_for_until_it_is_on_all_files(
    client: TestClient, told: Callable[..., None]
) -> None:
    told(version(1, report=report(delivered=[{"key": "k", "sha256": SHA}])))
    asked = f"/studio/vehicles/arrived?{_ASKED}&digest={SHA}"
    there = client.get(asked, headers={"hx-request": "true"}).text
    waiting = client.get(f"{asked}&digest={'b' * 64}", headers={"hx-request": "true"}).text

    assert "every 2s" not in there
    assert "Good: new posters show this render." in there
    assert "every 2s" in waiting
    assert f"digest={SHA}&amp;digest={'b' * 64}" in waiting


def test_waiting_for_long_says_what_helps(client: TestClient, told: Callable[..., None]) -> None:
    asked = f"/studio/vehicles/arrived?{_ASKED}&digest={SHA}&since=2026-01-01T00:00:00%2B00:00"

    assert "export the render with another program" in client.get(asked).text


def test_a_drawn_badge_is_waited_for_by_the_file_that_was_put_after_the_last_report(
    client: TestClient, api: PlayedApi, told: Callable[..., None]
) -> None:
    drawn = [{"key": KEY, "sha256": SHA}]
    told(version(1, report=report(delivered=drawn)))
    api.answers["POST", "/v1/vehicles/badge"] = (202, {"upload": KEY})
    data = {"vehicle": version(1)["vehicle"], "polygons": "[[[1,2],[3,4],[5,6.5]]]"}
    saved = client.post("/studio/vehicles/badge", data=data, headers={"hx-request": "true"})
    again = re.findall(r"hx-get=\"([^\"]+)\"", saved.text)[0].replace("&amp;", "&")
    assert saved.headers["HX-Trigger"] == '{"badge-saved": {}}'
    assert "every 2s" in client.get(again).text

    later = report(at="2026-11-30T10:00:09Z", delivered=drawn)
    told(version(2, report=later), version(1, report=report(delivered=drawn)))
    assert "Version 000000000002" in client.get(again).text


def test_a_decision_is_sent_with_its_reason_and_shown_as_it_stands_then(
    client: TestClient, api: PlayedApi, told: Callable[..., None]
) -> None:
    told(version(2), version(1, "refused"))
    api.answers["POST", "/v1/vehicles/decisions"] = (200, {})
    data = {
        "vehicle": version(1)["vehicle"], "decision": "refuse", "reason": "wheels",
        "alone": "000000000001",
    }  # fmt: skip
    answer = client.post("/studio/vehicles/decide", data=data, headers={"hx-request": "true"}).text

    assert '"reason": "wheels"' in api.asked[-2][2]["data"].decode()
    assert "is refused" in answer
    assert "000000000002" not in answer


def test_no_recall_goes_through_the_buttons_of_approval(
    client: TestClient, api: PlayedApi, told: Callable[..., None]
) -> None:
    data = {"vehicle": version(1)["vehicle"], "decision": "recall", "reason": "x"}

    assert client.post("/studio/vehicles/decide", data=data).status_code == 400
    assert not [asked for asked in api.asked if asked[0] == "POST"]


@pytest.mark.parametrize("done", [True, False])
def test_a_recall_goes_on_by_itself_until_it_is_done(
    client: TestClient, api: PlayedApi, told: Callable[..., None], *, done: bool
) -> None:
    counts = dict.fromkeys(
        ("seen", "made_with_it", "withdrawn", "not_shared", "ended_open", "without_poster"), 3
    )
    answer = {**counts, "failed": 0, "done": done, "cursor": "" if done else "c+/="}
    api.answers["POST", "/v1/vehicles/decisions"] = (200, answer)
    api.answers["GET", "/v1/vehicles/recall"] = (200, answer)
    data = {"vehicle": version(1)["vehicle"], "reason": "wrong <wheels>"}
    recalling = client.post("/studio/vehicles/recall", data=data).text
    counting = client.get(f"/studio/vehicles/recall/preview?vehicle={data['vehicle']}").text

    assert ("every 1s" in recalling, "every 1s" in counting) == (not done, not done)
    assert ("cursor=c%2B%2F%3D" in counting) is not done
    assert "data-focus" in recalling
    assert api.asked[0][2]["timeout"] > 12
    assert (
        "data-focus"
        not in client.post("/studio/vehicles/recall", data={**data, "goes_on": "y"}).text
    )


@pytest.mark.parametrize("path", ["", "/upload", "/recall?vehicle=a/b/c/d", "/arrived"])
def test_reviewers_and_drivers_see_nothing_of_it(
    client: TestClient, sign_in: SignIn, path: str
) -> None:
    sign_in("driver", "reviewer")

    assert client.get(f"/studio/vehicles{path}").status_code == 403
