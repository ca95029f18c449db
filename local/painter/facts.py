"""What a Chinese picture prompt says about the scene, read by keyword."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from local.painter.asked import Asked, Side, asked_in

Season = Literal["spring", "summer", "autumn", "winter"]
Weather = Literal["clear", "cloudy", "overcast", "rain", "snow", "fog", "sand"]
TimeOfDay = Literal["dawn", "day", "dusk", "night"]
Setting = Literal[
    "lake", "sea", "mountain", "desert", "grassland", "oldtown", "city", "ice",
    "bridge", "bamboo", "tea", "river", "country",
]  # fmt: skip
Look = Literal["photograph", "ink", "gouache", "anime", "retro", "neon"]

HORIZON = 0.56  # where none was asked for
_Name = TypeVar("_Name", bound=str)

_SEASONS: dict[Season, str] = {
    "spring": "春季|春天|春日|早春|春",
    "summer": "夏季|夏天|夏日|盛夏|夏",
    "autumn": "秋季|秋天|秋日|深秋|秋",
    "winter": "冬季|冬天|冬日|寒冬|冬",
}
_WEATHERS: dict[Weather, str] = {
    "clear": "晴天|晴朗|晴空|晴",
    "cloudy": "多云|多雲|少云",
    "overcast": "阴天|陰天|阴云",
    "rain": "雨天|下雨|细雨|暴雨|小雨|中雨|大雨|阵雨",
    "snow": "雪天|下雪|大雪|小雪|飘雪|飄雪",
    "fog": "雾天|霧天|大雾|薄雾|大霧|薄霧",
    "sand": "沙尘|沙塵|扬沙|浮尘",
}
_TIMES: dict[TimeOfDay, str] = {
    "dawn": "清晨|黎明|日出|破晓|拂晓|早晨",
    "day": "白天|白昼|正午|午后|上午|下午",
    "dusk": "黄昏|黃昏|傍晚|日落|夕阳|夕陽",
    "night": "夜晚|夜间|深夜|夜色|夜景|夜",
}
_MOODS = {
    "joyful": "欢快|愉快|欢乐|喜悦|歡快",
    "calm": "宁静|平静|安静|寧靜|恬静",
    "adventurous": "冒险|探险|豪迈|壮阔|冒險",
    "romantic": "浪漫|温柔|甜蜜|溫柔",
    "nostalgic": "怀旧|思念|怀念|懷舊|乡愁",
    "free": "自由|奔放|洒脱|灑脫",
}
# The looks that the words for a style stand for; anything else is painted true to life.
_LOOKS: dict[Look, str] = {
    "ink": "水墨画",
    "gouache": "水粉画",
    "anime": "动漫风格",
    "retro": "复古旅行海报",
    "neon": "霓虹风格",
}
# Names of places and turns of speech whose characters would be read as scenery.
_NOT_SCENERY = re.compile(
    "[\u4e00-\u9fff]{2,3}(?<![城都夜集])市|上海(?!滩|中心)|浙江|江苏|江蘇|江西|黑龙江|黑龍江|湖北|湖南|河北|河南"
    "|山东|山東|山西|海南|青海省|九江|湖州|长沙|海拔|江南|山水画|山河|楼梯|塔吊"
    "|(?:画面|構图|构图|视觉|道路|公路)(?:的)?中心|中心(?:线|構图|构图|位置)|海报|海報|沙尘|沙塵"
    "|云海|雲海|林海|雪海|花海|人海|松海|湖[蓝绿水]色?|海[蓝军]色?|竹青|茶[色褐]|冰[蓝冷]"
)
# Words that name the setting itself count more than a single character that hints at it.
_SETTINGS: dict[Setting, tuple[str, str]] = {
    "ice": ("冰雪|雪乡|雪鄉|雾凇|霧凇|冰雕|冰灯|冰城", "冰"),
    "desert": ("沙漠|响沙|大漠|戈壁|沙丘|胡杨|胡楊|敦煌|鸣沙|鳴沙|月牙泉|莫高", "沙坡|驼"),
    "city": (
        "外滩|外灘|大厦|大廈|东方明珠|東方明珠|广州塔|廣州塔|小蛮腰|陆家嘴|摩天|天际线|天際線|都市",
        "中心|广场|廣場|商圈|步行街|夜景|大街|大道|教堂|纪念塔",
    ),
    "oldtown": (
        "古镇|古鎮|古城|园林|園林|水乡|水鄉|乌镇|烏鎮|周庄|西塘|南浔|同里|拙政园|故宫|故宮|徽派|黛瓦|丽江",
        "城墙|寺|塔|楼|樓|阁|閣|宫|宮|祠|庙|廟|殿|坊|亭|巷",
    ),
    "grassland": ("草原|牧场|牧場|蒙古包|呼伦贝尔|坝上", "草甸"),
    "bamboo": ("竹林|竹径", "竹"),
    "tea": ("茶园|茶園|茶山|茶田|梯田|油菜花", "茶"),
    "bridge": ("大桥|大橋|跨海|廊桥", "桥|橋"),
    "sea": (
        "大海|海边|海邊|海岸|海滩|海滨|海湾|海灣|沙滩|沙灘|灯塔|燈塔|栈桥|三亚|三亞|天涯",
        "海|湾|灣|港|滩|灘|岛|島|屿",
    ),
    "lake": (
        "太湖|西湖|洱海|青海湖|千岛湖|千島湖|湖泊|湖畔|湖面|天池|喀纳斯|泸沽湖|纳木错",
        "湖|渚|湿地|池|潭",
    ),
    "river": ("漓江|长江|長江|黄河|黃河|江畔|江边|河畔|三峡", "江|河|溪|瀑"),
    "mountain": (
        "黄山|黃山|雪山|山峰|群山|泰山|华山|峨眉|武当|庐山|张家界|桂林|阳朔|长城|長城|峡谷|峽谷",
        "山|峰|岭|嶺|峡|峽|石窟|森林",
    ),
}  # fmt: skip
_FEATURES = {
    "pagoda": "塔(?!吊)|寺|阁|閣|黄鹤楼|雷峰|岳阳楼|滕王阁|月牙泉|古镇|古鎮|乌镇|烏鎮|园林|園林",
    "lighthouse": "灯塔|燈塔",
    "palms": "三亚|三亞|椰|海南|海口|厦门|廈門|北海|热带|天涯|西双版纳",
    "karst": "桂林|漓江|阳朔|陽朔|象鼻山|喀斯特",
    "spires": "黄山|黃山|张家界|張家界|华山|三清山|峨眉|天柱",
    "snowcaps": "雪山|雪峰|珠峰|贡嘎|梅里|天山|昆仑|喀纳斯|高原|西藏|拉萨|川西",
    "pearl": "外滩|外灘|东方明珠|東方明珠|陆家嘴|上海",
    "canton": "广州塔|廣州塔|小蛮腰",
    "poplars": "胡杨|胡楊|白杨",
    "spring_pool": "月牙泉",
    "ice_palace": "冰雪大世界|冰雕|冰灯|冰城|冰雪节|哈尔滨",
    "wall": "长城|長城",
    "rape": "油菜花",
    "rime": "雾凇|霧凇",
    "sails": "太湖|鼋头渚|帆",
    "great_bridge": "大桥|大橋|跨海|斜拉",
    "arch_bridge": "桥|橋|水乡|水鄉|西湖|乌镇|烏鎮|周庄|古镇|古鎮",
    "bare_winter": "草木常青|浅褐|苍黄|清瘦",
    "water": "湖|渚|池|潭|海|江|河|湾|灣|港|溪|水乡|水鄉|乌镇|烏鎮|西塘|周庄|外滩|外灘|漓江",
}


@dataclass(frozen=True)
class SceneFacts:
    """The facts a painter needs; features are the details named besides the setting."""

    season: Season
    weather: Weather
    time_of_day: TimeOfDay
    setting: Setting
    features: frozenset[str]
    moods: tuple[str, ...]
    look: Look = "photograph"
    asked: Asked = field(default_factory=Asked)

    @property
    def side(self) -> Side:
        """The side of the picture that the sun shines from; empty without a sun or a wish."""
        return self.asked.side if self.height != "none" else ""

    @property
    def height(self) -> Literal["high", "low", "none"]:
        """How high the sun stands; none where no sun casts a shadow."""
        if self.asked.light:
            heights: dict[str, Literal["high", "low"]] = {"low_sun": "low", "high_sun": "high"}
            return heights.get(self.asked.light, "none")
        if self.weather not in {"clear", "cloudy"} or self.time_of_day == "night":
            return "none"
        return "high" if self.time_of_day == "day" else "low"

    @property
    def hardness(self) -> float:
        """How hard shadows are, 0 to 1."""
        return {"high": 1.0, "low": 0.8, "none": 0.0}[self.height]

    @property
    def warmth(self) -> Literal["warm", "neutral", "cool"]:
        """The colour of the light that objects and ground are seen in."""
        if self.height == "low" or self.asked.light == "lamps" or self.weather == "sand":
            return "warm"
        return "cool" if self.asked.light == "dusk" or self.time_of_day == "night" else "neutral"

    @property
    def ground(self) -> Literal["open", "road"]:
        """Whether the ground has no direction, or is a road."""
        return "open" if self.asked.ground else "road"

    @property
    def heading(self) -> float:
        """Degrees from the view direction to the road, positive where it recedes to the right."""
        return self.asked.heading or 0.0

    @property
    def horizon(self) -> float:
        """The horizon's row as a share of the height."""
        return self.asked.horizon or HORIZON


