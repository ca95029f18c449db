"""How the picture is staged, in words: the eye, the horizon, the ground, the light, the calm side.

In Chinese for picture models, in English for those that read nothing else: `staging_words.json` has
both, and what kind of ground is at a sight by the first name that it has. The car is set in
later, in the light and on the ground that these words ask for.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from shared.core.tables import table
from shared.trips.weather import Weather

if TYPE_CHECKING:
    from shared.prompts.model import PaintingPrompt

Side = Literal["top", "left", "right", "bottom"]

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
        sunny = self.light.partition("_")[0] in _words("suns") or not self.light
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
        f"画面{_words('quiet')[staging.quiet][0]}疏朗安静",
    )
    return "".join(f"{part}。" for part in parts if part)


def camera_in_english(staging: Staging, prompt: PaintingPrompt) -> str:
    """Return the same, for a model that reads English."""
    eye = "low camera near the ground" if staging.eye_metres < _LOW_EYE else "eye-level view"
    parts = (
        f"{_ground(staging, prompt, 1)}, empty foreground",
        _light(staging.light, 1),
        f"{eye}, straight horizon at {round(100 * staging.horizon)} percent from the top",
        f"calm uncluttered {_words('quiet')[staging.quiet][1]}",
    )
    return ", ".join(part for part in parts if part)


def _ground(staging: Staging, prompt: PaintingPrompt, language: Literal[0, 1]) -> str:
    if staging.road is None:
        kind = _open_ground(prompt)[language]
        return (f"地面是开阔平整的{kind}，没有车道线", f"wide level {kind}, no lane markings")[
            language
        ]
    right, degrees = staging.road > 0, abs(staging.road)
    near, far = ("left", "right") if right else ("right", "left")
    sides = _words("sides")
    return (
        f"道路与画面约成{degrees}度角，自{sides[near][0][0]}下向{sides[far][0][0]}上斜伸",
        f"flat road at {degrees} degrees to the view, from lower {near} to upper {far}",
    )[language]


def _words(of: str) -> Any:
    return table(__file__, "staging_words")[of]


def _open_ground(prompt: PaintingPrompt) -> list[str]:
    if prompt.weather is Weather.SNOW:
        return list(_words("snowfield"))
    grounds: dict[str, list[str]] = _words("grounds")
    kinds = (kind for names, kind in grounds.items() if re.search(names, prompt.landmark))
    named = f"{prompt.city}/{prompt.landmark}".encode()
    anywhere: list[list[str]] = _words("anywhere")
    return next(kinds, anywhere[hashlib.sha256(named).digest()[0] % len(anywhere)])


def _light(name: str, language: Literal[0, 1]) -> str:
    lights, suns, sides = (_words(each) for each in ("lights", "suns", "sides"))
    if name in lights:
        return str(lights[name][language])
    kind, _, side = name.partition("_")
    if kind not in suns or side not in sides:
        return ""
    other = "right" if side == "left" else "left"
    return str(suns[kind][language].format(sides[side][language], sides[other][language]))
