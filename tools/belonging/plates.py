"""Plates whose light and ground are known: painted to order, or read from a folder of others."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from local.painter import paint, png_of
from shared.prompts.words import fact_words
from shared.trips.facts import Season, TimeOfDay
from shared.trips.weather import Weather
from tools.gallery.scenes import PLACES

SIZE = (576, 720)
Lit = Literal[
    "day_left", "day_right", "low_left", "low_right", "overcast", "snow", "dusk", "night"
]  # fmt: skip
LIGHTS: tuple[Lit, ...] = get_args(Lit)
_WORDS: dict[Lit, str] = {
    "day_left": "阳光从左侧高处照来，影子短而清晰，投向右侧",
    "day_right": "阳光从右侧高处照来，影子短而清晰，投向左侧",
    "low_left": "低斜的暖阳从左侧照来，长长的影子投向右侧",
    "low_right": "低斜的暖阳从右侧照来，长长的影子投向左侧",
    "overcast": "天光柔和均匀，没有明显影子",
    "snow": "天光柔和均匀，没有明显影子",
    "dusk": "日落后天色将暗，灯光初亮",
    "night": "路灯照亮地面",
}
_HOURS: dict[str, tuple[tuple[Weather, TimeOfDay], ...]] = {
    "day": ((Weather.CLEAR, TimeOfDay.DAY),),
    "low": ((Weather.CLEAR, TimeOfDay.DUSK), (Weather.CLEAR, TimeOfDay.DAWN)),
    "overcast": ((Weather.OVERCAST, TimeOfDay.DAY),),
    "snow": ((Weather.SNOW, TimeOfDay.DAY),),
    "dusk": ((Weather.CLOUDY, TimeOfDay.DUSK),),
    "night": ((Weather.CLEAR, TimeOfDay.NIGHT),),
}
_HEADINGS = (37, -37, 27, 37, -37)
_OPEN = ("广场", "砾石空地", "草地")
_HORIZONS = (0.5, 0.56, 0.56, 0.62)
_SHAPE = SIZE[0] / SIZE[1]


class Truth(BaseModel):
    """What a plate shows: the light it suits, its horizon's row as a share of the height.

    `heading`: degrees from the view to the road, positive where it recedes to the right; None
    where the ground has no direction.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    light: Lit
    horizon: float = Field(ge=0.2, le=0.85)
    heading: float | None = None
    season: Season = Season.SUMMER
    weather: Weather = Weather.CLEAR
    time_of_day: TimeOfDay = TimeOfDay.DAY


class _Listed(Truth):
    file: str


class _Plates(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    plates: tuple[_Listed, ...]


@dataclass(frozen=True)
class Plate:
    """A plate and the truth of it: a prompt with its seed, or a file."""

    name: str
    truth: Truth
    prompt: str = ""
    seed: int = 0
    file: Path | None = None

    def png(self) -> bytes:
        """Return the picture at 576 x 720; a wider file is cropped at its sides."""
        if self.file is not None:
            return png_of(_cropped(self.file))
        return png_of(paint(self.prompt, width=SIZE[0], height=SIZE[1], seed=self.seed))


def painted_plates(count: int, seed: int) -> list[Plate]:
    """Return plates to be painted: all lights in turn, places, grounds and seasons drawn."""
    chance = random.Random(seed)  # noqa: S311 a draw of pictures
    return [_ordered(LIGHTS[at % len(LIGHTS)], at, chance) for at in range(count)]


def listed_plates(path: Path) -> list[Plate]:
    """Return the plates of a JSON file, {"plates": [{"file", "light", "horizon", ...}]}.

    Files lie beside it; pydantic's ValidationError names what is not as it should be.
    """
    listed = _Plates.model_validate_json(path.read_bytes()).plates
    return [
        Plate(
            name=Path(each.file).stem,
            truth=Truth(**each.model_dump(exclude={"file"})),
            file=path.parent / each.file,
        )
        for each in listed
    ]


def _ordered(light: Lit, seed: int, chance: random.Random) -> Plate:
    weather, hour = chance.choice(_HOURS[light.partition("_")[0]])
    season = Season.WINTER if light == "snow" else chance.choice([*Season][:3])
    place = chance.choice(sorted(PLACES))
    heading = chance.choice([*_HEADINGS, None, None, None])
    horizon = chance.choice(_HORIZONS)
    facts = "，".join(fact_words(season, weather, hour))
    prompt = (
        f"{facts}。中远景是{PLACES[place][2]}，结构清晰。"
        f"地平线在画面自上而下百分之{round(100 * horizon)}处。"
        f"{_ground(heading, chance)}，上面空无一物。{_WORDS[light]}。画面上方疏朗安静。"
    )
    truth = Truth(
        light=light,
        horizon=horizon,
        heading=heading,
        season=season,
        weather=weather,
        time_of_day=hour,
    )
    return Plate(f"{seed}-{light}-{place}", truth, prompt, seed)


def _ground(heading: int | None, chance: random.Random) -> str:
    if heading is None:
        return f"地面是开阔平整的{chance.choice(_OPEN)}，没有车道线"
    near, far = ("左", "右") if heading > 0 else ("右", "左")
    return f"道路与画面约成{abs(heading)}度角，自{near}下向{far}上斜伸"


def _cropped(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    width, height = picture.size
    kept = min(width, round(height * _SHAPE))
    left = (width - kept) // 2
    return picture.crop((left, 0, left + kept, height)).resize(SIZE, Image.Resampling.LANCZOS)
