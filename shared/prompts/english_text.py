"""The text for a model that reads English only, as the text encoders of SDXL do.

It is composed of the prompt's facts. A Chinese name means nothing to such a model, so a sight
goes in as the kind of place its name tells of, e.g. 古镇 as an old town by the water, and a city
abroad as a landscape of its country.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.prompts.landmarks import landscape_in_english
from shared.prompts.staging import camera_in_english
from shared.trips.facts import Season, TimeOfDay
from shared.trips.mood import Mood
from shared.trips.weather import Weather

if TYPE_CHECKING:
    from shared.prompts.model import PaintingPrompt
    from shared.prompts.staging import Staging

# First match wins; at the end of a Chinese name stands what the thing is.
_PLACES = {
    "长城": "the Great Wall on green mountain ridges",
    "古镇|水乡|乌镇|西塘|周庄|同里|南浔": "an old Chinese water town, white walls, dark tiles",
    "丹霞|雅丹|土林|石林|仙台": "tall red sandstone formations",
    "胡杨|椰林|杜鹃|北极村|垦丁|林$": "a wide natural forest",
    "古城|城墙|老街|坊|故宫|王城|门$|关$": "an ancient Chinese walled town",
    "沙漠|鸣沙|月牙泉|大漠|戈壁|沙坡|响沙": "high desert dunes",
    "草原|草甸|牧场": "wide open grassland",
    "冰|雪乡|雾凇": "a winter landscape of ice and hoarfrost",
    "外滩|天际线|东方明珠|中心|广州塔|大厦|之眼": "a modern Chinese city skyline by the water",
    "瀑": "a great waterfall",
    "大桥|桥": "a long bridge over water",
    "湖|池|湿地|淀|泊|渚|潭|雍错|错$|九寨沟|黄龙": "a broad calm lake with distant hills",
    "海|湾|岛|滩|礁|角|屿": "the open sea coast",
    "江|河|漓江|三峡|溪": "a wide river between hills",
    "寺|塔|庙|祠|阁|楼|宫|殿|陵|亭|坛|佛|金顶": "a traditional Chinese tower with curved roofs",
    "石窟|窟|洞|岩|石刻": "sandstone cliffs with ancient grottoes",
    "峡|谷|沟|栈道|渠": "a deep rocky canyon",
    "山|岭|峰|坡|顶|龙岗|稻城|冈仁|措$": "misty high mountain peaks",
    "茶|田|梯田": "terraced green fields",
    "园|庄": "a classical Chinese garden with pines and rocks",
    "村|寨|街|巷|院|城|宅|府|堡|屯|镇|道|衙|会馆|宽窄|锦里": "an old Chinese town, tiled roofs",
    "港|渔|洲|沙|浪|津|口|贝|七孔|泉": "calm open water with a distant shore",
}
_ANYWHERE = "a Chinese city and its surroundings in the distance"
_SEASONS = {
    Season.SPRING: "spring, fresh green leaves, roadside blossom",
    Season.SUMMER: "summer, lush green trees",
    Season.AUTUMN: "autumn, golden and orange foliage",
    Season.WINTER: "winter, bare branches",
}
_WEATHERS = {
    Weather.CLEAR: "clear blue sky",
    Weather.CLOUDY: "scattered clouds",
    Weather.OVERCAST: "overcast sky, soft light",
    Weather.RAIN: "rain, wet road reflecting the sky",
    Weather.SNOW: "falling snow, snow-covered ground",
    Weather.FOG: "dense fog, hazy distance",
    Weather.SAND: "dusty yellow air, sandstorm haze",
}
_TIMES = {
    TimeOfDay.DAWN: "at dawn, first pale light",
    TimeOfDay.DAY: "by day, natural daylight",
    TimeOfDay.DUSK: "at dusk, low warm light",
    TimeOfDay.NIGHT: "at night, deep blue sky, warm lamps",
}
_MOODS = {
    Mood.JOYFUL: "cheerful",
    Mood.CALM: "tranquil",
    Mood.ADVENTUROUS: "epic",
    Mood.ROMANTIC: "romantic",
    Mood.NOSTALGIC: "nostalgic",
    Mood.FREE: "free and open",
}
CAMERA = "empty flat asphalt road filling the foreground, eye-level view, straight horizon"
NEGATIVE = (
    "car, vehicle, truck, motorcycle, bicycle, person, people, face, text, letters, watermark,"
    " logo, sign, aerial view, fisheye, tilted horizon, fence, guard rail, lowres, blurry, frame"
)


def english_prompt(
    prompt: PaintingPrompt, style_words: str, *, staging: Staging | None = None
) -> str:
    """Return place, facts, mood, camera and style, the place first."""
    facts = (
        _SEASONS[prompt.season],
        _WEATHERS[prompt.weather],
        _TIMES[prompt.time_of_day],
        f"{_MOODS[prompt.mood]} mood",
    )
    place = landscape_in_english(prompt.city) or place_words(prompt.landmark)
    camera = camera_in_english(staging, prompt) if staging else CAMERA
    words = (place, *facts, camera, style_words)
    return ", ".join(each for each in words if each)


def english_negative(style_negative_words: str) -> str:
    """Return what no plate may show, with the style's own words behind."""
    return f"{NEGATIVE}, {style_negative_words}" if style_negative_words else NEGATIVE


def place_words(landmark: str) -> str:
    """Return the kind of place that a Chinese name tells of."""
    kinds = (words for pattern, words in _PLACES.items() if re.search(pattern, landmark))
    return next(kinds, _ANYWHERE)
