"""What s.yaml says about the functions: read once, checked, frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    Discriminator,
    Field,
    Tag,
    ValidationError,
)

from local.cloud.fc.fields import adapter, arn_of, at, checked_cron
from local.cloud.fc.variables import SpecError, read_document
from local.cloud.fc.web_server import WebServer

# `file.method` at the root of the code.
HANDLER = r"^[A-Za-z_]\w*\.[A-Za-z_]\w*$"
RUNTIME = r"^(python3.*|custom(\.debian1[012])?)$"
# A web function's handler is a name that nobody looks up.
_NO_HANDLER = "index.handler"
# `*` is a segment alone, or at the end.
_PATH = r"^(/(\*|[^/*]*))*/[^/*]*\*?$"
_WEEK_SECONDS = 604_800
# What would change how a function runs, and is not done here, is refused rather than ignored.
_NOT_DONE = (
    *("instanceLifecycleConfig", "customDomain"),
    *("layers", "customContainerConfig"),
)


LATEST = "LATEST"


def reference_of(name: str, qualifier: str) -> str:
    """Return what a function's version or alias is called by; the latest has its bare name."""
    return name if qualifier in {"", LATEST} else f"{name}.{qualifier}"


_Methods = tuple[Annotated[str, AfterValidator(str.upper)], ...]
_Destination = Annotated[str, arn_of("acs:fc:<region>:<account>:functions/")]


@dataclass(frozen=True)
class HttpTrigger:
    """An HTTP trigger: who may call, and by which methods; `auth_config` goes with auth `jwt`."""

    name: Annotated[str, at("triggerName")]
    auth: Annotated[str, at("triggerConfig", "authType", pattern="^(anonymous|function|jwt)$")]
    methods: Annotated[_Methods, at("triggerConfig", "methods")]
    auth_config: Annotated[Any, at("triggerConfig", "authConfig")] = None


@dataclass(frozen=True)
class OssTrigger:
    """A native OSS trigger; events carry the `oss:` prefix as in s.yaml."""

    name: Annotated[str, at("triggerName")]
    bucket: Annotated[str, arn_of("acs:oss:<region>:<account>:"), at("sourceArn")]
    events: Annotated[
        tuple[Annotated[str, Field(pattern="^oss:Object")], ...], at("triggerConfig", "events")
    ]
    prefix: Annotated[str, at("triggerConfig", "filter", "key", "prefix", pattern="^([^/]|$)")]
    suffix: Annotated[str, at("triggerConfig", "filter", "key", "suffix")]


@dataclass(frozen=True)
class TimerTrigger:
    """A timer; `cron` is six fields with an optional CRON_TZ, or `@every 4m`."""

    name: Annotated[str, at("triggerName")]
    cron: Annotated[str, AfterValidator(checked_cron), at("triggerConfig", "cronExpression")]
    enabled: Annotated[bool, at("triggerConfig", "enable")]
    payload: Annotated[str, at("triggerConfig", "payload")] = ""


@dataclass(frozen=True)
class AsyncConfig:
    """How asynchronous invocations are retried, when they expire, and who hears of the end."""

    retries: Annotated[int, at("maxAsyncRetryAttempts", ge=0, le=8)] = 3
    max_event_age_s: Annotated[int, at("maxAsyncEventAgeInSeconds", ge=1, le=_WEEK_SECONDS)] = (
        86_400
    )
    on_failure: Annotated[
        _Destination | None, at("destinationConfig", "onFailure", "destination")
    ] = None
    on_success: Annotated[
        _Destination | None, at("destinationConfig", "onSuccess", "destination")
    ] = None
    task_mode: Annotated[bool, at("asyncTask")] = False


