"""What the control API takes, with the limits that the vendor's pages and SDK state.

Source: the models of `alibabacloud-fc20230330`, and "limits of usage". A value over a limit is
`InvalidArgument`, with the name of the field.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    model_validator,
)

from local.cloud.fc.control.reading import Input
from local.cloud.fc.fields import checked_cron
from local.cloud.fc.spec import HANDLER

MAX_ENVIRONMENT_BYTES = 4096
_NAME = r"^[_a-zA-Z][-_a-zA-Z0-9]{0,%d}$"
_FunctionName = Annotated[str, StringConstraints(pattern=_NAME % 63)]
_Name = Annotated[str, StringConstraints(pattern=_NAME % 127)]
_Destination = Annotated[
    str, StringConstraints(pattern=r"^acs:(fc|mns|eventbridge|mq):[^:]*:[^:]*:.+$")
]
# What FC itself sets for every instance.
_RESERVED = re.compile(
    r"FC_(FUNC_CODE_PATH|ACCOUNT_ID|FUNCTION_\w+|REGION|INSTANCE_ID|CUSTOM_LISTEN_PORT|VER_ID)"
    r"|ALIBABA_CLOUD_(ACCESS_KEY_ID|ACCESS_KEY_SECRET|SECURITY_TOKEN)"
)
# What would change how a function runs, and is not done here, is refused rather than ignored.
_NOT_DONE = (
    *("layers", "customContainerConfig", "gpuConfig", "nasConfig"),
    *("ossMountConfig", "instanceLifecycleConfig", "customDNS", "juiceFsConfig", "polarFsConfig"),
    *("microSandboxConfig", "enableLongLiving", "sessionAffinity", "disableOndemand"),
)
Method = Literal["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"]
_Events = Annotated[
    str, StringConstraints(pattern=r"^oss:Object(Created|Removed|Modified):[*\w]+$")
]


class Tag(Input):
    """A tag of a function; the SDK writes its fields with capitals, the console does not."""

    key: Annotated[str, Field(alias="Key", min_length=1, max_length=128)]
    value: Annotated[str, Field(alias="Value", max_length=128)] = ""

    @model_validator(mode="before")
    @classmethod
    def _capitals(cls, values: Any) -> Any:
        return (
            {str(k).title(): v for k, v in values.items()} if isinstance(values, dict) else values
        )


class Code(Input):
    """Where a function's zip is: in the call, as base64, or in OSS."""

    zip_file: str | None = None
    oss_bucket_name: str | None = None
    oss_object_name: str | None = None
    checksum: str | None = None


def _hundredths(value: float) -> float:
    if round(value * 100) % 5:
        raise ValueError("must be a multiple of 0.05")
    return value


def _environment(values: dict[str, str]) -> dict[str, str]:
    for name in values:
        if not re.fullmatch("[a-zA-Z][a-zA-Z0-9_]*", name):
            raise ValueError(f"{name!r} must be a letter and then letters, digits and _")
        if _RESERVED.fullmatch(name):
            raise ValueError(f"{name} is reserved")
    size = sum(len(f"{name}{value}".encode()) for name, value in values.items())
    if size > MAX_ENVIRONMENT_BYTES:
        raise ValueError(f"has {size} bytes, more than {MAX_ENVIRONMENT_BYTES}")
    return values


_Runtime = (
    Literal["python3", "python3.9", "python3.10", "python3.12"]
    | Literal["custom", "custom.debian10", "custom.debian11", "custom.debian12"]
)


class _HealthCheck(Input):
    http_get_url: Annotated[str, StringConstraints(pattern="^(/|$)")] = ""
    initial_delay_seconds: Annotated[int, Field(ge=0, le=120)] = 0
    period_seconds: Annotated[int, Field(ge=1, le=120)] = 3
    timeout_seconds: Annotated[int, Field(ge=1, le=3)] = 1
    failure_threshold: Annotated[int, Field(ge=1, le=120)] = 3
    success_threshold: Annotated[int, Field(ge=1, le=120)] = 1


class _WebServer(Input):
    """How a web function's server is started."""

    command: list[str] = []
    args: list[str] = []
    port: Annotated[int, Field(ge=1, le=65_535)] = 9000
    health_check_config: _HealthCheck | None = None


class Function(Input):
    """A function, whole: as it is created, and as it is after an update."""

    function_name: _FunctionName
    runtime: _Runtime
    handler: Annotated[str, StringConstraints(pattern=HANDLER, max_length=128)] = ""
    description: Annotated[str, Field(max_length=256)] = ""
    cpu: Annotated[float, Field(ge=0.05, le=16), AfterValidator(_hundredths)] = 0.35
    memory_size: Annotated[int, Field(ge=128, le=32_768, multiple_of=64)] = 512
    disk_size: Literal[512, 10240] = 512
    timeout: Annotated[int, Field(ge=1, le=86_400)] = 3
    instance_concurrency: Annotated[int, Field(ge=1, le=200)] = 1
    custom_runtime_config: _WebServer | None = None
    idle_timeout: int | None = None
    environment_variables: Annotated[dict[str, str], AfterValidator(_environment)] = {}
    internet_access: bool = True
    role: Annotated[str, StringConstraints(pattern=r"^(acs:ram::[^:]*:role/.+)?$")] = ""
    vpc_config: dict[str, Any] = {}
    log_config: dict[str, Any] = {}
    tracing_config: dict[str, Any] = {}
    disable_inject_credentials: Literal["None", "Env", "Request", "All"] = "None"
    resource_group_id: str = ""
    instance_isolation_mode: str = "SHARE"
    tags: Annotated[list[Tag], Field(max_length=20)] = []

    @model_validator(mode="before")
    @classmethod
    def _all_done_here(cls, values: Any) -> Any:
        for name in _NOT_DONE:
            if isinstance(values, dict) and _says_something(values.get(name)):
                raise ValueError(f"{name} is not done by the local FC")
        return values

    @model_validator(mode="after")
    def _as_its_runtime(self) -> Function:
        if self.runtime.startswith("custom"):
            return self
        if not self.handler:
            raise ValueError("handler: Field required")
        if self.custom_runtime_config or self.instance_concurrency > 1:
            named = "customRuntimeConfig" if self.custom_runtime_config else "instanceConcurrency"
            raise ValueError(f"{named}: not with {self.runtime}, but for an HTTP server alone")
        return self

    @model_validator(mode="after")
    def _in_proportion(self) -> Function:
        ratio = self.memory_size / 1024 / self.cpu
        if not 0.999 <= ratio <= 4.001:
            raise ValueError("the ratio of cpu to memorySize (in GB) must be between 1:1 and 1:4")
        return self


