"""A trip as a list of labelled lines, in simplified or traditional script.

    · 心情emoji標籤: 出遊
    · 起點: 上海市黃浦區中山南路1891號 天氣 晴天

Bullets, the width of the colon and the order of the lines do not matter; a label may have spaces
or a remark in brackets. A line 「天气」 alone belongs to the place named last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.errors import InvalidRequestError, Problem
from shared.trips.model import trip_of
from shared.trips.script import simplified
from shared.trips.weather import is_weather_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.trips.model import Trip

LABELS: dict[str, tuple[str, ...]] = {
    "mood": ("心情emoji标签", "心情标签", "心情emoji", "心情表情", "心情", "emoji标签", "mood"),
    "caption": ("心情文字", "心情标题", "标题", "文字", "文案", "配文", "感言", "caption"),
    "started_at": ("开始时间", "出发时间", "起始时间", "启程时间", "开始", "出发"),
    "ended_at": ("结束时间", "到达时间", "抵达时间", "终止时间", "结束", "到达"),
    "driving_minutes": (
        "驾驶时长", "驾车时长", "行驶时长", "行车时长", "驾驶时间", "行驶时间", "时长", "用时",
    ),
    "distance_km": ("里程", "行驶里程", "驾驶里程", "行程里程", "总里程", "距离", "公里数"),
    "start": ("起点", "起始地", "起始点", "出发地", "出发点", "起点位置", "起点地址", "起点城市"),
    "end": ("终点", "目的地", "到达地", "到达点", "终点位置", "终点地址", "终点城市"),
    "start/weather": ("起点天气", "出发地天气", "出发天气", "起始天气"),
    "end/weather": ("终点天气", "目的地天气", "到达地天气", "到达天气"),
    "weather": ("天气",),
    "via": (
        "途经城市", "途径城市", "途经", "途径", "沿途城市", "经过城市", "经停城市", "途经地",
    ),
    "team": ("车队", "团队", "队伍", "车队名称", "团队名称", "车队团队", "队名"),
    "vehicle": ("车型", "车辆", "座驾", "爱车", "车款"),
    "share": ("分享", "公开", "是否分享", "是否公开", "同意分享"),
    "style": ("风格", "海报风格", "样式", "画风"),
}  # fmt: skip
_FIELD_OF = {label: field for field, labels in LABELS.items() for label in labels}
_FIRST_LABELS = "、".join(labels[0] for labels in LABELS.values())

_BULLET = re.compile(r"^(?:\d{1,2}[.、)]|[^\w\s]|[\s_])+")
_REMARK = re.compile(r"[(\[【].*?[)\]】]")
_PLACE_AND_WEATHER = re.compile(r"(?P<place>.*?)[\s,;/|(\[]*天气\s*[:：]?\s*(?P<weather>[^)\]]+).*")
_PLACE_THEN_WEATHER = re.compile(r"(?P<place>.+)[\s,;、/|(\[]+(?P<weather>[^\s,;、/|()\]]+)[)\]]?")
_BETWEEN_CITIES = re.compile(r"[、,;/|\s→>·]+|(?<=市)-")
_LONGEST_LINE = 500  # also keeps the patterns above from long work on hostile lines
_NONE = {"", "无", "没有", "-"}
_ANSWERS = {
    **dict.fromkeys(("是", "同意", "愿意", "公开", "分享", "yes", "true"), True),
    **dict.fromkeys(("否", "不", "不同意", "不公开", "不分享", "no", "false"), False),
}


def parse_trip_text(text: str) -> Trip:
    """Return the trip of the text form; InvalidRequestError names every field that is wrong."""
    values, problems = _labelled(text)
    if problems:
        raise InvalidRequestError(problems=tuple(problems))
    return trip_of(_fields(values))


def _labelled(text: str) -> tuple[dict[str, str], list[Problem]]:
    values: dict[str, str] = {}
    problems: list[Problem] = []
    place = ""
    for number, line in _lines(text):
        if len(line) > _LONGEST_LINE:
            problems.append(Problem(f"/lines/{number}", f"has over {_LONGEST_LINE} characters"))
            continue
        label, value = _split(line)
        field = _FIELD_OF.get(label, "")
        if field == "weather" and place:
            field = f"{place}/weather"
        if not field or field == "weather":
            problems += _unlabelled(number, value)
        elif field in values:
            problems.append(Problem(f"/{field}", f"is given twice, again in line {number}"))
        else:
            values[field] = value
            place = field if field in {"start", "end"} else place
    return values, problems


def _lines(text: str) -> Iterator[tuple[int, str]]:
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    for number, line in enumerate(lines, start=1):
        if bare := _BULLET.sub("", line).strip():
            yield number, bare


def _split(line: str) -> tuple[str, str]:
    """Return normalised label and value: at a colon, or at a space behind a known label."""
    for pattern in (r"[:：]", r"\s"):
        label, *rest = re.split(pattern, line, maxsplit=1)
        if rest and _label(label) in _FIELD_OF:
            return _label(label), rest[0].strip()
    return "", line if not re.search(r"[:：]\s*$", line) else ""


def _label(text: str) -> str:
    return re.sub(r"\s", "", _REMARK.sub("", simplified(text))).lower()


def _unlabelled(number: int, value: str) -> list[Problem]:
    if not value:  # a heading: text that ends with a colon
        return []
    return [Problem(f"/lines/{number}", f"has no known label; allowed: {_FIRST_LABELS}")]


def _fields(values: dict[str, str]) -> dict[str, object]:
    fields: dict[str, object] = {
        name: value for name, value in values.items() if name not in _SHAPED and "/" not in name
    }
    for name in ("start", "end"):
        if name in values or f"{name}/weather" in values:
            fields[name] = _place(values.get(name), values.get(f"{name}/weather"))
    if "via" in values:
        fields["via"] = _cities(values["via"])
    if "share" in values:
        answer = simplified(values["share"]).strip().lower()
        fields["share"] = _ANSWERS.get(answer, values["share"])
    if values.get("vehicle"):
        fields["vehicle"] = values["vehicle"]
    return fields


_SHAPED = {"start", "end", "via", "share", "vehicle"}


def _place(text: str | None, weather: str | None) -> dict[str, object]:
    fields: dict[str, object] = {} if weather is None else {"weather": weather}
    if text is None:
        return fields
    place, found = _apart(text) if weather is None else (text, None)
    return {**fields, "city": place, **({} if found is None else {"weather": found})}


def _apart(text: str) -> tuple[str, str | None]:
    plain = simplified(text)
    if named := _PLACE_AND_WEATHER.fullmatch(plain):
        return named["place"], named["weather"].strip()
    last = _PLACE_THEN_WEATHER.fullmatch(plain)
    if last and is_weather_alone(last["weather"]):
        return last["place"], last["weather"]
    return text, None


def _cities(text: str) -> list[str]:
    plain = simplified(text).strip()
    return [city for city in _BETWEEN_CITIES.split(plain) if city not in _NONE]
