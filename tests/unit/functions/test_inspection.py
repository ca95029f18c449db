"""What staff sees of a job that no driver does: facts, scores, cost, pictures."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from functions.read_job.schema import InspectedJobView
from local.stack import ROOT
from shared.core.callers import Caller
from shared.costs.sizes import function_sizes
from shared.costs.spent import spent_on
from shared.jobs.record import JobStatus, StoredResult
from shared.models.prices import read_prices
from shared.quality.remedies import measures
from shared.quality.thresholds import Thresholds
from shared.results.files import EVIDENCE, MASTER
from tests.unit.functions.reviewing import review, waiting
from tests.unit.functions.world import World, sample_trip

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord

pytestmark = pytest.mark.usefixtures("kept_posters")
ANNOUNCE_MODE = "after_review"
STAFF = ("reviewer", "studio", "operator")


def seen(world: World, job_id: str, scope: str = "reviewer", who: str = "anna") -> dict[str, Any]:
    caller = Caller("maker", who, frozenset(scope.split()))
    return world.read(job_id, caller).to_json()


def changed(world: World, record: JobRecord, **result: Any) -> JobRecord:
    """Return the record with another result; as the newest version of its job."""
    assert record.result is not None
    after = record.note(now=world.clock.now(), result=record.result.model_copy(update=result))
    assert world.jobs.append(after)
    return after


@pytest.mark.parametrize("scope", STAFF)
def test_staff_sees_the_inspection(world: World, scope: str) -> None:
    record = waiting(world)

    found = seen(world, record.job_id, scope)["inspection"]

    assert set(found) == {
        "facts", "prompt", "choice", "lights", "scores", "remedies", "reviews", "retries", "cost",
        "evidence",
    }  # fmt: skip
    assert found["facts"] == {
        "city": "湖州市",
        "month": 5,
        "season": "spring",
        "weather": "cloudy",
        "time_of_day": "dusk",
        "occasion": None,
    }
    assert record.prompt is not None
    assert found["prompt"]["text"] == record.prompt.prompt.prompt
    assert found["retries"] == {"attempts": 1, "gpu_tasks": 1, "scene_failures": 0}


def test_a_driver_and_a_service_see_none_of_it(world: World) -> None:
    record = waiting(world)

    for scope, who in (("driver", "driver-1"), ("service", "backend")):
        assert set(InspectedJobView.model_fields) - set(seen(world, record.job_id, scope, who)) == {
            "inspection"
        }


def test_nothing_of_it_names_anybody_or_tells_an_address(world: World) -> None:
    end = {"address": "湖州市南街7号", "weather": "晴"}
    trip = sample_trip(share=True, caption="只有我们", team="飞行队", end=end)
    job_id = world.submit(trip).job_id
    world.through(job_id)
    review(world, job_id, decision="approve")

    told = json.dumps(seen(world, job_id)["inspection"], ensure_ascii=False)

    for private in (
        "只有我们",
        "飞行队",
        "南街",
        "driver-1",
        "anna",
        "王丽",
        world.record(job_id).driver_key,
    ):
        assert private not in told


def test_each_score_has_its_limit_its_outcome_and_what_it_means(world: World) -> None:
    record = waiting(world)
    changed(
        world,
        record,
        scores={
            "master.seam": 0.01,
            "app.seam": 0.07,
            "light_gap": 41.0,
            "light_gap_confidence": 1.0,
            "master.contact_low": 0.05,
            "badge_width": 50.0,
        },
        failures=("master.contact_low", "bare_missing"),
        doubts=("light_gap", "style_judge"),
    )

    scores = {each["measure"]: each for each in seen(world, record.job_id)["inspection"]["scores"]}

    assert "badge_width" not in scores, "no limit stands for it"
    limits = Thresholds()
    assert scores["master.seam"]["limit"] == limits.master.seam
    assert scores["app.seam"] == {
        "measure": "app.seam",
        "value": 0.07,
        "limit": limits.lossy.seam,
        "wanted": "at_most",
        "outcome": "passed",
        "meaning": "How visible a seam is: error of the gradient across the edge, L* a pixel.",
        "confidence": None,
        "unbound": None,
    }
    low = scores["master.contact_low"]
    assert (low["limit"], low["wanted"], low["outcome"]) == (0.1, "at_least", "failed")
    assert (scores["bare_missing"]["value"], scores["bare_missing"]["limit"]) == (None, None)
    assert scores["light_gap"]["outcome"] == scores["style_judge"]["outcome"] == "doubted"
    assert scores["light_gap"]["confidence"] == 1.0
    outcomes = [each["outcome"] for each in scores.values()]
    assert outcomes == sorted(outcomes, key=["failed", "doubted", "passed"].index)


def test_a_limit_that_does_not_bind_says_why(world: World) -> None:
    record = waiting(world)
    scores = {
        "master.protected_changed": 0.0,
        "app.protected_changed": 5120.0,
        "light_warmth": 300.0,
        "light_warmth_confidence": 0.1,
        "light_height": 0.1,
        "light_height_confidence": 0.9,
        "horizon_error": 0.3,
        "horizon_error_confidence": 0.1,
        "style.sky": 0.0,
    }
    changed(world, record, scores=scores, failures=("horizon_error",), doubts=())
    world.thresholds = Thresholds()

    def told() -> dict[str, str | None]:
        found = seen(world, record.job_id)["inspection"]["scores"]
        return {each["measure"]: each["unbound"] for each in found if each["unbound"]}

    assert told() == {"app.protected_changed": "lossy", "light_warmth": "unclear"}
    world.thresholds = Thresholds(palette_fails=False)
    assert told()["style.sky"] == "switched_off"
    changed(world, world.record(record.job_id), app_copy="poster.webp")
    assert "app.protected_changed" not in told(), "a copy without loss is held to it"
    bare = world.record(record.job_id).note(now=world.clock.now(), composition=None)
    assert world.jobs.append(bare)
    assert told()["light_height"] == "unasked"


def test_every_measure_has_a_meaning_and_no_other_has() -> None:
    from shared.quality.remedies import _meanings

    assert set(_meanings()) == {*measures(), "style_judge"}


def test_the_cost_is_the_ledgers(world: World) -> None:
    record = waiting(world)
    prices = read_prices()

    found = seen(world, record.job_id)["inspection"]["cost"]

    cost = spent_on(record, prices=prices, sizes=function_sizes()).cost(prices)
    assert found["total_cny"] == pytest.approx(cost.pop("sum"), abs=1e-6)
    assert found["parts"] == pytest.approx(cost, abs=1e-6)
    assert found["total_cny"] > 0


def test_the_lights_are_the_sidecars_and_the_measured_one(world: World) -> None:
    record = waiting(world)
    assert record.result is not None
    assert record.composition is not None
    assert record.result.evidence is not None
    azimuth, height = record.result.evidence.car_light or (None, None)

    lights = seen(world, record.job_id)["inspection"]["lights"]
    assert lights["car"] == {
        "azimuth_deg": azimuth, "elevation_deg": height, "source": "stated"
    }  # fmt: skip
    plan = record.composition.model_copy(
        update={"sun_azimuth_deg": 240.0, "sun_elevation_deg": 20.0}
    )
    assert world.jobs.append(record.note(now=world.clock.now(), composition=plan))
    asked = seen(world, record.job_id)["inspection"]["lights"]["plate"]
    assert asked == {"azimuth_deg": 240.0, "elevation_deg": 20.0, "source": "asked"}
    choice = record.result.choice
    assert choice is not None
    measured = {"side": {"value": -1.0, "confidence": 0.9}}
    told = type(choice).model_validate({**choice.model_dump(), "measured": measured})
    changed(world, world.record(record.job_id), choice=told)
    plate = seen(world, record.job_id)["inspection"]["lights"]["plate"]
    assert plate == {"azimuth_deg": 270.0, "elevation_deg": 20.0, "source": "measured"}


def test_reviews_are_told_in_order_by_a_key_that_names_nobody(world: World) -> None:
    record = waiting(world)
    review(world, record.job_id, decision="reject", note="too dark")
    review(world, record.job_id, decision="take_back")

    reviews = seen(world, record.job_id)["inspection"]["reviews"]

    assert [(each["decision"], each["by"], each["note"]) for each in reviews] == [
        ("reject", "r" * 32, "too dark"),
        ("take_back", "r" * 32, ""),
    ]


def test_a_rejected_poster_is_still_seen_by_staff_and_by_nobody_else(world: World) -> None:
    record = waiting(world)
    review(world, record.job_id, decision="reject")

    assert seen(world, record.job_id)["poster"] is not None
    assert seen(world, record.job_id, "driver", "driver-1")["poster"] is None


def test_a_job_without_a_poster_has_what_is_known_so_far(world: World) -> None:
    found = seen(world, world.submit().job_id)["inspection"]

    assert (found["prompt"], found["choice"], found["evidence"]) == (None, None, None)
    assert found["scores"] == []


def test_a_poster_of_an_earlier_release_has_no_pictures_of_evidence(world: World) -> None:
    record = waiting(world)
    changed(world, record, evidence=None)

    assert seen(world, record.job_id)["inspection"]["evidence"] is None


def picture(world: World, record: JobRecord, name: str) -> Image.Image:
    assert record.result is not None
    return Image.open(io.BytesIO(world.state.objects[record.result.folder + name].data))


@pytest.fixture
def evidence(world: World) -> tuple[JobRecord, dict[str, Image.Image]]:
    record = waiting(world)
    return record, {name: picture(world, record, name) for name in (*EVIDENCE, MASTER)}


def _kept(record: JobRecord) -> tuple[tuple[int, int], tuple[int, int, int, int]]:
    stored: StoredResult | None = record.result
    assert stored is not None
    assert stored.evidence is not None
    return stored.evidence.size, stored.evidence.badge_box


def test_the_pictures_have_the_posters_size_and_links(
    world: World, evidence: tuple[JobRecord, dict[str, Image.Image]]
) -> None:
    record, shown = evidence
    size, box = _kept(record)
    found = seen(world, record.job_id)["inspection"]["evidence"]

    assert {shown[name].size for name in EVIDENCE if name != "difference.png"} == {size}
    assert shown[MASTER].size == size == tuple(found["size"])
    assert tuple(found["badge_box"]) == box
    for name in EVIDENCE:
        assert found[name.partition(".")[0]]["url"].partition("?")[0].endswith(name)


def test_the_protected_pixels_are_where_the_record_counts_them(
    evidence: tuple[JobRecord, dict[str, Image.Image]],
) -> None:
    record, shown = evidence
    codes = np.asarray(shown["protected.png"])

    assert record.result is not None
    assert int((codes > 0).sum()) == record.result.protected_pixels
    left, top, right, bottom = _kept(record)[1]
    rows, columns = np.nonzero(codes == 2)
    assert (columns.min() - 8, rows.min() - 8) == (left, top)
    assert (columns.max() + 9, rows.max() + 9) == (right, bottom)
    alpha = np.asarray(shown["protected.png"].convert("RGBA"))[..., 3]
    assert set(np.unique(alpha)) == {0, 110, 150}


def test_seams_are_looked_for_along_the_edge_and_nowhere_in_the_car(
    evidence: tuple[JobRecord, dict[str, Image.Image]],
) -> None:
    _, shown = evidence
    seams = np.asarray(shown["seams.png"])
    inside = np.asarray(shown["protected.png"]) == 2

    assert (seams == 2).any()
    assert (seams == 1).any()
    assert not seams[inside].any()


def test_the_difference_is_black_where_nothing_differs_and_shows_what_does(
    evidence: tuple[JobRecord, dict[str, Image.Image]],
) -> None:
    from functions.store_result.evidence_pictures import _difference
    from shared.quality.truth import truth_of

    record, shown = evidence
    left, top, right, bottom = _kept(record)[1]
    assert shown["difference.png"].size == (right - left, bottom - top)
    assert shown["difference.png"].getextrema() == (0, 0)

    car = np.full((20, 20, 4), 255, dtype=np.uint8)
    plate = np.full((60, 60, 3), 100, dtype=np.uint8)
    badge = np.full((20, 20), 255, dtype=np.uint8)
    truth = truth_of(plate, car, badge, (20, 20))
    master = plate.copy()
    master[20:40, 20:40] = 255
    master[30, 25] = (255, 254, 252)
    master[0, 0] = 0
    copy = _difference(truth, master, (20, 20, 40, 40))
    codes = np.asarray(Image.open(io.BytesIO(copy.data)))
    assert codes[10, 5] == 96
    assert np.count_nonzero(codes) == 1


def test_the_pictures_are_small_and_the_same_on_every_run(world: World) -> None:
    record = waiting(world)
    assert record.result is not None
    before = {name: world.state.objects[record.result.folder + name].data for name in EVIDENCE}

    assert sum(map(len, before.values())) < 300_000
    assert record.status is JobStatus.NEEDS_REVIEW
    manifest = world.state.objects[record.result.folder + "manifest.json"].data
    assert not [name for name in EVIDENCE if name.encode() in manifest]


def test_it_is_put_together_without_a_picture_library() -> None:
    ask = (
        "import sys, functions.read_job.inspection, shared.bootstrap as b; b.gate_thresholds(); "
        "print({'numpy', 'PIL', 'yaml'} & set(sys.modules))"
    )
    ran = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ran.stdout.strip() == "set()"
