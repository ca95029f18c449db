"""A cold start pays for nothing it does not use: seen in fresh interpreters, one a function."""

from __future__ import annotations

import functools
import json
import os
import re
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.functions.context import stack_environment
from local.functions.spec import load_stack
from local.keys import ACCOUNT, ISSUER, load_keys
from tests.architecture.source_files import ROOT, function_names

if TYPE_CHECKING:
    from collections.abc import Iterator

_VENDORS = {"oss2", "dashscope", "requests", "fc2", "jwt", "urllib3", "aiohttp", "httpx"}
_PICTURES = {"numpy", "PIL"}
# Who may load what, once it builds and does its work; nobody else does.
_MAY_LOAD = {
    "dashscope": {"paint_trip", "paint_scene"},
    "PIL": {"paint_scene", "store_result"},
    "numpy": {"store_result"},
    "jwt": {"submit_trip", "read_job"},
    "fc2": set[str](),
}
_HTTP_FUNCTIONS = ("submit_trip", "read_job")
_BUILDER = re.compile(r"\bbootstrap\.(\w+)\(\)")
_JOB_ID = "j" + "a" * 31


@dataclass(frozen=True)
class _Place:
    """Where the cold starts run: an environment in which every service refuses connections."""

    environment: dict[str, str]
    token: str


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Place]:
    keys = load_keys(tmp_path_factory.mktemp("keys"))
    with socket.socket() as unheard:
        # Bound and never listening: nobody else gets the port, and it refuses whoever calls.
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        variables = {
            **dict.fromkeys(("OSS_ENDPOINT", "OSS_PUBLIC_ENDPOINT", "FC_ENDPOINT"), url),
            **{"DASHSCOPE_BASE_URL": url, "EAS_SERVICE_URL": url},
            **{"JWT_ISSUER": ISSUER, "JWT_JWKS": keys.jwks(), "ID_KEY": keys.id_key},
            **{"DASHSCOPE_API_KEY": "sk-none", "EAS_TOKEN": "none", "ALIYUN_ACCOUNT_ID": ACCOUNT},
        }
        stack = load_stack(ROOT / "s.yaml", variables)
        deployed = next(iter(stack.functions.values())).environment
        quick = {"OSS_TIMEOUT_SECONDS": "0.5", "OSS_DEADLINE_SECONDS": "1"}
        token = keys.token("a-driver")
        yield _Place({**deployed, **quick, "PYTHONPATH": str(ROOT)}, token)


def _http_event(method: str, path: str, headers: dict[str, str], body: str = "") -> str:
    context = {"http": {"method": method, "path": path}}
    event = {"version": "v1", "body": body, "headers": headers, "requestContext": context}
    return json.dumps(event, ensure_ascii=False)


def _events(function: str, token: str) -> list[str]:
    """Return a request that is refused, and one that is good and meets a dead object store."""
    if function not in _HTTP_FUNCTIONS:
        return []
    trip = (ROOT / "examples/trips/may_day.json").read_text("utf-8")
    good = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = ("POST", "/v1/trips") if function == "submit_trip" else ("GET", f"/v1/jobs/{_JOB_ID}")
    return [_http_event(*request, {}, trip), _http_event(*request, good, trip)]


@functools.cache
def _cold_start(function: str, place: _Frozen) -> dict[str, Any]:
    source = (ROOT / "functions" / function / "handler.py").read_text("utf-8")
    # The catalogue is read from the bucket; the requests that are served do that.
    builders = sorted(set(_BUILDER.findall(source)) - {"catalogue"})
    asked = {"function": function, "builders": builders, "events": _events(function, place.token)}
    command = [sys.executable, "-m", "tests.architecture.cold_start", json.dumps(asked)]
    ran = subprocess.run(
        command, env=place.environment, cwd=ROOT, capture_output=True, text=True, check=True,
        timeout=120,
    )  # fmt: skip
    *before, answer = ran.stdout.splitlines()
    return {**json.loads(answer), "said": before, "complained": ran.stderr}
