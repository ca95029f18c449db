"""Every setting, and the only module that reads the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError

from shared.credentials import Credentials
from shared.errors import BundleError
from shared.setting_groups.admission import AdmissionSettings
from shared.setting_groups.announcements import AnnouncementSettings
from shared.setting_groups.base import Group as _Group
from shared.setting_groups.base import Words
from shared.setting_groups.quality import GateSettings, JudgeSettings
from shared.setting_groups.retention import RetentionSettings
from shared.setting_groups.seasons import SeasonSettings
from shared.setting_groups.upkeep import CallbackSettings, UpkeepSettings
from shared.setting_groups.uploads import UploadSettings
from shared.setting_groups.vehicles import VehicleSettings

if TYPE_CHECKING:
    from collections.abc import Mapping


class SettingsError(BundleError):
    """A setting is missing or wrong; the message names it and never shows its value.

    `wrong` holds each one's name, "" for a rule over several, and what is wrong with it.
    """

    def __init__(self, detail: str = "", *, wrong: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(detail)
        self.wrong = wrong


class StorageSettings(_Group):
    """Where records, results and the mount live."""

    region: str = Field(alias="OSS_REGION", description="Region of both buckets.")
    endpoint: str = Field(
        alias="OSS_ENDPOINT", description="Endpoint for reading and writing; the internal one."
    )
    public_endpoint: str = Field(
        alias="OSS_PUBLIC_ENDPOINT", description="Endpoint that signed links point to."
    )
    state_bucket: str = Field(
        alias="STATE_BUCKET", description="Bucket of jobs, results, index; versioning off."
    )
    mount_bucket: str = Field(
        alias="MOUNT_BUCKET", description="Bucket that the GPU service mounts."
    )
    timeout_seconds: float = Field(
        10.0, alias="OSS_TIMEOUT_SECONDS", gt=0, description="Timeout of one OSS request."
    )
    deadline_seconds: float = Field(
        30.0, alias="OSS_DEADLINE_SECONDS", gt=0, description="All tries of one call together."
    )


class IdentitySettings(_Group):
    """Who may call."""

    issuer: str = Field(alias="JWT_ISSUER", description="Value of `iss` in accepted tokens.")
    audience: str = Field(alias="JWT_AUDIENCE", description="Value of `aud` in accepted tokens.")
    jwks: str = Field(
        alias="JWT_JWKS", description="JSON Web Key Set with the issuer's public keys."
    )
    leeway_seconds: int = Field(
        30, alias="JWT_LEEWAY_SECONDS", ge=0, le=300, description="Clock difference tolerated."
    )


class NamingSettings(_Group):
    """Under which names jobs and drivers are stored."""

    id_key: SecretStr = Field(
        alias="ID_KEY",
        min_length=32,
        description="Secret that makes job ids and drivers' names unguessable; never change it.",
    )


class InvokerSettings(_Group):
    """How one function starts another."""

    invoker: Literal["fc3", "fc2"] = Field(
        "fc3", alias="FC_INVOKER", description="fc3, or fc2 for functions on FC 2.0 services."
    )
    endpoint: str = Field(alias="FC_ENDPOINT", description="Endpoint for invocations.")
    prefix: str = Field(
        "", alias="FUNCTION_PREFIX", description="Put before each function's name (stack name)."
    )
    service: str = Field(
        "trip-poster", alias="FC2_SERVICE", description="FC 2.0 service, with FC_INVOKER=fc2."
    )
    timeout_seconds: float = Field(
        5.0, alias="FC_TIMEOUT_SECONDS", gt=0, description="Timeout of one invocation request."
    )


class JobSettings(_Group):
    """What is accepted and how long it may take."""

    default_vehicle: str = Field(
        "citycar/g1/black",
        alias="DEFAULT_VEHICLE",
        pattern=r"^[a-z0-9_-]+/[a-z0-9_-]+/[a-z0-9_-]+$",
        description="model/generation/paint where the trip leaves one out.",
    )
    default_style: str = Field(
        "photoreal", alias="DEFAULT_STYLE", description="Style where the trip names none."
    )
    deadline_minutes: int = Field(
        30, alias="JOB_DEADLINE_MINUTES", ge=1, description="Time from accepted to closed."
    )
    bulk_deadline_minutes: int = Field(
        1440, alias="BULK_DEADLINE_MINUTES", ge=1, description="The same for jobs in bulk."
    )
    review_deadline_minutes: int = Field(
        4320, alias="REVIEW_DEADLINE_MINUTES", ge=1, description="Time for a reviewer to decide."
    )
    max_attempts: int = Field(
        3, alias="MAX_ATTEMPTS", ge=1, le=9, description="Tasks that may be queued for one job."
    )
    max_body_bytes: int = Field(
        65536, alias="MAX_BODY_BYTES", ge=1024, description="Largest accepted trip."
    )
    link_seconds: int = Field(
        3600, alias="LINK_SECONDS", ge=60, le=604800, description="Life of a signed link."
    )
    announce: Literal["automatic", "after_review"] = Field(
        "automatic",
        alias="ANNOUNCE",
        description="after_review: a reviewer sees every poster that others are going to see.",
    )


class ModelSettings(_Group):
    """The text and the picture model on DashScope."""

    api_key: SecretStr = Field(alias="DASHSCOPE_API_KEY", description="Key of the region.")
    base_url: str = Field(
        "https://dashscope.aliyuncs.com/api/v1",
        alias="DASHSCOPE_BASE_URL",
        description="Base of the native interface.",
    )
    text_model: str = Field("qwen-plus", alias="TEXT_MODEL", description="Writes prompts.")
    picture_model: str = Field(
        "wan2.2-t2i-flash", alias="PICTURE_MODEL", description="Paints plates; any size asked for."
    )
    picture_hosts: Words = Field(
        ("*.aliyuncs.com",),
        alias="PICTURE_HOSTS",
        description="Hosts that plates may be downloaded from, with spaces between.",
    )
    timeout_seconds: float = Field(
        12.0, alias="DASHSCOPE_TIMEOUT_SECONDS", gt=0, description="Timeout of one request."
    )
    prompt_seconds: float = Field(
        40.0, alias="PROMPT_DEADLINE_SECONDS", gt=0, description="For writing one prompt, in all."
    )
    scene_seconds: float = Field(
        240.0, alias="SCENE_DEADLINE_SECONDS", gt=0, description="For one plate, in all."
    )
    poll_seconds: float = Field(
        5.0, alias="SCENE_POLL_SECONDS", gt=0, description="Between two looks at a plate's order."
    )


class QueueSettings(_Group):
    """The GPU service's queues."""

    service_url: str = Field(
        alias="EAS_SERVICE_URL", description="http(s)://host/api/predict/{service}."
    )
    token: SecretStr = Field(alias="EAS_TOKEN", description="Token of the service.")
    timeout_seconds: float = Field(
        10.0, alias="EAS_TIMEOUT_SECONDS", gt=0, description="Timeout of one request."
    )
    deadline_seconds: float = Field(
        30.0, alias="EAS_DEADLINE_SECONDS", gt=0, description="All tries of one call together."
    )


