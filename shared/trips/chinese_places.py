"""A city of China out of a text in Chinese: an address, a district, a sight, a stop on the way.

Only what begins the text is read, and only names of the tables: a wrong city is worse than none.
A short name counts where nothing follows it, or a district, an airport and the like of it:
成都双流国际机场 is in 成都, but 中山公园 and 北京路 are anywhere.
"""

from __future__ import annotations

import re

from shared.trips.places import Kind, Named, Place, named, provinces

_LONGEST = 15
# Patterns are compiled when they are first needed: most trips need none.
_STREET = "[东西南北中]?[一二三四]?(?:路|街|大道|大街|巷|弄|胡同|里|门|桥|寺)"
# Shops and houses like to be called after cities.
_CALLED_AFTER = (
    ".*(?:面|火锅|烤鸭|烧烤|小吃|菜|煲|串串|馆|店|餐厅|超市|小区|花园|苑|公寓|公司|集团)$"
)
# 「中山市场」 and 「正蓝旗舰店」: the last character belongs to another word.
_ANOTHER_WORD = ("场", "舰", "域")
_SIDE = "[东西南北中]{0,2}"
_STOP = (
    f"{_SIDE}(?:服务区|停车区|收费站|出口|入口|出入口|互通|枢纽|隧道)"
    f"|{_SIDE}(?:火车|高铁|动车|城际|客运|汽车|长途汽车)?(?:总|中心)?站|(?:邮轮|客运)?(?:母?港|码头)(?:$|站)"
    "|.{0,6}(?:机场|航站楼)"
)
_WITHIN = "直辖市|市区|市内|市中心|主城|城区|老城|新城|县城|境内|全境|段|绕城|高速|[A-Za-z]"
_ZONE = ".{0,4}?(?:工业园|产业园|高新|经济|技术|开发|经开|保税|科技|度假|示范|合作|新).{0,6}区"
_AT_A_SIGHT = (
    "$|[A-Za-z0-9]|风景|景区|景点|旅游|度假|国家|森林|湿地|公园|博物|遗址|古镇|古城|古村|镇|水库|大坝|航站楼"
    "|[东西南北]门|停车|游客|索道|码头|观景|附近|边$|畔"
)
_ADDRESS = "[^小]{0,6}?[镇乡村路街道站号]"
# Districts whose names any city may have, and those whose short ones are plain words.
_ANYWHERE = ("新市区", "老城区", "城东区", "城西区", "城北区", "城中区")
_WORDS = (
    *(name[:-1] for name in _ANYWHERE),
    *("平安", "光明", "长寿", "高明", "友好", "爱民", "前进", "向阳", "东风", "新华", "永定"),
)
_CALLED_A_CITY = (
    "[\u4e00-\u9fff]{2,6}(?:(?<![城超菜夜股都花集门上黑楼灯早])市|县|旗|自治州|地区|盟)"
)
_ROAD = r"^[GS]\d{1,4}[A-Z]?(?=[^A-Za-z\d])"


def chinese_city(plain: str) -> str | None:
    """Return the city of simplified text without spaces and punctuation, None for none.

    What was typed of a prefecture or county stays as it was typed (湖州, 昆山市); districts, sights
    and stops give the full name of their city.
    """
    text = re.sub(_ROAD, "", plain)
    before, road, behind = text.rpartition("高速公路" if "高速公路" in text else "高速")
    if road and behind and (found := _begins(behind) or _begins(_in_province(before)[1])):
        return found
    if plain == "吉林":
        return "吉林市"
    if found := _begins(text):
        return found
    province, rest = _in_province(text)
    return _begins(rest, province) if province and rest else None


def unknown_city(plain: str) -> str | None:
    """Return the whole text where it is called a city or county, though in no table: 某某市.

    A division may be newer than the table, or older than it.
    """
    rest = _in_province(plain)[1]
    return rest if re.fullmatch(_CALLED_A_CITY, rest) else None


def _in_province(text: str) -> tuple[str, str]:
    """Return the province that begins a text, "" for none, and the rest."""
    names = provinces()
    for length in range(min(len(text), 8), 1, -1):
        if text[:length] in names:
            return names[text[:length]], text[length:]
    return "", text


