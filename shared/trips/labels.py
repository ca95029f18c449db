"""The labels that people and apps put before the parts of a trip, and what stands behind them.

Labels are compared in simplified script, without spaces, remarks in brackets, or what says nothing
(「使用者」, 「總」, 「資訊」): 「使用者標記emoji」 is the mood, 「總駕駛時長」 the time driven.
"""

from __future__ import annotations

import functools
import re
from datetime import time
from itertools import islice
from typing import TYPE_CHECKING

from shared.trips.cleaning import without_invisible
from shared.trips.moments import read_period
from shared.trips.script import simplified
from shared.trips.weather import is_weather_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS: dict[str, tuple[str, ...]] = {
    "mood": (
        "心情emoji标签", "心情标签", "标记emoji", "emoji标签", "emoji", "表情", "心情", "标记",
        "mood",
    ),
    "caption": (
        "心情文字", "心情标题", "标题", "文字", "文案", "配文", "感言", "游记", "caption", "text",
    ),
    "started_at": (
        "开始时间", "出发时间", "起始时间", "启程时间", "开始", "出发", "出发日期", "开始日期",
        "started at", "start time", "start date", "departure", "departure time",
    ),
    "ended_at": (
        "结束时间", "到达时间", "抵达时间", "终止时间", "结束", "到达", "结束日期", "到达日期",
        "ended at", "end time", "end date", "arrival", "arrival time",
    ),
    "times": (
        "出行时间", "行程时间", "旅行时间", "起止时间", "出行日期", "时间", "日期",
        "times", "date",
    ),
    "driving_minutes": (
        "驾驶时长", "驾车时长", "行驶时长", "行车时长", "驾驶时间", "行驶时间", "时长", "用时",
        "耗时",
        "driving minutes", "driving time", "duration",
    ),
    "distance_km": (
        "里程", "行驶里程", "驾驶里程", "距离", "公里数", "里程数",
        "distance km", "distance", "mileage",
    ),
    "start": (
        "起点", "起始地", "起始点", "出发地", "出发点", "起点位置", "起点地址", "起点城市",
        "出发城市",
        "start", "origin", "from",
    ),
    "end": (
        "终点", "目的地", "到达地", "到达点", "终点位置", "终点地址", "终点城市", "到达城市",
        "end", "destination", "to",
    ),
    "start/weather": ("起点天气", "出发地天气", "出发天气", "起始天气", "start weather"),
    "end/weather": ("终点天气", "目的地天气", "到达地天气", "到达天气", "end weather"),
    "weather": ("天气", "weather"),
    "via": (
        "途经城市", "途径城市", "途经", "途径", "沿途城市", "经过城市", "经停城市", "途经地", "via",
    ),
    "team": ("车队", "团队", "队伍", "车队名称", "团队名称", "车队团队", "队名", "组队", "team"),
    "vehicle": ("车型", "车辆", "座驾", "爱车", "车款", "车", "vehicle", "car"),
    "share": ("分享", "公开", "是否分享", "是否公开", "同意分享", "share"),
    "style": ("风格", "海报风格", "样式", "画风", "style"),
}  # fmt: skip
FIRST_LABELS = "、".join(labels[0] for labels in LABELS.values())

_REMARK = re.compile(r"[(\[【].*?[)\]】]")
_SAYS_NOTHING = re.compile(
    r"^(?:使用者|用户|车主|司机|本次|此次|我的|行程|旅程|旅行|全程|总共|总|共)+|(?:信息|资讯|情况|详情)+$"
)
_PLACE_AND_WEATHER = re.compile(r"(?P<place>.*?)[\s,;/|(\[]*天气\s*[:：]?\s*(?P<weather>[^)\]]+).*")
_BEFORE_WEATHER = re.compile(r"[\s,;、/|(\[]+")
_MOST_PARTS = 12
# A space between Latin letters is part of a name, as in Los Angeles.
_BETWEEN_CITIES = re.compile(
    r"\s*[、,;/|→>·~–—]+\s*|(?<=市)-|(?<![a-z.])\s+|\s+(?![a-z])", re.IGNORECASE
)
_NONE = {"", "无", "没有", "-"}
_ANSWERS = {
    **dict.fromkeys(("是", "同意", "愿意", "公开", "分享", "yes", "true"), True),
    **dict.fromkeys(("否", "不", "不同意", "不公开", "不分享", "no", "false"), False),
}
# Quotes and Markdown around a label, and what joins its words.
_AROUND = re.compile(r"[\s_*`\"'“”「」『』|-]")
_CLOCK = re.compile(r"[:：时時点點]|[ap]\.?m", re.IGNORECASE)
_LONGEST_LABEL = 40


def field_of(label: str) -> str:
    """Return the field's path ("start/weather"; "times" for both times in one), "" for none."""
    if len(label) > _LONGEST_LABEL:
        return ""
    plain = _plain(_REMARK.sub("", simplified(without_invisible(label))))
    known = _field_of_label()
    return known.get(plain) or known.get(_SAYS_NOTHING.sub("", plain), "")


def fields_of(values: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of a trip from values by the paths of `field_of`; texts are taken apart.

    A place's weather may stand in a value of its own, behind the place, or in one value for both
    places; cities on the way in one text, and both times. What is no text is left as it is.
    """
    fields = {name: value for name, value in values.items() if name not in _SHAPED}
    for name in ("start", "end"):
        own = values.get(f"{name}/weather")
        if name in values or own is not None:
            fields[name] = _place(values.get(name), own, values.get("weather"))
    for name, shaped in (("via", _cities), ("share", _answer)):
        if name in values:
            value = values[name]
            fields[name] = shaped(value) if isinstance(value, str) else value
    if "times" in values:
        fields = {**_times(values["times"]), **fields}
    return fields


_SHAPED = {"start", "end", "start/weather", "end/weather", "via", "share", "times", "weather"}


@functools.cache
def _field_of_label() -> dict[str, str]:
    return {_plain(label): field for field, labels in LABELS.items() for label in labels}


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
    plain = simplified(text).strip()
    return [city for city in _BETWEEN_CITIES.split(plain) if city not in _NONE]


def _answer(text: str) -> object:
    return _ANSWERS.get(simplified(text).strip().lower(), text)


def _times(text: object) -> dict[str, object]:
    """Return both times; one alone, or what is none, is left to the reader of the end."""
    try:
        started_at, ended_at = read_period(text)
    except ValueError:
        return {"ended_at": text}
    day = ended_at.time() == time() and not _CLOCK.search(str(text))
    return {"started_at": started_at, "ended_at": str(ended_at.date()) if day else ended_at}
