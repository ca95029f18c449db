"""deploy/stack.yaml as frozen models: read once, checked, with what follows from it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from typing_extensions import Self

from shared.core.errors import InvalidRequestError
from shared.seasons.scaling import Levels, Sizes

if TYPE_CHECKING:
    from pathlib import Path

_NAME = r"^[a-z][a-z0-9-]{1,30}$"
_BUCKET = r"^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$"


class DeploymentError(InvalidRequestError):
    """deploy/stack.yaml cannot be used; the message names each key that is wrong."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Domain(_Part):
    """The address that callers use."""

    name: str = Field(min_length=4)
    certificate: str
    jwt: bool


class Buckets(_Part):
    """Both buckets, which are never one."""

    state: str = Field(pattern=_BUCKET)
    mount: str = Field(pattern=_BUCKET)

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.state == self.mount:
            msg = "state and mount are two buckets"
            raise ValueError(msg)
        return self


class Network(_Part):
    """The VPC that functions and GPUs share."""

    vpc: str = Field(pattern=r"^vpc-")
    vswitches: tuple[str, ...] = Field(min_length=1)
    security_group: str = Field(pattern=r"^sg-")


class Logs(_Part):
    """Where the functions' lines go."""

    project: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")
    store: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$")


class Tasks(_Part):
    """How long a task may take, and how often it is handed out."""

    longest_seconds: int = Field(ge=30, le=3600)
    deliveries: int = Field(ge=1, le=5)

    @property
    def keepalive_seconds(self) -> int:
        """How long the gateway waits for an instance's answer: half as long again."""
        return self.longest_seconds * 3 // 2

    @property
    def grace_seconds(self) -> int:
        """How long an instance that is to go may finish what it has."""
        return self.keepalive_seconds + 60


class Instance(_Part):
    """A kind of instance; with a limit it is bought as spot, up to that price an hour."""

    type: str = Field(pattern=r"^(ml|ecs)\.")
    spot_price_limit: float | None = Field(None, gt=0)


class Queue(_Part):
    """The instance that holds both queues."""

    cpu: int = Field(ge=1)
    memory_mb: int = Field(ge=1000)


class Gpu(_Part):
    """The GPU service and how it grows."""

    service: str = Field(pattern=r"^[a-z][a-z0-9_-]{2,62}$")
    image: str = Field(pattern=r".*:[\w.]+-api$")
    mount: str = Field(pattern=r"^/")
    disk: str = Field(pattern=r"^\d+Gi$")
    workspace: str
    gateway: str
    instances: tuple[Instance, ...] = Field(min_length=1)
    queue: Queue
    least: int = Field(ge=0)
    most: int = Field(ge=1, le=1000)
    waiting_per_instance: int = Field(ge=1)
    scale_in_seconds: int = Field(ge=0)
    idle_seconds: int = Field(ge=0)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.least > self.most:
            msg = "least is above most"
            raise ValueError(msg)
        if self.gateway and not self.least:
            msg = "a service behind a dedicated gateway cannot scale to zero: least must be 1"
            raise ValueError(msg)
        if all(each.spot_price_limit for each in self.instances):
            msg = "behind the spot instances one on demand is needed: spot alone may give none"
            raise ValueError(msg)
        return self


class Ready(_Part):
    """Instances that are kept ready: usually, on holidays, while a campaign is painted."""

    usual: int = Field(ge=0)
    holiday: int = Field(ge=0)
    campaign: int = Field(ge=0)

    def levels(self) -> Levels:
        """Return them in the calendar's own form."""
        return Levels(usual=self.usual, holiday=self.holiday, campaign=self.campaign)


class Peaks(_Part):
    """The days that peaks are planned for."""

    since: date
    days: int = Field(ge=1, le=365)
    campaigns: tuple[str, ...]
    gpus: Ready


class Deployment(_Part):
    """The whole file."""

    region: str = Field(pattern=r"^[a-z]{2}(-[a-z0-9]+)+$")
    account: str = Field(pattern=r"^\d{16}$")
    stack: str = Field(pattern=_NAME)
    timezone: Literal["Asia/Shanghai"]
    domain: Domain
    buckets: Buckets
    runtime: Literal["python3.10", "python3.12"]
    network: Network
    logs: Logs
    tasks: Tasks
    gpu: Gpu
    ready: dict[str, Ready]
    peaks: Peaks

    @model_validator(mode="after")
    def _one_region(self) -> Self:
        if f".{self.region}." not in self.gpu.image:
            msg = f"gpu.image is not from the registry of {self.region}"
            raise ValueError(msg)
        return self

    @property
    def service_url(self) -> str:
        """The GPU service inside the VPC."""
        host = f"{self.account}.vpc.{self.region}.pai-eas.aliyuncs.com"
        return f"http://{host}/api/predict/{self.gpu.service}"

    def sizes(self) -> Sizes:
        """Return the planned instances in the calendar's own form."""
        return Sizes(
            gpus=self.peaks.gpus.levels(),
            functions={name: levels.levels() for name, levels in self.ready.items()},
            campaigns=self.peaks.campaigns,
        )


def read_deployment(path: Path) -> Deployment:
    """Read the file; DeploymentError names every key that is wrong."""
    try:
        return Deployment.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, yaml.YAMLError) as error:
        msg = f"{path}: cannot be read: {error}"
        raise DeploymentError(msg) from error
    except ValidationError as error:
        wrong = (
            f"{'.'.join(map(str, each['loc'])) or 'the file'}: "
            + each["msg"].removeprefix("Value error, ")
            for each in error.errors()
        )
        msg = f"{path}: {'; '.join(wrong)}"
        raise DeploymentError(msg) from error
