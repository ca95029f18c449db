"""What the text model is told: the rules of `instruction.json`, and the facts of the trip.

The caption reaches it as data, cut and without numbers or links.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from shared.core.tables import table
from shared.ports import ChatMessage
from shared.prompts.landmarks import sights_for
from shared.prompts.words import MOOD_WORDS, SEASON_WORDS, TIME_WORDS, WEATHER_WORDS

if TYPE_CHECKING:
    from shared.trips.facts import Occasion, TripFacts

_CAPTION_LENGTH = 100
# Numbers of houses, telephones and accounts, and anything that looks like an address on the net.
_PRIVATE = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+|\d[\d\s-]{4,}\d|\d+\s*[-至到]?\s*\d*\s*(?:[号號弄室栋棟幢楼樓])"
)


def messages(facts: TripFacts, *, caption: str | None, style_rules: str) -> list[ChatMessage]:
    """Return the instruction and the trip's facts as JSON; nothing else of the trip leaves."""
    return [
        ChatMessage("system", _instruction(facts, style_rules)),
        ChatMessage("user", json.dumps(_facts_json(facts, caption), ensure_ascii=False)),
    ]


def _instruction(facts: TripFacts, style_rules: str) -> str:
    rules = "\n".join([*table(__file__, "instruction")["rules"], ""]).format(
        season=SEASON_WORDS[facts.season],
        weather=WEATHER_WORDS[facts.weather],
        time=TIME_WORDS[facts.time_of_day],
        mood=MOOD_WORDS[facts.mood],
        style=style_rules,
    )
    return rules + _occasion_rules(facts.occasion) if facts.occasion else rules


def _occasion_rules(occasion: Occasion) -> str:
    """Return what a painting for another season or a festival keeps to besides."""
    rules = {
        occasion.words_zh: f"prompt 必须写出这一景象：{occasion.words_zh}；"
        f"「{'」「'.join(occasion.signs)}」至少原样出现一个。",
        "、".join(occasion.palette): f"palette 中要有{'、'.join(occasion.palette)}。",
        occasion.title: f"title 沿用上一张海报「{occasion.title}」的意思，可略改以合季节。",
    }
    kept = "".join(f"- {rule}\n" for words, rule in rules.items() if words)
    return f"\n这是同一行程的又一张海报，换了时节，地点与故事不变：\n{kept}"


def _facts_json(facts: TripFacts, caption: str | None) -> dict[str, object]:
    content: dict[str, object] = {
        "cities": list(facts.cities),
        "landmarks": {city: list(s) for city, s in sights_for(facts).items()},
        "season": facts.season.value,
        "weather": facts.weather.value,
        "time_of_day": facts.time_of_day.value,
        "mood": facts.mood.value,
        "month": facts.month,
    }
    if facts.distance_km is not None:
        content["distance_km"] = round(facts.distance_km)
    if facts.driving_hours is not None:
        content["driving_hours"] = facts.driving_hours
    if facts.occasion:
        content["occasion"] = {
            "words": facts.occasion.words_zh,
            "palette": list(facts.occasion.palette),
            "title": facts.occasion.title,
        }
    if caption:
        content["caption"] = _PRIVATE.sub("…", caption)[:_CAPTION_LENGTH]
    return content