@dataclass(frozen=True)
class FunctionSpec:
    """One function as FC would deploy it; `code` is its folder, as s.yaml names it or absolute.

    A web function has a `server` of its own, which takes `concurrency` requests at a time.
    """

    name: Annotated[str, at("functionName", pattern=r"^[_a-zA-Z][-_a-zA-Z0-9]{0,63}$")]
    handler: Annotated[str, at("handler", pattern=HANDLER)]
    runtime: Annotated[str, at("runtime", pattern=RUNTIME)] = "python3.10"
    timeout_s: Annotated[float, at("timeout", ge=1, le=86_400)] = 3
    memory_mb: Annotated[int, at("memorySize", ge=128, le=32_768)] = 512
    reserved_concurrency: Annotated[
        int | None, at("concurrencyConfig", "reservedConcurrency", ge=0, le=100_000)
    ] = None
    environment: Annotated[Mapping[str, str], at("environmentVariables")] = field(
        default_factory=dict
    )
    async_config: Annotated[AsyncConfig, at("asyncInvokeConfig")] = AsyncConfig()
    http_triggers: tuple[HttpTrigger, ...] = ()
    oss_triggers: tuple[OssTrigger, ...] = ()
    timer_triggers: tuple[TimerTrigger, ...] = ()
    code: Annotated[str, Field(validation_alias=AliasChoices(AliasPath("code", "src"), "code"))] = (
        "."
    )
    disk_mb: Annotated[int, at("diskSize", ge=512, le=10_240)] = 512
    server: Annotated[WebServer, at("customRuntimeConfig")] = field(default_factory=WebServer)
    concurrency: Annotated[int, at("instanceConcurrency", ge=1, le=200)] = 1
    qualifier: str = LATEST
    version: str = LATEST

    @property
    def is_web(self) -> bool:
        """Whether it is an HTTP server of its own."""
        return self.runtime.startswith("custom")

    @property
    def reference(self) -> str:
        """What it is called by: its name, and the qualifier unless that is the latest."""
        return reference_of(self.name, self.qualifier)


@dataclass(frozen=True)
class Route:
    """One route of the custom domain; `*` is one segment, or the rest; no methods means any."""

    path: Annotated[str, at("path", pattern=_PATH)]
    function: Annotated[str, at("functionName")]
    methods: _Methods = ()
    qualifier: str = LATEST

    @property
    def reference(self) -> str:
        """What it calls."""
        return reference_of(self.function, self.qualifier)


@dataclass(frozen=True)
class Stack:
    """All functions of a stack file, by name, and the routes and `authConfig` of its domain."""

    name: str
    functions: Mapping[str, FunctionSpec]
    routes: tuple[Route, ...]
    auth_config: Mapping[str, Any] | None = None


def _kind(trigger: Any) -> str:
    return str(trigger.get("triggerType")) if isinstance(trigger, dict) else ""


_Trigger = Annotated[
    Annotated[HttpTrigger, Tag("http")]
    | Annotated[OssTrigger, Tag("oss")]
    | Annotated[TimerTrigger, Tag("timer")],
    Discriminator(_kind),
]


@dataclass(frozen=True)
class _Props:
    """The properties of one resource."""

    place: str
    values: Mapping[str, Any]

    def error(self, where: str, problem: str) -> SpecError:
        return SpecError(f"{self.place}: props.{where}: {problem}")

    def read(self, kind: Any, values: Any, where: str = "") -> Any:
        try:
            return adapter(kind).validate_python(values)
        except ValidationError as error:
            first = error.errors()[0]
            steps = [step for step in first["loc"] if step not in {"http", "oss", "timer"}]
            at = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps)
            problem = first["msg"].removeprefix("Value error, ")
            raise self.error((where + at).removeprefix("."), problem) from None


def function_of(place: str, values: Mapping[str, Any]) -> FunctionSpec:
    """Read a function's properties as they are deployed; raise SpecError naming the place."""
    return _function(_Props(place, values))


def routes_of(values: Sequence[Mapping[str, Any]]) -> tuple[Route, ...]:
    """Read a domain's routes as they are deployed."""
    routes: tuple[Route, ...] = adapter(tuple[Route, ...]).validate_python(values)
    return routes


