"""Names of cities: street addresses cut down to them, and keys to compare them by."""

from __future__ import annotations

import functools
import re

from shared.trips.script import simplified

_MUNICIPALITIES = re.compile(
    r"(北京|上海|天津|重庆)(?:直辖)?(?:市|(?![东西南北中]?(?:路|街|大道|大街)))"
)
_SPECIAL = re.compile(r"(香港|澳门)(?:特别行政区|特区)?")
_PROVINCE = re.compile(
    r"(?:中国|中华人民共和国)?(?:"
    r"(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    r"|陕西|甘肃|青海|台湾)(?:省|(?!市|州|藏族))"
    r"|内蒙古(?:自治区)?|广西(?:壮族自治区)?|西藏(?:自治区)?|宁夏(?:回族自治区)?|新疆(?:维吾尔自治区)?)"
)
_NAME = r"[\u4e00-\u9fff]"
_STREET = re.compile(r"[路街号弄巷栋幢楼室村社]|区(?!$)|(?<![地林])区$")
# Prefectures come first where one could be cut too early: 「大理州大理市」 is the prefecture.
_LONG_FORM = re.compile(
    rf"({_NAME}{{2,3}}州(?!市)|{_NAME}{{1,11}}?(?:(?<![超菜夜股])市|自治州|地区|盟|林区|自治县|自治旗|县|旗))"
)
_LONG_SHORT_NAMES = """
石家庄 秦皇岛 张家口 呼和浩特 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 锡林郭勒 阿拉善 葫芦岛 哈尔滨
齐齐哈尔 双鸭山 佳木斯 七台河 牡丹江 大兴安岭 连云港 马鞍山 景德镇 平顶山 三门峡 驻马店
张家界 防城港 攀枝花 六盘水 黔西南 黔东南 西双版纳 日喀则 嘉峪关 石嘴山 乌鲁木齐 克拉玛依
吐鲁番 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 阿勒泰 石河子 神农架 香格里拉 都江堰 张家港 满洲里
武夷山 五指山 峨眉山 九寨沟 格尔木 德令哈 库尔勒 五家渠
"""
_BARE = re.compile(rf"{_NAME}{{2,4}}")
_PEOPLES = """
蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 傣 黎 傈僳 佤 畲 拉祜
水 纳西 景颇 土 仫佬 羌 各
"""
_SUFFIX = re.compile(
    rf"(?:市|地区|盟|县|旗|林区|特别行政区|(?:(?:{'|'.join(_PEOPLES.split())})族|哈萨克|柯尔克孜|塔吉克|蒙古|锡伯)*自治[州县旗])$"
)
_LONGEST = 14


def city_of(text: str) -> str | None:
    """Return the city of a name or street address (「上海市黃浦區…」: 上海市), None for none.

    Simplified characters; prefectures, leagues and counties stand for a city where there is none.
    """
    plain = re.sub(r"[\s,,、·]+", "", simplified(text))
    plain = plain.removeprefix("中国")
    if municipality := _MUNICIPALITIES.match(plain):
        return f"{municipality[1]}市"
    if special := _SPECIAL.match(plain):
        return special[1]
    if plain == "吉林":
        return "吉林市"
    return _below_province(_PROVINCE.sub("", plain, count=1) if _PROVINCE.match(plain) else plain)


def city_key(name: str) -> str:
    """Return the form by which names are compared: 湖州市 and 湖州, 大理州 and 大理白族自治州."""
    plain = simplified(name).strip()
    short = _SUFFIX.sub("", plain)
    if len(short) > 2:
        short = re.sub(r"州$", "", short)
    return short if len(short) > 1 else plain


@functools.cache
def _short_form() -> re.Pattern[str]:
    """Return the pattern for a district with a city's short name before it; few need it."""
    names = "|".join(_LONG_SHORT_NAMES.split())
    return re.compile(rf"({names}|{_NAME}{{2}})(?={_NAME}{{1,5}}(?<![小社])[区县旗])")


def _below_province(rest: str) -> str | None:
    named = _LONG_FORM.match(rest) or _short_form().match(rest)
    name = named[1] if named else rest if _BARE.fullmatch(rest) else ""
    if not 2 <= len(name) <= _LONGEST or _STREET.search(name):
        return None
    return name
