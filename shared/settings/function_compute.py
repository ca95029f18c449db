"""What the platform itself puts into the environment."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr

from shared.settings.base import Group, variable


class PlatformSettings(Group):
    """What the platform itself puts into the environment."""

    access_key_id: str = variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "By FC.", "")
    access_key_secret: SecretStr = variable(
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "By FC.", SecretStr("")
    )
    security_token: SecretStr = variable("ALIBABA_CLOUD_SECURITY_TOKEN", "By FC.", SecretStr(""))
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = variable(
        "LOG_LEVEL", "Least severe line that is written.", "INFO"
    )
