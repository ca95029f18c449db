"""Ask a model that sees whether a poster shows what was ordered.

It can only add a reason to look: what it doubts goes to a reviewer. It is asked about posters that
have passed every measure, so there is nothing it could excuse; and a bad, slow or absent answer
changes nothing. Models agree with people about as well as people with each other at best (Ku et
al. 2023, VIEScore), which is too little to decide by.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field, ValidationError

from shared.core.errors import UpstreamError
from shared.core.models import Lenient
from shared.observability import log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.ports import StyleJudge

DOUBT = "style_judge"
_QUESTION = (
    "请只看画面，判断它是否符合下面的要求，每项给 0 到 10 的整数分，10 为完全符合。\n"
    "{wanted}\n"
    "只答一个 JSON 对象，键为 season、weather、time_of_day、style，值为整数，不要其他文字。"
)


@dataclass(frozen=True)
class SecondLook:
    """Who is asked, from which mark of ten on nothing is doubted, and how long one waits."""

    judge: StyleJudge
    least: int
    deadline_seconds: float


class Opinion(Lenient):
    """The model's marks, 0 to 10; whatever else it says is passed over."""

    model_config = ConfigDict(strict=True)

    season: int = Field(ge=0, le=10)
    weather: int = Field(ge=0, le=10)
    time_of_day: int = Field(ge=0, le=10)
    style: int = Field(ge=0, le=10)

    def scores(self) -> dict[str, float]:
        """Return the marks as scores of the record."""
        return {f"judge.{name}": float(mark) for name, mark in self.model_dump().items()}

    def doubts(self, least: int) -> tuple[str, ...]:
        """Return the reason to look when a mark is below `least`."""
        return (DOUBT,) if min(self.model_dump().values()) < least else ()


def question_about(wanted: Mapping[str, str]) -> str:
    """Return the question; `wanted` are the words for season, weather, time_of_day and style."""
    return _QUESTION.format(wanted=json.dumps(wanted, ensure_ascii=False))


def opinion_on(
    picture: bytes, wanted: Mapping[str, str], look: SecondLook, *, task_id: str
) -> tuple[Opinion, str] | None:
    """Return what a model makes of the picture, and its name; None when it says nothing of use."""
    try:
        answer = look.judge.look(
            picture, question_about(wanted), deadline_seconds=look.deadline_seconds
        )
        return read_opinion(answer.text), answer.model
    except (UpstreamError, ValidationError) as error:
        log.logger().warning("judge.unheard", task_id=task_id, reason=type(error).__name__)
        return None


def read_opinion(text: str) -> Opinion:
    """Read the answer, bare or in a fence; pydantic's ValidationError when it is no opinion."""
    return Opinion.model_validate_json(text[text.find("{") : text.rfind("}") + 1])
