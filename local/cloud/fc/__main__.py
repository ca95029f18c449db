"""Run any project's s.yaml (component fc3, Python and web functions) on this machine.

Every function runs in processes of its own, with its own code and environment; HTTP triggers,
timers and OSS triggers fire as they would in the cloud. Without a template it is an empty cloud
that takes deployments.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import sys
import threading
from collections.abc import Container, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from starlette.types import ASGIApp

from local.cloud.fc.context import Account, ContextFactory, Credentials, function_environment
from local.cloud.fc.control.api import CODE_BUCKET
from local.cloud.fc.domain_auth import TokenCheck, parse
from local.cloud.fc.gateway import create_gateway_app
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.instances import Instances, inherited
from local.cloud.fc.invocation_api import create_fc_app
from local.cloud.fc.platform import Platform, PlatformOptions
from local.cloud.fc.spec import FunctionSpec, Route, Stack, load_stack
from local.cloud.fc.triggers import OssTriggers, Timers
from local.cloud.fc.variables import SpecError
from local.cloud.fc.web_instances import WebInstances
from local.cloud.identity import keys
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.errors import OssError
from local.cloud.oss.store import BucketStore, utc_now
from local.cloud.serving import LoopbackServer, PortTakenError

_ROLE = Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET)
_ACCOUNT = Account(keys.ACCOUNT, keys.REGION, _ROLE)
_KEYS = {keys.ACCESS_KEY_ID: keys.ACCESS_KEY_SECRET}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM; return the exit status."""
    asked, console = _parser().parse_args(arguments), Console(highlight=False, soft_wrap=True)
    with ExitStack() as running:
        try:
            urls = (start_project if asked.template else start_empty)(asked, running)
        except (SpecError, PortTakenError, OssError, ValueError) as error:
            console.print(str(error), style="red", markup=False)
            return 2
        for name, url in urls.items():
            console.print(f"{name:<24} {url}")
        ending = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ending.set())
        ending.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cloud.fc", description=__doc__)
    add = parser.add_argument
    add("--template", type=Path, help="the project's s.yaml; without it, wait for deployments")
    add("--data", type=Path, default=Path(".fc"), help="where events, buckets and logs are stored")
    add("--port", type=int, default=9000, help="the first port; 0: any that are free")
    add("--bucket", action="append", default=[], help="besides those of the OSS triggers")
    add(
        "--python", type=Path, default=Path(sys.executable), help="what runs a template's functions"
    )
    return parser


def start_project(asked: argparse.Namespace, running: ExitStack) -> dict[str, str]:
    """Run a template's functions as long as `running` is open; return the addresses by name."""
    stack = load_stack(asked.template, os.environ)  # noqa: TID251 - for the file's ${env()}
    project = Project(stack, asked, running)
    project.start()
    return project.servers.urls


def start_empty(asked: argparse.Namespace, running: ExitStack) -> dict[str, str]:
    """Run what is deployed, now or before, in the same way; return the addresses by name."""
    servers, root = Servers(asked.port, running), asked.data / "fc"
    root.mkdir(parents=True, exist_ok=True)
    store = BucketStore(asked.data / "oss", sorted({CODE_BUCKET, *asked.bucket}))
    # Behind a company's proxy, too, what is deployed reaches this cloud.
    options = PlatformOptions(more={"no_proxy": "127.0.0.1"})
    platform = Platform(root, _ACCOUNT, store, clock=utc_now, options=options)
    servers.serve("domain", platform.gateway(_KEYS))
    servers.serve("api", platform.api(_KEYS))
    store.subscribe(OssTriggers(platform.functions, platform.host))
    servers.serve("oss", _oss(store, {CODE_BUCKET}))
    running.enter_context(platform)
    return servers.urls


def _oss(store: BucketStore, old: Container[str] = ()) -> ASGIApp:
    return create_oss_app(store, keys=_KEYS, region=keys.REGION, clock=utc_now, old_buckets=old)


class Servers:
    """Apps on ports that count up from the first, as long as `running` is open."""

    def __init__(self, port: int, running: ExitStack) -> None:
        self.urls: dict[str, str] = {}
        self._running = running
        self._ports = itertools.count(port) if port else itertools.repeat(0)

    def serve(self, name: str, app: ASGIApp) -> None:
        """Serve one more."""
        server = self._running.enter_context(LoopbackServer(app, port=next(self._ports)))
        self.urls[name] = server.url


class Project:
    """A template's functions and their triggers, as long as `running` is open."""

    def __init__(self, stack: Stack, asked: argparse.Namespace, running: ExitStack) -> None:
        self.servers = Servers(asked.port, running)
        self._stack, self._asked, self._running = stack, asked, running
        self._functions = {name: self._placed(each) for name, each in stack.functions.items()}
        asked.data.mkdir(parents=True, exist_ok=True)

        def variables(function: FunctionSpec) -> dict[str, str]:
            return {**inherited(), **function_environment(function, _ACCOUNT)}

        def python(_: str) -> Path:
            found: Path = asked.python
            return found

        instances = Instances(asked.data, variables, python=python, bare=False)
        running.callback(instances.stop)
        web = WebInstances(asked.data, variables, python=python, bare=False)
        running.callback(web.stop)
        self._host = FunctionHost(
            self._functions,
            root=asked.data / "fc",
            context_factory=ContextFactory(_ACCOUNT),
            clock=utc_now,
            load=instances,
            web=web,
        )

    def start(self) -> None:
        """Serve, then let asynchronous events and timers run."""
        functions, serve = self._functions, self.servers.serve
        serve("domain", self._gateway(self._stack.routes, parse(self._stack.auth_config)))
        serve("api", create_fc_app(self._host, keys=_KEYS, clock=utc_now))
        buckets = {t.bucket for each in functions.values() for t in each.oss_triggers}
        store = BucketStore(self._asked.data / "oss", sorted(buckets | {*self._asked.bucket}))
        store.subscribe(OssTriggers(functions, self._host))
        serve("oss", _oss(store))
        for name, function in functions.items():
            if function.http_triggers:
                # As in the cloud, a trigger has an address of its own besides the domain.
                serve(name, self._gateway([Route("/*", name)]))
        self._running.enter_context(self._host)
        self._running.callback(Timers(functions, self._host, clock=utc_now).start().stop)

    def _gateway(self, routes: Sequence[Route], check: TokenCheck | None = None) -> ASGIApp:
        return create_gateway_app(self._host, routes, clock=utc_now, keys=_KEYS, check=check)

    def _placed(self, function: FunctionSpec) -> FunctionSpec:
        """Return a function whose code is read beside the template."""
        code = self._asked.template.parent / function.code
        if not code.is_dir():
            msg = f"{self._asked.template}: {function.name}: code: {function.code} is no folder"
            raise SpecError(msg)
        return replace(function, code=str(code.resolve()))


if __name__ == "__main__":
    sys.exit(main())
