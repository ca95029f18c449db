"""Times of day with their zones, as apps and people write them.

A word or am/pm says in which hours of the day a time lies; together with the hour there must be
one reading. 下午 and pm: 12 to 23; 上午 and am: 0 to 11, so 上午12:10 is 00:10. 午夜, 半夜 and 凌晨
begin the day that is named (as in the Chinese formats of CLDR), 晚上12点 ends it. 晚上1点 may be
before or after that day and is refused, as is CST, which is China's time to Java and America's to
mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta, timezone

_EARLY, _MORNING, _EVENING = range(6), range(4, 12), range(17, 25)
# The hours of each word, 24 being the end of the day.
_HOURS: dict[str, range] = {
    **dict.fromkeys(("凌晨", "午夜", "半夜", "子夜", "midnight"), _EARLY),
    **dict.fromkeys(("清晨", "清早", "早晨", "早上", "早间", "朝早"), _MORNING),
    **dict.fromkeys(("上午", "午前", "am"), range(12)),
    **dict.fromkeys(("中午", "正午", "noon"), range(11, 15)),
    **dict.fromkeys(("下午", "午后", "下昼", "pm"), range(12, 24)),
    **dict.fromkeys(("傍晚", "黄昏"), range(16, 21)),
    **dict.fromkeys(("晚上", "晚间", "夜晚", "夜里", "夜间"), _EVENING),
    "深夜": range(21, 25),
}
_WORD = "|".join([*_HOURS, r"[ap]\.\s?m\."])
_MINUTE = r"(?P<minute>\d{1,2})(?:\s?[:分]\s?(?P<second>\d{1,2})(?:[.,]\d{1,9})?\s?秒?|\s?分)?"
_CLOCK = (
    rf"(?P<before>{_WORD})?\s?"
    rf"(?P<hour>\d{{1,2}})\s?(?:(?P<mark>[:时点h])\s?(?:{_MINUTE}|(?P<part>半|[123]刻|整|钟))?"
    rf"|\.(?P<dotted>\d{{2}}))?"
    rf"\s?(?P<after>{_WORD})?"
)
_COMPACT = r"(?P<hh>\d{2})(?P<mm>\d{2})(?:(?P<ss>\d{2})(?:[.,]\d{1,9})?)?"
_OFFSET = r"(?P<sign>[+-])(?P<oh>\d{1,2})(?::?(?P<om>\d{2}))?"
_REGION = r"\[[\w/+:-]{1,40}\]|\([^()]{1,40}\)"  # what Java and JavaScript add to an offset
_ZONE = rf"(?:\(?(?P<utc>z|utc|gmt)?\s?(?:{_OFFSET})?\)?(?P<region>\s?(?:{_REGION}))?)"
_TIME = rf"(?P<iso>t)?(?:at\b|的)?[\s,_]*(?:{_CLOCK}|{_COMPACT})[\s,]*{_ZONE}"
_FARTHEST = 14 * 60  # Line Islands
_ZONE_FIRST = re.compile(r"^((?:utc|gmt)(?:[+-][\d:]{1,5})?) (.+)$")  # CLDR's long zh formats
_PARTS = {"半": 30, "1刻": 15, "2刻": 30, "3刻": 45}


@dataclass(frozen=True)
class Clock:
    """A time of day: seconds since its midnight, up to a whole day; its zone, None for none said.

    `halved` says that nothing but an hour from 1 to 12 tells which half of the day is meant.
    """

    seconds: int
    zone: timezone | None
    worded: bool

    @property
    def halved(self) -> bool:
        """Say whether the hour could be of a 12-hour clock whose word is missing."""
        return not self.worded and 1 <= self.seconds // 3600 <= 12


def clock_of(text: str) -> Clock | None:
    """Return the time that lower-case simplified text consists of; None if it is no time."""
    match = re.fullmatch(_TIME, _ZONE_FIRST.sub(r"\2 \1", text), re.ASCII)
    if match is None or not _is_marked(match):
        return None
    hour, word = _hour(match)
    minute = int(match["minute"] or match["dotted"] or match["mm"] or _PARTS.get(match["part"], 0))
    second = int(match["second"] or match["ss"] or 0)
    zone = _zone(match)
    if hour is None or minute > 59 or second > 59:
        return None
    seconds = (hour * 60 + minute) * 60 + second
    past_midnight = word and hour == 24 and seconds < 25 * 3600  # 晚上12点半
    return Clock(seconds, zone, bool(word)) if seconds <= 24 * 3600 or past_midnight else None


def _is_marked(match: re.Match[str]) -> bool:
    """Say whether the number is meant as an hour: 10:38, 10点, 10 pm, T10; and the zone as one."""
    words = [word for word in (match["before"], match["after"]) if word]
    bare = not (match["mark"] or match["hh"] or words or match["iso"])
    odd = match["dotted"] and not words
    nowhere = match["region"] and not (match["utc"] or match["sign"])
    return not (bare or odd or nowhere or len(words) > 1)


def _hour(match: re.Match[str]) -> tuple[int | None, str]:
    hour = int(match["hour"] or match["hh"])
    word = re.sub(r"[.\s]", "", match["before"] or match["after"] or "")
    if not word:
        return (hour if hour <= 24 else None), word
    meant = {0: (0, 12), 12: (0, 12, 24)}.get(hour, (hour, hour + 12) if hour < 12 else (hour,))
    found = [each for each in meant if each in _HOURS[word]]
    return (found[0] if len(found) == 1 else None), word


def _zone(match: re.Match[str]) -> timezone | None:
    """Return the zone, None for none said; ValueError for an offset that is nowhere in use."""
    if not match["sign"]:
        return timezone.utc if match["utc"] else None
    minutes = int(match["oh"]) * 60 + int(match["om"] or 0)
    if minutes > _FARTHEST or (len(match["oh"]) == 1 and not match["utc"]):
        raise ValueError("has a zone that does not exist")
    return timezone(timedelta(minutes=-minutes if match["sign"] == "-" else minutes))
