"""A Function Compute called by the vendor's SDK that notes changes, and what is deployed to it."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cli.rollout.cloud import FunctionCompute
from cli.rollout.deploying import Deploying, code_store
from shared.settings.credentials import Credentials
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from pathlib import Path

    from cli.rollout.wanted import Wanted, WantedFunction
    from local.cloud.oss.store import BucketStore

BUCKET = "state"
_READING = ("get_", "list_")


class WatchedCloud(FunctionCompute):
    """Notes every call that changes something."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "cn-shanghai", Credentials("key", "secret"))
        self.changing: list[str] = []

    def call(self, action: str, *names: str, **values: Any) -> Any:
        if not action.startswith(_READING):
            self.changing.append(" ".join((action, *names)))
        return super().call(action, *names, **values)


def zipped(path: Path, text: str) -> Path:
    """Write a zip with one module."""
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("index.py", text)
    return path


@dataclass
class Place:
    """What is wanted, and how it is deployed; `stored` are the zips that were put."""

    cloud: WatchedCloud
    objects: BucketStore
    wanted: Wanted
    stored: list[str] = field(default_factory=list)

    def deploy(self) -> list[str]:
        """Deploy what is wanted; return the calls that changed something."""
        self.cloud.changing.clear()
        Deploying(self.cloud, self._put, tell=lambda _: None).apply(self.wanted)
        return list(self.cloud.changing)

    def _put(self, path: Path) -> tuple[str, str]:
        fake = FakeObjectStore()
        bucket, key = code_store(BUCKET, fake)(path)
        self.stored.append(key)
        self.objects.put(BUCKET, key, path.read_bytes(), content_type="application/zip")
        return bucket, key

    def want(self, name: str, **changed: Any) -> None:
        """Want something of a function otherwise."""
        self.wanted = replace(
            self.wanted,
            functions=tuple(
                replace(each, **changed) if each.name == name else each
                for each in self.wanted.functions
            ),
        )

    def wants(self, name: str) -> WantedFunction:
        return next(each for each in self.wanted.functions if each.name == name)


def timer(qualifier: str) -> dict[str, Any]:
    config = '{"cronExpression": "@every 4m", "enable": false, "payload": ""}'
    return {
        "triggerName": "clock",
        "triggerType": "timer",
        "qualifier": qualifier,
        "triggerConfig": config,
    }