def load_stack(path: Path, env: Mapping[str, str]) -> Stack:
    """Read s.yaml; raise SpecError naming the file, the resource and the key."""
    document = read_document(path, env)
    functions: dict[str, FunctionSpec] = {}
    routes: list[Route] = []
    auth: dict[str, Any] | None = None
    resources = [*_resources(path, document)]
    for component, props in resources:
        if component == "fc3":
            function = _function(props)
            if function.name in functions:
                raise props.error("functionName", f"{function.name!r} is declared twice")
            functions[function.name] = function
    for component, props in resources:
        if component == "fc3":
            _check_destinations(props, functions)
        elif component == "fc3-domain":
            routes += _routes(props, functions)
            own = _mapping(props.values, "authConfig", props.place)
            if auth not in (None, own):
                raise props.error("authConfig", "all domains are served as one, and one differs")
            auth = own
    return Stack(str(document.get("name", "")), functions, tuple(routes), auth)


def _resources(path: Path, document: dict[str, Any]) -> Iterator[tuple[str, _Props]]:
    if str(document.get("edition")) != "3.0.0":
        raise SpecError(f"{path}: edition: must be 3.0.0, not {document.get('edition')!r}")
    for name, body in _mapping(document, "resources", str(path)).items():
        place = f"{path}: resource {name}"
        if not isinstance(body, dict) or not isinstance(body.get("component"), str):
            raise SpecError(f"{place}: component: is missing")
        component = body["component"].split("@")[0].rsplit("/", 1)[-1]
        if "extend" in body:
            raise SpecError(f"{place}: extend: templates are not read; use vars")
        if component.startswith("fc") and component not in {"fc3", "fc3-domain"}:
            raise SpecError(f"{place}: component {component!r} is not fc3")
        yield component, _Props(place, _mapping(body, "props", place))


def _mapping(values: Mapping[str, Any], key: str, place: str) -> dict[str, Any]:
    value = values.get(key, {})
    if not isinstance(value, dict):
        raise SpecError(f"{place}: {key}: must be a mapping, not {value!r}")
    return value


def _function(props: _Props) -> FunctionSpec:
    for key in (key for key in _NOT_DONE if key in props.values):
        raise props.error(key, "the local stack does not do this")
    if "runtime" not in props.values:
        raise props.error("runtime", "Field required")
    is_web = str(props.values["runtime"]).startswith("custom")
    given = {"handler": _NO_HANDLER, **props.values} if is_web else props.values
    function: FunctionSpec = props.read(FunctionSpec, given)
    triggers = props.read(tuple[_Trigger, ...], props.values.get("triggers", []), "triggers")
    return replace(
        function,
        http_triggers=tuple(each for each in triggers if isinstance(each, HttpTrigger)),
        oss_triggers=tuple(each for each in triggers if isinstance(each, OssTrigger)),
        timer_triggers=tuple(each for each in triggers if isinstance(each, TimerTrigger)),
    )


def _routes(props: _Props, functions: Mapping[str, FunctionSpec]) -> tuple[Route, ...]:
    config = _mapping(props.values, "routeConfig", props.place)
    where = "routeConfig.routes"
    routes: tuple[Route, ...] = props.read(tuple[Route, ...], config.get("routes", []), where)
    for number, route in enumerate(routes):
        at = f"{where}[{number}]"
        if "rewriteConfig" in config["routes"][number]:
            raise props.error(f"{at}.rewriteConfig", "the local stack does not do this")
        if route.function not in functions:
            raise props.error(f"{at}.functionName", f"no resource declares {route.function!r}")
        if not functions[route.function].http_triggers:
            raise props.error(f"{at}.functionName", f"{route.function!r} has no HTTP trigger")
    return routes


def _check_destinations(props: _Props, functions: Mapping[str, FunctionSpec]) -> None:
    config = functions[props.values["functionName"]].async_config
    for key, target in (("onFailure", config.on_failure), ("onSuccess", config.on_success)):
        if target is not None and target not in functions:
            where = f"asyncInvokeConfig.destinationConfig.{key}.destination"
            raise props.error(where, f"no resource declares the function {target!r}")
