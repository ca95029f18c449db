"""How the bundle looks after its jobs: sweeping, draining, circuits; and callbacks."""

from __future__ import annotations

from pydantic import Field, SecretStr, model_validator
from typing_extensions import Self

from shared.core import webhooks
from shared.settings.base import Group


class UpkeepSettings(Group):
    """How often jobs in flight are looked at, and what counts as lost."""

    look_seconds: int = Field(
        120, alias="LOOK_SECONDS", ge=1, description="A job is looked at again after this long."
    )
    quiet_seconds: int = Field(
        180,
        alias="QUIET_SECONDS",
        ge=1,
        description="No new record for this long: the run is lost; doubles with each new run.",
    )
    gone_seconds: int = Field(
        300,
        alias="GONE_SECONDS",
        ge=1,
        description="A task in no queue and without an output is lost after this long.",
    )
    grace_seconds: int = Field(
        180,
        alias="OUTPUT_GRACE_SECONDS",
        ge=1,
        description="How long an output that the queue tells of may stay invisible on the mount.",
    )
    sink_warning: float = Field(
        0.5, alias="SINK_WARNING", gt=0, le=1, description="Share of the result queue to warn at."
    )
    circuit_failures: int = Field(
        5, alias="CIRCUIT_FAILURES", ge=1, description="Failures in a row that pause sending."
    )
    circuit_seconds: float = Field(
        60.0, alias="CIRCUIT_SECONDS", gt=0, description="First pause; doubles up to 15 minutes."
    )


class CallbackSettings(Group):
    """What other ComfyUI hosts sign with when they say that a task has ended."""

    callback_secrets: SecretStr = Field(
        SecretStr(""),
        alias="CALLBACK_SECRETS",
        description="Secrets of other ComfyUI hosts' callbacks, whsec_…, with spaces between.",
    )

    @model_validator(mode="after")
    def _check_secrets(self) -> Self:
        if not all(map(webhooks.is_secret, self.secrets())):
            msg = "CALLBACK_SECRETS: whsec_ and base64 of at least 24 bytes each"
            raise ValueError(msg)
        return self

    def secrets(self) -> tuple[str, ...]:
        """Return the secrets that callbacks may be signed with; none: no callback is taken."""
        return tuple(self.callback_secrets.get_secret_value().split())
