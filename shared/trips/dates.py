"""The date in a text, and what is left of the text without it.

Read are year, month and day with any usual marks, compact dates, English and Chinese months, and
weeks and days of the year of ISO 8601. 13/05/2024 has one reading and is read;
05/02/2024 could be May or February and is refused; with dots the day comes first. A date without
its year is read only against another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

ONE_DAY = timedelta(days=1)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_FULL = (
    rf"(?<!\d){_YEAR}\s?[-/.年]\s?(?P<month>\d{{1,2}})\s?[-/.月]\s?(?P<day>\d{{1,2}})(?!\d)[日号]?",
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=\D|$|\d{4}(?:\d{2})?(?:\D|$))",
    rf"^{_YEAR}:(?P<month>\d{{2}}):(?P<day>\d{{2}})(?= )",  # EXIF
    rf"\b{_MONTH}\s?{_DAY}[\s,]+{_YEAR}",
    rf"(?<!\d){_DAY}[\s-]?(?:of )?{_MONTH}[\s,-]*{_YEAR}",
    rf"(?<!\d){_YEAR}[\s-]{_MONTH}[\s-]{_DAY}(?!\d)",
    # Thu May 2 22:38:00 2024, of asctime and of Java
    rf"^{_MONTH} {_DAY} (?P<rest>[^a-z]*(?:utc|gmt)?[+\d:]*) {_YEAR}$",
    r"(?<!\d)(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)",
)
_ISO = re.compile(
    r"^(?P<iso_year>\d{4})-?(?:w(?P<week>\d{2})-?(?P<weekday>\d)|(?<=-)(?P<yearday>\d{3}))"
    r"(?=t|\s|$)",
    re.ASCII,
)
_NO_YEAR = (
    r"^(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]?",
    r"^(?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?!\d)",
    rf"^{_MONTH}\s?{_DAY}(?!\d)",
    rf"^{_DAY} {_MONTH}",
)
_NO_MONTH = (r"^(?P<day>\d{1,2})\s?[日号]",)
_NEXT_DAY = (r"^(?:次日|翌日|第2天)",)

_FILLER = re.compile(
    r"\[?\b(?:asia/(?:shanghai|chongqing)|prc)\b\]?"
    r"|\(?(?:北京时间|中国标准时间|china standard time)\)?"
    r"|[(]?(?:星期|礼拜|周)[一二三四五六日天][)]?|[(][一二三四五六日][)]"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?"
)


def without_filler(text: str) -> str:
    """Return lower-case simplified text without weekdays and the name of China's zone."""
    return _FILLER.sub(" ", text).strip(" ,")


def date_in(text: str) -> tuple[date, str] | None:
    """Return the full date in the text and the rest; None for none, ValueError if it is none."""
    if match := _ISO.search(text):
        return _iso_date(match), text[match.end() :]
    found = _first(_FULL, text)
    if found is None:
        return None
    rest = found.groupdict().get("rest") or f"{text[: found.start()]} {text[found.end() :]}"
    return _date(found), rest.strip()


def date_after(text: str, start: date) -> tuple[date, str] | None:
    """Return the first date on or after `start` that the text names without year or month."""
    if found := _first(_NO_YEAR, text):
        return _next(start.year, partial(_date, found), start), _behind(found)
    if found := _first(_NO_MONTH, text):
        months = start.year * 12 + start.month - 1
        return _next(months, partial(_of_month, found), start), _behind(found)
    if found := _first(_NEXT_DAY, text):
        return start + ONE_DAY, _behind(found)
    return None


def date_before(text: str, latest: date) -> tuple[date, str] | None:
    """Return the last date up to `latest` that the text names without its year, and the rest."""
    found = _first(_NO_YEAR, text)
    if found is None:
        return None
    this_year = _date(found, year=latest.year)
    day = this_year if this_year <= latest else _date(found, year=latest.year - 1)
    return day, _behind(found)


def _first(patterns: tuple[str, ...], text: str) -> re.Match[str] | None:
    found = (re.search(pattern, text, re.ASCII) for pattern in patterns)
    return next(filter(None, found), None)


def _behind(found: re.Match[str]) -> str:
    return found.string[found.end() :].strip()


def _next(first: int, day_of: Callable[[int], date], start: date) -> date:
    day = day_of(first)
    return day if day >= start else day_of(first + 1)


def _of_month(found: re.Match[str], months: int) -> date:
    return _date(found, months // 12, months % 12 + 1)


def _date(found: re.Match[str], year: int = 0, month: int = 0) -> date:
    parts = found.groupdict()
    if parts.get("name"):
        month = _MONTHS.index(parts["name"][:3]) + 1
    elif parts.get("one"):
        return _turned(parts)
    return _existing(int(parts.get("year") or year), int(parts.get("month") or month), parts["day"])


def _turned(parts: dict[str, str]) -> date:
    """Return the date of 13/05/2024 or 02.05.2024, if it has one reading."""
    one, two, year = int(parts["one"]), int(parts["two"]), int(parts["year"])
    if parts["mark"] == "." or one > 12 or one == two:
        return _existing(year, two, one)
    if two > 12:
        return _existing(year, one, two)
    raise ValueError("is a date that could be of two months; put the year first")


def _existing(year: int, month: int, day: int | str) -> date:
    try:
        return date(year, month, int(day))
    except ValueError:
        raise ValueError("is a date or time that does not exist") from None


def _iso_date(found: re.Match[str]) -> date:
    """Return the date of a week and its day, or of a day of the year, as the year has them."""
    year = int(found["iso_year"])
    try:
        if found["week"]:
            return date.fromisocalendar(year, int(found["week"]), int(found["weekday"]))
        day = date(year, 1, 1) + timedelta(days=int(found["yearday"]) - 1)
    except ValueError:
        raise ValueError("is a date or time that does not exist") from None
    if day.year != year:
        raise ValueError("is a date or time that does not exist")
    return day
