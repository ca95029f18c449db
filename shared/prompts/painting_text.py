"""The text for the picture model, in the characters that it reads, the facts first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.prompts.staging import Staging, camera_in_chinese
from shared.prompts.words import MOOD_WORDS, fact_words

if TYPE_CHECKING:
    from shared.prompts.model import PaintingPrompt

# What every picture model reads.
LONGEST = 500
_LONGEST_STYLE = 120
# What the car is composed for: eye height 1.3 m, horizon at 0.56 of the height, empty ground.
CAMERA = (
    "平视构图，视点离地约一米三，视线水平，地平线略低于画面中线；"
    "前景是空旷平整的路面，占满画面下部，一直延伸到远处，上面空无一物。"
)
NEGATIVE_PROMPT = (
    "汽车，车辆，卡车，摩托车，自行车，行人，人物，人脸，文字，字母，数字，水印，标志，招牌，路牌，"
    "俯视，鸟瞰，航拍，鱼眼，倾斜的地平线，前景障碍物，护栏，栅栏，坑洼，畸变，低分辨率，模糊，噪点，过曝，边框，拼贴"
)


def picture_prompt(
    prompt: PaintingPrompt,
    style_words: str,
    *,
    added: str = "",
    without: tuple[str, ...] = (),
    staging: Staging | None = None,
    longest: int = LONGEST,
) -> str:
    """Return facts, scene, palette, camera and style in `longest` characters.

    The scene is cut at a clause to fit, everything else stays.

    `added` is what season and festival add to the style. A clause of the scene that holds a word
    of `without` is left out: it speaks of another style. `staging` is what the plate is asked for
    besides; without one the camera is that of the first layout.
    """
    head = f"{'，'.join(fact_words(prompt.season, prompt.weather, prompt.time_of_day))}。"
    style = f"{_sentence(style_words[:_LONGEST_STYLE])}{_sentence(added)}"
    camera = camera_in_chinese(staging, prompt) if staging else CAMERA
    tail = f"{_palette(prompt)}{camera}{style}"
    unsaid = (*without, *(staging.unsaid if staging else ()))
    scene = _kept_clauses(prompt.prompt.removeprefix(head), unsaid)
    return f"{head}{_cut(scene, prompt.landmark, longest - len(head) - len(tail))}{tail}"


def negative_prompt(style_negative_words: str) -> str:
    """Return what no plate may show, with the style's own words behind."""
    return f"{NEGATIVE_PROMPT}，{style_negative_words}" if style_negative_words else NEGATIVE_PROMPT


def _palette(prompt: PaintingPrompt) -> str:
    mood = MOOD_WORDS[prompt.mood]
    tone = "" if mood in prompt.prompt else f"，氛围{mood}"
    return f"色调以{'、'.join(prompt.palette)}为主{tone}。"


def _sentence(words: str) -> str:
    return f"{words.rstrip('，。,. ')}。" if words else ""


def _kept_clauses(scene: str, without: tuple[str, ...]) -> str:
    """Return the scene without the clauses that hold one of the words."""
    clauses = re.findall("[^。；;，,！!]*[。；;，,！!]?", scene)
    kept = "".join(each for each in clauses if not any(word in each for word in without))
    return f"{kept[:-1]}。" if kept != scene and kept[-1:] in {"，", ",", "；", ";"} else kept


def _cut(scene: str, landmark: str, length: int) -> str:
    """Return the scene in so many characters, whole clauses only, the landmark in it."""
    if len(scene) <= length and landmark in scene:
        return scene
    kept = scene[:length]
    ends = [match.end() for match in re.finditer("[。；;，,！!]", kept)]
    kept = kept[: ends[-1] - 1] + "。" if ends else kept
    return kept if landmark in kept else f"{landmark}。{kept}"[:length]
