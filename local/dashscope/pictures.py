"""Read picture orders and write task answers, in the shapes of the picture interface."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from local.dashscope.replies import Refusal
from local.dashscope.task import PictureOrder

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.dashscope.task import PictureTask

_MODELS = ("local-stand-in-painter", "wan2.2-t2i-", "wanx2.1-t2i-", "wanx2.0-t2i-")
_SHORTEST_SIDE, _LONGEST_SIDE = 512, 1440
_LARGEST_SEED = 2147483647
_BEIJING = timezone(timedelta(hours=8))


class PictureInput(BaseModel):
    """The texts of an order; a seed put here by mistake is passed over, as it would be."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    prompt: str = Field(min_length=1)
    negative_prompt: str = ""


class PictureParameters(BaseModel):
    """The options of an order; without `n` four pictures are made, and paid."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    size: str = "1024*1024"
    n: int = Field(default=4, ge=1, le=4)
    seed: int = Field(default=0, ge=0, le=_LARGEST_SEED)


class PictureBody(BaseModel):
    """A posted order."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    model: str
    input: PictureInput
    parameters: PictureParameters = PictureParameters()


def read_order(body: Any) -> PictureOrder | Refusal:
    """Read a posted order; raise pydantic's ValidationError."""
    posted = PictureBody.model_validate(body)
    if not posted.model.startswith(_MODELS):
        return Refusal(400, "InvalidParameter", "Model not exist.")
    sides = _sides(posted.parameters.size)
    if sides is None:
        return Refusal(
            400,
            "InvalidParameter",
            f"size {posted.parameters.size!r} is not allowed: width and height must each be "
            f"{_SHORTEST_SIDE} to {_LONGEST_SIDE}",
        )
    return PictureOrder(
        model=posted.model,
        prompt=posted.input.prompt,
        negative_prompt=posted.input.negative_prompt,
        width=sides[0],
        height=sides[1],
        count=posted.parameters.n,
        seed=posted.parameters.seed,
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
    results = [{"orig_prompt": task.order.prompt, "url": link(n)} for n in range(count)]
    output |= {"results": results, "task_metrics": _metrics(count, failed=0)}
    return {"output": output, "usage": {"image_count": count}}


def _metrics(count: int, *, failed: int) -> dict[str, int]:
    return {"TOTAL": count, "SUCCEEDED": count - failed, "FAILED": failed}


def _sides(size: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d{1,5})\*(\d{1,5})", size)
    if match is None:
        return None
    width, height = int(match[1]), int(match[2])
    legal = all(_SHORTEST_SIDE <= side <= _LONGEST_SIDE for side in (width, height))
    return (width, height) if legal else None


def _stamp(seconds: float | None) -> str:
    if seconds is None:
        return ""
    moment = datetime.fromtimestamp(seconds, _BEIJING)
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
