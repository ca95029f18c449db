"""Every job is composed once, unlike its driver's last ones, and painted in its format."""

from __future__ import annotations

import io
from itertools import product
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from functions.list_vehicles.use_case import list_vehicles
from functions.repaint_job.schema import RepaintOrder
from functions.repaint_job.use_case import repaint_job
from shared.composition import layouts, recomposed_of_job, relit_of_job
from shared.core.callers import Caller
from shared.core.errors import ConflictError, InvalidRequestError
from shared.core.formats import FORMATS, PIXELS, Format
from shared.jobs.control import read_control
from shared.jobs.record import Composition, JobRecord, JobStatus
from shared.models.catalogue import model
from shared.models.sizes import fitted
from shared.styles import style, styles
from shared.vehicles.catalogue import Catalogue, VehicleEntry
from tests.fakes.scene_model import FakeSceneModel
from tests.fakes.wired import wired
from tests.unit.functions.world import _ADMISSION, _RULES, World, plate_png, sample_trip

if TYPE_CHECKING:
    from pathlib import Path

VIEWS = ("front_left", "front_right", "side_left", "rear_right", "hero_left")
LIGHTS = ("day_left", "day_right", "low_left", "low_right", "overcast", "snow", "dusk", "night")


@pytest.fixture
def set_world(tmp_path: Path) -> World:
    """Return a world whose one car is a set."""
    world = World(folder=tmp_path)
    [single] = world.catalogue.vehicles
    world.catalogue = Catalogue.of(
        VehicleEntry(
            **single.model_dump(exclude={"version", "view", "lit"}),
            version=f"{number:012x}",
            view=view,
            lit=lit,
        )
        for number, (view, lit) in enumerate(product(VIEWS, LIGHTS), start=1)
    )
    return world


def _painted(world: World, key: str, **trip: object) -> JobRecord:
    world.clock.sleep(1)
    return world.paint(world.submit(sample_trip(**trip), key=key).job_id)


def _pair(record: JobRecord) -> tuple[str, str]:
    assert record.composition is not None
    return record.composition.view, record.composition.layout


def test_the_trips_of_a_driver_are_composed_differently(set_world: World) -> None:
    pairs = [_pair(_painted(set_world, f"trip-{number}")) for number in range(8)]
    for number, pair in enumerate(pairs):
        assert pair not in pairs[max(number - 2, 0) : number]
        if number:
            assert pair[0] != pairs[number - 1][0]
            assert pair[1] != pairs[number - 1][1]


def test_trips_that_wait_together_are_composed_differently_too(set_world: World) -> None:
    for number in range(20):
        first, second = (
            set_world.submit(key=f"{number}-{each}", driver=f"driver-{number}").job_id
            for each in (1, 2)
        )
        painted = [set_world.paint(job_id) for job_id in (second, first)]
        assert _pair(painted[0]) != _pair(painted[1])


def test_a_second_run_composes_nothing_anew(set_world: World) -> None:
    record = _painted(set_world, "one")
    _painted(set_world, "two")
    again = set_world.paint(record.job_id)
    assert again.composition == record.composition


def test_the_renders_are_those_of_the_accepted_car(set_world: World) -> None:
    record = _painted(set_world, "one")
    assert record.composition is not None
    known = {entry.reference: entry for entry in set_world.catalogue.vehicles}
    assert record.vehicle == set_world.catalogue.vehicles[0].reference
    assert {known[each].view for each in record.composition.members} == {record.composition.view}
    assert len(record.composition.members) == len(LIGHTS)


def test_a_single_render_stays_the_one_that_was_accepted(world: World) -> None:
    job = world.submit()
    [entry] = world.catalogue.vehicles
    newer = entry.model_copy(update={"version": "f" * 12})
    world.catalogue = Catalogue(vehicles=(newer,))
    painted = world.paint(job.job_id)
    assert painted.composition is not None
    assert painted.composition.members == (job.vehicle,)


def test_a_car_that_is_not_offered_any_more_is_painted_without_a_plan(world: World) -> None:
    job = world.submit()
    world.catalogue = Catalogue()
    painted = world.paint(job.job_id)
    assert painted.status is JobStatus.PROMPTED
    assert painted.composition is None


def test_a_repaint_looks_different_and_may_have_another_format(set_world: World) -> None:
    source = _painted(set_world, "one")
    set_world.jobs.append(source.to(JobStatus.CANCELLED, now=set_world.clock.now(), attempt=0))
    caller = Caller("maker", "driver-1", frozenset({"driver"}))
    for number, form in enumerate(FORMATS):
        set_world.clock.sleep(1)
        job = wired(repaint_job, set_world)(
            source.job_id,
            RepaintOrder(format=form),
            caller,
            idempotency_key=f"again-{number}",
            rules=_RULES,
            admission=_ADMISSION,
            control=read_control(set_world.state),
            catalogue=set_world.catalogue,
        )
        painted = set_world.paint(job.job_id)
        assert painted.composition is not None
        assert painted.composition.format == form
        assert _pair(painted) != _pair(source)


