"""What s.yaml says about the functions: read once, checked, frozen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.functions.schedule import ScheduleError, parse_schedule
from local.functions.sections import Section, SpecError
from local.functions.variables import read_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "AsyncConfig",
    "FunctionSpec",
    "HttpTrigger",
    "OssTrigger",
    "Route",
    "SpecError",
    "Stack",
    "TimerTrigger",
    "load_stack",
]

_NAME = re.compile(r"[_a-zA-Z][-_a-zA-Z0-9]{0,63}")
_HANDLER = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*")
_FUNCTION_ARN = re.compile(r"acs:fc:[^:]*:[^:]*:functions/([^/]+)")
_BUCKET_ARN = re.compile(r"acs:oss:[^:]*:[^:]*:([^/:]+)")
_WEEK_SECONDS = 604_800
# What would change how a function runs, and is not done here, is refused rather than ignored.
_NOT_DONE = ("instanceLifecycleConfig", "customDomain", "instanceConcurrency")


@dataclass(frozen=True)
class HttpTrigger:
    """An HTTP trigger: who may call (`anonymous`, `function`, `jwt`) and by which methods."""

    name: str
    auth: str
    methods: tuple[str, ...]


@dataclass(frozen=True)
class OssTrigger:
    """A native OSS trigger; events carry the `oss:` prefix as in s.yaml."""

    name: str
    bucket: str
    events: tuple[str, ...]
    prefix: str
    suffix: str


@dataclass(frozen=True)
class TimerTrigger:
    """A timer; `cron` is six fields with an optional CRON_TZ, or `@every 4m`."""

    name: str
    cron: str
    enabled: bool
    payload: str


@dataclass(frozen=True)
class AsyncConfig:
    """How asynchronous invocations are retried, when they expire, and who hears of the end."""

    retries: int = 3
    max_event_age_s: int = 86_400
    on_failure: str | None = None
    on_success: str | None = None
    task_mode: bool = False


@dataclass(frozen=True)
class FunctionSpec:
    """One function as FC would deploy it."""

    name: str
    handler: str
    runtime: str = "python3.10"
    timeout_s: float = 3
    memory_mb: int = 512
    reserved_concurrency: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    async_config: AsyncConfig = AsyncConfig()
    http_triggers: tuple[HttpTrigger, ...] = ()
    oss_triggers: tuple[OssTrigger, ...] = ()
    timer_triggers: tuple[TimerTrigger, ...] = ()


@dataclass(frozen=True)
class Route:
    """One route of the custom domain; `*` is one segment, or the rest; no methods means any."""

    path: str
    function: str
    methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stack:
    """All functions of a stack file, by name, and the routes of its domain."""

    name: str
    functions: Mapping[str, FunctionSpec]
    routes: tuple[Route, ...]


def load_stack(path: Path, env: Mapping[str, str]) -> Stack:
    """Read s.yaml; raise SpecError naming the file, the resource and the key."""
    document = read_document(path, env)
    functions: dict[str, FunctionSpec] = {}
    routes: list[tuple[Section, Route]] = []
    sections: dict[str, Section] = {}
    for resource, component, props in _resources(path, document):
        if component == "fc3":
            function = _function(props)
            if function.name in functions:
                raise props.error("functionName", f"{function.name!r} is declared twice")
            functions[function.name], sections[function.name] = function, props
        elif component == "fc3-domain":
            routes += [(s, _route(s)) for s in props.section("routeConfig").sections("routes")]
        elif component.startswith("fc"):
            raise SpecError(f"{path}: resource {resource}: component {component!r} is not fc3")
    for name, function in functions.items():
        _check_destinations(sections[name], function, functions)
    for section, route in routes:
        _check_route(section, route, functions)
    return Stack(str(document.get("name", "")), functions, tuple(route for _, route in routes))


def _resources(path: Path, document: dict[str, Any]) -> list[tuple[str, str, Section]]:
    if str(document.get("edition")) != "3.0.0":
        raise SpecError(f"{path}: edition: must be 3.0.0, not {document.get('edition')!r}")
    found = []
    top = Section(document, str(path), "*")
    for resource in top.section("resources").values:
        body = Section(document["resources"], str(path), str(resource)).section(resource)
        component = body.text("component").split("@")[0].rsplit("/", 1)[-1]
        if body.has("extend"):
            raise body.error("extend", "templates are not read; use vars")
        props = Section(body.section("props").values, str(path), str(resource), "props")
        found.append((str(resource), component, props))
    return found


def _function(props: Section) -> FunctionSpec:
    name, handler, runtime = (props.text(key) for key in ("functionName", "handler", "runtime"))
    if not _NAME.fullmatch(name):
        raise props.error("functionName", f"{name!r} is not a name FC accepts")
    if not _HANDLER.fullmatch(handler):
        raise props.error("handler", f"must be file.method at the package root, not {handler!r}")
    if not runtime.startswith("python3"):
        raise props.error("runtime", f"the local stack runs Python 3 only, not {runtime!r}")
    for key in filter(props.has, _NOT_DONE):
        raise props.error(key, "the local stack does not do this")
    concurrency = props.section("concurrencyConfig")
    reserved = None
    if concurrency.has("reservedConcurrency"):
        reserved = concurrency.number("reservedConcurrency", least=0, most=100_000)
    triggers = props.sections("triggers")
    return FunctionSpec(
        name=name,
        handler=handler,
        runtime=runtime,
        timeout_s=props.number("timeout", 3, least=1, most=86_400),
        memory_mb=props.number("memorySize", 512, least=128, most=32_768),
        reserved_concurrency=reserved,
        environment=_environment(props.section("environmentVariables")),
        async_config=_async_config(props.section("asyncInvokeConfig")),
        http_triggers=tuple(_http(t) for t in triggers if _type(t) == "http"),
        oss_triggers=tuple(_oss(t) for t in triggers if _type(t) == "oss"),
        timer_triggers=tuple(_timer(t) for t in triggers if _type(t) == "timer"),
    )


def _environment(section: Section) -> dict[str, str]:
    return {str(key): section.text(key) for key in section.values}


def _async_config(section: Section) -> AsyncConfig:
    destinations = section.section("destinationConfig")
    return AsyncConfig(
        retries=section.number("maxAsyncRetryAttempts", 3, least=0, most=8),
        max_event_age_s=section.number(
            "maxAsyncEventAgeInSeconds", 86_400, least=1, most=_WEEK_SECONDS
        ),
        on_failure=_destination(destinations.section("onFailure")),
        on_success=_destination(destinations.section("onSuccess")),
        task_mode=section.flag("asyncTask", default=False),
    )


def _destination(section: Section) -> str | None:
    if not section.values:
        return None
    arn = section.text("destination")
    match = _FUNCTION_ARN.fullmatch(arn)
    if not match:
        raise section.error(
            "destination", f"must be acs:fc:<region>:<account>:functions/<name>, not {arn!r}"
        )
    return match[1]


def _type(trigger: Section) -> str:
    kind = trigger.text("triggerType")
    if kind not in {"http", "oss", "timer"}:
        raise trigger.error("triggerType", f"must be http, oss or timer, not {kind!r}")
    return kind


def _http(trigger: Section) -> HttpTrigger:
    config = trigger.section("triggerConfig")
    auth = config.text("authType")
    if auth not in {"anonymous", "function", "jwt"}:
        raise config.error("authType", f"must be anonymous, function or jwt, not {auth!r}")
    methods = tuple(method.upper() for method in config.texts("methods"))
    return HttpTrigger(trigger.text("triggerName"), auth, methods)


def _oss(trigger: Section) -> OssTrigger:
    arn = trigger.text("sourceArn")
    match = _BUCKET_ARN.fullmatch(arn)
    if not match:
        raise trigger.error(
            "sourceArn", f"must be acs:oss:<region>:<account>:<bucket>, not {arn!r}"
        )
    config = trigger.section("triggerConfig")
    key = config.section("filter").section("key")
    prefix = key.text("prefix")
    if prefix.startswith("/"):
        raise key.error("prefix", "must not begin with a slash")
    events = config.texts("events")
    if not all(event.startswith("oss:Object") for event in events):
        raise config.error("events", f"each must begin with oss:Object, not {list(events)!r}")
    return OssTrigger(trigger.text("triggerName"), match[1], events, prefix, key.text("suffix"))


def _timer(trigger: Section) -> TimerTrigger:
    config = trigger.section("triggerConfig")
    cron = config.text("cronExpression")
    try:
        parse_schedule(cron)
    except ScheduleError as error:
        raise config.error("cronExpression", str(error)) from error
    return TimerTrigger(
        trigger.text("triggerName"), cron, config.flag("enable"), config.text("payload", "")
    )


def _route(section: Section) -> Route:
    path = section.text("path")
    if section.has("rewriteConfig"):
        raise section.error("rewriteConfig", "the local stack does not do this")
    *inner, last = path.split("/")
    if not path.startswith("/") or "*" in last[:-1] or any("*" in s and s != "*" for s in inner):
        message = f"must begin with /, have * for a segment alone or at the end, not {path!r}"
        raise section.error("path", message)
    methods = tuple(method.upper() for method in section.texts("methods", ()))
    return Route(path, section.text("functionName"), methods)


def _check_destinations(
    props: Section, function: FunctionSpec, functions: Mapping[str, FunctionSpec]
) -> None:
    config = function.async_config
    for key, target in (("onFailure", config.on_failure), ("onSuccess", config.on_success)):
        if target is not None and target not in functions:
            where = f"asyncInvokeConfig.destinationConfig.{key}.destination"
            raise props.error(where, f"no resource declares the function {target!r}")


def _check_route(section: Section, route: Route, functions: Mapping[str, FunctionSpec]) -> None:
    function = functions.get(route.function)
    if function is None:
        raise section.error("functionName", f"no resource declares {route.function!r}")
    if not function.http_triggers:
        raise section.error("functionName", f"{route.function!r} has no HTTP trigger")
