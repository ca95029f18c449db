"""Below /v1/vehicles/: what the studio sees of renders, uploads, draws and decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions.manage_vehicle import schema
from shared.core.errors import ConflictError, InvalidRequestError, NotFoundError
from shared.edge.events.http_request import HttpRequest
from shared.jobs.record import JobStatus
from shared.quality.thresholds import Thresholds
from shared.vehicles.catalogue import CATALOGUE_KEY, Catalogue
from shared.vehicles.files import read_frozen
from shared.vehicles.freeze import open_png
from shared.vehicles.members import LIGHTS, VIEWS
from shared.vehicles.uploads import RenderName
from tests.fakes import renders
from tests.fakes.counting_store import CountingStore
from tests.fakes.renders import NAME
from tests.unit.functions.own_posters import finished
from tests.unit.functions.trials import Intake, desk
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from tests.unit.functions.world import World

_BODY = {"content-type": "application/json"}


pytestmark = pytest.mark.usefixtures("kept_trials")


class Studio(Intake):
    """A person with a browser, before buckets in memory."""

    seconds = 12.0

    def ask(self, method: str, what: str, body: Any = None, **query: str) -> tuple[int, Any]:
        """Return status and body of an answer."""
        self.clock.advance(2)
        data = b"" if body is None else json.dumps(body).encode()
        request = HttpRequest(method, f"/v1/vehicles/{what}", _BODY, query, data)
        status, answer = desk(self, seconds=self.seconds).answer(
            schema.parse_request(request, max_bytes=65_536)
        )
        return status, json.loads(json.dumps(answer.to_json()))

    def get(self, what: str, **query: str) -> Any:
        return self.ask("GET", what, **query)[1]

    def post(self, what: str, body: Any) -> Any:
        return self.ask("POST", what, body)[1]

    def versions(self) -> list[dict[str, Any]]:
        """Return the only member's versions."""
        ((member,),) = [each["members"] for each in self.get("sets")["sets"]]
        found: list[dict[str, Any]] = member["versions"]
        return found


@pytest.fixture
def studio() -> Studio:
    return Studio(Thresholds(contact_high=0.8))


def test_a_version_is_shown_with_its_report_and_pictures(studio: Studio) -> None:
    studio.deliver(renders.good_files())

    (found,) = studio.get("sets")["sets"]
    assert (found["model"], found["generation"], found["paint"]) == ("roadster", "g2", "blue")
    assert found["gaps"] == []
    version = studio.versions()[0]
    assert (version["standing"], version["current"]) == ("good", True)
    assert version["report"]["verdict"] == "yes"
    assert f"input/vehicles/{version['vehicle']}/sizes/640.png" in version["preview"]["url"]
    assert {each["name"] for each in version["pictures"]} == {*version["report"]["pictures"]}


def test_what_intake_has_refused_is_shown_with_the_reasons(studio: Studio) -> None:
    studio.deliver(renders.good_files())
    studio.deliver(renders.files(pitch_deg=20.0))

    newest, *before = studio.versions()
    assert (newest["standing"], newest["current"], newest["preview"]) == (
        "not taken in",
        False,
        None,
    )
    assert "camera" in {reason["code"] for reason in newest["report"]["reasons"]} or any(
        "pitch" in reason["text"] for reason in newest["report"]["reasons"]
    )
    assert before[-1]["current"] or before[0]["current"]


def test_a_set_says_what_a_whole_one_has_besides(studio: Studio) -> None:
    member = RenderName("roadster", "g2", "blue", "front_left", "overcast")
    entry = {
        "model": "roadster", "generation": "g2", "paint": "blue", "version": "a" * 12,
        "titles": {"zh": "跑车", "en": "Roadster"}, "sizes": [960], "view": member.view,
        "lit": member.lit,
    }  # fmt: skip
    catalogue = Catalogue.model_validate({"vehicles": [entry]})
    studio.mount.put(CATALOGUE_KEY, catalogue.to_json())

    (found,) = studio.get("sets")["sets"]
    assert (found["views"], found["lights"]) == (["front_left"], ["overcast"])
    assert found["titles"] == {"zh": "跑车", "en": "Roadster"}
    assert len(found["gaps"]) == len(VIEWS) * len(LIGHTS) - 1
    assert {"view": "front_left", "light": "overcast"} not in found["gaps"]
    (version,) = found["members"][0]["versions"]
    assert (version["standing"], version["current"], version["came_at"]) == ("bundled", True, None)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [("", 1), ("roadster", 1), ("roadster/g2", 1), ("roadster/g2/blue", 1), ("road", 0), ("x", 0)],
)
def test_sets_are_found_by_the_beginning_of_their_path(
    studio: Studio, wanted: str, count: int
) -> None:
    studio.deliver(renders.good_files())
    assert len(studio.get("sets", vehicle=wanted)["sets"]) == count


