"""The stand-in for DashScope, and the SDK's address set to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dashscope
import pytest

from tests.fakes.served_dashscope import Service
from tests.fakes.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="stage", scope="module")
def _stage() -> Iterator[Stage]:
    stage = Stage()
    with stage.server:
        yield stage


@pytest.fixture(name="service")
def _service(tmp_path: Path, stage: Stage) -> Iterator[Service]:
    service = Service(tmp_path, stage)
    before = dashscope.base_http_api_url
    dashscope.base_http_api_url = f"{service.url}/api/v1"
    yield service
    dashscope.base_http_api_url = before
    dashscope.close_shared_sync_session()
    service.gate.set()
    service.state.close()