def _begins(text: str, province: str = "") -> str | None:
    """Return the city whose name, or that of a place in it, begins the text."""
    for length in range(min(len(text), _LONGEST), 1, -1):
        form, rest = text[:length], text[length:]
        known = [n for n in named(form) if _may_be_meant(n, form, province)]
        if not known or all(n.place.kind is Kind.COMMON_SIGHT for n in known):
            continue
        found = _only(known)
        if found is None:
            if any(n.whole for n in known):
                return None
            continue
        if answer := _answer(found, form, rest, in_province=bool(province)):
            return answer
    return None


def _may_be_meant(each: Named, form: str, province: str) -> bool:
    """海南 and 吉林 are provinces before all else, until the province is said."""
    if province:
        return each.place.province == province
    return each.whole or form not in provinces()


def _only(known: list[Named]) -> Named | None:
    """Return the one that is meant, None where several may be."""
    first = min(n.place.kind for n in known)
    meant = [n for n in known if n.place.kind is first]
    # 东湖 is a district of one city and a lake in others, 和平 a county and many districts.
    is_city = first is Kind.COUNTY and any(n.place.name[-1] == "市" for n in meant)
    if first in {Kind.COUNTY, Kind.DISTRICT} and not meant[0].whole and not is_city:
        meant = known
    where = {_region(n.place) for n in meant}
    # A city and the county around it, as 新竹 and 伊宁, are one place on a poster.
    return min(meant, key=_rank) if len(where) == 1 else None


def _rank(each: Named) -> tuple[int, bool]:
    return each.place.kind, each.place.name[-1] != "市"


def _region(place: Place) -> str:
    """Return within what two places of one name are taken for one."""
    return place.province if place.kind is Kind.PREFECTURE else place.prefecture or place.city


def _answer(found: Named, form: str, rest: str, *, in_province: bool) -> str | None:
    place = found.place
    if place.kind is Kind.SIGHT:
        return place.city if re.match(_AT_A_SIGHT, rest) or re.match(_STOP, rest) else None
    if found.whole and form in _ANYWHERE:
        return None
    if found.whole:
        if rest.startswith(_ANOTHER_WORD) or (len(form) == 2 and _is_loose(place, rest)):
            return None
        return _typed(place, form)
    if not rest:
        known = place.kind is not Kind.DISTRICT or form not in _WORDS
        return _typed(place, form) if known else None
    return _behind(place, form, rest, in_province=in_province)


def _behind(place: Place, form: str, rest: str, *, in_province: bool) -> str | None:
    """Return the city of a short name with something behind it."""
    below = "" if place.kind is Kind.DISTRICT else _below(place, form, rest)
    if not below and (re.match(_STREET, rest) or re.match(_CALLED_AFTER, rest)):
        return None
    if re.match(_STOP, rest):
        return place.city
    if place.kind is Kind.DISTRICT:
        return None
    if below == "whole" or re.match(_ZONE, rest):
        return _typed(place, form)
    certain = below or in_province or re.match(_WITHIN, rest) or not _is_kept(place)
    return place.city if certain else None


def _below(place: Place, form: str, rest: str) -> str:
    """Say whether the rest begins with a place in that prefecture: "whole", "short" or ""."""
    for length in range(min(len(rest), _LONGEST), 1, -1):
        for each in named(rest[:length]):
            within = {each.place.prefecture, each.place.city}
            inside = place.name in within or each.place.prefecture.startswith(form)
            if inside and each.place != place:
                if each.place.kind in {Kind.SIGHT, Kind.COMMON_SIGHT}:
                    return "short" if re.match(_AT_A_SIGHT, rest[length:]) else ""
                return "whole" if each.whole else "short"
    return ""


def _is_kept(place: Place) -> bool:
    """Say whether the typed form stays: of municipalities, Hong Kong and Macau one form is used."""
    return place.kind <= Kind.COUNTY and not place.province.startswith(place.name)


def _typed(place: Place, form: str) -> str:
    """Return the form that was typed, the full name where it is a province's too."""
    return form if _is_kept(place) and form not in provinces() else place.city


def _is_loose(place: Place, rest: str) -> bool:
    """Say whether two characters, as 沙县 or 东区, are too little for what follows them."""
    if not rest or place.name[-1] == "区":
        return place.name[-1] == "区"
    starts = (rest[:length] for length in range(2, min(len(rest), _LONGEST) + 1))
    near = any(n.place.prefecture == place.prefecture for start in starts for n in named(start))
    return not near and not re.match(_ADDRESS, rest)