def facts_from_prompt(prompt: str) -> SceneFacts:
    """Read a prompt; what it does not say is a clear summer day in the country."""
    asked, prompt = asked_in(prompt)
    scenery = _scenery(prompt)
    named = {name for name, words in _FEATURES.items() if re.search(words, _spoken(name, prompt))}
    return SceneFacts(
        season=_first(_SEASONS, prompt, "summer"),
        weather=_first(_WEATHERS, prompt, "clear"),
        time_of_day=_first(_TIMES, prompt, "day"),
        setting=_setting(scenery),
        features=frozenset(named),
        moods=tuple(name for name, words in _MOODS.items() if re.search(words, prompt)),
        look=next((name for name, words in _LOOKS.items() if words in prompt), "photograph"),
        asked=asked,
    )


def _scenery(prompt: str) -> str:
    return _NOT_SCENERY.sub("　", prompt.replace("竹海", "竹林"))


def _spoken(feature: str, prompt: str) -> str:
    """Keep place names where they tell the look (Shanghai's tower), drop them elsewhere."""
    text = prompt if feature in {"pearl", "palms"} else _scenery(prompt)
    return re.sub("灯塔|燈塔|广州塔|廣州塔|明珠塔", "", text) if feature == "pagoda" else text


def _first(table: dict[_Name, str], prompt: str, default: _Name) -> _Name:
    """Take the value whose best word stands in the prompt, the contract's exact word first."""
    exact = {name: prompt.find(words.split("|")[0]) for name, words in table.items()}
    found = {name: at for name, at in exact.items() if at >= 0} or _loose(table, prompt)
    return min(found, key=lambda name: found[name]) if found else default


def _loose(table: dict[_Name, str], prompt: str) -> dict[_Name, int]:
    hits = {name: re.search(words, prompt) for name, words in table.items()}
    return {name: hit.start() for name, hit in hits.items() if hit}


def _setting(scenery: str) -> Setting:
    scores = {name: _score(words, scenery) for name, words in _SETTINGS.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else "country"


def _score(words: tuple[str, str], scenery: str) -> int:
    strong, hint = words
    return 4 * len(set(re.findall(strong, scenery))) + len(re.findall(hint, scenery))
