"""Write the painting prompt: model, model without the caption, template; never no prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.errors import UpstreamError
from shared.jobs.facts import facts_of_job
from shared.jobs.record import JobRecord, WrittenPrompt
from shared.observability import log
from shared.prompts.instruction import messages
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.prompts.validation import PromptRejectedError, validate_prompt

if TYPE_CHECKING:
    from shared.ports import Clock, PromptModel
    from shared.styles import Style
    from shared.trips.facts import TripFacts


@dataclass(frozen=True)
class PromptRules:
    """How long writing may take in all, and how much of it the first try may use up."""

    deadline_seconds: float
    first_share: float = 0.6


def write_prompt(
    record: JobRecord,
    style: Style,
    *,
    seed: int,
    rules: PromptRules,
    model: PromptModel,
    clock: Clock,
) -> WrittenPrompt:
    """Return a validated prompt and its source; falls back until one is certain."""
    trip, facts = record.trip, style.shown(facts_of_job(record))
    end = clock.monotonic() + rules.deadline_seconds
    tries = [
        (trip.caption or None, PromptSource.MODEL, rules.first_share),
        (None, PromptSource.MODEL_WITHOUT_CAPTION, 1.0),
    ]
    for caption, source, share in tries:
        left = (end - clock.monotonic()) * share
        if left <= 0:
            break
        written = _ask(facts, caption, style, seed=seed, seconds=left, model=model, source=source)
        if written is not None:
            return written
    return WrittenPrompt(prompt=template_prompt(facts, seed=seed), source=PromptSource.TEMPLATE)


def _ask(
    facts: TripFacts,
    caption: str | None,
    style: Style,
    *,
    seed: int,
    seconds: float,
    model: PromptModel,
    source: PromptSource,
) -> WrittenPrompt | None:
    asked = messages(facts, caption=caption, style_rules=_rules_of(style, facts))
    try:
        answer = model.complete(asked, seed=seed, deadline_seconds=seconds)
        prompt = validate_prompt(answer.text, facts)
    except (UpstreamError, PromptRejectedError) as error:
        # A static kind, never the text: a model's answer may carry the caption.
        reason = error.reason if isinstance(error, PromptRejectedError) else type(error).__name__
        log.logger().warning("prompt.refused", source=source.value, reason=reason)
        return None
    return WrittenPrompt(prompt=prompt, source=source, model=answer.model, tokens=answer.tokens)


def _rules_of(style: Style, facts: TripFacts) -> str:
    """Return what the text model is told of the style."""
    rules = [style.style_words, style.added_words(facts)]
    if style.must_not_contain:
        rules.append(f"不出现这些字眼：{'、'.join(style.must_not_contain)}")
    return "；".join(each for each in rules if each)
