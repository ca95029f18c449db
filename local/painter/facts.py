"""What a Chinese picture prompt says about the scene, read by keyword."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from local.painter.asked import Asked, Side, asked_in
from shared.core.tables import table

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


def _words() -> Any:
    """Return the patterns that stand for each fact; a look's is one word, a setting has two.

    A setting's first pattern names it outright, its second is of characters that hint at it.
    `not_scenery`: names of places and turns of speech whose characters would be read as scenery.
    """
    return table(__file__, "words")


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
    words, scenery = _words(), _scenery(prompt)
    features, looks = words["features"].items(), words["looks"].items()
    named = {name for name, text in features if re.search(text, _spoken(name, prompt))}
    return SceneFacts(
        season=_first(words["seasons"], prompt, "summer"),
        weather=_first(words["weathers"], prompt, "clear"),
        time_of_day=_first(words["times"], prompt, "day"),
        setting=_setting(scenery),
        features=frozenset(named),
        moods=tuple(name for name, text in words["moods"].items() if re.search(text, prompt)),
        look=next((name for name, word in looks if word in prompt), "photograph"),
        asked=asked,
    )


def _scenery(prompt: str) -> str:
    return re.sub(_words()["not_scenery"], "　", prompt.replace("竹海", "竹林"))


def _spoken(feature: str, prompt: str) -> str:
    """Keep place names where they tell the look (Shanghai's tower), drop them elsewhere."""
    text = prompt if feature in {"pearl", "palms"} else _scenery(prompt)
    return re.sub("灯塔|燈塔|广州塔|廣州塔|明珠塔", "", text) if feature == "pagoda" else text


def _first(table: dict[_Name, str], prompt: str, default: _Name) -> _Name:
    """Take the value whose best word stands in the prompt, the contract's exact word first."""
    exact = {name: prompt.find(words.split("|")[0]) for name, words in table.items()}
    found = {name: at for name, at in exact.items() if at >= 0}
    if not found:
        hits = {name: re.search(words, prompt) for name, words in table.items()}
        found = {name: hit.start() for name, hit in hits.items() if hit}
    return min(found, key=lambda name: found[name]) if found else default


def _setting(scenery: str) -> Setting:
    scores: dict[Setting, int] = {
        name: 4 * len(set(re.findall(strong, scenery))) + len(re.findall(hint, scenery))
        for name, (strong, hint) in _words()["settings"].items()
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else "country"
