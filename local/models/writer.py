"""Write a painting prompt from trip facts, as a well-behaved text model would.

The words for season, weather and time of day stand in the prompt exactly once and no other
such word does, so that a painter can read the scene back from the text. Things that must not
be painted are not mentioned at all: naming them, even to forbid them, invites them. Nor is
scenery that would compete with the landmark's, such as hills or water.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, TypeVar

from local.models.facts import TripFacts
from shared.core.tables import table

_Entry = TypeVar("_Entry")

SEASON_WORDS = {"spring": "春季", "summer": "夏季", "autumn": "秋季", "winter": "冬季"}
WEATHER_WORDS = {
    "clear": "晴天",
    "cloudy": "多云",
    "overcast": "阴天",
    "rain": "雨天",
    "snow": "雪天",
    "fog": "雾天",
    "sand": "沙尘",
}
TIME_WORDS = {"dawn": "清晨", "day": "白天", "dusk": "黄昏", "night": "夜晚"}

_CAMERA = "平视构图，镜头离地约一米三，地平线水平，位于画面中部略偏下"
_GROUND = "前景是空旷平整的地面，洁净完整，向远方延伸"


def _phrases() -> Any:
    """Return what is said of each season, weather, hour and mood."""
    return table(__file__, "phrases")


class PaintingPromptAnswer(TypedDict):
    """The JSON object that the model answers with."""

    city: str
    landmark: str
    season: str
    weather: str
    time_of_day: str
    mood: str
    palette: list[str]
    prompt: str
    title: str


def write_prompt(facts: TripFacts, *, seed: int | None) -> PaintingPromptAnswer:
    """Return a painting prompt; the same facts and seed give the same one."""
    pick = _Picker(f"{facts.model_dump_json(exclude={'caption', 'occasion'})}|{seed}")
    city, landmark = _place(facts, pick)
    mood = facts.mood if facts.mood in _phrases()["mood_looks"] else "joyful"
    palette = [*(facts.occasion.palette if facts.occasion else ()), *_palette(facts, pick)][:5]
    return {
        "city": city,
        "landmark": landmark,
        "season": facts.season,
        "weather": facts.weather,
        "time_of_day": facts.time_of_day,
        "mood": mood,
        "palette": palette,
        "prompt": _picture(facts, city=city, landmark=landmark, mood=mood, pick=pick),
        "title": _title(facts, city=city, mood=mood, pick=pick),
    }


class _Picker:
    """Choices drawn from a digest: varied, and always the same for the same facts."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._drawn = 0

    def one(self, options: Sequence[str]) -> str:
        self._drawn += 1
        digest = hashlib.sha256(f"{self._drawn}|{self._text}".encode()).digest()
        return options[int.from_bytes(digest[:4], "big") % len(options)]


def _place(facts: TripFacts, pick: _Picker) -> tuple[str, str]:
    known = [city for city in facts.cities if facts.landmarks.get(city)]
    city = pick.one(known or facts.cities)
    return city, pick.one(facts.landmarks.get(city) or ("",))


def _palette(facts: TripFacts, pick: _Picker) -> list[str]:
    season = _of(_phrases()["palettes"], facts.season)
    first = pick.one(season)
    second = pick.one([colour for colour in season if colour != first])
    return [first, second, _of(_phrases()["time_colours"], facts.time_of_day)]


def _picture(facts: TripFacts, *, city: str, landmark: str, mood: str, pick: _Picker) -> str:
    opening = pick.one(_phrases()["openings"]).format(
        season=_of(SEASON_WORDS, facts.season),
        weather=_of(WEATHER_WORDS, facts.weather),
        time=_of(TIME_WORDS, facts.time_of_day),
        city=city,
        landmark=landmark or "城郊的远山",
    )
    said = _phrases()
    told = {"season": facts.season, "weather": facts.weather, "time": facts.time_of_day}
    sights = "，".join(pick.one(_of(said[f"{what}_sights"], key)) for what, key in told.items())
    if facts.occasion and facts.occasion.words:
        sights = f"{sights}，{facts.occasion.words}"
    look, ending = said["mood_looks"][mood], pick.one(said["endings"])
    return f"{opening}。{sights}。{_CAMERA}。{_GROUND}。{look}，{ending}。"


def _title(facts: TripFacts, *, city: str, mood: str, pick: _Picker) -> str:
    short = re.sub(r"(市|地区|盟|县|区|州)$", "", city) if len(city) > 2 else city
    fits = re.fullmatch(r"[\u4e00-\u9fff]{1,4}", short)
    prefix = _of(_phrases()["title_prefixes"], facts.season)
    season = pick.one(("", prefix)) if fits else ""
    return f"{short if fits else prefix}{season}{pick.one(_phrases()['title_ends'][mood])}"


def _of(table: Mapping[str, _Entry], key: str) -> _Entry:
    return table.get(key) or next(iter(table.values()))
