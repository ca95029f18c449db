"""What is measured of a web function's start: the process until its first page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from local.cloud.fc.spec import FunctionSpec
from local.cloud.fc.web_server import WebServer
from tools.bench.web_starts import BARE, _medians

if TYPE_CHECKING:
    from pathlib import Path


def test_a_start_ends_with_the_first_page_and_each_round_is_a_new_process(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BARE)
    server = WebServer(command=(sys.executable, "app.py"), health_path="/studio/alive")
    bare = FunctionSpec("bare", "a.b", "custom", code=str(tmp_path), server=server)
    ((name, found),) = _medians(None, {"bare": bare}, tmp_path / "made", 2)
    assert name == found.function == "bare"
    assert found.ms > 50
    assert found.mb > 5
