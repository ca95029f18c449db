"""Who may call, and under which names jobs and drivers are stored."""

from __future__ import annotations

from pydantic import SecretStr

from shared.settings.base import Group, variable


class IdentitySettings(Group):
    """Who may call."""

    issuer: str = variable("JWT_ISSUER", "Value of `iss` in accepted tokens.")
    audience: str = variable("JWT_AUDIENCE", "Value of `aud` in accepted tokens.")
    jwks: str = variable("JWT_JWKS", "JSON Web Key Set with the issuer's public keys.")
    leeway_seconds: int = variable(
        "JWT_LEEWAY_SECONDS", "Clock difference tolerated.", 30, ge=0, le=300
    )


class NamingSettings(Group):
    """Under which names jobs and drivers are stored."""

    id_key: SecretStr = variable(
        "ID_KEY",
        "Secret that makes job ids and drivers' names unguessable; never change it.",
        min_length=32,
    )
