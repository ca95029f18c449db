"""Where a rollout goes: Function Compute and a bucket, by the settings of the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.rollout.probing import faults, probe
from cli.rollout.releasing import Release
from cli.rollout.wanted import TEMPLATE
from local.cloud.fc.spec import load_stack
from local.cloud.fc.variables import SpecError
from shared import settings
from shared.core.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cli.rollout.cloud import FunctionCompute
    from cli.rollout.wanted import Wanted


@dataclass(frozen=True)
class Target:
    """Whose functions these are; `http` says of each by name whether callers reach it by HTTP."""

    cloud: FunctionCompute
    shell: Mapping[str, str]
    http: Mapping[str, bool]

    def wanted(self) -> Wanted:
        """Return what s.yaml wants here."""
        from cli.rollout.wanted import read_wanted

        local = urlsplit(self.shell.get("FC_ENDPOINT", "")).hostname == "127.0.0.1"
        return read_wanted(TEMPLATE, self.shell, added={}, local=local)

    def release(self, alias: str, tell: Callable[[str], object]) -> Release:
        """Return what moves all functions' calls from one version to another."""
        return Release(self.cloud, tuple(self.http), alias, self.fault, tell)

    def fault(self, name: str, qualifier: str) -> str:
        """Run a version once; return what is wrong with it, "" if nothing."""
        return probe(self.cloud, name, qualifier, http=self.http[name])

    def faults(self, qualifier: str) -> dict[str, str]:
        """Run every function once; return what is wrong, by function."""
        return faults(self.fault, dict.fromkeys(self.http, qualifier))


def target() -> Target:
    """Return the target of the environment; SettingsError for what is missing."""
    from cli.rollout.cloud import FunctionCompute
    from shared.settings.invoker import InvokerSettings
    from shared.settings.storage import StorageSettings

    shell, place = settings.variables(), settings.read(StorageSettings)
    endpoint = control_endpoint(settings.read(InvokerSettings).endpoint, place.region)
    try:
        functions = load_stack(TEMPLATE, shell).functions
    except SpecError as error:
        raise InvalidRequestError(str(error)) from error
    cloud = FunctionCompute(endpoint, place.region, settings.environment_credentials())
    return Target(cloud, shell, {name: bool(f.http_triggers) for name, f in functions.items()})


def put_code() -> Callable[..., tuple[str, str]]:
    """Return what puts a zip into the bucket of the state."""
    from cli.rollout.deploying import code_store
    from shared import bootstrap
    from shared.settings.storage import StorageSettings

    return code_store(settings.read(StorageSettings).state_bucket, bootstrap.state())


def control_endpoint(invocations: str, region: str) -> str:
    """Return where the control API is, given where functions are invoked.

    Source: the vendor's component fc3, 2026-05; a stack of one's own has both at one address.
    """
    host = urlsplit(invocations if "://" in invocations else f"//{invocations}").hostname or ""
    return f"fcv3.{region}.aliyuncs.com" if host.endswith(".aliyuncs.com") else invocations
