"""What is painted: places, seasons, weathers, hours and styles that go together."""

from dataclasses import dataclass, replace
from itertools import product

from shared.prompts.template import template_prompt
from shared.prompts.words import fact_words
from shared.styles import offered_styles
from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.mood import Mood
from shared.trips.weather import Weather
from shared.workflows.task_workflow import scene_texts

PLACES = {
    "taihu": ("无锡市", "鼋头渚", "太湖鼋头渚的湖面与灯塔"),
    "bund": ("上海市", "外滩", "上海外滩的天际线"),
    "huangshan": ("黄山市", "黄山", "黄山的奇松与山峰"),
    "wuzhen": ("嘉兴市", "乌镇", "乌镇的水乡古镇"),
    "hulun": ("呼伦贝尔市", "草原", "呼伦贝尔草原"),
    "dunhuang": ("敦煌市", "鸣沙山", "敦煌鸣沙山的沙丘"),
}
_MONTHS = {"spring": "四月", "summer": "七月", "autumn": "十月", "winter": "一月"}
_NUMBERS = {"spring": 4, "summer": 7, "autumn": 10, "winter": 1}
# What the scenes without a style are painted in, and the styled ones are not.
_PLAIN = "photoreal"
# For each season the six places' weather and hour: each kind of both is seen at least once.
_LIGHT = {
    "spring": ("clear day", "rain dusk", "fog dawn", "overcast day", "clear dawn", "sand day"),
    "summer": ("clear dusk", "clear night", "cloudy day", "rain day", "clear day", "clear dusk"),
    "autumn": (
        "cloudy dawn",
        "overcast day",
        "clear day",
        "clear dusk",
        "clear day",
        "clear night",
    ),
    "winter": ("snow day", "cloudy night", "snow dusk", "fog day", "clear day", "overcast dawn"),
}


@dataclass(frozen=True)
class GalleryScene:
    """One plate to be painted, and what the caption says."""

    name: str
    season: str
    weather: str
    time_of_day: str
    prompt: str
    title: str
    line: str
    style: str = _PLAIN


def all_scenes() -> list[GalleryScene]:
    """Return six places in four seasons."""
    return [_scene(season, place) for season, place in product(_LIGHT, PLACES)]


def styled_scenes() -> list[GalleryScene]:
    """Return every other offered style in four seasons, each time at another place."""
    styles = [name for name in offered_styles() if name != _PLAIN]
    places = list(PLACES)
    return [
        _styled(style, season, places[(2 * row + column) % len(places)])
        for (row, style), (column, season) in product(enumerate(styles), enumerate(_LIGHT))
    ]


def trip_facts(place: str, season: str, weather: str, time_of_day: str) -> TripFacts:
    """Return the facts of a trip to one of the places, in words of the enums."""
    city = PLACES[place][0]
    return TripFacts(
        cities=(city,),
        destination_city=city,
        season=Season(season),
        weather=Weather(weather),
        time_of_day=TimeOfDay(time_of_day),
        mood=Mood.FREE,
        month=_NUMBERS[season],
        distance_km=120.0,
        driving_hours=2.0,
    )


def _styled(style: str, season: str, place: str) -> GalleryScene:
    """Return a scene as a job of that style would have it painted."""
    plain, look = _scene(season, place), offered_styles()[style]
    sight = PLACES[place][1]
    facts = look.shown(trip_facts(place, season, plain.weather, plain.time_of_day))
    told = template_prompt(facts, seed=1).model_copy(
        update={"landmark": sight, "prompt": _text(season, plain.weather, facts.time_of_day, place)}
    )
    hour = facts.time_of_day.value
    return replace(
        plain,
        name=f"{style}-{place}-{season}-{plain.weather}-{hour}",
        time_of_day=hour,
        prompt=scene_texts(look, facts, told)[0],
        style=style,
    )


def _scene(season: str, place: str) -> GalleryScene:
    weather, hour = _LIGHT[season][list(PLACES).index(place)].split()
    city, sight, _ = PLACES[place]
    return GalleryScene(
        name=f"{place}-{season}-{weather}-{hour}",
        season=season,
        weather=weather,
        time_of_day=hour,
        prompt=_text(season, weather, TimeOfDay(hour), place),
        title=f"{sight}·在路上",
        line=f"{city} · {_MONTHS[season]}",
    )


def _text(season: str, weather: str, hour: TimeOfDay, place: str) -> str:
    facts = "，".join(fact_words(Season(season), Weather(weather), hour))
    return f"{facts}。中远景是{PLACES[place][2]}，结构清晰。前景是空旷平整的路面，洁净开阔。"
