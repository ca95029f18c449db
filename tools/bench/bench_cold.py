"""Cold starts of each function beside two others: the bare SDKs it needs, and one big module.

Each figure is the median over fresh interpreters, taken in turns, in milliseconds of CPU time:
import and first event together. The event is a real one and meets the local stack's services.
With an artifact it is what `poster build` has built that starts, in a Python of its version.
A second table has the starts out of the zips as they are deployed, beside this checkout's; a
third one those of the web function, beside a bare app's.
"""

import base64
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cli.bundle.staging import HEAVY
from local.cloud.identity import keys
from local.options import StackOptions
from local.printed import command_console, print_table
from local.stack import MOUNT_BUCKET, ROOT, LocalStack
from shared.core import webhooks
from shared.core.errors import NotFoundError
from tools.bench.deployed_starts import print_starts
from tools.bench.own_process import load
from tools.bench.web_starts import print_web_starts

_OBJECT = {"key": "output/JOB-1/task.json", "size": 100}
_CREATED = {
    "eventName": "ObjectCreated:PutObject",
    "oss": {"bucket": {"name": MOUNT_BUCKET}, "object": _OBJECT},
}
_TASKS: dict[str, dict[str, Any]] = {
    "paint_trip": {"job_id": "JOB"},
    "paint_scene": {"job_id": "JOB"},
    "store_result": {"task_id": "JOB-1"},
    "record_output": {"events": [_CREATED]},
    "run_erasure": {"erasure_id": "e" + "a" * 31},
}
_WITHOUT_TOKEN = {"show_poster", "task_callback"}
# What a function's work cannot be done without.
_FLOOR = {
    "dashscope": {"paint_trip", "paint_scene"},
    "numpy": {"store_result"},
    "PIL.Image": {"store_result", "paint_scene"},
}
_SECRET = "whsec_" + "Q" * 44
_BODIES = {
    "submit_trip": (ROOT / "examples" / "trips" / "may_day.json").read_text("utf-8"),
    "review_job": '{"decision": "approve"}',
    "change_share": '{"share": true}',
    "repaint_job": "{}",
    "task_callback": '{"task_id": "JOB-1"}',
}
_ADAPTERS = ROOT / "shared" / "adapters"
_OUT = command_console()


@dataclass
class Calls:
    """The requests that reach the services."""

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
            if scope["type"] == "http":
                query = dict(parse_qsl(scope["query_string"].decode()))
                told = (service, scope["method"], scope["path"], query)
                self.seen.append((*told, base64.b64encode(body).decode()))

        return noted


@dataclass(frozen=True)
class Built:
    """What is started: this folder, or an artifact, whose light half most functions have."""

    python: str = sys.executable
    artifact: Path | None = None

    def folder(self, function: str, kind: str) -> Path:
        """Return where a program finds its packages."""
        if self.artifact is None:
            return ROOT
        heavy = kind == "naive" or function in HEAVY
        return self.artifact if heavy else self.artifact.with_name(f"{self.artifact.name}-light")


