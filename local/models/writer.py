"""Write a painting prompt from trip facts, as a well-behaved text model would.

The words for season, weather and time of day stand in the prompt exactly once and no other
such word does, so that a painter can read the scene back from the text. Things that must not
be painted are not mentioned at all: naming them, even to forbid them, invites them. Nor is
scenery that would compete with the landmark's, such as hills or water.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, TypedDict, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.models.facts import TripFacts

_Entry = TypeVar("_Entry")

SEASON_WORDS = {"spring": "春季", "summer": "夏季", "autumn": "秋季", "winter": "冬季"}
WEATHER_WORDS = {
    "clear": "晴天",
    "cloudy": "多云",
    "overcast": "阴天",
    "rain": "雨天",
    "snow": "雪天",
    "fog": "雾天",
    "sand": "沙尘",
}
TIME_WORDS = {"dawn": "清晨", "day": "白天", "dusk": "黄昏", "night": "夜晚"}

_SEASON_SIGHTS = {
    "spring": ("新芽初绽，野花沿着缓坡铺开", "嫩绿的柳枝与粉白的花树相间"),
    "summer": ("草木葱茏，浓绿的树冠层层叠叠", "青翠的田野与茂盛的草地连成一片"),
    "autumn": ("金黄与橙红的树叶铺满缓坡", "成片的银杏与红枫点染远处"),
    "winter": ("枯枝疏朗，草色苍黄，空气清冷", "林木褪尽叶子，轮廓清瘦"),
}
_WEATHER_SIGHTS = {
    "clear": ("天空通透，光影分明", "空气澄净，远处层次清楚"),
    "cloudy": ("云团舒卷，天光从云隙间漏下", "大朵云影缓缓掠过大地"),
    "overcast": ("云层低垂而均匀，光线柔和漫散", "天色灰白，明暗过渡细腻"),
    "rain": ("细雨如丝，湿润的路面映着天光", "雨幕轻薄，远景带着水汽"),
    "snow": ("雪花静静飘落，远近覆着薄薄的积雪", "白雪落满枝头与路肩"),
    "fog": ("薄雾缭绕，远景一层层淡去", "雾气在林间缓缓流动"),
    "sand": ("细沙浮在半空，远景蒙上一层土黄", "风卷起淡淡的黄沙，天色昏黄"),
}
_TIME_SIGHTS = {
    "dawn": ("天边泛起淡粉色的微光", "第一缕光线贴着地平线铺开"),
    "day": ("天光充足，色彩鲜明", "光线自侧上方均匀落下"),
    "dusk": ("天际透出橙金色的余晖", "暖色的余光为万物镶上金边"),
    "night": ("深蓝天幕下，远处灯火勾出轮廓", "月光清亮，远方灯火点点"),
}
_MOOD_LOOKS = {
    "joyful": "画面欢快明亮",
    "calm": "画面宁静舒缓",
    "adventurous": "画面壮阔豪迈",
    "romantic": "画面柔美浪漫",
    "nostalgic": "画面带着怀旧的胶片质感",
    "free": "画面自在洒脱",
}
_ENDINGS = ("层次丰富，构图饱满", "远近分明，疏密有致", "色彩和谐，气韵舒展")
_OPENINGS = (
    "{season}的{city}，{weather}，{time}时分，{landmark}在远处展开",
    "{time}，{weather}，{season}里的{city}，{landmark}静立于画面深处",
    "{weather}的{time}，{season}的{city}，视线尽头是{landmark}",
)
_CAMERA = "平视构图，镜头离地约一米三，地平线水平，位于画面中部略偏下"
_GROUND = "前景是空旷平整的地面，洁净完整，向远方延伸"

_PALETTES = {
    "spring": ("嫩绿", "粉白", "鹅黄", "天青"),
    "summer": ("翠绿", "湖蓝", "明黄", "月白"),
    "autumn": ("金黄", "橙红", "赭石", "墨绿"),
    "winter": ("霜白", "灰蓝", "苍黄", "黛青"),
}
_TIME_COLOURS = {"dawn": "淡粉", "day": "天蓝", "dusk": "橙金", "night": "靛蓝"}

_TITLE_PREFIXES = {"spring": "春日", "summer": "夏日", "autumn": "秋日", "winter": "冬日"}
_TITLE_ENDS = {
    "joyful": ("好心情", "欢歌行", "笑语同行"),
    "calm": ("慢时光", "静好时光", "缓缓行"),
    "adventurous": ("向远方", "逐风记", "追光之旅"),
    "romantic": ("心动之旅", "温柔时分", "与风相拥"),
    "nostalgic": ("旧时光", "归途记", "忆当年"),
    "free": ("随风去", "自在行", "无拘之旅"),
}


class PaintingPromptAnswer(TypedDict):
    """The JSON object that the model answers with."""

    city: str
    landmark: str
    season: str
    weather: str
    time_of_day: str
    mood: str
    palette: list[str]
    prompt: str
    title: str


def write_prompt(facts: TripFacts, *, seed: int | None) -> PaintingPromptAnswer:
    """Return a painting prompt; the same facts and seed give the same one."""
    pick = _Picker(f"{facts.model_dump_json(exclude={'caption', 'occasion'})}|{seed}")
    city, landmark = _place(facts, pick)
    mood = facts.mood if facts.mood in _MOOD_LOOKS else "joyful"
    palette = [*(facts.occasion.palette if facts.occasion else ()), *_palette(facts, pick)][:5]
    return {
        "city": city,
        "landmark": landmark,
        "season": facts.season,
        "weather": facts.weather,
        "time_of_day": facts.time_of_day,
        "mood": mood,
        "palette": palette,
        "prompt": _picture(facts, city=city, landmark=landmark, look=_MOOD_LOOKS[mood], pick=pick),
        "title": _title(facts, city=city, mood=mood, pick=pick),
    }


class _Picker:
    """Choices drawn from a digest: varied, and always the same for the same facts."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._drawn = 0

    def one(self, options: Sequence[str]) -> str:
        self._drawn += 1
        digest = hashlib.sha256(f"{self._drawn}|{self._text}".encode()).digest()
        return options[int.from_bytes(digest[:4], "big") % len(options)]


