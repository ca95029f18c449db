"""How the bundle looks after its jobs: sweeping, draining, circuits; and callbacks."""

from __future__ import annotations

from pydantic import SecretStr, model_validator
from typing_extensions import Self

from shared.core import webhooks
from shared.settings.base import Group, variable


class UpkeepSettings(Group):
    """How often jobs in flight are looked at, and what counts as lost."""

    look_seconds: int = variable(
        "LOOK_SECONDS", "A job is looked at again after this long.", 120, ge=1
    )
    quiet_seconds: int = variable(
        "QUIET_SECONDS",
        "Without a new record the run is lost; doubles with each.",
        180,
        ge=1,
    )
    gone_seconds: int = variable(
        "GONE_SECONDS",
        "A task without queue or output is lost after this long.",
        300,
        ge=1,
    )
    grace_seconds: int = variable(
        "OUTPUT_GRACE_SECONDS",
        "How long an output the queue tells of may be invisible on the mount.",
        180,
        ge=1,
    )
    sink_warning: float = variable(
        "SINK_WARNING", "Share of the result queue to warn at.", 0.5, gt=0, le=1
    )
    circuit_failures: int = variable(
        "CIRCUIT_FAILURES", "Failures in a row that pause sending.", 5, ge=1
    )
    circuit_seconds: float = variable(
        "CIRCUIT_SECONDS", "First pause; doubles up to 15 minutes.", 60.0, gt=0
    )


class CallbackSettings(Group):
    """What other ComfyUI hosts sign with when they say that a task has ended."""

    callback_secrets: SecretStr = variable(
        "CALLBACK_SECRETS",
        "List of other ComfyUI hosts' callback secrets, whsec_…",
        SecretStr(""),
    )

    @model_validator(mode="after")
    def _check_secrets(self) -> Self:
        if not all(map(webhooks.is_secret, self.secrets())):
            raise ValueError("CALLBACK_SECRETS: whsec_ and base64 of at least 24 bytes each")
        return self

    def secrets(self) -> tuple[str, ...]:
        """Return the secrets that callbacks may be signed with; none: no callback is taken."""
        return tuple(self.callback_secrets.get_secret_value().split())
