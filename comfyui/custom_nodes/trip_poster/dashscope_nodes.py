"""Nodes that call paid models: a text written by Qwen, a picture painted by Wan.

They call while the GPU waits, so a service had better let its functions do it; these are for
designers' graphs. Literals are judged before anything runs and is paid. A node runs again when its
inputs change, or when ComfyUI has dropped its result; `orders` remembers what was paid for.
"""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from . import tensors, widgets
from .colour import Bytes, to_floats
from .dashscope_calls import fetch_picture, picture_order, write_text
from .errors import ModelCallError, PictureInputError
from .model_names import LONGEST_PROMPT, current, painter, size_to_order
from .stated_colours import other_colours
from .web import Deadline
from .widgets import Inputs, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    # What a node gives: its outputs, or with them what it shows.
    Given = tuple[Any, ...] | dict[str, Any]

_log = logging.getLogger(__name__)
_WRITER, _PAINTER, _SIZE = "qwen-plus", "wan2.6-t2i", "1152*1440"
_LARGEST_SEED = 2_147_483_647
_SIZES = (
    *("1152*1440", "768*960", "960*1280", "1080*1440", "720*1280", "1024*1024"),
    *("1280*960", "1440*1080", "1280*720", "1440*1152"),
)
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LARGEST_SIDE = 4096
_SEED = "Another seed asks, and pays, anew; with the same inputs the result is kept for 24 hours."
# Else the editor gives an input of this name another value after each run, and each run is paid.
_KEPT = {"control_after_generate": "fixed"}
_TIMEOUT = "Seconds for everything together."


class PaidNode(Node):
    """A node that runs, and pays, again for other inputs alone."""

    @classmethod
    def IS_CHANGED(cls, **inputs: Any) -> str:
        """Say that nothing but the inputs decides whether to ask again."""
        return str(inputs.get("seed", 0))


class TripText(PaidNode):
    """A text written by Qwen."""

    DESCRIPTION = (
        "Asks a Qwen model for a text. The key is read from DASHSCOPE_API_KEY in the environment. "
        "Needs a way out to the internet, which EAS does not give by default."
    )
    FUNCTION = "生成繪畫提示詞"
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("text",)
    OUTPUT_TOOLTIPS = ("The model's answer.",)

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {
            "required": {
                "system_prompt": widgets.text("What the model is to be and to do; may be empty."),
                "query_prompt": widgets.text("What it is asked."),
            },
            "optional": {
                "model": widgets.line("A Qwen model's name.", _WRITER),
                "seed": widgets.number(0, 0, _LARGEST_SEED, _SEED, **_KEPT),
                "timeout": widgets.number(60, 5, 300, _TIMEOUT),
            },
        }

    @classmethod
    def VALIDATE_INPUTS(
        cls, query_prompt: str | None = None, model: str | None = _WRITER
    ) -> bool | str:
        """Refuse what no model would answer before anything runs; a linked value is None."""
        return _verdict(_check_question, query_prompt, model)

    def 生成繪畫提示詞(  # noqa: PLC2401 the name graphs know it by
        self,
        system_prompt: str,
        query_prompt: str,
        model: str = _WRITER,
        seed: int = 0,
        timeout: int = 60,
    ) -> Given:
        _check_question(query_prompt, model)
        name, warning = current(model)
        deadline = Deadline(timeout)
        text = write_text(name, system_prompt, query_prompt, seed=seed, deadline=deadline)
        return _with_warnings((text,), warning)


