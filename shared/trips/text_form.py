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
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.core.errors import Problem, Warned
from shared.trips.cleaning import without_invisible
from shared.trips.fields import ONCE, Choices, given_twice, no_choices
from shared.trips.labels import field_of, fields_of, first_labels, with_unit
from shared.trips.reading import ReadTrip, read_trip

_DIGITS = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_BULLET = re.compile(
    rf"^(?:[(（](?:{_DIGITS})[)）]|(?:{_DIGITS})[.．、)）](?!\d)|[①-⓿❶-➓Ⅰ-ⅿ]|[a-zA-Z][.)）]\s|[^\w\s\[【(（]|[\s_])+"
)
_IN_BRACKETS = re.compile(r"[\[【(（]([^\])】）]{1,40})[\])】）][\s:：]*")
_HEADING = re.compile(r"[:：]\s*$")
_BEFORE_LABEL = re.compile(r"[\s,，;；、|·。→]+(?=[^\s:：=,，;；、|]{1,20}[:：=])")
_LONGEST_LABEL_WORDS = 3
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060 \t\u00a0\u3000"
_COLON, _TAB = re.compile(r"[:：﹕︰∶=＝]"), re.compile(r"\t")
# What may stand around a value and is no part of it; a text keeps its own quotes.
_AROUND, _AROUND_TEXT = " \t*`|\"'“”「」『』,，", " \t*|"
_TEXTS, _FREE, _JOINED = {"mood", "caption", "team"}, {"caption", "team"}, {"times", "via"}
_SOME, _MOST_UNKNOWN = 2, 10
# Also keeps the patterns that take a line apart from long work on hostile ones.
_LONGEST_LINE = 500


def read_trip_text(text: str, *, choices: Choices = no_choices) -> ReadTrip:
    """Return the trip of the text form; InvalidRequestError names everything that is wrong."""
    values, problems, warnings = _labelled(text)
    return read_trip(
        fields_of(values), choices=choices, problems=tuple(problems), warnings=tuple(warnings)
    )


def _labelled(text: str) -> tuple[dict[str, str], list[Problem], list[Warned]]:
    lines = [(number, line[:_LONGEST_LINE]) for number, line in _lines(text)]
    # A space ends a label only in a text that has no colons for it: 「出發 去湖州啦」 is prose.
    spaced = sum(bool(_split(line, spaced=False)[0]) for _, line in lines) < _SOME
    held = _Held()
    for number, line in lines:
        for label, value in _parts(line, spaced=spaced):
            held.take(number, label, value)
    return held.values, list(held.problems.values()), held.all_warnings()


@dataclass
class _Held:
    """What the lines have brought so far; a field is named once, whatever comes of it again."""

    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    twice: dict[str, Warned] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    place: str = ""

    def take(self, number: int, label: str, value: str) -> None:
        name = field_of(label)
        if name == "weather" and self.place:
            name = f"{self.place}/weather"
        if not name:
            if value:  # a heading has none
                self.unknown.append(number)
            return
        self.place = name if name in {"start", "end"} else self.place
        value = _bare(name, str(with_unit(label, value)))
        if self.values.setdefault(name, value) == value:
            return
        if name in _JOINED:
            self.values[name] += f" {value}"
        elif name in ONCE:
            said = f"is given twice, again in line {number}; allowed: one value"
            self.problems.setdefault(name, Problem(f"/{name}", said))
        else:
            self.twice.setdefault(name, given_twice(name))

    def all_warnings(self) -> list[Warned]:
        reason = f"has no known label; known are {first_labels()}"
        named = [
            Warned(field=f"/lines/{number}", reason=reason, assumed="the line is not used")
            for number in self.unknown[:_MOST_UNKNOWN]
        ]
        if more := len(self.unknown) - len(named):
            reason = f"{more} more lines have no known label"
            named.append(Warned(field="/lines", reason=reason, assumed="they are not used"))
        return [*named, *self.twice.values()]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if bare := _BULLET.sub("", line.lstrip(_INVISIBLE)).strip():
            yield number, bare


def _parts(line: str, *, spaced: bool) -> Iterator[tuple[str, str]]:
    """Yield label and value, and those that follow in the same line; ("", line) for no label."""
    label, value = _split(line, spaced=spaced)
    if label and field_of(label) not in _FREE:
        for gap in _BEFORE_LABEL.finditer(value):
            following, _ = _split(value[gap.end() :], spaced=False)
            if following and field_of(following) != "weather":
                yield label, value[: gap.start()]
                yield from _parts(value[gap.end() :], spaced=False)
                return
    yield label, value


def _split(line: str, *, spaced: bool) -> tuple[str, str]:
    """Return label and value: in brackets, at a colon, at a tab or, in `spaced` text, a space."""
    if (held := _IN_BRACKETS.match(line)) and field_of(held[1]):
        return held[1], line[held.end() :]
    for separator in (_COLON, _TAB):
        label, *rest = separator.split(line, maxsplit=1)
        if rest and field_of(label):
            return label, rest[0]
    for count in range(_LONGEST_LABEL_WORDS, 0, -1) if spaced else ():
        *words, rest_of_line = [*line.split(maxsplit=count), ""][: count + 1]
        if rest_of_line and field_of(" ".join(words)):
            return " ".join(words), rest_of_line
    return "", "" if _HEADING.search(line) else line


def _bare(name: str, value: str) -> str:
    if name in _TEXTS:
        return value.strip(_AROUND_TEXT)
    return without_invisible(value).strip(_AROUND)
