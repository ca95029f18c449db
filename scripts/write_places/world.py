"""Cities abroad out of GeoNames, named in Chinese where there is a name, and their countries."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from babel import Locale
from opencc import OpenCC

from scripts.write_places.china import folded
from scripts.write_places.sources import ABROAD_ALSO, han_names
from shared.trips.script import simplified

if TYPE_CHECKING:
    from collections.abc import Iterable

_PEOPLE, _OF_NOTE, _LONGEST = 100_000, 25, 14
# A name is the largest city's where people and fame, as the number of its names, are six times
# those of the next; of others the country has to be said.
_CLEARLY = 6
# Where the many Chinese names of a place do not tell the usual one.
_USUAL = {
    "New York City": "纽约", "San Francisco": "旧金山", "Lucerne": "卢塞恩", "Luzern": "卢塞恩",
    "Phuket": "普吉", "Ho Chi Minh City": "胡志明市", "Kinshasa": "金沙萨", "Cape Town": "开普敦",
    "Jakarta": "雅加达", "Sydney": "悉尼", "Melbourne": "墨尔本", "Chennai": "金奈",
    "Nairobi": "内罗毕", "Kolkata": "加尔各答", "Venice": "威尼斯", "Dubai": "迪拜",
    "Yokohama": "横滨", "Istanbul": "伊斯坦布尔", "Karachi": "卡拉奇", "Nice": "尼斯",
    "Honolulu": "檀香山", "Hiroshima": "广岛", "Kobe": "神户", "Naha": "那霸", "Kanazawa": "金泽",
    "Brooklyn": "布鲁克林", "Washington": "华盛顿", "Pattaya City": "芭提雅", "Denpasar": "登巴萨",
    "Seogwipo": "西归浦", "Ulan Bator": "乌兰巴托", "Ulaanbaatar": "乌兰巴托", "Cannes": "戛纳",
    "Avignon": "阿维尼翁", "Oxford": "牛津", "Vladivostok": "符拉迪沃斯托克", "San Jose": "圣何塞",
}  # fmt: skip
# Islands and regions that people drive on, and towns of note too small for the list.
_MORE = [
    ("冲绳", "JP", "", 26, "okinawa"), ("北海道", "JP", "", 43, "hokkaido"),
    ("富士山", "JP", "", 35, "mountfuji mtfuji"), ("箱根", "JP", "", 35, "hakone"),
    ("济州岛", "KR", "", 33, "jejuisland"), ("普吉岛", "TH", "", 8, "phuketisland"),
    ("苏梅岛", "TH", "", 10, "kohsamui"), ("巴厘岛", "ID", "", -8, "bali"),
    ("夏威夷", "US", "HI", 21, "hawaii"), ("塞班岛", "MP", "", 15, "saipan"),
    ("马尔代夫", "MV", "", 4, "maldives"), ("因特拉肯", "CH", "", 47, "interlaken"),
    ("哈尔施塔特", "AT", "", 48, "hallstatt"), ("班夫", "CA", "AB", 51, "banff"),
    ("皇后镇", "NZ", "", -45, "queenstown"), ("梵蒂冈", "VA", "", 42, "vaticancity vatican"),
    ("采尔马特", "CH", "", 46, "zermatt"), ("布鲁日", "BE", "", 51, "bruges brugge"),
    ("大峡谷", "US", "AZ", 36, "grandcanyon"), ("黄石公园", "US", "WY", 44, "yellowstone"),
    ("圣托里尼", "GR", "", 36, "santorini"), ("琅勃拉邦", "LA", "", 20, "luangprabang"),
]  # fmt: skip
_ALSO_CALLED = {
    "kyiv": "kiev", "mumbai": "bombay", "kolkata": "calcutta", "chennai": "madras",
    "bengaluru": "bangalore", "yangon": "rangoon", "vienna": "wien", "rome": "roma",
    "florence": "firenze", "venice": "venezia", "milan": "milano", "naples": "napoli",
    "turin": "torino", "munich": "munchen muenchen", "cologne": "koln koeln",
    "nuremberg": "nurnberg nuernberg", "prague": "praha", "warsaw": "warszawa", "moscow": "moskva",
    "saintpetersburg": "stpetersburg sanktpeterburg", "copenhagen": "kobenhavn", "geneva": "geneve",
    "genoa": "genova", "lisbon": "lisboa", "seville": "sevilla", "brussels": "bruxelles",
    "athens": "athina", "beirut": "beyrouth", "hochiminhcity": "saigon", "ulanbator": "ulaanbaatar",
    "ulaanbaatar": "ulanbator", "astana": "nursultan", "busan": "pusan", "daegu": "taegu",
    "incheon": "inchon", "washington": "washingtondc", "losangeles": "la", "newyorkcity": "nyc",
    "thehague": "denhaag", "basel": "basle", "zurich": "zuerich", "luzern": "lucerne",
    "pattayacity": "pattaya",
}  # fmt: skip
# Chinese words that are some town's name as well.
_JAPANESE = str.maketrans("浜諌巣", "滨谏巢")
_NO_NAMES = set(
    [
        "劫持",
        "大数",
        "开云",
        "花城",
        "海滨",
        "湖东",
        "多宝",
        "本町",
        "港区",
        "春日",
        "民礼",
        "旧港",
        "大和",
        "高园",
        "中央",
        "自由",
        "环球",
        "珍珠",
        "天堂",
        "老街",
        "群山",
    ]
)
_REGIONS = {"US": None, "CA": {
    "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE",
    "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU",
}, "AU": {
    "01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS", "07": "VIC",
    "08": "WA",
}, "GB": {"ENG": "ENG", "SCT": "SCT", "WLS": "WLS", "NIR": "NIR"}}  # fmt: skip


def countries(found: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return {code: [Chinese name, English name, continent, other Latin names]} of CLDR."""
    chinese, english = Locale("zh").territories, Locale("en").territories
    answer = {}
    for code, fields in found.items():
        if code in chinese and code not in {"CN", *ABROAD_ALSO}:
            name = fields["name"]
            other = {folded(name), folded(english[code]), fields["iso3"].lower(), code.lower()}
            answer[code] = [
                simplified(chinese[code]),
                english[code],
                fields["continentcode"],
                " ".join(sorted(other)),
            ]
    return answer


