"""The plan of a poster: view, layout, ground and light, by the job's seed alone.

A view is drawn of those that have the light which suits the trip best, then a layout of those that
suit the view and the format. A driver's last posters are kept away from: neither view nor layout of
the last one where that can be, and never both of one of the last two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from shared.composition.layouts import Ground, Layout, layouts
from shared.composition.views import ground_lines
from shared.core import ids
from shared.core.errors import InvalidRequestError, Problem
from shared.core.formats import PIXELS, Format
from shared.jobs.record import Composition
from shared.trips.facts import TimeOfDay, TripFacts
from shared.trips.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from shared.vehicles.catalogue import VehicleEntry

_T = TypeVar("_T")
_MIDDLE = 0.5
_LEVEL_VIEW = "front_left"
_NEUTRAL = "overcast"
Side = Literal["left", "right"]
_NO_SUN = {Weather.OVERCAST, Weather.RAIN, Weather.FOG, Weather.SAND}
# Below this the sun is low and warm.
_LOW_DEGREES = 15.0
# How the sun stands to the view: from the side and behind the eye, never into the lens.
_AZIMUTHS = {"day_left": 240.0, "day_right": 120.0, "low_left": 250.0, "low_right": 110.0}
_ELEVATIONS = {"day": (_LOW_DEGREES, 75.0), "low": (4.0, _LOW_DEGREES)}


@dataclass(frozen=True)
class Wish:
    """What a poster is planned for; `elevation` is the sun's in degrees.

    `lamps`: its style shows no sun.
    """

    seed: int
    format: Format
    facts: TripFacts
    elevation: float
    lamps: bool = False


def composed(
    wish: Wish, renders: Sequence[VehicleEntry], recent: Sequence[Composition] = ()
) -> Composition:
    """Return the plan for a car with these renders; `recent` are the driver's last, newest first.

    ValueError for a car without renders.
    """
    members = _members(renders)
    suited = _best_lit(members, _lights(wish))
    view, layout = _pair(wish, _badges(suited), recent)
    return _planned(wish, view, layout, members)


def _planned(wish: Wish, view: str, layout: Layout, members: Sequence[VehicleEntry]) -> Composition:
    own = [each for each in members if each.view == view]
    plan = Composition(
        format=wish.format,
        layout=layout.id,
        view=view,
        ground=_ground(layout, view, wish.seed),
        light="",
        members=tuple(each.reference for each in own),
        lights=tuple(each.lit for each in own),
    )
    return relit(plan, wish)


def recomposed(
    plan: Composition,
    wish: Wish,
    renders: Sequence[VehicleEntry],
    *,
    view: str | None = None,
    layout: str | None = None,
) -> Composition:
    """Return the plan with this view or this layout; what is not named stays where it suits.

    InvalidRequestError for a view that the car has not, or a layout that does not take it.
    """
    options = offered(renders, plan.format)
    chosen = plan.view if view is None else view
    if chosen not in options:
        raise _none_such("view", options)
    suited = options[chosen]
    named = layout or (
        plan.layout if plan.layout in suited else _drawn(suited, wish.seed, "layout")
    )
    if named not in suited:
        raise _none_such("layout", suited)
    return _planned(wish, chosen, layouts()[named], _members(renders))


def offered(renders: Sequence[VehicleEntry], form: Format) -> dict[str, tuple[str, ...]]:
    """Return each view that a car with these renders has, and the layouts that take it so."""
    badges = _badges(_members(renders))
    return {
        view: tuple(each.id for _, each in _with_a_badge(_suited([view], form), badges, form))
        for view in badges
    }


def relit(plan: Composition, wish: Wish) -> Composition:
    """Return the plan with the light that the wish asks for, of those that its view has."""
    flat = [name for group in _lights(wish) for name in group]

    def rank(member: tuple[str, str]) -> tuple[int, bool, str]:
        lit = member[1]
        return flat.index(lit) if lit in flat else len(flat), lit != _NEUTRAL, lit

    members, lights = zip(
        *sorted(zip(plan.members, plan.lights, strict=True), key=rank), strict=True
    )
    light = lights[0] if lights[0] in flat else ""
    sun = sun_of(light, wish.elevation)
    changes = {
        "light": light,
        "sun_azimuth_deg": sun.azimuth_deg if sun else None,
        "sun_elevation_deg": sun.elevation_deg if sun else None,
        "members": members,
        "lights": lights,
    }
    return plan.model_copy(update=changes)


def replanned(plan: Composition, seed: int) -> Composition | None:
    """Return the plan where its layout is still there, else with the widest car that suits it.

    None when no layout takes its view in its format.
    """
    own = layouts().get(plan.layout)
    if own is not None and plan.format in own.formats:
        return plan
    options = [layout for _, layout in _suited([plan.view], plan.format)]
    if not options:
        return None
    width = {each.id: each.formats[plan.format].car.width for each in options}
    widest = [each for each in options if width[each.id] == max(width.values())]
    layout = _drawn(widest, seed, "layout")
    keeps = plan.ground in layout.grounds
    ground = plan.ground if keeps else _ground(layout, plan.view, seed)
    return plan.model_copy(update={"layout": layout.id, "ground": ground})


def _members(renders: Sequence[VehicleEntry]) -> list[VehicleEntry]:
    """Return the members of a set, else the render alone."""
    return [each for each in renders if each.view] or list(renders)


def _badges(members: Sequence[VehicleEntry]) -> dict[str, float]:
    """Return each view's badge, the largest of its renders."""
    views = sorted({each.view for each in members})
    return {v: max(each.badge for each in members if each.view == v) for v in views}