class ImageSynthesisNode(PaidNode):
    """A picture painted by Wan."""

    DESCRIPTION = (
        "Orders one picture, waits for it, downloads it. The key is read from DASHSCOPE_API_KEY in "
        "the environment. The GPU waits with it for a minute or two. Needs a way out to the "
        "internet, which EAS does not give by default."
    )
    RETURN_TYPES = ("STRING", "IMAGE")
    RETURN_NAMES = ("url", "image")
    OUTPUT_TOOLTIPS = ("Where the picture lies, for 24 hours.", "The picture.")

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {
            "required": {"prompt": widgets.text("What is to be painted.")},
            "optional": {
                "negative_prompt": widgets.text("What is not wanted."),
                "model": widgets.line("A Wan or Wanx text-to-image model.", _PAINTER),
                "size": widgets.choice(_SIZES, _SIZE, "Width*height in pixels."),
                "seed": widgets.number(0, 0, _LARGEST_SEED, _SEED, **_KEPT),
                "timeout": widgets.number(240, 30, 900, _TIMEOUT),
            },
        }

    @classmethod
    def VALIDATE_INPUTS(
        cls, prompt: str | None = None, model: str | None = _PAINTER, size: str | None = _SIZE
    ) -> bool | str:
        """Refuse what cannot be ordered before anything runs; a linked value is None."""
        return _verdict(_check_order, prompt, model, size)

    def run(
        self,
        prompt: str,
        negative_prompt: str = "",
        model: str = _PAINTER,
        size: str = _SIZE,
        seed: int = 0,
        timeout: int = 240,
    ) -> Given:
        """Return the picture's address, and the picture [1,H,W,3] in the size asked for."""
        _check_order(prompt, model, size)
        deadline = Deadline(timeout)
        name, warning = current(model)
        asked = _sides(size)
        texts, order_size = (prompt, negative_prompt.strip()), size_to_order(asked, painter(name))
        order = picture_order(name, texts, size="{}*{}".format(*order_size), seed=seed)
        url = order.url(deadline)
        picture = _decoded(fetch_picture(url, deadline))
        if asked != order_size:  # for its model's sake; scaled once
            picture = np.asarray(Image.fromarray(picture).resize(asked, Image.Resampling.LANCZOS))
        unread = texts[1] and not painter(name).reads_negative
        unread_warning = f"{name} reads no negative prompt; it was left out" if unread else ""
        result = (url, tensors.fresh(to_floats(picture)[None]))
        return _with_warnings(result, warning, unread_warning)


def _verdict(check: Callable[..., None], *literals: str | None) -> bool | str:
    """Return what ComfyUI asks VALIDATE_INPUTS for: True, or what is wrong."""
    try:
        check(*literals)
    except PictureInputError as error:
        return str(error)
    return True


def _check_question(query: str | None, model: str | None) -> None:
    if query is not None and not query.strip():
        raise PictureInputError("query_prompt is empty")
    _check_model(model)


def _check_model(model: str | None) -> None:
    if model is not None and not _MODEL.fullmatch(model.strip()):
        raise PictureInputError("model must be a model's name")


def _check_order(prompt: str | None, model: str | None, size: str | None) -> None:
    """Refuse what would be refused there, or worse, cut without a word."""
    _check_model(model)
    known = None if model is None else painter(current(model)[0])
    most = LONGEST_PROMPT if known is None else known.characters
    if prompt is not None and not (prompt.strip() and len(prompt) <= most):
        msg = f"prompt must have 1 to {most} characters for this model, not {len(prompt)}"
        raise PictureInputError(msg)
    if size is not None and size not in _SIZES:
        raise PictureInputError(f"size must be one of {', '.join(_SIZES)}")


def _sides(size: str) -> tuple[int, int]:
    width, height = size.split("*")
    return int(width), int(height)


def _with_warnings(result: tuple[Any, ...], *warnings: str) -> Given:
    """Return a node's result; warnings go to ComfyUI's log and are shown at the node."""
    said = [warning for warning in warnings if warning]
    for warning in said:
        _log.warning("%s", warning)
    return {"ui": {"text": said}, "result": result} if said else result


def _decoded(data: bytes) -> Bytes:
    """Return the downloaded picture as RGB codes [H,W,3]."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
            if max(picture.size) > _LARGEST_SIDE:
                raise ModelCallError("the painted picture is larger than was asked for")
            other = other_colours(picture, data)
            if other:
                msg = f"the painted picture is not in sRGB ({other}); convert it, or ask for sRGB"
                raise ModelCallError(msg)
            return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ModelCallError("what was downloaded is no picture") from None
