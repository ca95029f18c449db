"""Every setting, and the only module that reads the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError

from shared.credentials import Credentials
from shared.errors import BundleError
from shared.setting_groups.admission import AdmissionSettings
from shared.setting_groups.announcements import AnnouncementSettings
from shared.setting_groups.base import Group as _Group
from shared.setting_groups.base import Words
from shared.setting_groups.upkeep import UpkeepSettings

if TYPE_CHECKING:
    from collections.abc import Mapping


class SettingsError(BundleError):
    """A setting is missing or wrong; the message names it and never shows its value."""


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
    """Who may call, and under which names drivers are stored."""

    issuer: str = Field(alias="JWT_ISSUER", description="Value of `iss` in accepted tokens.")
    audience: str = Field(alias="JWT_AUDIENCE", description="Value of `aud` in accepted tokens.")
    jwks: str = Field(
        alias="JWT_JWKS", description="JSON Web Key Set with the issuer's public keys."
    )
    leeway_seconds: int = Field(
        30, alias="JWT_LEEWAY_SECONDS", ge=0, le=300, description="Clock difference tolerated."
    )
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


def _limit(default: float, name: str, description: str) -> Any:
    return Field(default, alias=f"GATE_{name}", ge=0, description=description)


class GateSettings(_Group):
    """What a poster must keep to: MASTER for lossless copies, LOSSY for the JPEG."""

    master_badge_mean: float = _limit(0.0, "MASTER_BADGE_MEAN", "Badge ΔE00, mean.")
    master_badge_p99: float = _limit(0.0, "MASTER_BADGE_P99", "Badge ΔE00, 99th percentile.")
    master_badge_soft_mean: float = _limit(0.0, "MASTER_BADGE_SOFT_MEAN", "After 1 px blur, mean.")
    master_badge_soft_p99: float = _limit(0.0, "MASTER_BADGE_SOFT_P99", "After 1 px blur, p99.")
    master_paint_shift: float = _limit(0.0, "MASTER_PAINT_SHIFT", "Paint's mean colour, ΔE00.")
    master_edge_mean: float = _limit(0.3, "MASTER_EDGE_MEAN", "Edge ΔE00, mean.")
    master_edge_p95: float = _limit(1.0, "MASTER_EDGE_P95", "Edge ΔE00, 95th percentile.")
    master_halo: float = _limit(0.3, "MASTER_HALO", "Dark or bright rim, L*.")
    master_seam: float = _limit(0.05, "MASTER_SEAM", "Error of the gradient across the edge.")
    lossy_badge_mean: float = _limit(1.5, "LOSSY_BADGE_MEAN", "Badge ΔE00, mean.")
    lossy_badge_p99: float = _limit(4.5, "LOSSY_BADGE_P99", "Badge ΔE00, 99th percentile.")
    lossy_badge_soft_mean: float = _limit(0.5, "LOSSY_BADGE_SOFT_MEAN", "After 1 px blur, mean.")
    lossy_badge_soft_p99: float = _limit(1.5, "LOSSY_BADGE_SOFT_P99", "After 1 px blur, p99.")
    lossy_paint_shift: float = _limit(0.5, "LOSSY_PAINT_SHIFT", "Paint's mean colour, ΔE00.")
    lossy_edge_mean: float = _limit(2.0, "LOSSY_EDGE_MEAN", "Edge ΔE00, mean.")
    lossy_edge_p95: float = _limit(5.0, "LOSSY_EDGE_P95", "Edge ΔE00, 95th percentile.")
    lossy_halo: float = _limit(0.7, "LOSSY_HALO", "Dark or bright rim, L*.")
    lossy_seam: float = _limit(0.08, "LOSSY_SEAM", "Error of the gradient across the edge.")
    contact_low: float = _limit(0.10, "CONTACT_LOW", "Least light under a tyre.")
    contact_high: float = _limit(0.55, "CONTACT_HIGH", "Most light under a tyre.")
    horizon: float = _limit(0.56, "HORIZON", "Row of the scene's horizon, share of the height.")
    geometry_error: float = _limit(0.03, "GEOMETRY_ERROR", "Car's horizon off the scene's, share.")
    safe_sides: float = _limit(0.04, "SAFE_SIDES", "Free at each side, share of the width.")
    safe_top: float = _limit(0.22, "SAFE_TOP", "Free above the car, share of the height.")
    safe_bottom: float = _limit(0.06, "SAFE_BOTTOM", "Free below the car, share of the height.")
    ground_below_horizon: float = _limit(
        0.05, "GROUND_BELOW_HORIZON", "The car's footprint begins so far below the horizon, share."
    )
    ground_slope: float = _limit(4.0, "GROUND_SLOPE", "Unevenness under the car: steps of L*.")
    ground_spread: float = _limit(12.0, "GROUND_SPREAD", "Unevenness under the car: spread of L*.")
    text_contrast: float = _limit(4.5, "TEXT_CONTRAST", "Least contrast of lettering (WCAG).")
    mark_share: float = _limit(
        0.05, "MARK_SHARE", "Least height of the AI mark, of the short side."
    )
    lossless_badge_width: int = _limit(
        48, "LOSSLESS_BADGE_WIDTH", "Narrower badges, in pixels, are never delivered as JPEG."
    )
    palette_fails: bool = Field(
        default=True,
        alias="GATE_PALETTE_FAILS",
        description="Whether the palette rules hold posters back.",
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
    InvokerSettings,
    JobSettings,
    ModelSettings,
    QueueSettings,
    PictureSettings,
    GateSettings,
    UpkeepSettings,
    AdmissionSettings,
    AnnouncementSettings,
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
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        msg = "settings: " + "; ".join(sorted(wrong)) + " (see docs/settings.md)"
        raise SettingsError(msg) from None


def environment_credentials() -> Credentials:
    """Return the credentials the platform put into the environment (Python 3.12 runtimes)."""
    platform = read(PlatformSettings)
    return Credentials(
        access_key_id=platform.access_key_id,
        access_key_secret=platform.access_key_secret.get_secret_value(),
        security_token=platform.security_token.get_secret_value(),
    )
