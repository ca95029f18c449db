"""Where the studio is, whom it lets people sign in with, and where its pictures come from."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import SecretStr, model_validator
from typing_extensions import Self

from shared.settings.base import Group, Words, variable

_LOOPBACK = {"127.0.0.1", "localhost"}


class StudioSettings(Group):
    """The studio, the pages for reviewers, artists, marketing and operators."""

    url: str = variable("STUDIO_URL", "Address that people open, such as https://host/studio.")
    api_url: str = variable("STUDIO_API_URL", "https://host of the interface that it calls.")
    issuer: str = variable("STUDIO_OIDC_ISSUER", "The OpenID Connect issuer people sign in with.")
    client_id: str = variable(
        "STUDIO_OIDC_CLIENT_ID", "As what the issuer knows the studio.", "trip-poster-studio"
    )
    client_secret: SecretStr = variable(
        "STUDIO_OIDC_CLIENT_SECRET", "Its secret there; none for a public client.", SecretStr("")
    )
    session_key: SecretStr = variable(
        "STUDIO_SESSION_KEY", "Secret that keeps its cookies; a new one signs all out.",
        min_length=32,
    )  # fmt: skip
    picture_hosts: Words = variable(
        "STUDIO_PICTURE_HOSTS",
        "List of origins that pictures come from and renders go to.",
        (),
    )

    @model_validator(mode="after")
    def _check_addresses(self) -> Self:
        told = {
            "STUDIO_URL": self.url,
            "STUDIO_API_URL": self.api_url,
            "STUDIO_OIDC_ISSUER": self.issuer,
            **{f"STUDIO_PICTURE_HOSTS {each}": each for each in self.picture_hosts},
        }
        for name, url in told.items():
            if not _is_safe(url):
                raise ValueError(f"{name.split(' ')[0]} is no https:// address")
        return self


def _is_safe(url: str) -> bool:
    """Tell whether an address is HTTPS, or on this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in _LOOPBACK)
