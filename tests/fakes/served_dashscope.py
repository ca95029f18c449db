"""The stand-in for DashScope as tests serve it, with a clock and a painter that wait."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from local.cloud.dashscope.app import create_dashscope_app
from local.models.played import played

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.stage import Stage


KEY = "sk-local"
PNG = b"\x89PNG\r\n\x1a\n"


class Service:
    """The stand-in being served, its clock and its painter's gate."""

    def __init__(self, root: Path, stage: Stage) -> None:
        self.now: float | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.state = played(
            root, paint=self._paint, clock=lambda: self.now or time.time(), life_seconds=3600
        )
        stage.app = create_dashscope_app(self.state, api_key=KEY)
        self.url = stage.server.url

    def _paint(self, prompt: str, width: int, height: int, seed: int) -> bytes:
        self.gate.wait(5)
        return PNG + f"{width}x{height} {seed} {prompt}".encode()
