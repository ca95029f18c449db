"""The text for a model that reads English only, as the text encoders of SDXL do.

It is composed of the prompt's facts. A Chinese name means nothing to such a model, so a sight
goes in as the kind of place its name tells of, e.g. 古镇 as an old town by the water, and a city
abroad as a landscape of its country. `english_words.json` has the words; of its places the first
match wins, and at the end of a Chinese name stands what the thing is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.core.tables import table
from shared.prompts.landmarks import landscape_in_english
from shared.prompts.staging import Staging, camera_in_english

if TYPE_CHECKING:
    from shared.prompts.model import PaintingPrompt

_ANYWHERE = "a Chinese city and its surroundings in the distance"
CAMERA = "empty flat asphalt road filling the foreground, eye-level view, straight horizon"
NEGATIVE = (
    "car, vehicle, truck, motorcycle, bicycle, person, people, face, text, letters, watermark,"
    " logo, sign, aerial view, fisheye, tilted horizon, fence, guard rail, lowres, blurry, frame"
)


def english_prompt(
    prompt: PaintingPrompt, style_words: str, *, staging: Staging | None = None
) -> str:
    """Return place, facts, mood, camera and style, the place first."""
    words = table(__file__, "english_words")
    facts = (
        words["seasons"][prompt.season],
        words["weathers"][prompt.weather],
        words["times"][prompt.time_of_day],
        f"{words['moods'][prompt.mood]} mood",
    )
    place = landscape_in_english(prompt.city) or place_words(prompt.landmark)
    camera = camera_in_english(staging, prompt) if staging else CAMERA
    return ", ".join(each for each in (place, *facts, camera, style_words) if each)


def english_negative(style_negative_words: str) -> str:
    """Return what no plate may show, with the style's own words behind."""
    return f"{NEGATIVE}, {style_negative_words}" if style_negative_words else NEGATIVE


def place_words(landmark: str) -> str:
    """Return the kind of place that a Chinese name tells of."""
    places: dict[str, str] = table(__file__, "english_words")["places"]
    return next((kind for name, kind in places.items() if re.search(name, landmark)), _ANYWHERE)
