"""Cold starts of each function beside two others: the bare SDKs it needs, and one big module.

Each figure is the median over fresh interpreters, taken in turns, in milliseconds of CPU time:
import and first event together. The event is a real one and meets the local stack's services.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from rich.console import Console
from rich.table import Table

from local import keys
from local.stack import ROOT, LocalStack, StackOptions

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HTTP = {
    "submit_trip": ("POST", "/v1/trips"),
    "read_job": ("GET", "/v1/jobs/{job}"),
    "cancel_job": ("POST", "/v1/jobs/{job}/cancel"),
    "review_job": ("POST", "/v1/jobs/{job}/review"),
    "show_poster": ("GET", "/v1/posters/{job}"),
    "task_callback": ("POST", "/v1/callbacks/tasks"),
}
_TASKS = {
    "paint_trip": '{{"job_id": "{job}"}}',
    "paint_scene": '{{"job_id": "{job}"}}',
    "store_result": '{{"task_id": "{job}-1"}}',
}
# What a function's work cannot be done without.
_FLOOR = {
    "dashscope": {"paint_trip", "paint_scene"},
    "numpy": {"store_result"},
    "PIL.Image": {"store_result", "paint_scene"},
}
_TRIP = (ROOT / "examples" / "trips" / "may_day.json").read_text("utf-8")
_OUT = Console(width=120, highlight=False)


@dataclass
class Calls:
    """The requests that reach the services while `noting`."""

    noting: bool = False
    seen: list[tuple[str, str, str, dict[str, str], str]] = field(default_factory=list)

    def front(self, service: str, app: ASGIApp) -> ASGIApp:
        """Put a note-taker before a service."""

        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            body = b""

            async def heard() -> Message:
                nonlocal body
                message = await receive()
                body += message.get("body", b"")
                return message

            await app(scope, heard, send)
            if self.noting and scope["type"] == "http":
                query = dict(parse_qsl(scope["query_string"].decode()))
                told = (service, scope["method"], scope["path"], query)
                self.seen.append((*told, base64.b64encode(body).decode()))

        return noted


class ColdStarts:
    """Starts interpreters against a running stack."""

    def __init__(self, stack: LocalStack, calls: Calls, environment: dict[str, str]) -> None:
        self._stack, self._calls, self._environment = stack, calls, environment
        self._token = stack.keys.token("bench", "driver reviewer service operator")
        self._job = "j" + "a" * 31

    def of(self, function: str, rounds: int) -> dict[str, dict[str, float]]:
        """Return the medians of ours, floor and naive."""
        asked = self._asked(function)
        self._calls.seen.clear()
        self._calls.noting = True
        self._start({**asked, "kind": "ours"})
        self._calls.noting = False
        calls = [each for each in self._calls.seen if each[0] in {"oss", "fc", "eas"}]
        kinds = ("floor", "ours", "naive")
        found: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind in kinds:
                found[kind].append(self._start({**asked, "kind": kind, "calls": calls}))
        return {kind: _medians(runs) for kind, runs in found.items()}

    def _asked(self, function: str) -> dict[str, Any]:
        return {
            "function": function,
            "event": self._event(function),
            "keys": {
                "access_key_id": keys.ACCESS_KEY_ID,
                "access_key_secret": keys.ACCESS_KEY_SECRET,
                "security_token": "",
            },
            "token": self._token if function in _HTTP else "",
            "jwks": self._stack.keys.jwks(),
            "oss": self._stack.urls["oss"],
            "urls": self._stack.urls,
            "sdks": _sdks(function),
            "modules": [f"functions.{each}.handler" for each in functions()] + _adapters(),
            "calls": [],
        }

    def _event(self, function: str) -> str:
        if function in _TASKS:
            return _TASKS[function].format(job=self._job)
        if function not in _HTTP:
            return json.dumps({"triggerName": "every-minute", "payload": "", "events": []})
        method, path = _HTTP[function]
        body = {"submit_trip": _TRIP, "review_job": '{"decision": "approve"}'}.get(function, "")
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "X-Driver-Id": "bench",
        }
        http = {"http": {"method": method, "path": path.format(job=self._job)}}
        event = {"version": "v1", "headers": headers, "body": body, "requestContext": http}
        return json.dumps(event)

    def _start(self, asked: dict[str, Any]) -> dict[str, float]:
        ran = subprocess.run(
            [sys.executable, "-m", "bench.cold_child", json.dumps(asked)],
            env={**self._environment, "OMP_NUM_THREADS": "1"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if ran.returncode:
            sys.exit(f"{asked['function']}, {asked['kind']}: {ran.stderr[-2000:]}")
        told: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
        return told


def functions() -> list[str]:
    """Return all functions, those behind HTTP first."""
    found = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
    return sorted(found, key=lambda name: name not in _HTTP)


def _sdks(function: str) -> list[str]:
    base = ["pydantic", "structlog", "oss2", "requests"]
    token = (
        ["jwt"] if function in _HTTP and function not in {"show_poster", "task_callback"} else []
    )
    return base + token + [name for name, users in _FLOOR.items() if function in users]


def _adapters() -> list[str]:
    return [f"shared.adapters.{p.stem}" for p in (ROOT / "shared" / "adapters").glob("[a-z]*.py")]


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    sums = [run["import_ms"] + run["event_ms"] for run in runs]
    return {
        "ms": statistics.median(sums),
        "import_ms": statistics.median(run["import_ms"] for run in runs),
        "event_ms": statistics.median(run["event_ms"] for run in runs),
        "peak_mb": statistics.median(run["peak_mb"] for run in runs),
    }


def _row(function: str, found: dict[str, dict[str, float]]) -> list[str]:
    ours, floor, naive = found["ours"], found["floor"], found["naive"]
    return [
        function,
        f"{ours['import_ms']:.0f} + {ours['event_ms']:.0f}",
        f"{floor['ms']:.0f}",
        f"{naive['ms']:.0f}",
        f"{ours['ms'] / floor['ms']:.2f}",
        f"{ours['ms'] / naive['ms']:.2f}",
        f"{ours['peak_mb']:.0f} / {floor['peak_mb']:.0f} / {naive['peak_mb']:.0f}",
    ]


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(prog="bench_cold", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("functions", nargs="*", help="all by default")
    asked = parser.parse_args()
    table = Table(
        "function", "ours: import + event", "floor", "naive", "to floor", "to naive", "MB"
    )
    calls = Calls()
    with tempfile.TemporaryDirectory(prefix="bench-cold-") as made:
        options = StackOptions(front=calls.front, timer_scale=1000.0, load=_nothing)
        with LocalStack(Path(made), options) as stack:
            told = json.loads((Path(made) / "stack.json").read_text("utf-8"))
            starts = ColdStarts(stack, calls, {**told["environment"], "PATH": os.defpath})
            for function in asked.functions or functions():
                table.add_row(*_row(function, starts.of(function, asked.rounds)))
    _OUT.print(table)
    _OUT.print(
        f"medians of {asked.rounds} fresh interpreters; CPU ms, ours as import + event; "
        f"MB: ours / floor / naive; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )


def _nothing(_handler: str) -> Any:
    """Run no function: what is invoked meanwhile is not measured and only takes time."""
    return lambda _event, _context: b""


if __name__ == "__main__":
    main()