class Abroad:
    """The rows [name, country, region, latitude, Latin names, other Chinese names]."""

    def __init__(
        self, cities: list[dict[str, Any]], found: dict[str, dict[str, Any]], chinese: set[str]
    ) -> None:
        self._usual = _exemplars()
        self._to_simplified = OpenCC("t2s").convert
        self._capitals = {(code, folded(c["capital"])) for code, c in found.items()}
        self._chinese = chinese
        self.countries = countries(found)
        by_hand = {key for row in _MORE for key in row[4].split()}
        wanted = (city for city in cities if self._is_wanted(city))
        chosen = [city for city in wanted if folded(city["name"]) not in by_hand]
        self.rows = [[n, c, r, lat, keys, ""] for n, c, r, lat, keys in _MORE]
        self._names = {row[0] for row in self.rows}
        self._taken = {folded(city["name"]) for city in chosen}
        self.ambiguous = _ambiguous(chosen)
        for city in chosen:
            self._add(city)
        self._without_repeats()

    def _is_wanted(self, city: dict[str, Any]) -> bool:
        code = city["countrycode"]
        if code not in self.countries:
            return False
        of_note = len(city["alternatenames"]) >= _OF_NOTE and bool(han_names(city))
        capital = (code, folded(city["name"])) in self._capitals
        return city["population"] >= _PEOPLE or of_note or capital

    def _add(self, city: dict[str, Any]) -> None:
        names = self._chinese_names(city)
        name = names[0] if names else _latin(city["name"])
        code, region = city["countrycode"], _region(city)
        if name in self._names or name in self._chinese:
            name = f"{self.countries[code][0]}{name}"
        if not name or len(name) > _LONGEST or name in self._names:
            return
        self._names.add(name)
        keys = self._latin_names(city)
        row = [name, code, region, round(city["latitude"]), " ".join(keys), " ".join(names[1:])]
        self.rows.append(row)

    def _chinese_names(self, city: dict[str, Any]) -> list[str]:
        """Return the names in simplified characters, the usual one first."""
        given = han_names(city)
        plain = [
            _bare(simplified(self._to_simplified(name.translate(_JAPANESE)))) for name in given
        ]
        plain += [_bare(simplified(self._to_simplified(name))) for name in given]
        other = {names[0] for code, names in self.countries.items() if code != city["countrycode"]}
        plain = [name for name in plain if name not in _NO_NAMES | other]
        counted = {name: plain.count(name) for name in plain if len(name) > 1}
        own = _USUAL.get(city["name"]) or self._usual.get(folded(city["name"]), "")
        zone = self._usual.get(folded(city["timezone"].rsplit("/", 1)[-1]), "")
        usual = own or zone
        ranked = sorted(
            counted,
            key=lambda n: (
                n != usual,
                not _is_simplified(n),
                n[-1] in "都县区",
                -counted[n],
                n not in given,
                -len(n),
            ),
        )
        return list(dict.fromkeys([*([own] if own and len(own) > 1 else []), *ranked]))

    def _latin_names(self, city: dict[str, Any]) -> list[str]:
        own = folded(city["name"])
        short = folded(re.sub("(?: City|-si|-shi)$", "", city["name"]))
        names = (own, short, *_ALSO_CALLED.get(own, "").split())
        return [n for n in dict.fromkeys(names) if n == own or n not in self._taken]

    def _without_repeats(self) -> None:
        """A further name that two rows have stands for neither."""
        seen: dict[str, int] = {}
        for row in self.rows:
            for each in {*row[4].split()[1:], *row[5].split()}:
                seen[each] = seen.get(each, 0) + 1
        for row in self.rows:
            first, *others = row[4].split() or [""]
            row[4] = " ".join([first, *(n for n in others if seen[n] == 1)]).strip()
            also = (n for n in row[5].split() if seen[n] == 1 and n not in self._names)
            row[5] = " ".join(n for n in also if n not in self._chinese)