def _place(facts: TripFacts, pick: _Picker) -> tuple[str, str]:
    known = [city for city in facts.cities if facts.landmarks.get(city)]
    city = pick.one(known or facts.cities)
    return city, pick.one(facts.landmarks.get(city) or ("",))


def _palette(facts: TripFacts, pick: _Picker) -> list[str]:
    season = _of(_PALETTES, facts.season)
    first = pick.one(season)
    second = pick.one([colour for colour in season if colour != first])
    return [first, second, _of(_TIME_COLOURS, facts.time_of_day)]


def _picture(facts: TripFacts, *, city: str, landmark: str, look: str, pick: _Picker) -> str:
    opening = pick.one(_OPENINGS).format(
        season=_of(SEASON_WORDS, facts.season),
        weather=_of(WEATHER_WORDS, facts.weather),
        time=_of(TIME_WORDS, facts.time_of_day),
        city=city,
        landmark=landmark or "城郊的远山",
    )
    sights = "，".join(
        pick.one(_of(table, key))
        for table, key in (
            (_SEASON_SIGHTS, facts.season),
            (_WEATHER_SIGHTS, facts.weather),
            (_TIME_SIGHTS, facts.time_of_day),
        )
    )
    if facts.occasion and facts.occasion.words:
        sights = f"{sights}，{facts.occasion.words}"
    return f"{opening}。{sights}。{_CAMERA}。{_GROUND}。{look}，{pick.one(_ENDINGS)}。"


def _title(facts: TripFacts, *, city: str, mood: str, pick: _Picker) -> str:
    short = re.sub(r"(市|地区|盟|县|区|州)$", "", city) if len(city) > 2 else city
    fits = re.fullmatch(r"[\u4e00-\u9fff]{1,4}", short)
    place = short if fits else _of(_TITLE_PREFIXES, facts.season)
    season = pick.one(("", _of(_TITLE_PREFIXES, facts.season))) if fits else ""
    return f"{place}{season}{pick.one(_TITLE_ENDS[mood])}"


def _of(table: Mapping[str, _Entry], key: str) -> _Entry:
    return table.get(key) or next(iter(table.values()))
