"""The local stack with the deployed policies enforced, and people with keys of their own."""

from __future__ import annotations

import contextvars
import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from client.trip_posters import TripPosters
from local.cloud.ram.guard import Guard, read_guard
from local.one_process import ADDRESS_FILE
from local.options import StackOptions
from local.painter.plain import plain
from local.stack import ROOT, LocalStack
from shared.settings import credentials
from tests.fakes.poster import poster
from tests.integration.conftest import SAMPLE, mount_as

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.adapters.oss_object_store import OssObjectStore

CALLBACK_SECRET = "whsec_" + "Q" * 44
JUDGES = ("qwen3.7-plus", "local-stand-in-judge")
PAINTERS = ("wan2.6-t2i", "local-stand-in-painter")
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class GuardedStack:
    """The stack, its guard, and a folder for those who come from outside."""

    stack: LocalStack
    guard: Guard
    folder: Path

    @classmethod
    def create(cls, folder: Path) -> GuardedStack:
        """Return a stack that is not started yet; a reviewer sees every shared poster."""
        guard = read_guard(ROOT / "deploy" / "ram")
        options = StackOptions(
            paint=plain,
            guard=guard,
            settings={
                "ANNOUNCE": "after_review",
                "CALLBACK_SECRETS": CALLBACK_SECRET,
                # A model looks at every poster, and is content with each.
                "STYLE_JUDGE": "on",
                "STYLE_JUDGE_LEAST": "0",
                "STYLE_JUDGE_MODEL": " ".join(JUDGES),
                "PICTURE_MODEL": " ".join(PAINTERS),
            },
        )
        return cls(LocalStack(folder / "stack", options), guard, folder)

    def key_of(self, name: str) -> credentials.Credentials:
        """Return a principal's key pair."""
        held = self.guard.principals[name]
        return credentials.Credentials(held.access_key_id, held.access_key_secret)

    def mount_of(self, name: str) -> OssObjectStore:
        """Return the mount as a principal sees it."""
        return mount_as(self.stack, self.key_of(name))

    def posters(self, driver: str, scope: str = "driver") -> TripPosters:
        """Return somebody's client."""
        return TripPosters(self.stack.urls["app"], self.stack.keys.token(driver, scope))

    def previews(self) -> dict[str, str]:
        """Return the link to the picture of each vehicle's generation and paint."""
        headers = {"Authorization": f"Bearer {self.stack.keys.token('driver-1')}"}
        url = f"{self.stack.urls['app']}/v1/vehicles"
        found = requests.get(url, headers=headers, timeout=15).json()["vehicles"]
        return {f"{each['generation']}/{each['paint']}": each["preview"]["url"] for each in found}

    def command(self, *arguments: str) -> str:
        """Run one of the operator's commands by the operator's key; return what it printed."""

        def run() -> tuple[int, str]:
            credentials.act_as(self.key_of("operator"))
            return poster(*arguments)

        status, said = contextvars.copy_context().run(run)
        assert status == 0, said
        return said

    def process(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command with the operator's key in a process of its own."""
        told = json.loads((self.folder / "stack" / ADDRESS_FILE).read_text("utf-8"))
        operator = self.key_of("operator")
        told["environment"] |= {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": operator.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": operator.access_key_secret,
        }
        outside = self.folder / "outside"
        outside.mkdir(exist_ok=True)
        (outside / ADDRESS_FILE).write_text(json.dumps(told), encoding="utf-8")
        command = [sys.executable, "-m", "cli", *arguments, "--data", str(outside)]
        return subprocess.run(  # noqa: S603 - ourselves
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=180
        )


def trip(**changes: Any) -> dict[str, Any]:
    """Return the sample trip, changed."""
    return {**json.loads(SAMPLE.read_bytes()), **changes}


def wait(until: Callable[[], object], what: str) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < end, f"{what} did not come about"
        threading.Event().wait(0.2)
