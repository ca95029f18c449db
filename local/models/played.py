"""The stand-in for DashScope with this project's models: those of deploy/models.json."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from local.cloud.dashscope.answers import Answers, ChatMessage
from local.cloud.dashscope.models import Model
from local.cloud.dashscope.painting import Paint
from local.cloud.dashscope.replies import MODERATED_INPUT, Refusal
from local.cloud.dashscope.state import ONE_DAY_SECONDS, DashScopeState
from local.models.facts import find_facts
from local.models.obedience import obey_caption
from local.models.opinion import opinion
from local.models.writer import write_prompt
from shared.models.catalogue import catalogue

_PUZZLED = "请把行程的事实写成一个对象发给我，我再据此写绘画提示词。"
_MODES = {"text": ("obey_caption", "moderate_caption"), "look": ("dislike",)}


def played(
    root: Path,
    *,
    paint: Paint,
    clock: Callable[[], float] = time.time,
    life_seconds: float = ONE_DAY_SECONDS,
) -> DashScopeState:
    """Return the stand-in's state under a folder."""
    answers = Answers(words=write, look=opinion, modes=_MODES)
    return DashScopeState(
        root, listed(), paint=paint, answers=answers, clock=clock, life_seconds=life_seconds
    )


def listed() -> tuple[Model, ...]:
    """Return the models of the list; a name that serves two purposes is there once."""
    known = {each.name for each in fields(Model)}
    by_name = {each.name: Model(**each.model_dump(include=known)) for each in catalogue().models}
    return tuple(by_name.values())


def write(messages: Sequence[ChatMessage], seed: int | None, mode: str) -> str | Refusal:
    """Return a prompt for the latest facts; the mode may have a caption obeyed or refused."""
    facts = find_facts(messages)
    if facts is None:
        return _PUZZLED
    if mode == "moderate_caption" and facts.caption:
        return MODERATED_INPUT
    answer = write_prompt(facts, seed=seed)
    if mode == "obey_caption" and facts.caption:
        return obey_caption(facts.caption, answer)
    return json.dumps(answer, ensure_ascii=False)