class PictureSettings(_Group):
    """Limits on pictures that come in, and the label on pictures that go out."""

    max_bytes: int = Field(
        64_000_000, alias="PICTURE_MAX_BYTES", gt=0, description="Largest file that is decoded."
    )
    max_pixels: int = Field(
        40_000_000, alias="PICTURE_MAX_PIXELS", gt=0, description="Largest picture decoded."
    )
    label_producer: str = Field(
        "",
        alias="LABEL_PRODUCER",
        description="Producer code of the implicit label (GB 45438-2025); have counsel read it.",
    )


class PlatformSettings(_Group):
    """What the platform itself puts into the environment."""

    access_key_id: str = Field("", alias="ALIBABA_CLOUD_ACCESS_KEY_ID", description="By FC.")
    access_key_secret: SecretStr = Field(
        SecretStr(""), alias="ALIBABA_CLOUD_ACCESS_KEY_SECRET", description="By FC."
    )
    security_token: SecretStr = Field(
        SecretStr(""), alias="ALIBABA_CLOUD_SECURITY_TOKEN", description="By FC."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="LOG_LEVEL", description="Least severe line that is written."
    )


GROUPS: tuple[type[_Group], ...] = (
    StorageSettings,
    IdentitySettings,
    NamingSettings,
    InvokerSettings,
    JobSettings,
    ModelSettings,
    QueueSettings,
    PictureSettings,
    GateSettings,
    JudgeSettings,
    UpkeepSettings,
    CallbackSettings,
    AdmissionSettings,
    SeasonSettings,
    UploadSettings,
    VehicleSettings,
    AnnouncementSettings,
    RetentionSettings,
    PlatformSettings,
)
_G = TypeVar("_G", bound=_Group)


def read(group: type[_G], environment: Mapping[str, str] | None = None) -> _G:
    """Return one group from the environment; SettingsError names every setting that is wrong."""
    source = os.environ if environment is None else environment  # noqa: TID251 - the one reader
    given = {name: value for name, value in source.items() if value != ""}
    try:
        return group.model_validate(given)
    except ValidationError as error:
        wrong = sorted((".".join(map(str, e["loc"])), e["msg"]) for e in error.errors())
        named = "; ".join(f"{name}: {why}" for name, why in wrong)
        msg = f"settings: {named} (see docs/settings.md)"
        raise SettingsError(msg, wrong=tuple(wrong)) from None


def variables() -> dict[str, str]:
    """Return the environment, for commands that look at a whole configuration."""
    return dict(os.environ)  # noqa: TID251 - the one reader


def environment_credentials() -> Credentials:
    """Return the credentials the platform put into the environment (Python 3.12 runtimes)."""
    platform = read(PlatformSettings)
    return Credentials(
        access_key_id=platform.access_key_id,
        access_key_secret=platform.access_key_secret.get_secret_value(),
        security_token=platform.security_token.get_secret_value(),
    )
