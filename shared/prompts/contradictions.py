"""Words that speak of another season, weather or time of day than the trip's.

`contradictions.json` has the signs of each, and for every weather the skies that it has not.
"""

from __future__ import annotations

import re

from shared.core.tables import table
from shared.prompts.landmarks import Climate
from shared.prompts.words import WEATHER_WORDS
from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.weather import Weather

# Turns of speech that only look like a season, a weather or an hour.
_NO_FACTS = re.compile(
    "四季如春|四季|青春|华夏|秋千|雨林|谷雨|星罗棋布|千秋|朝气|阳光般|云南|日夜兼程"
)

_SUN = "阳光|烈日|艳阳|骄阳|太阳|日光"
_HIGH_SNOW = "雪山|雪峰|雪线|雪顶|雪冠|雪白"
_LYING_SNOW = "积雪|残雪|薄雪|白雪皑皑|覆雪|雪地|雪原|雪野|雪景|冰雪"


def contradiction(text: str, facts: TripFacts, climate: Climate) -> str | None:
    """Return which fact the text contradicts: season, weather, time_of_day; None for none.

    Expects simplified text without denials and without names of cities and sights.
    """
    plain = _NO_FACTS.sub(" ", text)
    checks = {
        "season": _has_another("seasons", plain, facts.season),
        "weather": _weather_is_another(_without_lying_snow(plain, facts, climate), facts.weather),
        "time_of_day": (facts.time_of_day is TimeOfDay.NIGHT and bool(re.search(_SUN, plain)))
        or _has_another("times", plain, facts.time_of_day),
    }
    return next((fact for fact, found in checks.items() if found), None)


def _weather_is_another(text: str, weather: Weather) -> bool:
    """Of snow what falls counts alone; what lies on the ground is taken out before."""
    words = (word for other, word in WEATHER_WORDS.items() if other is not weather)
    signs = table(__file__, "contradictions")
    skies = (signs["skies"][name] for name in signs["against"][weather].split())
    return any(word in text for word in words) or any(re.search(sky, text) for sky in skies)


def _has_another(kind: str, text: str, own: Season | TimeOfDay) -> bool:
    signs = table(__file__, "contradictions")[kind].items()
    return any(re.search(sign, text) for other, sign in signs if other != own)


def _without_lying_snow(text: str, facts: TripFacts, climate: Climate) -> str:
    """Snow on the ground is no weather; where winter is green there is none."""
    if climate is Climate.WARM:
        return text
    winter = facts.season is Season.WINTER
    allowed = f"{_HIGH_SNOW}|{_LYING_SNOW}|雾凇" if winter else _HIGH_SNOW
    return re.sub(allowed, " ", text)
