"""The GPU service's queues."""

from __future__ import annotations

from pydantic import SecretStr

from shared.settings.base import Group, variable


class QueueSettings(Group):
    """The GPU service's queues."""

    service_url: str = variable("EAS_SERVICE_URL", "http(s)://host/api/predict/{service}.")
    token: SecretStr = variable("EAS_TOKEN", "Token of the service.")
    timeout_seconds: float = variable("EAS_TIMEOUT_SECONDS", "Timeout of one request.", 10.0, gt=0)
    deadline_seconds: float = variable(
        "EAS_DEADLINE_SECONDS", "All tries of one call together.", 30.0, gt=0
    )
