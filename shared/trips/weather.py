"""The seven weathers, and the many words that name them."""

from __future__ import annotations

import re
from enum import Enum

from shared.trips.script import simplified


class Weather(str, Enum):
    """What the sky of a poster may be; from the least to the most telling."""

    CLEAR = "clear"
    CLOUDY = "cloudy"
    OVERCAST = "overcast"
    FOG = "fog"
    RAIN = "rain"
    SNOW = "snow"
    SAND = "sand"


# Wind alone has no look of its own: it comes with moving clouds.
_WORDS: dict[Weather, str] = {
    Weather.SAND: r"沙|尘|sand|dust",
    Weather.SNOW: r"雪|snow|sleet|[❄🌨☃]",
    Weather.RAIN: r"雨|雷|雹|台风|飓风|rain|shower|drizzle|storm|[🌧⛈🌦☔🌩]",
    Weather.FOG: r"雾|霾|fog|mist|haze|smog|🌫",
    Weather.OVERCAST: r"阴|overcast|☁",
    Weather.CLOUDY: r"云|风|cloud|wind|[⛅🌤🌥]",
    Weather.CLEAR: r"晴|clear|sunny|fair|fine|[☀🌞]",
}
_RANK = list(Weather)
_ONLY_WEATHER = re.compile(
    r"[晴多少云阴雨雪雾霾沙尘暴风雷阵小中大特强微转到间有夹冰雹浮扬冻毛细台天气]{1,10}"
)

WEATHER_WORDS = "晴 多云 阴 雨 雷雨 雪 雾 霾 沙尘 风"


def weather_of(text: str) -> Weather | None:
    """Return the most telling weather that the words name (「晴转小雨」: rain), None for none."""
    plain = simplified(text).lower()
    return next((weather for weather, words in _WORDS.items() if re.search(words, plain)), None)


def most_telling(*weathers: Weather) -> Weather:
    """Return the one a viewer would remember: sand, snow, rain, fog, overcast, cloudy, clear."""
    return max(weathers, key=_RANK.index)


def is_weather_alone(text: str) -> bool:
    """Say whether the text consists of weather words and nothing else, as 「小雨转晴」."""
    plain = simplified(text).strip()
    return _ONLY_WEATHER.fullmatch(plain) is not None and weather_of(plain) is not None