class ColdStarts:
    """Starts interpreters against a running stack."""

    def __init__(self, stack: LocalStack, calls: Calls, environment: dict[str, str],
                 built: Built) -> None:  # fmt: skip
        self._stack, self._calls, self._environment = stack, calls, environment
        self._built = built
        self._token = stack.keys.token("bench", "driver reviewer service operator")
        self._job = "j" + "a" * 31

    def of(self, function: str, rounds: int) -> dict[str, dict[str, float]]:
        """Return the medians of ours, floor and naive."""
        asked = self._asked(function)
        self._calls.seen.clear()
        self._start({**asked, "kind": "ours"})
        calls = [each for each in self._calls.seen if each[0] in {"oss", "fc", "eas"}]
        asked |= {"calls": calls, "sdks": _sdks(function, calls={each[0] for each in calls})}
        kinds = ("floor", "ours", "naive")
        found = [[self._start({**asked, "kind": kind}) for kind in kinds] for _ in range(rounds)]
        return {kind: _medians(runs) for kind, *runs in zip(kinds, *found, strict=True)}

    def _asked(self, function: str) -> dict[str, Any]:
        return {
            "function": function,
            "event": self._event(function),
            "keys": {
                "access_key_id": keys.ACCESS_KEY_ID,
                "access_key_secret": keys.ACCESS_KEY_SECRET,
                "security_token": "",
            },
            "token": self._token if function in _http() else "",
            "jwks": self._stack.keys.jwks(),
            "oss": self._stack.urls["oss"],
            "urls": self._stack.urls,
            "sdks": [],
            "modules": [
                *(f"functions.{each}.handler" for each in all_functions()),
                *(f"shared.adapters.{each.stem}" for each in _ADAPTERS.glob("[a-z]*.py")),
            ],
            "calls": [],
        }

    def _event(self, function: str) -> str:
        if function in _TASKS:
            return json.dumps(_TASKS[function]).replace("JOB", self._job)
        if function not in _http():
            return json.dumps({"triggerName": "every-minute", "payload": "", "events": []})
        method, path = _http()[function]
        body = _BODIES.get(function, "").replace("JOB", self._job)
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "X-Driver-Id": "bench",
        }
        if function == "task_callback":
            headers = webhooks.signed_headers("bench", int(time.time()), body.encode(), [_SECRET])
        path = path.format(job_id=self._job, **_TASKS["run_erasure"])
        http = {"http": {"method": method, "path": path}}
        event = {"version": "v1", "headers": headers, "body": body, "requestContext": http}
        return json.dumps(event)

    def _start(self, asked: dict[str, Any]) -> dict[str, float]:
        folder = self._built.folder(asked["function"], asked["kind"])
        ran = subprocess.run(
            [self._built.python, ROOT / "tools" / "bench" / "cold_child.py", json.dumps(asked)],
            env={**self._environment, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(folder)},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if ran.returncode:
            sys.exit(f"{asked['function']}, {asked['kind']}: {ran.stderr[-2000:]}")
        told: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
        return told


@functools.cache
def _http() -> dict[str, tuple[str, str]]:
    """Return method and path of the functions behind HTTP."""
    paths = json.loads((ROOT / "openapi.json").read_bytes())["paths"]
    return {
        operation["operationId"]: (method.upper(), path)
        for path, operations in paths.items()
        for method, operation in operations.items()
    }


def all_functions() -> list[str]:
    """Return all functions, those behind HTTP first."""
    found = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
    return sorted(found, key=lambda name: name not in _http())


def _sdks(function: str, *, calls: set[str]) -> list[str]:
    base = ["pydantic", "structlog"]
    base += ["oss2"] if "oss" in calls else []
    base += ["requests"] if calls else []
    token = ["jwt"] if function in _http() and function not in _WITHOUT_TOKEN else []
    return base + token + [name for name, users in _FLOOR.items() if function in users]


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    named = ("import_ms", "event_ms", "peak_mb")
    found = {name: statistics.median(run[name] for run in runs) for name in named}
    return {**found, "ms": statistics.median(run["import_ms"] + run["event_ms"] for run in runs)}


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


def main(wanted: Sequence[str], *, rounds: int, artifact: Path | None, python: str) -> None:
    """Measure and print both tables; the first of an artifact, with a Python of its version."""
    if unknown := set(wanted) - set(all_functions()):
        msg = f"no function {', '.join(unknown)}; there are: {', '.join(all_functions())}"
        raise NotFoundError(msg)
    heads = ("function", "ours: import + event", "floor", "naive", "to floor", "to naive", "MB")
    calls, built = Calls(), Built(python, artifact and artifact.resolve())
    with tempfile.TemporaryDirectory(prefix="bench-cold-") as made:
        # No function is run: what is invoked meanwhile is not measured and only takes time.
        options = StackOptions(
            front=calls.front, timer_scale=1000.0, load=lambda _: lambda _event, _context: b""
        )
        with LocalStack(Path(made), options) as stack:
            told = json.loads((Path(made) / "stack.json").read_text("utf-8"))
            set_here = {"PATH": os.defpath, "CALLBACK_SECRETS": _SECRET}
            starts = ColdStarts(stack, calls, {**told["environment"], **set_here}, built)
            rows = [_row(each, starts.of(each, rounds)) for each in wanted or all_functions()]
            print_table(_OUT, rows, heads=heads)
            _OUT.print(
                f"medians of {rounds} fresh interpreters; CPU ms, ours as import + event; "
                f"MB: ours / floor / naive; {load()}\n"
            )
            print_starts(stack, wanted or all_functions(), Path(made) / "starts", rounds)
            if not wanted:
                print_web_starts(stack, Path(made) / "web", rounds)
