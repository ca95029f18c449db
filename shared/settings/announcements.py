"""Whom the bundle tells of posters and failures."""

from __future__ import annotations

from pydantic import SecretStr, model_validator
from typing_extensions import Self

from shared.announcements.addresses import BACKEND, COMMUNITY, is_allowed
from shared.core import webhooks
from shared.settings.base import Group, Words, variable


class AnnouncementSettings(Group):
    """Whom the bundle tells of posters and failures; nobody without an address."""

    public_base_url: str = variable(
        "PUBLIC_BASE_URL", "https://host in the posters' stable addresses.", ""
    )
    community_url: str = variable(
        "COMMUNITY_URL", "The community's endpoint, told of shared posters.", ""
    )
    community_secrets: SecretStr = variable(
        "COMMUNITY_SECRETS",
        "Its signing secrets, whsec_…; two, with a space, while one is replaced.",
        SecretStr(""),
    )
    backend_url: str = variable("BACKEND_URL", "The maker's endpoint, told of failed jobs.", "")
    backend_secrets: SecretStr = variable(
        "BACKEND_SECRETS", "Its signing secrets, likewise.", SecretStr("")
    )
    hosts: Words = variable("ANNOUNCE_HOSTS", "List of hosts that messages may be sent to.", ())
    timeout_seconds: float = variable(
        "ANNOUNCE_TIMEOUT_SECONDS", "For one message, in all.", 10.0, gt=0, le=30
    )

    def endpoints(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Return address and secrets of the endpoints that have an address."""
        given = {
            COMMUNITY: (self.community_url, self.community_secrets),
            BACKEND: (self.backend_url, self.backend_secrets),
        }
        return {
            name: (url, tuple(secrets.get_secret_value().split()))
            for name, (url, secrets) in given.items()
            if url
        }

    @model_validator(mode="after")
    def _check_endpoints(self) -> Self:
        for name, (url, secrets) in self.endpoints().items():
            if not is_allowed(url, self.hosts):
                msg = f"{name.upper()}_URL is not HTTPS or its host is not in ANNOUNCE_HOSTS"
                raise ValueError(msg)
            if not secrets or not all(map(webhooks.is_secret, secrets)):
                raise ValueError(f"{name.upper()}_SECRETS are whsec_ and base64")
        if self.community_url and not self.public_base_url:
            raise ValueError("PUBLIC_BASE_URL is needed with COMMUNITY_URL")
        return self
