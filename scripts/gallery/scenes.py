"""What is painted: places, seasons, weathers and hours that go together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from shared.prompts.words import fact_words
from shared.trips.facts import Season, TimeOfDay
from shared.trips.weather import Weather

PLACES = {
    "taihu": ("无锡市", "鼋头渚", "太湖鼋头渚的湖面与灯塔"),
    "bund": ("上海市", "外滩", "上海外滩的天际线"),
    "huangshan": ("黄山市", "黄山", "黄山的奇松与山峰"),
    "wuzhen": ("嘉兴市", "乌镇", "乌镇的水乡古镇"),
    "hulun": ("呼伦贝尔市", "草原", "呼伦贝尔草原"),
    "dunhuang": ("敦煌市", "鸣沙山", "敦煌鸣沙山的沙丘"),
}
_MONTHS = {"spring": "四月", "summer": "七月", "autumn": "十月", "winter": "一月"}
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


def all_scenes() -> list[GalleryScene]:
    """Return six places in four seasons."""
    return [_scene(season, place) for season, place in product(_LIGHT, PLACES)]


def _scene(season: str, place: str) -> GalleryScene:
    weather, hour = _LIGHT[season][list(PLACES).index(place)].split()
    city, sight, words = PLACES[place]
    facts = "，".join(fact_words(Season(season), Weather(weather), TimeOfDay(hour)))
    return GalleryScene(
        name=f"{place}-{season}-{weather}-{hour}",
        season=season,
        weather=weather,
        time_of_day=hour,
        prompt=f"{facts}。中远景是{words}，结构清晰。前景是空旷平整的路面，洁净开阔。",
        title=f"{sight}·在路上",
        line=f"{city} · {_MONTHS[season]}",
    )