def _none_such(field: str, known: Iterable[str]) -> InvalidRequestError:
    problem = Problem(f"/{field}", f"one of: {', '.join(known)}", "literal_error")
    return InvalidRequestError(problems=(problem,))


def suits(layout: Layout, view: str, form: Format) -> bool:
    """Say whether a layout takes a view in a format.

    A view that nobody named looks anywhere: it is set in the middle, by an eye of usual height.
    """
    if form not in layout.formats:
        return False
    if view:
        return view in layout.views
    return _LEVEL_VIEW in layout.views and layout.formats[form].car.centre == _MIDDLE


def _suited(views: Collection[str], form: Format) -> list[tuple[str, Layout]]:
    """Return each view with each layout that takes it in a format."""
    known = layouts().values()
    pairs = [(view, each) for view in views for each in known if suits(each, view, form)]
    # A view of a maker's own that no layout names is set like one that nobody named.
    return pairs or [(view, each) for view in views for each in known if suits(each, "", form)]


def _best_lit(
    members: Sequence[VehicleEntry], groups: tuple[tuple[str, ...], ...]
) -> list[VehicleEntry]:
    """Return the renders in the best light that there is; all where none suits."""
    for group in groups:
        if found := [each for each in members if each.lit in group]:
            return found
    return list(members)


def _lights(wish: Wish) -> tuple[tuple[str, ...], ...]:
    side: Side = "left" if ids.seed_of(f"{wish.seed}:side") % 2 else "right"
    return wanted_lights(wish.facts, elevation=wish.elevation, side=side, lamps=wish.lamps)


def _pair(
    wish: Wish, badges: Mapping[str, float], recent: Sequence[Composition]
) -> tuple[str, Layout]:
    """Return view and layout; `badges` has each view's badge, as a share of the render's width."""
    pairs = _with_a_badge(_suited(badges, wish.format), badges, wish.format)
    last, two = recent[:1], {(each.view, each.layout) for each in recent[:2]}
    new = [(v, each) for v, each in pairs if (v, each.id) not in two]
    other = [
        (v, each)
        for v, each in new
        if all(v != seen.view and each.id != seen.layout for seen in last)
    ]
    left = other or new or pairs
    view = _drawn(sorted({v for v, _ in left}), wish.seed, "view")
    return view, _drawn([each for v, each in left if v == view], wish.seed, "layout")


def _with_a_badge(
    pairs: Sequence[tuple[str, Layout]], badges: Mapping[str, float], form: Format
) -> list[tuple[str, Layout]]:
    """Return the pairs whose badge is large enough, those with the largest one where none is.

    A view of which no badge is known is set in anywhere.
    """
    sized = [(badge_pixels(each, form, badges[v]), v, each) for v, each in pairs]
    large = [(v, each) for px, v, each in sized if not px or px >= each.least_badge]
    most = max((px for px, _, _ in sized), default=0.0)
    return large or [(v, each) for px, v, each in sized if px == most]


def badge_pixels(layout: Layout, form: Format, badge: float) -> float:
    """Return the badge's size in the poster, of its share of the render's width."""
    return badge * layout.formats[form].car.width * PIXELS[form][0]


def _ground(layout: Layout, view: str, seed: int) -> Ground:
    if ground_lines(view) is None:
        return "open"
    return _drawn(layout.grounds, seed, "ground")


def _drawn(options: Sequence[_T], seed: int, purpose: str) -> _T:
    return options[ids.seed_of(f"{seed}:{purpose}") % len(options)]


class Sun(NamedTuple):
    """The sun against the picture: degrees clockwise from the view direction, and of height."""

    azimuth_deg: float
    elevation_deg: float


def wanted_lights(
    facts: TripFacts, *, elevation: float, side: Side, lamps: bool
) -> tuple[tuple[str, ...], ...]:
    """Return the lights that suit, the best first; those of a group suit alike, the side aside.

    The photographer walks round the car until the sun is where it is wanted, so left and right are
    a choice. `elevation` is the sun's, in degrees; `lamps`: the style shows no sun.
    """
    day, low = _both("day", side), _both("low", side)
    soft, dusk = ("overcast",), ("dusk",)
    hour, weather = facts.time_of_day, facts.weather
    if hour is TimeOfDay.NIGHT:
        return (("night",),)
    after_sunset = hour is TimeOfDay.DUSK and (elevation <= 0 or lamps)
    if weather is Weather.SNOW:
        return (dusk, ("snow",), soft) if after_sunset else (("snow",), soft)
    if weather in _NO_SUN:
        return (dusk, soft) if after_sunset else (soft,)
    if after_sunset:
        return dusk, low, soft
    if hour is TimeOfDay.DAY and elevation >= _LOW_DEGREES:
        return day, low, soft
    return (low, day, soft) if hour is TimeOfDay.DAY else (low, soft)


def sun_of(light: str, elevation: float) -> Sun | None:
    """Return where the sun of such a light stands, None for a light without one."""
    if light not in _AZIMUTHS:
        return None
    least, most = _ELEVATIONS[light.partition("_")[0]]
    return Sun(_AZIMUTHS[light], round(min(max(elevation, least), most), 1))


def _both(light: str, side: Side) -> tuple[str, str]:
    other = "right" if side == "left" else "left"
    return f"{light}_{side}", f"{light}_{other}"
