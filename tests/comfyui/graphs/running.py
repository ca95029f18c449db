"""Run a case on one side, with models to ask that say how often they were paid."""

from __future__ import annotations

import io
import json
import threading
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PIL import Image

from local.cloud.dashscope.app import create_dashscope_app
from local.cloud.serving import LoopbackServer
from local.models.played import played

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.cloud.dashscope.calls import CallKind
    from tests.comfyui.graphs.cases import Case, Step
    from tests.comfyui.graphs.sides import Side

KEY = "sk-local"
_WAIT_SECONDS = 60.0
# How long a text takes that is to be interrupted.
_SLOW_SECONDS = 1.0


class Models:
    """The stand-in for DashScope; a picture is not finished before `go_on` is set."""

    def __init__(self, folder: Path) -> None:
        self.go_on = threading.Event()
        self.state = played(folder, paint=self._paint)

    def _paint(self, _prompt: str, width: int, height: int, seed: int) -> bytes:
        self.go_on.wait(_WAIT_SECONDS)
        out = io.BytesIO()
        Image.new("RGB", (width, height), (seed % 256, 60, 90)).save(out, "PNG")
        return out.getvalue()

    def paid(self) -> tuple[int, int]:
        """Return how many texts and pictures were asked for so far."""
        calls = self.state.calls
        return calls.count("text"), calls.count("image")


@contextmanager
def served_models(folder: Path, port: int = 0) -> Iterator[tuple[str, Models]]:
    """Serve the stand-in on a port of this machine; yield its address."""
    models = Models(folder)
    with LoopbackServer(create_dashscope_app(models.state, api_key=KEY), port=port) as server:
        yield server.url, models
    models.state.close()


def run_case(case: Case, side: Side, models: Models) -> list[dict[str, Any]]:
    """Return the gist of each posting, and last what was paid in all of them."""
    word = f"run-{uuid.uuid4().hex[:12]}"
    before, gists = models.paid(), []
    for step in case.steps:
        if step.act == "post":
            said = json.dumps(_posted(step, side, models, word), ensure_ascii=False)
            gists.append(json.loads(said.replace(word, "{run}")))
        else:
            side.do(step.act)
    texts, pictures = (now - then for now, then in zip(models.paid(), before, strict=True))
    return [*gists, {"outcome": f"paid {texts} texts, {pictures} pictures"}]


def _posted(step: Step, side: Side, models: Models, word: str) -> dict[str, Any]:
    graph = json.loads(json.dumps(step.graph).replace("{run}", word))
    models.go_on.set()
    if step.interrupt is None:
        return side.post(graph)
    if step.interrupt == "text":
        models.state.behaviour.set("text", "drip", times=1, seconds=_SLOW_SECONDS)
    models.go_on.clear()
    interrupter = threading.Thread(
        target=_interrupt,
        args=(side, models, step.interrupt, models.state.calls.count(step.interrupt)),
    )
    interrupter.start()
    try:
        return side.post(graph)
    finally:
        interrupter.join()


def _interrupt(side: Side, models: Models, kind: CallKind, before: int) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while models.state.calls.count(kind) == before and time.monotonic() < deadline:
        time.sleep(0.01)
    side.interrupt()
