"""Read picture orders and write task answers, in the shapes of the picture interfaces.

Orders come in two: a prompt (`image-synthesis`), or messages with parts of content. What both mean
is checked by the limits of the list's model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from local.cloud.dashscope.answers import Read
from local.cloud.dashscope.models import BEIJING, Model
from local.cloud.dashscope.replies import Refusal
from local.cloud.dashscope.task import PictureOrder, PictureTask

_LARGEST_SEED = 2147483647
_NEGATIVE_CHARACTERS = 500
_ANY_PIXELS = (1, 4096 * 4096)
_ONE_MESSAGE = Refusal(400, "InvalidParameter", "messages length only support 1")
_ONE_TEXT = Refusal(400, "InvalidParameter", "content must hold one text, and no picture")
_STATUS = {"DataInspectionFailed": 400, "InvalidParameter": 400, "ModelNotFound": 404}


class PictureInput(Read):
    """The texts of an order; a seed put here by mistake is passed over, as it would be."""

    prompt: str = Field(min_length=1)
    negative_prompt: str = ""


class PicturePart(Read):
    """A part of a message; the pictures that other models take are not read."""

    text: str | None = None
    image: str | None = None


class PictureMessage(Read):
    """A message as the second protocol has it."""

    role: Literal["user"]
    content: tuple[PicturePart, ...]


class PictureMessages(Read):
    """The input of the second protocol."""

    messages: tuple[PictureMessage, ...]


class PictureParameters(Read):
    """The options of an order; without `n` four pictures are made, and paid."""

    size: str = ""
    n: int = Field(default=4, ge=1, le=4)
    seed: int = Field(default=0, ge=0, le=_LARGEST_SEED)
    negative_prompt: str = ""


class PictureBody(Read):
    """A posted order; its input has one shape or the other."""

    input: dict[str, Any]
    parameters: PictureParameters = PictureParameters()


def read_order(body: Any, model: Model) -> PictureOrder | Refusal:
    """Read an order, cut to what the model reads; raise pydantic's ValidationError."""
    posted = PictureBody.model_validate(body)
    texts = _texts(posted, model)
    if isinstance(texts, Refusal):
        return texts
    sides = _sides(posted.parameters.size, model)
    if isinstance(sides, Refusal):
        return sides
    return PictureOrder(
        model=model.name,
        prompt=texts[0][: model.prompt_characters],
        negative_prompt=texts[1][:_NEGATIVE_CHARACTERS],
        width=sides[0],
        height=sides[1],
        count=posted.parameters.n,
        seed=posted.parameters.seed,
        protocol=model.protocol,
    )


def submitted(task: PictureTask) -> dict[str, Any]:
    """Return the answer to a submission."""
    return {"output": {"task_status": "PENDING", "task_id": task.task_id}}


def unknown(task_id: str) -> dict[str, Any]:
    """Return the answer about a task that never was or is forgotten."""
    return {"output": {"task_id": task_id, "task_status": "UNKNOWN"}}


def described(task: PictureTask, link: Callable[[int], str]) -> dict[str, Any]:
    """Return the answer to a poll; `link` gives the address of the n-th picture."""
    output: dict[str, Any] = {
        "task_id": task.task_id,
        "task_status": task.status,
        "submit_time": _stamp(task.submitted_at),
        "scheduled_time": _stamp(task.started_at),
        "end_time": _stamp(task.ended_at),
    }
    output = {name: value for name, value in output.items() if value}
    count = task.order.count
    if task.status == "FAILED":
        output |= {"code": task.code, "message": task.message}
        return {"output": {**output, "task_metrics": _metrics(count, failed=count)}}
    if task.status != "SUCCEEDED":
        return {"output": output}
    if task.order.protocol != "image-synthesis":
        made = painted(task, link)
        return {"output": output | made["output"], "usage": made["usage"]}
    results = [{"orig_prompt": task.order.prompt, "url": link(n)} for n in range(count)]
    output |= {"results": results, "task_metrics": _metrics(count, failed=0)}
    return {"output": output, "usage": {"image_count": count}}


def painted(task: PictureTask, link: Callable[[int], str]) -> dict[str, Any]:
    """Return what the second protocol answers with once the pictures are there."""
    order = task.order
    names = {"type": "image"} if order.protocol == "image-generation" else {}
    choices = [
        {
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": [{"image": link(n), **names}]},
        }
        for n in range(order.count)
    ]
    if order.protocol == "multimodal-generation":
        pixels = {"height": order.height, "image_count": order.count, "width": order.width}
        return {"output": {"choices": choices}, "usage": pixels}
    tokens = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    size = f"{order.width}*{order.height}"
    usage: dict[str, Any] = {"image_count": order.count, "size": size, **tokens}
    return {"output": {"choices": choices, "finished": True}, "usage": usage}


def failure(task: PictureTask) -> Refusal:
    """Return how a call that waited for its pictures is told that there are none."""
    return Refusal(_STATUS.get(task.code, 500), task.code, task.message)


def _metrics(count: int, *, failed: int) -> dict[str, int]:
    return {"TOTAL": count, "SUCCEEDED": count - failed, "FAILED": failed}


def _texts(posted: PictureBody, model: Model) -> tuple[str, str] | Refusal:
    """Return what is wanted and what is not."""
    if model.protocol == "image-synthesis":
        told = PictureInput.model_validate(posted.input)
        return told.prompt, told.negative_prompt
    messages = PictureMessages.model_validate(posted.input).messages
    if len(messages) != 1:
        return _ONE_MESSAGE
    parts = messages[0].content
    texts = [part.text for part in parts if part.text]
    if len(texts) != 1 or any(part.image for part in parts):
        return _ONE_TEXT
    return texts[0], posted.parameters.negative_prompt


def _sides(size: str, model: Model) -> tuple[int, int] | Refusal:
    usual = "1024*1024" if model.side else "1280*1280"
    match = re.fullmatch(r"(\d{1,5})\*(\d{1,5})", size or usual)
    if match is None:
        return Refusal(400, "InvalidParameter", f"size {size!r} does not read width*height")
    width, height = int(match[1]), int(match[2])
    for what, value, limits in (
        ("width", width, model.side),
        ("height", height, model.side),
        ("width times height", width * height, model.pixels or _ANY_PIXELS),
        ("width to height", width / (height or 1), model.ratio),
    ):
        if limits is not None and not limits[0] <= value <= limits[1]:
            said = f"size {size} is not allowed: {what} must be {limits[0]} to {limits[1]}"
            return Refusal(400, "InvalidParameter", said)
    return width, height


def _stamp(seconds: float | None) -> str:
    if seconds is None:
        return ""
    moment = datetime.fromtimestamp(seconds, BEIJING)
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
