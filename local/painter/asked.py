"""The light, ground, horizon and quiet side that a prompt asks for in set phrases."""

import re
from dataclasses import dataclass
from typing import Literal

AskedLight = Literal["", "low_sun", "high_sun", "soft", "lamps", "dusk"]
OpenGround = Literal["square", "gravel", "meadow", "beach", "snowfield"]
Side = Literal["left", "right", ""]

_PAUSE = r"[\s，,、；;。：:]*"
_LIGHTS: dict[AskedLight, str] = {
    "low_sun": rf"低斜的?暖?阳光?从(左|右)侧照来{_PAUSE}(?:长长的影子{_PAUSE}投向[左右]侧)?",
    "high_sun": rf"阳光从(左|右)侧高处照来{_PAUSE}(?:影子短而清晰{_PAUSE}(?:投向[左右]侧)?)?",
    "soft": rf"天光柔和均匀{_PAUSE}(?:没有明显影子)?",
    "lamps": "路灯照亮地面",
    "dusk": rf"日落后天色将暗{_PAUSE}(?:灯光初亮)?",
}
_OPEN = re.compile(rf"地面是开阔平整的(广场|砾石空地|草地|沙滩|雪地){_PAUSE}(?:没有车道线)?")
_GROUNDS: dict[str, OpenGround] = {
    "广场": "square",
    "砾石空地": "gravel",
    "草地": "meadow",
    "沙滩": "beach",
    "雪地": "snowfield",
}
_ROAD = re.compile(rf"道路与画面约?成(\d{{1,2}})度角{_PAUSE}(?:自(左|右)下向[左右]上斜伸)")
_HORIZON = re.compile(r"地平线在画面自上而下百分之(\d{1,2})处")
_QUIET = re.compile("画面(上方|左侧|右侧|下方)疏朗安静")
_QUIETS: dict[str, Literal["top", "left", "right", "bottom"]] = {
    "上方": "top",
    "左侧": "left",
    "右侧": "right",
    "下方": "bottom",
}
_SIDES: dict[str, Side] = {"左": "left", "右": "right"}
_STEEPEST = 80.0


@dataclass(frozen=True)
class Asked:
    """What was asked in set phrases; empty or None where nothing was.

    heading: degrees from the view direction to the road, positive where it recedes to the right.
    horizon: its row as a share of the height.
    """

    light: AskedLight = ""
    side: Side = ""
    ground: OpenGround | None = None
    heading: float | None = None
    horizon: float | None = None
    quiet: frozenset[str] = frozenset()


def asked_in(prompt: str) -> tuple[Asked, str]:
    """Return what a prompt asks for, and the prompt without the phrases that ask for it."""
    light, side, rest = _light(prompt)
    opened, road = _OPEN.search(prompt), _ROAD.search(prompt)
    level = _HORIZON.search(prompt)
    for pattern in (_OPEN, _ROAD, _HORIZON, _QUIET):
        rest = pattern.sub("", rest)
    heading = None
    if road and not opened:
        heading = min(float(road[1]), _STEEPEST) * (1 if road[2] == "左" else -1)
    asked = Asked(
        light=light,
        side=side,
        ground=_GROUNDS[opened[1]] if opened else None,
        heading=heading,
        horizon=min(max(int(level[1]) / 100, 0.3), 0.8) if level else None,
        quiet=frozenset(_QUIETS[word] for word in _QUIET.findall(prompt)),
    )
    return asked, rest


def _light(prompt: str) -> tuple[AskedLight, Side, str]:
    """Return the light whose phrase stands first, its side, and the prompt without all such."""
    rest, first = prompt, len(prompt)
    light: AskedLight = ""
    side: Side = ""
    for name, phrase in _LIGHTS.items():
        found = re.search(phrase, prompt)
        if found and found.start() < first:
            light, first = name, found.start()
            side = _SIDES[found[1]] if found.lastindex else ""
        rest = re.sub(phrase, "", rest)
    return light, side, rest
