"""The services of a life of the stack, as somebody outside reaches them."""

from local.cloud.identity import keys
from shared.adapters.fc3_invoker import Fc3Invoker
from shared.adapters.oss_object_store import OssObjectStore
from shared.settings.credentials import Credentials


def bucket(
    endpoint: str, name: str, *, timeout: float = 2.0, deadline: float = 8.0
) -> OssObjectStore:
    """Return a bucket of the local object storage; the times are in seconds."""
    return OssObjectStore(
        endpoint=endpoint,
        public_endpoint=endpoint,
        region=keys.REGION,
        bucket=name,
        credentials=_credentials,
        timeout_seconds=timeout,
        deadline_seconds=deadline,
    )


def platform(endpoint: str, prefix: str) -> Fc3Invoker:
    """Return the platform, on which all functions' names begin so."""
    return Fc3Invoker(
        endpoint=endpoint, credentials=_credentials, prefix=prefix, timeout_seconds=2.0
    )


def _credentials() -> Credentials:
    return Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET)