def _ambiguous(cities: list[dict[str, Any]]) -> list[str]:
    """Return the Latin names that more than one city has and none clearly."""
    weights: dict[str, list[int]] = {}
    for city in cities:
        weight = city["population"] * len(city["alternatenames"])
        weights.setdefault(folded(city["name"]), []).append(weight)
    ranked = ((name, sorted(found)) for name, found in weights.items() if len(found) > 1)
    unclear = (name for name, found in ranked if found[-1] < _CLEARLY * found[-2])
    return sorted(set(unclear) - {"barcelona", "manchester", "cambridge"})


def _exemplars() -> dict[str, str]:
    """Return the Chinese names that CLDR gives to the cities of time zones."""
    zones = Locale("zh").time_zones
    return {
        folded(zone.rsplit("/", 1)[-1]): simplified(names["city"])
        for zone, names in zones.items()
        if names.get("city")
    }


def _is_simplified(name: str) -> bool:
    """Say whether a name is in characters of GB 2312, as 丰田 is and 豊田 is not."""
    return name.encode("gb2312", errors="ignore").decode("gb2312") == name


def _bare(name: str) -> str:
    """Return a Chinese name without what kind of city it is: 仁川 of 仁川广域市."""
    return re.sub("(?<=..)(?:广域市|特别市|市)$", "", name)


def _latin(name: str) -> str:
    """Return a Latin name in characters that the caption's font has."""
    known = "".join(c if c <= "\u00ff" else unicodedata.normalize("NFKD", c) for c in name)
    without_marks = "".join(c for c in known if not unicodedata.combining(c))
    plain = re.sub("[’ʼ'`‘]", "", without_marks)
    return re.sub("[^A-Za-z\u00c0-\u00ff]+", " ", plain).strip()


def _region(city: dict[str, Any]) -> str:
    regions = _REGIONS.get(city["countrycode"], {})
    code = str(city["admin1code"])
    return code if regions is None else str(regions.get(code, ""))


def regions(states: Iterable[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return {country: {Latin name of a region: its code}}."""
    return {"US": {folded(each["name"]): each["code"] for each in states}, **_REGION_NAMES}


_REGION_NAMES = {
    "CA": {
        "alberta": "AB", "britishcolumbia": "BC", "manitoba": "MB", "newbrunswick": "NB",
        "newfoundland": "NL", "novascotia": "NS", "ontario": "ON", "princeedwardisland": "PE",
        "quebec": "QC", "saskatchewan": "SK", "yukon": "YT",
    },
    "AU": {
        "newsouthwales": "NSW", "northernterritory": "NT", "queensland": "QLD", "tasmania": "TAS",
        "southaustralia": "SA", "victoria": "VIC", "westernaustralia": "WA",
    },
    "GB": {"england": "ENG", "scotland": "SCT", "wales": "WLS", "northernireland": "NIR"},
}  # fmt: skip
