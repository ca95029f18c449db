"""The seven weathers, and the many words, codes and signs that name them.

Words, signs and providers' constants stand in `weather_words.json`, numeric codes in
`weather_codes.json`, both read at the first question. Of several weathers in a text the most
telling counts (「晴转小雨」: rain); wind counts only where nothing else is said of the sky, and has
the look of moving clouds. A bare number is read if all providers that have it agree: 300 is rain
to QWeather and OpenWeather, 500 is mist to one and rain to the other and so unknown, but
`qweather:500` and `openweather:500` are known; 4 to 44 may be degrees and are unknown. Heat, cold
and a calm say nothing of the sky.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import Any

from shared.core.tables import table
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


WEATHER_WORDS = "晴 多云 阴 雨 雷雨 雪 雾 霾 沙尘 风"

_RANK = list(Weather)
_WIND = "wind"
_LONGEST = 200
_DEGREES = range(4, 45)  # as a bare number these may be a temperature
# d07, n07: weather.com.cn; 10d: an icon of OpenWeather; 100n: the icon of a night of QWeather.
_CODE = (
    r"(?:(?P<name>[^\d\s:：/=]{2,16})\s?[:：/=\s]\s?)?(?P<before>[dn])?(?P<code>\d{1,3})(?P<after>[dn])?"
    r"(?:@[234]x)?(?:\.(?:png|svg))?"
)
_FALLS = r"(?:rain\w*|snow\w*|precip\w*|showers?|pop)"
_SKIES = (
    rf"(?:{_FALLS}|wind\w*|fog\w*|mist\w*|haz[ey]\w*|smog\w*|dust\w*|storm\w*|thunder\w*|hail\w*"
    r"|drizzl\w*|clear|sunny|sun|sunshine|bright|cloud\w*|overcast)"
)
_FALLING = r"(?:降水量?|降雨量?|降雪量?|积雪|雨量|雪量|(?<![小中大暴阵雷冻夹])下?[雨雪])"
_NOT_SAID = (
    r"(?:没有|没|无|不是|不会?|未|非)(?:见|出|太|怎么|很|下|有)?[大小中阵雷]?"
    r"(?:雨雪|雨|雪|风|雾|霾|沙尘|降水|降雨|雷|冰雹|晴|多云|云|阴|太阳|阳光)|[雨雪风雾]停|[雾霾]散"
    r"|(?:降水|降雨|下雨|降雪)?概率\D{0,3}\d{1,3}\s?%|降[水雨]量?\D{0,3}0(?:\.0+)?\s?(?:mm|毫米)"
    r"|(?:湿度|\bhumidity)\D{0,4}\d{1,3}\s?%"
    r"|(?:\b(?:no|not|without)|n['’]t)\s(?:(?:a|any|the|too|so|very|really|that|much|more|heavy|light"
    rf"|strong|significant)\s){{0,2}}{_SKIES}\b"
    rf"|\b(?:chance of )?{_FALLS}[\s:]{{0,3}}\d{{1,3}}\s?%"
    rf"|\d{{1,3}}\s?%\s?(?:chance|probability|risk) (?:of|for) {_FALLS}"
    rf"|\b{_FALLS} (?:chance|probability|risk)\D{{0,3}}\d{{1,3}}\s?%"
)
# What falls as measured (雨量0mm, 10% rain, 🌧️10%): of none it is nothing, and else it says less
# than whatever the text says of the sky.
_NOTHING, _SOME = r"(?<![\d.,])0(?:[.,]0+)?", r"\d{1,4}(?:[.,]\d{1,2})?"
_AMOUNT = (
    rf"(?:(?:(?<!light )(?<!heavy )(?<!moderate )\b{_FALLS}|{_FALLING}|[🌧☔🌂☂💧❄🌨]\ufe0f?)"
    r"[\s:]{0,3}NUMBER\s?UNIT"
    rf"|NUMBER\s?UNIT\s?(?:的|of )?(?:\b{_FALLS}|{_FALLING}))"
).replace("UNIT", r"(?:mm|cm|毫米|厘米|公分|%|inch(?:es)?\b|in\b)")
# What it is after rain: 雨后放晴, 台风过后晴, clear after rain.
_OVER = (
    r"(?:[大小中阵雷暴冻]{0,2}[雨雪雾霾]|雨夹雪|台风|飓风|风暴|沙尘暴?)(?:过后|之后|以后|[停散]?后|过|停|散)"
    r"[,，\s]{0,2}(?:天气?|放|又|就|初|见|是){0,2}(?=晴|阳光|太阳|艳阳)"
    rf"|(?<=clear |sunny ).{{0,12}}\bafter (?:\w+ )?(?:{_FALLS}|storm\w*|typhoon|thunder\w*|fog)\b"
)
# What is named and yet not there.
_UNSAID = "|".join([_OVER, _NOT_SAID, _AMOUNT.replace("NUMBER", _NOTHING)])
# Temperatures, humidity and wind as measured: 18~25℃, 60%, 东北风3-4级, <3级.
_MEASURED = (
    r"[-+]?\d{1,3}(?:\.\d)?\s?(?:[~/-]\s?[-+]?\d{1,3}(?:\.\d)?\s?)?(?:°\s?[cf]?|度|%)"
    r"|[偏转]?[东南西北]{1,3}风|[<≤≥>]?\d{1,2}(?:\s?[-~]\s?\d{1,2})?级|微风"
)


def weather_of(text: str) -> Weather | None:
    """Return the weather that words, a constant, a code or a sign name; None for none."""
    plain = simplified(text[:_LONGEST]).strip()
    code = re.fullmatch(_CODE, plain.lower(), re.ASCII)
    if code is not None and (code["name"] is None or code["name"] in _codes()):
        return _of_code(code)
    found = _named(plain)
    sky = {Weather(name) for name in found - {_WIND}}
    return most_telling(*sky) if sky else Weather.CLOUDY if found else None


def most_telling(*weathers: Weather) -> Weather:
    """Return the one a viewer would remember: sand, snow, rain, fog, overcast, cloudy, clear."""
    return max(weathers, key=_RANK.index)


def is_weather_alone(text: str) -> bool:
    """Say whether the text says weather and nothing else: 「小雨转晴 18~25℃」, "Light rain", ☀️."""
    plain = simplified(text).strip()
    is_code = re.fullmatch(_CODE, plain.lower(), re.ASCII)
    if len(plain) > 40 or is_code or weather_of(plain) is None:
        return False
    rest = _alone().sub("", re.sub(_MEASURED, "", _in_words(plain)))
    return not rest.strip(" ,;/|、~-")


def _named(plain: str) -> set[str]:
    """Return the weathers that the text names, "wind" among them."""
    words, found = _in_words(plain), set()
    for name, phrases in _table()["phrases"].items():
        for phrase in phrases:
            if phrase in words or phrase == f"= {plain}":
                words = words.replace(phrase, " ")
                found.add(name)
    silent = re.sub(_UNSAID, " ", words, flags=re.ASCII)
    for place in _table()["names"]:
        silent = silent.replace(place, " ")
    amounts = _AMOUNT.replace("NUMBER", _SOME)
    found |= _worded(re.sub(amounts, " ", silent, flags=re.ASCII))
    return found if found - {_WIND} else found | _worded(silent)


def _worded(words: str) -> set[str]:
    return {name for name, pattern in _patterns().items() if pattern.search(words)}


def _in_words(plain: str) -> str:
    """Return MostlyCloudy and PARTLY_CLOUDY_DAY as words in lower case."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return re.sub(r"[_\s]+", " ", re.sub(r"(?<=[a-zA-Z])-(?=[a-zA-Z])", " ", apart)).lower()


