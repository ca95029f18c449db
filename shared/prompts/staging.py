"""How the picture is staged, in words: the eye, the horizon, the ground, the light, the calm side.

In Chinese for picture models, in English for those that read nothing else. The car is set in
later, in the light and on the ground that these words ask for.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from shared.trips.weather import Weather

if TYPE_CHECKING:
    from shared.prompts.model import PaintingPrompt

Side = Literal["top", "left", "right", "bottom"]

_SIDES = {"left": ("左侧", "the left"), "right": ("右侧", "the right")}
_LIGHTS = {
    "overcast": ("天光柔和均匀，没有明显影子", "soft even daylight, no distinct shadows"),
    "snow": ("天光柔和均匀，没有明显影子", "soft even daylight, no distinct shadows"),
    "dusk": ("日落后天色将暗，灯光初亮", "after sunset, a darkening sky, first lamps lit"),
    "night": ("路灯照亮地面", "street lamps lighting the ground"),
}
_SUNS = {
    "low": (
        "低斜的暖阳从{0}照来，长长的影子投向{1}",
        "low warm sun from {0}, long shadows to {1}",
    ),
    "day": (
        "阳光从{0}高处照来，影子短而清晰，投向{1}",
        "high sun from {0}, short crisp shadows to {1}",
    ),
}
_QUIET = {
    "top": ("上方", "upper part"),
    "left": ("左侧", "left side"),
    "right": ("右侧", "right side"),
    "bottom": ("下方", "lower part"),
}
_SQUARE, _GRAVEL, _MEADOW = ("广场", "square"), ("砾石空地", "gravel lot"), ("草地", "meadow")
_BEACH, _SNOWFIELD = ("沙滩", "beach"), ("雪地", "snowfield")
# What kind of ground is at such a sight; the first that its name has.
_GROUNDS = {
    "草原|草甸|牧场|坝上": _MEADOW,
    "外滩|塔|大厦|广场|中心|古城|城墙|宫|坊|街|寺|楼|阁|园|教堂|古镇|水乡|之眼": _SQUARE,
    "海|湾|岛|滩|礁|角|屿": _BEACH,
    "沙|戈壁|山|峰|岭|峡|谷|石|窟|长城|丹霞": _GRAVEL,
}
_ANYWHERE = (_SQUARE, _GRAVEL, _MEADOW)
_LOW_EYE = 1.0
# What a scene may not say once its staging is decided.
STAGED = ("影子", "阴影", "投影", "逆光", "侧光", "顶光", "地平线", "车道线", "视点", "机位")
_SUNLESS = ("阳光", "暖阳", "斜阳", "烈日", "日光")


@dataclass(frozen=True)
class Staging:
    """What is asked of a plate.

    `light` is the name of a light, "" asks for none. `road` are the degrees between the view and
    the road, positive where it recedes to the right; None for open ground. `horizon` is a share of
    the height from the top.
    """

    light: str
    road: int | None
    horizon: float
    quiet: Side
    eye_metres: float

    @property
    def unsaid(self) -> tuple[str, ...]:
        """Words that no clause of the scene may have beside these."""
        sunny = self.light.partition("_")[0] in _SUNS or not self.light
        return STAGED if sunny else (*STAGED, *_SUNLESS)


def camera_in_chinese(staging: Staging, prompt: PaintingPrompt) -> str:
    """Return the sentences of a picture prompt that stage it."""
    low = staging.eye_metres < _LOW_EYE
    eye = "低机位平视构图，视点离地约七十五厘米" if low else "平视构图，视点离地约一米三"
    percent = round(100 * staging.horizon)
    parts = (
        f"{eye}，视线水平，地平线在画面自上而下百分之{percent}处",
        f"{_ground(staging, prompt, 0)}，占满画面下部，上面空无一物",
        _light(staging.light, 0),
        f"画面{_QUIET[staging.quiet][0]}疏朗安静",
    )
    return "".join(f"{part}。" for part in parts if part)


def camera_in_english(staging: Staging, prompt: PaintingPrompt) -> str:
    """Return the same, for a model that reads English."""
    eye = "low camera near the ground" if staging.eye_metres < _LOW_EYE else "eye-level view"
    parts = (
        f"{_ground(staging, prompt, 1)}, empty foreground",
        _light(staging.light, 1),
        f"{eye}, straight horizon at {round(100 * staging.horizon)} percent from the top",
        f"calm uncluttered {_QUIET[staging.quiet][1]}",
    )
    return ", ".join(part for part in parts if part)


def _ground(staging: Staging, prompt: PaintingPrompt, language: Literal[0, 1]) -> str:
    if staging.road is None:
        kind = _open_ground(prompt)[language]
        return (
            f"地面是开阔平整的{kind}，没有车道线",
            f"wide level {kind}, no lane markings",
        )[language]
    right, degrees = staging.road > 0, abs(staging.road)
    near, far = ("left", "right") if right else ("right", "left")
    return (
        f"道路与画面约成{degrees}度角，自{_SIDES[near][0][0]}下向{_SIDES[far][0][0]}上斜伸",
        f"flat road at {degrees} degrees to the view, from lower {near} to upper {far}",
    )[language]


def _open_ground(prompt: PaintingPrompt) -> tuple[str, str]:
    if prompt.weather is Weather.SNOW:
        return _SNOWFIELD
    kinds = (kind for names, kind in _GROUNDS.items() if re.search(names, prompt.landmark))
    named = f"{prompt.city}/{prompt.landmark}".encode()
    own = _ANYWHERE[hashlib.sha256(named).digest()[0] % len(_ANYWHERE)]
    return next(kinds, own)


def _light(name: str, language: Literal[0, 1]) -> str:
    if name in _LIGHTS:
        return _LIGHTS[name][language]
    kind, _, side = name.partition("_")
    if kind not in _SUNS or side not in _SIDES:
        return ""
    other = "right" if side == "left" else "left"
    return _SUNS[kind][language].format(_SIDES[side][language], _SIDES[other][language])
