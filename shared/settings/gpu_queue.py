"""The GPU service's queues."""

from __future__ import annotations

from pydantic import Field, SecretStr

from shared.settings.base import Group


class QueueSettings(Group):
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