def test_a_version_that_waits_is_approved_once_and_not_refused_then(studio: Studio) -> None:
    studio.deliver(renders.good_files().without("sidecar"))
    vehicle = studio.versions()[0]["vehicle"]
    assert studio.versions()[0]["standing"] == "waits for approval"

    approval = {"vehicle": vehicle, "decision": "approve"}
    approved = {"vehicle": vehicle, "standing": "approved", "current": True}
    assert studio.post("decisions", approval) == approved
    assert studio.post("decisions", approval) == approved
    with pytest.raises(ConflictError, match="only a recall"):
        studio.post("decisions", {"vehicle": vehicle, "decision": "refuse"})
    (mark,) = [k for k in studio.mount.objects if "/approved/" in k]
    assert json.loads(studio.mount.objects[mark].data)["by"] == "artist-1"


@pytest.mark.parametrize(
    "body",
    [
        {"vehicle": "roadster/g2/blue", "decision": "approve"},
        {"vehicle": "roadster/g2/blue/" + "a" * 12, "decision": "recall"},
        {"vehicle": "roadster/g2/blue/" + "a" * 12, "decision": "burn"},
        {"vehicle": "roadster/g2/blue/" + "a" * 12, "decision": "refuse", "reason": "x" * 201},
    ],
)
def test_a_decision_that_is_none_is_refused(studio: Studio, body: dict[str, str]) -> None:
    with pytest.raises(InvalidRequestError):
        studio.post("decisions", body)


def files(*named: tuple[str, int, str]) -> dict[str, Any]:
    listed = [{"name": name, "size": size, "type": kind} for name, size, kind in named]
    return {"model": "a", "generation": "b", "paint": "c", "files": listed}


