"""The labels that people and apps put before the parts of a trip, and what stands behind them.

Labels are compared in simplified script, without spaces, remarks in brackets, or what says nothing
(「使用者」, 「總」, 「資訊」): 「使用者標記emoji」 is the mood, 「總駕駛時長」 the time driven.
They stand in `labels.json`, by the path of their field.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import time
from itertools import islice

from shared.core.tables import table
from shared.trips.amounts import read_minutes
from shared.trips.cities import city_of
from shared.trips.cleaning import without_invisible
from shared.trips.moments import read_moment, read_period
from shared.trips.script import simplified
from shared.trips.weather import is_weather_alone

_REMARK = re.compile(r"[(\[【].*?[)\]】]")
_SAYS_NOTHING = re.compile(
    r"^(?:使用者|用户|车主|司机|本次|此次|我的|行程|旅程|旅行|全程|总共|总|共)+|(?:信息|资讯|情况|详情)+$"
)
_PLACE_AND_WEATHER = re.compile(r"(?P<place>.*?)[\s,;/|(\[]*天气\s*[:：]?\s*(?P<weather>[^)\]]+).*")
_BEFORE_WEATHER = re.compile(r"[\s,;、/|(\[]+")
_MOST_PARTS = 12
# A space between Latin letters is part of a name, as in Los Angeles.
_BETWEEN_CITIES = re.compile(
    r"\s*[、,;/|→>·~–—+&]+\s*|(?<![a-z])\s?-\s?(?![a-z])|(?<![a-z.])\s+|\s+(?![a-z])"
    r"|(?<=市)(?=[^市和与跟及到至、,;/|\s]{2,8}市)",
    re.IGNORECASE,
)
_JOINING = re.compile("[和与跟及到至]")
_IN_BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]|(?<![\d.])\d{1,2}[.、)](?=\D)")
# What people and programs write for nothing.
_NOTHING = {
    *("", "无", "没有", "暂无", "未知", "未记录", "未填写", "-", "--", "—"),
    *("na", "#na", "#ref!", "null", "none", "nil", "unknown"),
}
_YES = "是 同意 愿意 公开 分享 可以 好 好的 yes y true"
_NO = "否 不 不同意 不愿意 不公开 不分享 不可以 私密 仅自己可见 no n false"
_ANSWERS = {**dict.fromkeys(_YES.split(), True), **dict.fromkeys(_NO.split(), False)}
_UNIT = re.compile(
    r"[(（\[【]\s*(小[时時]|[时時]|h|hrs?|hours?|分[钟鐘]?|min|minutes?|秒|s|seconds?"
    r"|[万萬]?公里|千米|km|英里|哩|miles?|mi|米|m)\s*[)）\]】]",
    re.IGNORECASE,
)
AMOUNTS = {"driving_minutes", "distance_km"}
_NUMBER = re.compile(r"\s*[\d,]{1,9}(?:\.\d{1,15})?\s*", re.ASCII)
# Quotes and Markdown around a label, and what joins its words.
_AROUND = re.compile(r"[\s_*`\"'“”「」『』|-]")
_CLOCK = re.compile(r"[:：时時点點]|[ap]\.?m", re.IGNORECASE)
_LONGEST_LABEL = 40


def known_labels() -> dict[str, list[str]]:
    """Return the labels of each field, the commonest first."""
    return table(__file__, "labels")


def first_labels() -> str:
    """Return one label of each field, for people."""
    return "、".join(known[0] for known in known_labels().values())


def field_of(label: str) -> str:
    """Return the field's path ("start/weather"; "times" for both times in one), "" for none."""
    if len(label) > _LONGEST_LABEL:
        return ""
    plain = _plain(_REMARK.sub("", simplified(without_invisible(label))))
    known = _field_of_label()
    return known.get(plain) or known.get(_SAYS_NOTHING.sub("", plain), "")


def unit_of(label: str) -> str:
    """Return the unit that a label names in brackets, as of 里程(米), "" for none."""
    found = _UNIT.search(label)
    return found[1] if found else ""


def with_unit(label: str, value: object) -> object:
    """Return a bare number of a duration or distance with the unit that its label names."""
    unit = unit_of(label) if field_of(label) in AMOUNTS else ""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if unit and (is_number or (isinstance(value, str) and _NUMBER.fullmatch(value))):
        return f"{str(value).strip()}{unit}"
    return value