def _says_something(value: Any) -> bool:
    """Say whether a setting is more than what the vendor's tool writes where nothing is wanted."""
    if isinstance(value, dict):
        return any(map(_says_something, value.values()))
    if isinstance(value, list):
        return any(map(_says_something, value))
    return value not in {None, "", "NONE", 0, -1}


class HttpConfig(Input):
    """Who may call an HTTP trigger."""

    auth_type: Literal["anonymous", "function", "jwt"]
    methods: Annotated[list[Method], Field(min_length=1)]
    auth_config: Any = None
    disable_url_internet: Annotated[bool, Field(alias="disableURLInternet")] = False


class _KeyFilter(Input):
    prefix: Annotated[str, StringConstraints(pattern="^([^/]|$)")]
    suffix: str


class _OssFilter(Input):
    key: _KeyFilter


class OssConfig(Input):
    """Which objects an OSS trigger hears of."""

    events: Annotated[list[_Events], Field(min_length=1)]
    filter: _OssFilter


class TimerConfig(Input):
    """When a timer fires."""

    cron_expression: Annotated[str, AfterValidator(checked_cron)]
    enable: bool
    payload: Annotated[str, Field(max_length=128 * 1024)] = ""


class Trigger(Input):
    """A trigger; its configuration is JSON in a string."""

    trigger_name: _Name
    trigger_type: Literal["http", "oss", "timer"]
    trigger_config: str
    qualifier: str = "LATEST"
    source_arn: str = ""
    invocation_role: str = ""
    description: Annotated[str, Field(max_length=256)] = ""

    @model_validator(mode="after")
    def _from_a_bucket(self) -> Trigger:
        if self.trigger_type == "oss":
            if not re.fullmatch(r"acs:oss:[^:]*:[^:]*:[^:]+", self.source_arn):
                raise ValueError("sourceArn must be acs:oss:<region>:<account>:<bucket>")
            if not self.invocation_role:
                raise ValueError("invocationRole is missing")
        return self


class _Target(Input):
    destination: _Destination


class _Destinations(Input):
    on_success: _Target | None = None
    on_failure: _Target | None = None


class AsyncConfig(Input):
    """How asynchronous invocations are retried and end."""

    async_task: bool = False
    max_async_event_age_in_seconds: Annotated[int, Field(ge=1, le=604_800)] = 86_400
    max_async_retry_attempts: Annotated[int, Field(ge=0, le=8)] = 3
    destination_config: _Destinations = _Destinations()


class Concurrency(Input):
    """How many instances a function may have."""

    reserved_concurrency: Annotated[int, Field(ge=0, le=100_000)]


class _Scheduled(Input):
    name: _Name
    schedule_expression: Annotated[str, StringConstraints(pattern=r"^(cron|at)\(.+\)$")]
    start_time: str
    end_time: str
    target: Annotated[int, Field(ge=0)]
    time_zone: str = "UTC"


class Scaling(Input):
    """How many instances wait for work."""

    @model_validator(mode="before")
    @classmethod
    def _without_empty_lists(cls, values: Any) -> Any:
        # Assumed: the vendor's tool sends them, and takes them for a change where they come back.
        return {name: each for name, each in values.items() if each != []}

    min_instances: Annotated[int, Field(ge=0, le=100_000)] = 0
    horizontal_scaling_policies: list[dict[str, Any]] = []
    scheduled_policies: list[_Scheduled] = []
    resident_pool_id: Annotated[str, StringConstraints(max_length=0)] = ""


class Provision(Input):
    """The older form: how many instances are provisioned."""

    default_target: Annotated[int, Field(ge=0, le=10_000)] = 0
    target: Annotated[int, Field(ge=0, le=10_000)] = 0
    always_allocate_cpu: Annotated[bool, Field(alias="alwaysAllocateCPU")] = False
    always_allocate_gpu: Annotated[bool, Field(alias="alwaysAllocateGPU")] = False
    scheduled_actions: list[dict[str, Any]] = []
    target_tracking_policies: list[dict[str, Any]] = []


def _not_latest(name: str) -> str:
    if name == "LATEST":
        raise ValueError("LATEST is no name for an alias")
    return name


class Alias(Input):
    """A name for a version, and the share of calls that another one gets."""

    alias_name: Annotated[_Name, AfterValidator(_not_latest)]
    version_id: str
    description: Annotated[str, Field(max_length=256)] = ""
    additional_version_weight: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
