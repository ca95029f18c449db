"""A plan is the same for the same seed, suits the light, and is unlike the driver's last ones."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from shared.composition import layouts
from shared.composition.planning import Wish, badge_pixels, composed, relit, replanned, suits
from shared.composition.sun import sun_at, sun_elevation
from shared.composition.views import ground_lines
from shared.core.formats import FORMATS, Format
from shared.jobs.record import Composition
from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.mood import Mood
from shared.trips.weather import Weather
from shared.vehicles.bundle import bundled, bundled_catalogue
from shared.vehicles.catalogue import Catalogue, VehicleEntry
from shared.vehicles.sidecar import Titles
from tests.fakes.trip_facts import trip_facts

VIEWS = ("front_left", "front_right", "side_left", "rear_right", "hero_left")
LIGHTS = ("day_left", "day_right", "low_left", "low_right", "overcast", "snow", "dusk", "night")
SHANGHAI = timezone(timedelta(hours=8))


def _entry(number: int, view: str, lit: str, badge: float = 0.0) -> VehicleEntry:
    return VehicleEntry(
        model="citycar",
        generation="g1",
        paint="red",
        version=f"{number:012x}",
        titles=Titles(zh="车", en="car"),
        view=view,
        lit=lit,
        badge=badge,
    )


SET = Catalogue.of(
    _entry(number, *pair) for number, pair in enumerate(product(VIEWS, LIGHTS), start=1)
).vehicles
LIT = {entry.reference: entry for entry in SET}


def _facts(weather: Weather = Weather.CLEAR, hour: TimeOfDay = TimeOfDay.DAY) -> TripFacts:
    return trip_facts(
        "湖州市", season=Season.SUMMER, weather=weather, time=hour, mood=Mood.FREE, month=7
    )


def _wish(
    seed: int,
    *,
    form: Format = "4:5",
    facts: TripFacts | None = None,
    elevation: float = 50.0,
    lamps: bool = False,
) -> Wish:
    return Wish(seed, form, facts or _facts(), elevation, lamps)


@pytest.mark.parametrize("form", FORMATS)
def test_posters_are_spread_over_views_and_layouts(form: Format) -> None:
    plans = [composed(_wish(seed, form=form), SET) for seed in range(600)]
    pairs = Counter((plan.view, plan.layout) for plan in plans)
    assert len(pairs) >= 12
    assert max(pairs.values()) <= len(plans) / 6
    assert {plan.light for plan in plans} == {"day_left", "day_right"}
    assert {plan.ground for plan in plans} == {"road", "open"}
    for seed, plan in enumerate(plans):
        assert suits(layouts()[plan.layout], plan.view, form)
        assert plan.ground in layouts()[plan.layout].grounds
        assert plan == composed(_wish(seed, form=form), SET)


@pytest.mark.parametrize("form", FORMATS)
def test_the_bundled_cars_badge_is_never_small_and_there_are_pairs_enough(form: Format) -> None:
    own = bundled_catalogue(bundled(Path("comfyui/vehicles"))).members("citycar", "g1", "red")
    badges = {each.view: each.badge for each in own}
    assert set(badges) == set(VIEWS)
    assert all(badges.values())
    plans = [composed(_wish(seed, form=form), own) for seed in range(600)]
    pairs = Counter((plan.view, plan.layout) for plan in plans)
    assert len(pairs) >= 12
    assert max(pairs.values()) <= len(plans) / 6
    for view, name in pairs:
        layout = layouts()[name]
        assert badge_pixels(layout, form, badges[view]) >= layout.least_badge == 28


def test_a_badge_that_is_small_everywhere_stands_in_the_widest_layouts() -> None:
    side = tuple(_entry(n, "side_left", lit, 0.0338) for n, lit in enumerate(LIGHTS, start=1))
    plans = [composed(_wish(seed, form="9:16"), side) for seed in range(40)]
    assert {plan.layout for plan in plans} == {"classic", "ground_title"}
    tiny = (_entry(1, "", "", 0.01),)
    assert {composed(_wish(seed), tiny).layout for seed in range(40)} == {"classic", "ground_title"}


def test_a_view_of_which_no_badge_is_known_stands_anywhere() -> None:
    old = tuple(_entry(n, "rear_right", lit) for n, lit in enumerate(LIGHTS, start=1))
    new = tuple(each.model_copy(update={"badge": 0.0488}) for each in old)
    drawn, kept = (
        {composed(_wish(seed), members).layout for seed in range(100)} for members in (old, new)
    )
    assert drawn - kept == {"small_left", "grand_landscape"}


def test_a_plan_without_its_layout_is_made_anew_with_the_widest_that_suits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = composed(_wish(3), tuple(each for each in SET if each.view == "hero_left"))
    assert replanned(plan, 3) == plan
    monkeypatch.delitem(layouts(), plan.layout)
    suited = [each for each in layouts().values() if suits(each, "hero_left", "4:5")]
    widest = max(suited, key=lambda each: each.formats["4:5"].car.width)
    now = replanned(plan, 3)
    assert now == replanned(plan, 3)
    assert now == plan.model_copy(update={"layout": widest.id, "ground": now and now.ground})
    assert now is not None
    assert now.ground in widest.grounds
    for each in suited:
        monkeypatch.delitem(layouts(), each.id)
    middle = replanned(plan, 3)
    assert middle is not None
    assert layouts()[middle.layout].formats["4:5"].car.centre == 0.5


def test_the_members_are_all_lights_of_the_view_the_wanted_one_first() -> None:
    for seed in range(50):
        plan = composed(_wish(seed), SET)
        own = [LIT[reference] for reference in plan.members]
        assert {entry.view for entry in own} == {plan.view}
        assert tuple(entry.lit for entry in own) == plan.lights
        assert sorted(plan.lights) == sorted(LIGHTS)
        assert plan.lights[0] == plan.light


@pytest.mark.parametrize("form", FORMATS)
def test_a_drivers_next_poster_is_none_of_the_last_two(form: Format) -> None:
    recent: list[Composition] = []
    for seed in range(200):
        plan = composed(_wish(seed, form=form), SET, recent[:2])
        for seen in recent[:2]:
            assert (plan.view, plan.layout) != (seen.view, seen.layout)
        if recent:
            assert plan.view != recent[0].view
            assert plan.layout != recent[0].layout
        recent.insert(0, plan)


def test_a_single_render_stands_in_the_middle_and_still_changes_its_layout() -> None:
    one = (_entry(1, "", ""),)
    recent: list[Composition] = []
    for seed in range(40):
        plan = composed(_wish(seed), one, recent[:2])
        assert (plan.view, plan.light, plan.ground) == ("", "", "open")
        assert plan.members == (one[0].reference,)
        assert (plan.sun_azimuth_deg, plan.sun_elevation_deg) == (None, None)
        assert layouts()[plan.layout].formats["4:5"].car.centre == 0.5
        assert plan.layout not in {seen.layout for seen in recent[:2]}
        recent.insert(0, plan)


def test_a_view_of_a_makers_own_is_set_like_one_without_a_name() -> None:
    own = tuple(_entry(n, "three_quarter", lit) for n, lit in enumerate(LIGHTS, start=1))
    plan = composed(_wish(3), own)
    assert (plan.view, plan.ground) == ("three_quarter", "open")
    assert plan.light in {"day_left", "day_right"}


@pytest.mark.parametrize(
    ("weather", "hour", "elevation", "lamps", "lights"),
    [
        ("clear", "day", 50, False, {"day_left", "day_right"}),
        ("cloudy", "day", 8, False, {"low_left", "low_right"}),
        ("clear", "day", -3, False, {"low_left", "low_right"}),
        ("clear", "dawn", 2, False, {"low_left", "low_right"}),
        ("clear", "dusk", 6, False, {"low_left", "low_right"}),
        ("clear", "dusk", -4, False, {"dusk"}),
        ("clear", "dusk", 6, True, {"dusk"}),
        ("rain", "dusk", -4, False, {"dusk"}),
        ("rain", "day", 50, False, {"overcast"}),
        ("overcast", "day", 8, False, {"overcast"}),
        ("fog", "dawn", 2, False, {"overcast"}),
        ("sand", "dusk", 6, False, {"overcast"}),
        ("snow", "day", 20, False, {"snow"}),
        ("snow", "night", -40, False, {"night"}),
        ("clear", "night", -20, False, {"night"}),
        ("rain", "night", -20, False, {"night"}),
    ],
)
def test_the_light_follows_weather_hour_and_sun(
    weather: str, hour: str, elevation: float, lamps: bool, lights: set[str]
) -> None:
    facts = _facts(Weather(weather), TimeOfDay(hour))
    plans = [
        composed(_wish(seed, facts=facts, elevation=elevation, lamps=lamps), SET)
        for seed in range(40)
    ]
    assert {plan.light for plan in plans} == lights
    for plan in plans:
        if plan.light.endswith("_left"):
            assert plan.sun_azimuth_deg is not None
            assert 180 < plan.sun_azimuth_deg < 360
        elif plan.light.endswith("_right"):
            assert plan.sun_azimuth_deg is not None
            assert 0 < plan.sun_azimuth_deg < 180
        else:
            assert plan.sun_azimuth_deg is None


def test_only_a_light_that_the_car_has_is_asked_for() -> None:
    some = tuple(each for each in SET if each.lit in {"low_right", "overcast"})
    assert {composed(_wish(seed), some).light for seed in range(20)} == {"low_right"}
    neutral = tuple(each for each in SET if each.lit == "overcast")
    assert {composed(_wish(seed), neutral).light for seed in range(20)} == {"overcast"}
    night = _facts(hour=TimeOfDay.NIGHT)
    plan = composed(_wish(1, facts=night), some)
    assert (plan.light, plan.lights[0]) == ("", "overcast")


def test_a_view_with_the_right_light_goes_before_one_without() -> None:
    some = tuple(
        each for each in SET if each.lit == "overcast" or each.member == "rear_right.night"
    )
    night = _facts(hour=TimeOfDay.NIGHT)
    assert {composed(_wish(seed, facts=night), some).view for seed in range(20)} == {"rear_right"}


def test_another_style_changes_the_light_and_nothing_else() -> None:
    plan = composed(_wish(5), SET)
    dusk = relit(plan, _wish(5, facts=_facts(hour=TimeOfDay.DUSK), lamps=True))
    assert (dusk.light, dusk.lights[0]) == ("dusk", "dusk")
    assert LIT[dusk.members[0]].member == f"{plan.view}.dusk"
    kept = {"format", "layout", "view", "ground"}
    assert plan.model_dump(include=kept) == dusk.model_dump(include=kept)


def test_a_road_runs_as_the_car_stands() -> None:
    assert ground_lines("front_left") == (37, True)
    assert ground_lines("front_right") == (37, False)
    assert ground_lines("rear_right") == (37, True)
    assert ground_lines("hero_left") == (27, True)
    # From the side a road along the car runs across the picture.
    assert ground_lines("side_left") is None
    assert ground_lines("") is None


def test_the_sun_stands_where_it_is_published() -> None:
    # Reda and Andreas, Solar Position Algorithm (NREL/TP-560-34302), table A5.1: zenith 50.11.
    moment = datetime(2003, 10, 17, 12, 30, 30, tzinfo=timezone(timedelta(hours=-7)))
    assert sun_elevation(moment, 39.742476, -105.1786) == pytest.approx(39.89, abs=0.5)
    # At the solstices the noon sun over a latitude stands at 90 - latitude +/- 23.44 degrees.
    for month, tilt in ((6, 23.44), (12, -23.44)):
        noon = datetime(2024, month, 21, 12, tzinfo=timezone.utc)
        assert sun_elevation(noon, 40.0, 0.0) == pytest.approx(50 + tilt, abs=0.5)


def test_one_clock_is_another_hour_in_the_west() -> None:
    evening = datetime(2024, 12, 21, 18, 0, tzinfo=SHANGHAI)
    assert sun_at(evening, "哈尔滨市") < -15
    assert sun_at(evening, "乌鲁木齐市") > 0
    noon = datetime(2024, 12, 21, 12, 0, tzinfo=SHANGHAI)
    assert sun_at(noon, "悉尼") > 70
    assert 10 < sun_at(noon, "巴黎") < 25
    assert sun_at(noon, "无名之地") > 20


def test_the_formats_are_those_of_a_trip() -> None:
    assert get_args(Format) == FORMATS
