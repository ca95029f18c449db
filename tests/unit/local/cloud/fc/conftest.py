"""A host over handlers written in the test, with a clock that the test moves."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

import functions
from local.cloud.fc.context import Account, ContextFactory, Credentials
from local.cloud.fc.host import FunctionHost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from local.cloud.fc.runtime import Handler
    from local.cloud.fc.spec import FunctionSpec

ACCOUNT = Account("1234567890123456", "cn-shanghai", Credentials("key", "secret", "token"))


@dataclass
class MovableClock:
    """A clock that stands still until the test moves it."""

    now: datetime = datetime(2024, 5, 2, 14, 38, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class HostMaker:
    """Make hosts on one root, as restarts of the same platform."""

    root: Path
    clock: MovableClock
    handlers: dict[str, Handler] = field(default_factory=dict)
    made: list[FunctionHost] = field(default_factory=list)

    def __call__(self, *functions: FunctionSpec, **options: Any) -> FunctionHost:
        settings: dict[str, Any] = {
            "load": lambda spec: self.handlers[spec.handler.removesuffix(".handler")],
            "retry_base_s": 0.0,
            "parallel": 4,
            **options,
        }
        host = FunctionHost(
            {function.name: function for function in functions},
            root=self.root,
            context_factory=ContextFactory(ACCOUNT),
            clock=self.clock,
            **settings,
        )
        self.made.append(host)
        return host

    def started(self, *functions: FunctionSpec, **options: Any) -> FunctionHost:
        return self(*functions, **options).start()

    def handler(self, name: str) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            self.handlers[name] = handler
            return handler

        return keep


@dataclass(frozen=True)
class Package:
    """A code package in a folder: root modules, and modules inside `functions`."""

    root: Path

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), "utf-8")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(functions, "__path__", [*functions.__path__, str(tmp_path / "functions")])
    yield Package(tmp_path)
    for name in [n for n in sys.modules if n.startswith(("fc_", "functions.fc_"))]:
        del sys.modules[name]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def account() -> Account:
    return ACCOUNT


@pytest.fixture
def hosts(tmp_path: Path, clock: MovableClock) -> Iterator[HostMaker]:
    maker = HostMaker(tmp_path / "fc", clock)
    yield maker
    for host in maker.made:
        host.stop(grace_s=1.0)
