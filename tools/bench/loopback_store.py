"""A bucket of the local object storage, by the vendor's own client."""

from __future__ import annotations

from local.cloud.identity import keys
from shared.adapters.oss_object_store import OssObjectStore
from shared.settings.credentials import Credentials


def loopback_store(url: str, bucket: str) -> OssObjectStore:
    """Return the bucket of the service at this address."""
    return OssObjectStore(
        endpoint=url,
        public_endpoint=url,
        region=keys.REGION,
        bucket=bucket,
        credentials=lambda: Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET),
        timeout_seconds=10,
        deadline_seconds=30,
    )