def test_a_file_gets_its_place_by_the_ending_of_its_name(studio: Studio) -> None:
    png, tiff, text = "image/png", "image/tiff", "application/json"
    wish = files(
        ("Mein Auto.PNG", 9, png), ("x.badge.tif", 8, tiff), ("x.json", 7, text),
        ("x.shadow_sky.png", 6, png),
    ) | {"view": "rear", "light": "dusk"}  # fmt: skip
    answer = studio.post("uploads", wish)
    root = "uploads/vehicles/a/b/c/rear"
    assert [form["key"] for form in answer["forms"]] == [
        f"{root}.dusk.png", f"{root}.dusk.badge.tif", f"{root}.dusk.json", f"{root}.shadow_sky.png",
    ]  # fmt: skip
    assert answer["forms"][0]["name"] == "Mein Auto.PNG"
    assert [form["fields"]["policy"] for form in answer["forms"]][:2] == ["9 bytes", "8 bytes"]


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("file_name", [("car.jpg", 1, "image/png")]),
        ("file_name", [("car.png", 1, "image/tiff")]),
        ("file_too_large", [("car.png", 64_000_001, "image/png")]),
        ("file_too_large", [("car.json", 300_000, "application/json")]),
        ("file_twice", [("a.png", 1, "image/png"), ("b.png", 1, "image/png")]),
        (
            "file_twice",
            [("a.badge.json", 1, "application/json"), ("b.json", 1, "application/json")],
        ),
        ("file_name", [(".png", 1, "image/png")]),
    ],
)
def test_a_file_without_a_place_is_named(
    studio: Studio, code: str, named: list[tuple[str, int, str]]
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        studio.post("uploads", files(*named))
    (problem,) = caught.value.problems
    assert (problem.pointer, problem.code) == (f"/files/{len(named) - 1}", code)


def test_view_and_light_come_together(studio: Studio) -> None:
    for given, lacking in (("view", "/light"), ("light", "/view")):
        with pytest.raises(InvalidRequestError, match="view and light") as caught:
            studio.post("uploads", files(("a.png", 1, "image/png")) | {given: "rear"})
        (problem,) = caught.value.problems
        assert (problem.pointer, problem.code) == (lacking, "missing")


@pytest.mark.slow
def test_a_badge_is_drawn_anew_on_the_newest_version_alone(studio: Studio) -> None:
    studio.deliver(renders.good_files())
    first = studio.versions()[0]["vehicle"]
    badge = studio.get("badge", vehicle=first)
    (box,) = badge["polygons"]
    (x0, y0), (x1, y1) = box[0], box[2]
    drawn = [[[x0 + 1, y0 + 1], [x1 - 1, y0 + 1], [x1 - 1, y1 - 1], [x0 + 1, y1 - 1]]]

    assert studio.ask("POST", "badge", {"vehicle": first, "polygons": drawn})[0] == 202
    studio.hear(NAME.upload(".badge.json"))

    newest = studio.versions()[0]
    assert newest["vehicle"] != first
    assert newest["current"]
    assert studio.get("badge", vehicle=newest["vehicle"])["polygons"] == drawn
    files = read_frozen(studio.mount, newest["vehicle"], 960, max_bytes=10_000_000)
    found = open_png(files.badge).getbbox()
    assert found is not None
    wanted = (*drawn[0][0], *drawn[0][2])
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 1
    with pytest.raises(ConflictError, match="came after it"):
        studio.post("badge", {"vehicle": first, "polygons": drawn})


def _redder(pixels: renders.Bytes) -> renders.Bytes:
    pixels[300, 600, 0] ^= 1
    return pixels


@pytest.mark.slow
def test_an_outline_of_other_files_is_not_used(studio: Studio) -> None:
    studio.deliver(renders.good_files())
    first = studio.versions()[0]["vehicle"]
    polygons = studio.get("badge", vehicle=first)["polygons"]
    studio.post("badge", {"vehicle": first, "polygons": polygons})
    studio.deliver(renders.files(_redder))

    codes = {reason["code"] for reason in studio.versions()[0]["report"]["reasons"]}
    assert "badge_drawn_for_another" in codes


@pytest.mark.parametrize(
    "polygons",
    [[], [[[1, 1], [2, 2]]], [[[1, 1], [2, 2], [9000, 3]]], [[[1, 1], [2, 2], [-1, 3]]], "x",
     [[[0, 0]] * 401], [[[0, 0], [1, 1], [1, "nan"]]]],
)  # fmt: skip
def test_an_outline_that_is_none_is_refused(studio: Studio, polygons: Any) -> None:
    studio.deliver(renders.good_files())
    vehicle = studio.versions()[0]["vehicle"]
    with pytest.raises(InvalidRequestError):
        studio.post("badge", {"vehicle": vehicle, "polygons": polygons})
    assert [key for key in studio.mount.objects if key.endswith("badge.json")] == []


def test_what_is_not_there_is_not_found(studio: Studio) -> None:
    nobody = "roadster/g2/blue/" + "a" * 12
    asked: list[tuple[str, str, Any, dict[str, str]]] = [
        ("GET", "badge", None, {"vehicle": nobody}),
        ("GET", "recall", None, {"vehicle": nobody}),
        ("POST", "decisions", {"vehicle": nobody, "decision": "approve"}, {}),
        ("POST", "badge", {"vehicle": nobody, "polygons": [[[1, 1], [2, 2], [3, 1]]]}, {}),
        ("GET", "wheels", None, {}),
        ("DELETE", "sets", None, {}),
    ]
    for method, what, body, query in asked:
        with pytest.raises(NotFoundError):
            studio.ask(method, what, body, **query)


def test_a_recall_is_previewed_and_done_in_parts(world: World) -> None:
    studio = Studio()
    studio.clock, studio.mount, studio.jobs = world.clock, world.mount, world.jobs
    studio.state, studio.seconds = world.state, 0.0
    shared = finished(world, share=True).job_id
    finished(world, distance_km=2)
    opened = world.submit(sample_trip(distance_km=3)).job_id
    pages = CountingStore(world.clock, page_size=3)
    pages.objects = world.state.objects
    studio.state = pages
    vehicle = world.catalogue.vehicles[0].reference
    before = world.snapshot()

    seen, parts = studio.get("recall", vehicle=vehicle), 1
    while not seen["done"]:
        seen, parts = studio.get("recall", vehicle=vehicle, cursor=seen["cursor"]), parts + 1
    assert parts > 2
    assert world.snapshot() == before
    assert (seen["seen"], seen["withdrawn"], seen["not_shared"], seen["ended_open"]) == (3, 1, 1, 1)

    order = {"vehicle": vehicle, "decision": "recall", "reason": "wrong wheels"}
    done, parts = studio.post("decisions", order), 1
    while not done["done"]:
        done, parts = studio.post("decisions", order), parts + 1
    assert parts > 2
    assert done == {**seen, "cursor": ""}
    assert not world.record(shared).is_shared
    assert world.record(opened).status is JobStatus.FAILED
    for cursor in ("x", "e30=", "eyJhZnRlciI6Ii4uIn0="):
        with pytest.raises(InvalidRequestError, match="cursor"):
            studio.get("recall", vehicle=vehicle, cursor=cursor)


def test_a_recall_without_a_reason_is_refused_at_its_field(studio: Studio) -> None:
    order = {"vehicle": "roadster/g2/blue/" + "a" * 12, "decision": "recall", "reason": " "}

    with pytest.raises(InvalidRequestError) as caught:
        studio.post("decisions", order)

    (problem,) = caught.value.problems
    assert (problem.pointer, problem.code) == ("/reason", "missing")
