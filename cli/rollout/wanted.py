"""What s.yaml wants deployed, in the words of Function Compute's API."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.frame import ROOT
from local.cloud.fc.spec import LATEST
from local.cloud.fc.variables import SpecError, read_document
from shared.core.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of a resource's properties, what is not the function's own configuration.
_APART = (
    *("functionName", "region", "code", "triggers", "customDomain"),
    *("asyncInvokeConfig", "concurrencyConfig", "scalingConfig", "provisionConfig"),
)
TEMPLATE = ROOT / "s.yaml"


class TemplateError(BundleError):
    """The template or its code cannot be deployed; the words say what to do."""


@dataclass(frozen=True)
class WantedFunction:
    """A function as it shall be; `code` is its zip, and what is None is not configured."""

    name: str
    config: Mapping[str, Any]
    code: Path
    triggers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ends: Mapping[str, Any] | None = None
    cap: Mapping[str, Any] | None = None
    scaling: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Wanted:
    """All functions, and the domains by name; `qualifier` is what triggers and routes call."""

    functions: tuple[WantedFunction, ...]
    domains: Mapping[str, Mapping[str, Any]]
    qualifier: str


def read_wanted(
    template: Path, env: Mapping[str, str], *, added: Mapping[str, str], local: bool
) -> Wanted:
    """Read a template with the variables of a shell; TemplateError where it cannot be deployed.

    `added` are variables that every function gets besides its own. A `local` domain is asked by
    plain HTTP.
    """
    try:
        resources = read_document(template, env)["resources"].values()
    except SpecError as error:
        raise TemplateError(str(error)) from error
    props = [(each["component"], each["props"]) for each in resources]
    functions = tuple(
        _function(each, template.parent, added) for kind, each in props if kind == "fc3"
    )
    domains = dict(_domain(each, local=local) for kind, each in props if kind == "fc3-domain")
    qualifiers = {
        trigger.get("qualifier", LATEST) for each in functions for trigger in each.triggers.values()
    }
    if len(qualifiers) > 1:
        msg = f"{template}: triggers call {' and '.join(sorted(qualifiers))}; let all call one"
        raise TemplateError(msg)
    return Wanted(functions, domains, next(iter(qualifiers), LATEST))


def _function(props: Mapping[str, Any], place: Path, added: Mapping[str, str]) -> WantedFunction:
    config = {key: value for key, value in props.items() if key not in _APART}
    config["environmentVariables"] = {**config.get("environmentVariables", {}), **added}
    triggers = {each["triggerName"]: _trigger(each) for each in props.get("triggers", [])}
    return WantedFunction(
        props["functionName"],
        config,
        _zip(place / props["code"]),
        triggers,
        props.get("asyncInvokeConfig"),
        props.get("concurrencyConfig"),
        props.get("scalingConfig"),
    )


def _zip(path: Path) -> Path:
    """Return a function's zip; TemplateError where it has not been built."""
    if path.suffix != ".zip" or not path.is_file():
        raise TemplateError(f"{path} is not there, or no zip; build it: poster build")
    return path


def _trigger(values: Mapping[str, Any]) -> dict[str, Any]:
    config = values["triggerConfig"]
    return {**values, "triggerConfig": json.dumps(config, sort_keys=True)}


def _domain(props: Mapping[str, Any], *, local: bool) -> tuple[str, dict[str, Any]]:
    wanted = {key: value for key, value in props.items() if key != "region"}
    if local:
        wanted = {k: v for k, v in wanted.items() if k not in {"certConfig", "tlsConfig"}}
        wanted["protocol"] = "HTTP"
    return str(props["domainName"]), wanted