@pytest.mark.parametrize("form", FORMATS)
def test_the_plate_is_ordered_and_kept_in_the_pixels_of_the_format(
    world: World, form: Format
) -> None:
    size = PIXELS[form]
    # As a model paints it whose sides end at 1,440 pixels.
    painted = fitted(*size, model("wan2.2-t2i-flash", "picture").limits)
    world.scenes = FakeSceneModel(plate_png(painted))
    record = world.scene(_painted(world, "one", format=form).job_id)
    assert (world.scenes.orders[0].width, world.scenes.orders[0].height) == size
    assert record.scene is not None
    with Image.open(io.BytesIO(world.mount.objects[record.scene.plate_key].data)) as plate:
        assert plate.size == size


def test_a_reviewers_style_brings_its_own_light(set_world: World) -> None:
    trip = {
        "started_at": "2026-07-05 08:00",
        "ended_at": "2026-07-05 12:00",
        "end": {"city": "湖州市", "weather": "晴"},
    }
    trip |= {"start": {"city": "上海市", "weather": "晴"}}
    record = _painted(set_world, "one", **trip)
    assert record.composition is not None
    assert record.composition.light in {"day_left", "day_right"}
    neon = relit_of_job(record.model_copy(update={"style_override": "night_neon"}))
    assert neon is not None
    assert neon.light == "dusk"
    assert (neon.view, neon.layout) == _pair(record)
    gone = record.model_copy(update={"style_override": "gone"})
    assert relit_of_job(gone) == record.composition


def test_the_trips_format_goes_before_the_styles_wish(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishing = style("photoreal").model_copy(update={"formats": ("9:16", "4:5")})
    monkeypatch.setitem(styles(), "photoreal", wishing)
    for key, trip, form in (("one", {}, "9:16"), ("two", {"format": "方形"}, "1:1")):
        plan = _painted(world, key, **trip).composition
        assert plan is not None
        assert plan.format == form


def _recomposed(world: World, record: JobRecord, **wanted: str) -> Composition:
    given = {"view": None, "layout": None, **wanted}
    return recomposed_of_job(record, **given, catalogue=world.catalogue)


@pytest.mark.parametrize("view", VIEWS)
def test_a_reviewer_has_the_car_seen_from_elsewhere_in_the_light_that_suits(
    set_world: World, view: str
) -> None:
    record = _painted(set_world, "one")
    plan = record.composition
    assert plan is not None

    found = _recomposed(set_world, record, view=view)

    known = {entry.reference: entry for entry in set_world.catalogue.vehicles}
    assert {known[each].view for each in found.members} == {view}
    assert (found.format, found.light) == (plan.format, plan.light)
    assert view in layouts()[found.layout].views
    if view in layouts()[plan.layout].views:
        assert found.layout == plan.layout


def test_a_reviewer_has_the_car_in_another_layout(set_world: World) -> None:
    record = _painted(set_world, "one")
    plan = record.composition
    assert plan is not None
    others = [
        each.id for each in layouts().values() if plan.view in each.views and each.id != plan.layout
    ]

    found = _recomposed(set_world, record, layout=others[0])

    assert (found.view, found.layout) == (plan.view, others[0])
    assert found.ground in layouts()[others[0]].grounds


@pytest.mark.parametrize("form", FORMATS)
def test_whatever_is_listed_of_a_car_may_be_ordered_and_nothing_else(
    set_world: World, form: Format
) -> None:
    record = _painted(set_world, "one", format=form)
    listed = list_vehicles(
        "", link_seconds=60, catalogue=set_world.catalogue, mount=set_world.mount,
        clock=set_world.clock,
    )  # fmt: skip
    assert listed.view
    own = next(e for e in listed.view.vehicles if record.vehicle.split("/")[2] == e.paint)

    assert own.views.keys() == set(VIEWS)
    for view, layout in product(VIEWS, layouts()):
        if layout in own.views[view][form]:
            found = _recomposed(set_world, record, view=view, layout=layout)
            assert (found.view, found.layout) == (view, layout)
        else:
            with pytest.raises(InvalidRequestError):
                _recomposed(set_world, record, view=view, layout=layout)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"view": "from_above"}, "/view: one of: front_left, front_right, hero_left, rear_right"),
        ({"layout": "none"}, "/layout: one of: "),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    set_world: World, wanted: dict[str, str], says: str
) -> None:
    record = _painted(set_world, "one")

    with pytest.raises(InvalidRequestError, match=says):
        _recomposed(set_world, record, **wanted)


def test_a_car_that_is_not_offered_any_more_is_seen_from_nowhere_else(set_world: World) -> None:
    record = _painted(set_world, "one")
    set_world.catalogue = Catalogue()

    with pytest.raises(ConflictError, match="not offered"):
        _recomposed(set_world, record, view="side_left")
