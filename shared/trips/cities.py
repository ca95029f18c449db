"""Names of cities: places of every kind cut down to them, and keys to compare them by."""

from __future__ import annotations

import re

from shared.trips.places import short_name
from shared.trips.script import simplified

_LONGEST_TEXT = 200
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_BETWEEN = re.compile(r"[^\w]+|_+")
_COUNTRY = re.compile("^(?:中华人民共和国|中国)")
_SUFFIX = re.compile("(?:市|地区|盟|县|旗|林区|特别行政区)$")


def city_of(text: str) -> str | None:
    """Return the city of a place's name or address (「上海市黃浦區…」: 上海市), None for none.

    Simplified characters, or Latin ones for a city abroad without a Chinese name; prefectures,
    leagues and counties stand for a city where there is none. A name that several cities have,
    as 朝阳区, names none.
    """
    plain = simplified(text[:_LONGEST_TEXT])
    if not _HAN.search(plain):
        from shared.trips.latin_places import latin_city

        return latin_city(plain)
    from shared.trips.abroad import city_abroad
    from shared.trips.chinese_places import chinese_city, unknown_city

    joined = _COUNTRY.sub("", _BETWEEN.sub("", plain))
    return chinese_city(joined) or city_abroad(joined) or unknown_city(joined)


def city_key(name: str) -> str:
    """Return the form by which names are compared: 湖州市 and 湖州, 大理州 and 大理白族自治州."""
    plain = simplified(name).strip()
    short = short_name(plain) or _SUFFIX.sub("", plain)
    return short if len(short) > 1 else plain
