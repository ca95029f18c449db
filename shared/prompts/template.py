"""The prompt that needs no model: composed of the trip's facts and the table of landmarks.

Its phrases avoid mountains, water and buildings: the sight alone decides what stands there.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shared.prompts.landmarks import (
    GENERIC_SIGHT,
    Climate,
    climate_of,
    has_latin,
    landmarks_of,
    place_of,
)
from shared.prompts.model import PaintingPrompt
from shared.prompts.validation import kept_title
from shared.prompts.words import MOOD_WORDS, fact_words
from shared.trips.cities import city_key
from shared.trips.facts import Season, TimeOfDay
from shared.trips.mood import Mood
from shared.trips.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.trips.facts import TripFacts

_SEASONS: dict[Season, dict[Climate, str]] = {
    Season.SPRING: dict.fromkeys(Climate, "新绿初展，路旁野花成片"),
    Season.SUMMER: dict.fromkeys(Climate, "草木浓绿茂盛，枝叶饱满"),
    Season.AUTUMN: {
        Climate.SNOWY: "林木转为金黄与橙红，草色枯黄",
        Climate.MILD: "树叶染上金黄与橙红，草色微黄",
        Climate.WARM: "草木依旧苍翠，芦花轻摇",
    },
    Season.WINTER: {
        Climate.SNOWY: "枝条疏朗，路旁与远处留有积雪",
        Climate.MILD: "枝条疏朗，草色转为浅褐",
        Climate.WARM: "草木常青，空气清爽通透",
    },
}
_WEATHERS = {
    Weather.CLEAR: "天空澄澈，能见度极高",
    Weather.CLOUDY: "天上云朵层叠，光影柔和交错",
    Weather.OVERCAST: "云层低而均匀，光线柔和",
    Weather.RAIN: "雨丝细密，湿润的路面映着天光",
    Weather.SNOW: "雪花纷飞，四周覆着一层洁白",
    Weather.FOG: "雾气弥漫，远处轮廓朦胧",
    Weather.SAND: "空气中浮动着细尘，天地笼着土黄",
}
_TIMES = {
    TimeOfDay.DAWN: "天边泛起清冷渐暖的微光",
    TimeOfDay.DAY: "自然光照，层次分明",
    TimeOfDay.DUSK: "暖色天光勾勒轮廓，远处灯火初亮",
    TimeOfDay.NIGHT: "天幕深蓝，暖色灯光点亮轮廓",
}
_MOODS: dict[Mood, tuple[str, tuple[str, ...]]] = {
    Mood.JOYFUL: ("色彩明快，画面轻盈", ("一路欢歌", "说走就走", "好心情出发", "快乐上路")),
    Mood.CALM: ("色调清淡，画面安详", ("慢慢走", "静好时光", "从容一程", "缓缓而行")),
    Mood.ADVENTUROUS: ("对比强烈，画面开阔有力", ("向远方", "一路向前", "远行的勇气", "奔赴山河")),
    Mood.ROMANTIC: ("色调柔美，光晕温润", ("与你同行", "奔赴温柔", "心动一程", "甜蜜旅程")),
    Mood.NOSTALGIC: ("色调略带胶片质感，画面温厚", ("旧时光", "路上的回忆", "归途", "又见故地")),
    Mood.FREE: ("画面开阔舒展，层次深远", ("自由在路上", "放飞一程", "无拘无束", "随心而行")),
}
_PALETTES: dict[TimeOfDay, tuple[str, ...]] = {
    TimeOfDay.DAWN: ("浅粉", "淡金", "灰蓝"),
    TimeOfDay.DAY: ("天青", "米白", "暖灰"),
    TimeOfDay.DUSK: ("橘金", "玫瑰粉", "灰紫"),
    TimeOfDay.NIGHT: ("深蓝", "琥珀", "墨黑"),
}
_SEASON_COLOURS = {
    Season.SPRING: "嫩绿",
    Season.SUMMER: "翠绿",
    Season.AUTUMN: "橙红",
    Season.WINTER: "银白",
}


def template_prompt(facts: TripFacts, *, seed: int) -> PaintingPrompt:
    """Return the prompt of these facts; the seed alone decides among cities, sights and titles."""
    city, sight = _choose_sight(facts, seed)
    return PaintingPrompt(
        city=city,
        landmark=sight,
        season=facts.season,
        weather=facts.weather,
        time_of_day=facts.time_of_day,
        mood=facts.mood,
        palette=_palette(facts),
        prompt=_text(facts, city, sight),
        title=_title(facts, city, sight, seed),
    )


def retold(prompt: PaintingPrompt, facts: TripFacts) -> PaintingPrompt:
    """Return the prompt told anew for other facts: the same sight and title, another light."""
    return prompt.model_copy(
        update={
            "season": facts.season,
            "weather": facts.weather,
            "time_of_day": facts.time_of_day,
            "palette": _palette(facts),
            "prompt": _text(facts, prompt.city, prompt.landmark),
        }
    )


def _palette(facts: TripFacts) -> tuple[str, ...]:
    given = facts.occasion.palette if facts.occasion else ()
    own = _PALETTES[facts.time_of_day]
    return (*given, *own[: 5 - len(given)]) if given else (*own, _SEASON_COLOURS[facts.season])


def _choose_sight(facts: TripFacts, seed: int) -> tuple[str, str]:
    known = [city for city in facts.cities if landmarks_of(city)]
    city = _choice(known or facts.cities, seed, "city")
    if facts.occasion and facts.occasion.sight:
        return city, facts.occasion.sight
    sights = landmarks_of(city) or (GENERIC_SIGHT,)
    # The best-known one twice as often as each of the others.
    return city, _choice((sights[0], *sights), seed, "sight")


def _text(facts: TripFacts, city: str, sight: str) -> str:
    words = fact_words(facts.season, facts.weather, facts.time_of_day)
    place = place_of(city, sight)
    growth = _SEASONS[facts.season][climate_of(city)]
    if facts.occasion and facts.occasion.words_zh:
        growth = f"{growth}，{facts.occasion.words_zh}"
    tone = _MOODS[facts.mood][0]
    return (
        f"{'，'.join(words)}。中远景是{place}，结构清晰，细节真实。{growth}，{_WEATHERS[facts.weather]}，"
        f"{_TIMES[facts.time_of_day]}。氛围{MOOD_WORDS[facts.mood]}，{tone}。"
        "前景是空旷平整的地面，从画面下缘向远处延伸，洁净开阔。"
    )


def _title(facts: TripFacts, city: str, sight: str, seed: int) -> str:
    if kept := kept_title(city, facts):
        return kept
    phrase = _choice(_MOODS[facts.mood][1], seed, "title")
    named = (sight, city_key(city)) if landmarks_of(city) else ()
    titles = (f"{name}·{phrase}" for name in named if not has_latin(name))
    return next((title for title in titles if len(title) <= 12), phrase)


def _choice(options: Sequence[str], seed: int, purpose: str) -> str:
    digest = hashlib.sha256(f"{purpose}:{seed}".encode()).digest()
    return options[int.from_bytes(digest[:4], "big") % len(options)]