def _of_code(match: re.Match[str]) -> Weather | None:
    code, name = match["code"], match["name"]
    if match["after"] and len(code) == 2:
        return _codes(icons=True)["openweather"].get(code)
    if match["before"] or (code[0] == "0" and len(code) == 2):
        name = name or "xiaomi"  # nobody else fills up with zeros
    if name is not None:
        return _codes()[name].get(str(int(code)))
    if int(code) in _DEGREES:
        return None
    found = {known[code] for known in _codes().values() if code in known}
    return found.pop() if len(found) == 1 else None


@lru_cache
def _codes(*, icons: bool = False) -> dict[str, dict[str, Weather]]:
    """Return the weather of each code, or icon, by every name of every provider."""
    found = {}
    for provider in table(__file__, "weather_codes").values():
        groups = provider.get("icons", {}) if icons else provider["codes"]
        known = {code: Weather(name) for name, codes in groups.items() for code in _spread(codes)}
        found.update(dict.fromkeys(provider["names"], known))
    return found


def _spread(codes: str) -> Iterator[str]:
    for part in codes.split():
        first, _, last = part.partition("-")
        yield from (
            str(code).zfill(len(first)) for code in range(int(first), int(last or first) + 1)
        )


def _table() -> dict[str, Any]:
    return table(__file__, "weather_words")


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile("|".join(map(_pattern, words)), re.ASCII)
        for name, words in _table()["words"].items()
    }


def _pattern(word: str) -> str:
    """Return the pattern of an English word (with * of its beginning), or of anything else."""
    if not word[0].isascii():
        return re.escape(word)
    return rf"\b{re.escape(word.rstrip('*'))}" + (r"\w*" if word.endswith("*") else r"\b")


@lru_cache(maxsize=1)
def _alone() -> re.Pattern[str]:
    """Return the pattern of all that a text of weather alone consists of."""
    words = _table()
    english = "|".join(words["qualifiers_en"].split())
    known = [pattern.pattern for pattern in _patterns().values()]
    phrases = [re.escape(each) for group in words["phrases"].values() for each in group]
    rest = [rf"\b(?:{english})\b", *words["qualifiers_zh"].split(), "\ufe0f"]
    return re.compile("|".join([*phrases, *known, *rest]), re.ASCII)
