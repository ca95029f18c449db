"""Who may call, and under which names jobs and drivers are stored."""

from __future__ import annotations

from pydantic import Field, SecretStr

from shared.settings.base import Group


class IdentitySettings(Group):
    """Who may call."""

    issuer: str = Field(alias="JWT_ISSUER", description="Value of `iss` in accepted tokens.")
    audience: str = Field(alias="JWT_AUDIENCE", description="Value of `aud` in accepted tokens.")
    jwks: str = Field(
        alias="JWT_JWKS", description="JSON Web Key Set with the issuer's public keys."
    )
    leeway_seconds: int = Field(
        30, alias="JWT_LEEWAY_SECONDS", ge=0, le=300, description="Clock difference tolerated."
    )


class NamingSettings(Group):
    """Under which names jobs and drivers are stored."""

    id_key: SecretStr = Field(
        alias="ID_KEY",
        min_length=32,
        description="Secret that makes job ids and drivers' names unguessable; never change it.",
    )
