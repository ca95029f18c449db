"""The services of the life that the stack lives now, as somebody outside reaches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.cloud.identity import keys
from local.one_process import read_addresses
from shared.adapters.fc3_invoker import Fc3Invoker
from shared.adapters.oss_object_store import OssObjectStore
from shared.settings.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TIMEOUT, _DEADLINE = 2.0, 8.0


@dataclass(frozen=True)
class Reach:
    """Where the services are; another life has other addresses."""

    urls: Mapping[str, str]
    environment: Mapping[str, str]

    @classmethod
    def of(cls, data: Path) -> Reach | None:
        """Return what the stack has written of itself, None while it is down."""
        told = read_addresses(data)
        return cls(told.urls, told.environment) if told else None

    def store(self, bucket: str) -> OssObjectStore:
        """Return a bucket."""
        return OssObjectStore(
            endpoint=self.urls["oss"],
            public_endpoint=self.urls["oss"],
            region=keys.REGION,
            bucket=bucket,
            credentials=_credentials,
            timeout_seconds=_TIMEOUT,
            deadline_seconds=_DEADLINE,
        )

    def invoker(self) -> Fc3Invoker:
        """Return the platform."""
        return Fc3Invoker(
            endpoint=self.urls["fc"],
            credentials=_credentials,
            prefix=self.environment.get("FUNCTION_PREFIX", ""),
            timeout_seconds=_TIMEOUT,
        )


def _credentials() -> Credentials:
    return Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET)
