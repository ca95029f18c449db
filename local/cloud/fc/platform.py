"""Function Compute that takes deployments: its API, its doors, and what runs behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette

from local.cloud.fc.context import Account, ContextFactory, Credentials, function_environment
from local.cloud.fc.control.api import Control
from local.cloud.fc.domain_auth import parse
from local.cloud.fc.gateway import create_gateway_app
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.instances import Instances
from local.cloud.fc.invocation_api import create_fc_app
from local.cloud.fc.shapes import HttpRequest
from local.cloud.fc.spec import FunctionSpec, Route
from local.cloud.fc.triggers import Timers
from local.cloud.fc.web_instances import WebInstances
from local.cloud.oss.store import BucketStore
from local.cloud.ram.guard import Allows


@dataclass(frozen=True)
class PlatformOptions:
    """How a platform runs what is deployed.

    `role_of` gives the keys of a function's role, the account's without it. `more` are variables
    that every instance has besides its function's. The others are those of host and timers.
    """

    role_of: Callable[[FunctionSpec], Credentials] | None = None
    more: Mapping[str, str] | None = None
    duplicate_every: int | None = None
    parallel: int = 8
    timer_scale: float = 1.0


class Platform:
    """What is deployed below `root`, from the API call to the process; `store` has the zips."""

    def __init__(
        self,
        root: Path,
        account: Account,
        store: BucketStore,
        *,
        clock: Callable[[], datetime],
        options: PlatformOptions | None = None,
    ) -> None:
        options = options or PlatformOptions()
        contexts = ContextFactory(account, role_of=options.role_of)
        self._clock = clock
        self.control = Control(
            root,
            account,
            clock=clock,
            read_object=lambda bucket, key: store.get(bucket, key)[1],
            address=lambda name, qualifier: f"http://{name}.{qualifier}.fcapp.localhost",
        )
        self.functions = self.control.deployed

        def variables(function: FunctionSpec) -> Mapping[str, str]:
            own = function_environment(function, contexts.account_of(function))
            return {**(options.more or {}), **own}

        self.instances = Instances(root, variables)
        self.web = WebInstances(root, variables)
        self.host = FunctionHost(
            self.functions,
            root=root,
            context_factory=contexts,
            clock=clock,
            load=self.instances,
            duplicate_every=options.duplicate_every,
            parallel=options.parallel,
            web=self.web,
        )
        self.timers = Timers(self.functions, self.host, clock=clock, scale=options.timer_scale)
        self._running = ExitStack()

    def api(self, keys: Mapping[str, str], allows: Allows | None = None) -> Starlette:
        """Return the app of FC's API.

        `keys` maps access key ids to secrets; `allows` says what their holders may do.
        """
        return create_fc_app(
            self.host, keys=keys, clock=self._clock, allows=allows, control=self.control
        )

    def gateway(self, keys: Mapping[str, str], domain: str = "") -> Starlette:
        """Return the app of a custom domain; of the only one where it is not named."""

        def checked(request: HttpRequest) -> HttpRequest:
            check = parse(self.functions.auth(domain))
            return check(request) if check else request

        routes = _Routes(lambda: self.functions.routes(domain))
        return create_gateway_app(self.host, routes, clock=self._clock, keys=keys, check=checked)

    def start(self) -> Platform:
        """Let asynchronous events and timers run."""
        self._running.callback(self.instances.stop)
        self._running.callback(self.web.stop)
        self._running.enter_context(self.host)
        self._running.callback(self.timers.start().stop)
        return self

    def stop(self) -> None:
        """Stop everything; events that have not ended run again at the next start."""
        self._running.close()

    def __enter__(self) -> Platform:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Routes:
    """Routes as they are deployed at the moment somebody looks."""

    def __init__(self, look: Callable[[], tuple[Route, ...]]) -> None:
        self._look = look

    def __iter__(self) -> Iterator[Route]:
        return iter(self._look())
