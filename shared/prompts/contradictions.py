"""Words that speak of another season, weather or time of day than the trip's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.prompts.landmarks import Climate
from shared.prompts.words import WEATHER_WORDS
from shared.trips.facts import Season, TimeOfDay
from shared.trips.weather import Weather

if TYPE_CHECKING:
    from shared.trips.facts import TripFacts

# Turns of speech that only look like a season, a weather or an hour.
_NO_FACTS = re.compile(
    "四季如春|四季|青春|华夏|秋千|雨林|谷雨|星罗棋布|千秋|朝气|阳光般|云南|日夜兼程"
)

_SEASON_SIGNS = {
    Season.SPRING: re.compile("春|樱花盛开|油菜花开"),
    Season.SUMMER: re.compile("夏|盛暑|酷暑|炎炎"),
    Season.AUTUMN: re.compile("秋|红叶|枫红|金黄(?:的)?(?:银杏|落叶)"),
    Season.WINTER: re.compile("冬|寒风凛冽|冰天雪地|雾凇|冰封"),
}
_TIME_SIGNS = {
    TimeOfDay.DAWN: re.compile("晨|黎明|拂晓|破晓|朝阳|朝霞|日出|曙光|旭日"),
    TimeOfDay.DAY: re.compile("白天|白昼|正午|中午|午后|上午|下午|晌午|日光强烈|烈日"),
    TimeOfDay.DUSK: re.compile("黄昏|傍晚|夕|暮|日落|落日|晚霞|余晖|斜阳"),
    TimeOfDay.NIGHT: re.compile("夜|星空|繁星|星光|月光|月色|银河|明月|圆月|弯月|月亮|星辰"),
}
_SUN = "阳光|烈日|艳阳|骄阳|太阳|日光"

_CLEAR_SKY = "晴|艳阳|烈日|骄阳|万里无云|碧空"
_BLUE_SKY = "(?<!深)蓝天(?!幕)"
_DARK_SKY = "阴天|阴沉|阴云|乌云|阴郁|阴霾"
_RAIN = "雨|闪电|雷暴|雷电|雷鸣"
_FOG = "雾|霾"
_SAND = "沙尘|沙暴|扬沙|浮尘|风沙|尘暴|黄沙漫天"
_FALLING_SNOW = "雪"  # what may lie on the ground is taken out before
_AGAINST = {
    Weather.CLEAR: f"{_DARK_SKY}|{_RAIN}|{_FOG}|{_SAND}|{_FALLING_SNOW}|密布",
    Weather.CLOUDY: f"{_CLEAR_SKY}|{_DARK_SKY}|{_RAIN}|{_FOG}|{_SAND}|{_FALLING_SNOW}",
    Weather.OVERCAST: f"{_CLEAR_SKY}|{_BLUE_SKY}|{_RAIN}|{_FOG}|{_SAND}|{_FALLING_SNOW}",
    Weather.RAIN: f"{_CLEAR_SKY}|{_BLUE_SKY}|{_SAND}|{_FALLING_SNOW}|阳光",
    Weather.SNOW: f"{_CLEAR_SKY}|{_BLUE_SKY}|{_RAIN}|{_SAND}|阳光",
    Weather.FOG: f"{_CLEAR_SKY}|{_BLUE_SKY}|{_RAIN}|{_SAND}|{_FALLING_SNOW}",
    Weather.SAND: f"{_CLEAR_SKY}|{_BLUE_SKY}|{_RAIN}|{_FOG}|{_FALLING_SNOW}",
}
_WEATHER_SIGNS = {weather: re.compile(signs) for weather, signs in _AGAINST.items()}
_HIGH_SNOW = "雪山|雪峰|雪线|雪顶|雪冠|雪白"
_LYING_SNOW = "积雪|残雪|薄雪|白雪皑皑|覆雪|雪地|雪原|雪野|雪景|冰雪"


def contradiction(text: str, facts: TripFacts, climate: Climate) -> str | None:
    """Return which fact the text contradicts: season, weather, time_of_day; None for none.

    Expects simplified text without denials and without names of cities and sights.
    """
    plain = _NO_FACTS.sub(" ", text)
    checks = {
        "season": _season_is_another(plain, facts.season),
        "weather": _weather_is_another(_without_lying_snow(plain, facts, climate), facts.weather),
        "time_of_day": _time_is_another(plain, facts.time_of_day),
    }
    return next((fact for fact, found in checks.items() if found), None)


def _season_is_another(text: str, season: Season) -> bool:
    return any(signs.search(text) for other, signs in _SEASON_SIGNS.items() if other is not season)


def _weather_is_another(text: str, weather: Weather) -> bool:
    words = (word for other, word in WEATHER_WORDS.items() if other is not weather)
    return any(word in text for word in words) or bool(_WEATHER_SIGNS[weather].search(text))


def _time_is_another(text: str, time: TimeOfDay) -> bool:
    signs = (signs for other, signs in _TIME_SIGNS.items() if other is not time)
    return any(sign.search(text) for sign in signs) or (
        time is TimeOfDay.NIGHT and bool(re.search(_SUN, text))
    )


def _without_lying_snow(text: str, facts: TripFacts, climate: Climate) -> str:
    """Snow on the ground is no weather; where winter is green there is none."""
    if climate is Climate.WARM:
        return text
    winter = facts.season is Season.WINTER
    allowed = f"{_HIGH_SNOW}|{_LYING_SNOW}|雾凇" if winter else _HIGH_SNOW
    return re.sub(allowed, " ", text)
