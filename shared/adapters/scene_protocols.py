"""The two ways of ordering a picture of DashScope, each asynchronous with a ticket.

Wan up to 2.5 takes a prompt (`ImageSynthesis`), from 2.6 on messages (`ImageGeneration`). Both
are asked for by the same task address; where the finished picture stands differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashscope import ImageSynthesis
from dashscope.aigc.image_generation import ImageGeneration

from shared.models.catalogue import Model
from shared.ports import SceneOrder

_UNWANTED = "画面中不要出现：{words}。"
# What every model reads of what is not wanted.
_LONGEST_NEGATIVE = 500
_SHORTEST_PROMPT = 500
_ENDS = "。！？；.!?;"


def longest_prompt(model: Model) -> int:
    """Return how many characters of a prompt a model reads; what every one reads if unknown."""
    return model.prompt_characters or _SHORTEST_PROMPT


def submit(model: Model, order: SceneOrder, call: Mapping[str, Any]) -> Any:
    """Return what the SDK answers; `call` is its key, address, session, timeout and the size."""
    options = {**call, "n": 1, "seed": order.seed, "watermark": False}
    return _SUBMITTED[model.protocol](model, order, options)


def picture_in(output: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the first picture's entry of a finished task, {} without one; it has a `url`.

    An entry of a picture that failed has its `code` and `message` instead.
    """
    results = output.get("results")
    if isinstance(results, list) and results:
        return results[0] if isinstance(results[0], dict) else {}
    try:
        content = output["choices"][0]["message"]["content"]
        return next({"url": part["image"]} for part in content if "image" in part)
    except (IndexError, KeyError, StopIteration, TypeError):
        return {}


def _by_prompt(model: Model, order: SceneOrder, options: Mapping[str, Any]) -> Any:
    return ImageSynthesis.async_call(
        model=model.name,
        prompt=_cut(order.prompt, longest_prompt(model)),
        negative_prompt=order.negative_prompt[:_LONGEST_NEGATIVE],
        prompt_extend=False,
        **options,
    )


def _by_messages(model: Model, order: SceneOrder, options: Mapping[str, Any]) -> Any:
    unwanted = order.negative_prompt[:_LONGEST_NEGATIVE]
    own: dict[str, Any] = {}
    told = _UNWANTED.format(words=unwanted) if unwanted else ""
    if model.negative_prompt:
        own, told = {"negative_prompt": unwanted, "prompt_extend": False}, ""
    wanted = _cut(order.prompt, longest_prompt(model) - len(told))
    content: Any = [{"role": "user", "content": [{"text": f"{wanted}{told}"}]}]
    return ImageGeneration.async_call(model=model.name, messages=content, **own, **options)


def _cut(prompt: str, longest: int) -> str:
    """Return what is read of a prompt, to the end of a sentence; the rest is lost either way."""
    if len(prompt) <= longest:
        return prompt
    kept = prompt[:longest]
    end = max(kept.rfind(mark) for mark in _ENDS)
    return kept[: end + 1] if end >= 0 else kept


_SUBMITTED: dict[str, Callable[[Model, SceneOrder, Mapping[str, Any]], Any]] = {
    "image-synthesis": _by_prompt,
    "image-generation": _by_messages,
}
