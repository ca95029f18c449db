"""What the platform itself puts into the environment."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from shared.settings.base import Group


class PlatformSettings(Group):
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
