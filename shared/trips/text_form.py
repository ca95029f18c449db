"""A trip as a list of labelled lines, in simplified or traditional script.

    - 使用者標記emoji:出遊
    - 出行時間:2024/5/2 下午10:38-2024/5/5 下午6:57
    - 起點:上海市黃浦區中山南路1891號-1893號
    - 起點天氣:晴天

Bullets, numbers, brackets, quotes and Markdown around a label, the kind of the colon and the order
of the lines do not matter; `shared.trips.labels` has the labels. A line 「天氣」 alone belongs to
the place named last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.errors import Problem, Warned
from shared.trips.cleaning import without_invisible
from shared.trips.fields import no_choices
from shared.trips.labels import FIRST_LABELS, field_of, fields_of
from shared.trips.reading import read_trip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.trips.fields import Choices
    from shared.trips.reading import ReadTrip

_DIGITS = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_BULLET = re.compile(
    rf"^(?:[(（](?:{_DIGITS})[)）]|(?:{_DIGITS})[.．、)）](?!\d)|[①-⓿❶-➓]|[^\w\s\[【(（]|[\s_])+"
)
_IN_BRACKETS = re.compile(r"[\[【(（]([^\])】）]{1,40})[\])】）][\s:：]*")
_SPACE, _HEADING = re.compile(r"\s"), re.compile(r"[:：]\s*$")
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060 \t\u00a0\u3000"
_COLON = re.compile(r"[:：﹕︰∶=＝]")
# What may stand around a value and is no part of it; a text keeps its own quotes.
_AROUND, _AROUND_TEXT = " \t*`|\"'“”「」『』,，", " \t*|"
_TEXTS = {"mood", "caption", "team"}
# Also keeps the patterns that take a line apart from long work on hostile ones.
_LONGEST_LINE = 500


def read_trip_text(text: str, *, choices: Choices = no_choices) -> ReadTrip:
    """Return the trip of the text form; InvalidRequestError names everything that is wrong."""
    values, problems, warnings = _labelled(text)
    return read_trip(
        fields_of(values), choices=choices, problems=tuple(problems), warnings=tuple(warnings)
    )


def _labelled(text: str) -> tuple[dict[str, str], list[Problem], list[Warned]]:
    values: dict[str, str] = {}
    problems: list[Problem] = []
    warnings: list[Warned] = []
    place = ""
    for number, line in _lines(text):
        field, value = _split(line[:_LONGEST_LINE])
        if field == "weather" and place:
            field = f"{place}/weather"
        if not field:
            warnings += _unlabelled(number, value)
        elif values.get(field, value) != value:
            problems.append(Problem(f"/{field}", f"is given twice, again in line {number}"))
        else:
            values[field] = value
            place = field if field in {"start", "end"} else place
    return values, problems, warnings


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if bare := _BULLET.sub("", line.lstrip(_INVISIBLE)).strip():
            yield number, bare


def _split(line: str) -> tuple[str, str]:
    """Return the field of the label and the value: in brackets, at a colon or at a space."""
    if (held := _IN_BRACKETS.match(line)) and (field := field_of(held[1])):
        return field, _bare(field, line[held.end() :])
    for pattern in (_COLON, _SPACE):
        label, *rest = pattern.split(line, maxsplit=1)
        if rest and (field := field_of(label)):
            return field, _bare(field, rest[0])
    return "", "" if _HEADING.search(line) else line


def _bare(field: str, value: str) -> str:
    if field in _TEXTS:
        return value.strip(_AROUND_TEXT)
    return without_invisible(value).strip(_AROUND)


def _unlabelled(number: int, value: str) -> list[Warned]:
    if not value:  # a heading: text that ends with a colon
        return []
    reason = f"has no known label; known are {FIRST_LABELS}"
    return [Warned(field=f"/lines/{number}", reason=reason, assumed="the line is not used")]