def fields_of(values: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of a trip from values by the paths of `field_of`; texts are taken apart.

    A place's weather may stand in a value of its own, behind the place, or in one value for both
    places; cities on the way in one text, and both times. 「出發：上海」 is a place. What says
    nothing (null, 無, N/A) is left out, what is no text is left as it is.
    """
    given = _moved(
        {n: v for n, v in values.items() if n not in known_labels() or not _is_nothing(v)}
    )
    fields = {name: value for name, value in given.items() if name not in _SHAPED}
    for name, other in (("start", "end"), ("end", "start")):
        if name in given:
            spare = None if other in given else given.get(f"{other}/weather")
            of_both = given.get("weather", spare)
            fields[name] = _place(given[name], given.get(f"{name}/weather"), of_both)
    for name, shaped in (("via", _cities), ("share", _answer)):
        if name in given:
            value = given[name]
            fields[name] = shaped(value) if isinstance(value, str) else value
    return {**_times(given, fields), **fields} if "times" in given else fields


_SHAPED = {"start", "end", "start/weather", "end/weather", "via", "share", "times", "weather"}


def _is_nothing(value: object) -> bool:
    if not isinstance(value, str):
        return value is None
    plain = simplified(value).replace("/", "").strip().lower()
    return plain in _NOTHING or not plain.strip("#")


def _moved(given: dict[str, object]) -> dict[str, object]:
    """Put a place that stands under a time's label where it belongs, and the other way round."""
    for moment, place in (("started_at", "start"), ("ended_at", "end")):
        at, where = given.get(moment), given.get(place)
        if isinstance(at, str) and place not in given and not _is_moment(at) and city_of(at):
            given[place] = given.pop(moment)
        elif isinstance(where, str) and moment not in given and _is_moment(where):
            given[moment] = given.pop(place)
    return given


def _is_moment(text: str) -> bool:
    try:
        read_moment(text)
    except ValueError:
        return False
    return True


@functools.cache
def _field_of_label() -> dict[str, str]:
    return {_plain(label): field for field, known in known_labels().items() for label in known}


def _plain(label: str) -> str:
    return _AROUND.sub("", label).lower()


def _place(place: object, weather: object, of_both: object) -> object:
    if isinstance(place, str):
        name, found = _apart(place)
        place = {"city": name, "weather": found}
    if not (place is None or isinstance(place, dict)):
        return place
    known: dict[object, object] = {**(place or {})}
    said = weather or known.get("weather") or of_both
    return known if said is None else {**known, "weather": said}


def _apart(text: str) -> tuple[str, str | None]:
    plain = simplified(text)
    if named := _PLACE_AND_WEATHER.fullmatch(plain):
        return named["place"], named["weather"].strip()
    for gap in islice(_BEFORE_WEATHER.finditer(plain), _MOST_PARTS):
        weather = plain[gap.end() :].rstrip(")]")
        if gap.start() and is_weather_alone(weather):
            return plain[: gap.start()], weather
    return text, None


def _cities(text: str) -> list[str]:
    plain = _IN_BRACKETS.sub(" ", simplified(text)).strip()
    stops = [stop for stop in _BETWEEN_CITIES.split(plain) if not _is_nothing(stop)]
    return [each for stop in stops for each in _joined(stop)]


def _joined(stop: str) -> list[str]:
    """Return the cities that 和 and the like join; these stand within names as well."""
    parts = _JOINING.split(stop)
    return parts if all(map(city_of, parts)) else [stop]


def _answer(text: str) -> object:
    return _ANSWERS.get(simplified(text).strip().lower(), text)


def _times(given: Mapping[str, object], fields: dict[str, object]) -> dict[str, object]:
    """Return both times of one text; one alone, or what is none, is left to the reader of the end.

    A day may go before clock times that have labels of their own; a duration is no time.
    """
    text = given["times"]
    try:
        started_at, ended_at = read_period(text)
    except ValueError:
        return _time(text, fields)
    day = ended_at.time() == time() and not _CLOCK.search(str(text))
    return {"started_at": started_at, "ended_at": str(ended_at.date()) if day else ended_at}


def _time(text: object, fields: dict[str, object]) -> dict[str, object]:
    if isinstance(text, str) and not _is_moment(text) and "driving_minutes" not in fields:
        try:
            return {"driving_minutes": read_minutes(text)}
        except ValueError:
            return {"ended_at": text}
    for name in ("started_at", "ended_at"):
        clock = fields.get(name)
        if isinstance(clock, str) and not _is_moment(clock) and _is_moment(f"{text} {clock}"):
            fields[name] = f"{text} {clock}"
    return {"ended_at": text}
