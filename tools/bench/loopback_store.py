"""Buckets of the local object storage, by the vendor's own client."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from local.cloud.identity import keys
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore
from local.cloud.serving import LoopbackServer
from shared.adapters.oss_object_store import OssObjectStore
from shared.settings.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def loopback_stores(folder: Path, names: list[str]) -> Iterator[Callable[[str], OssObjectStore]]:
    """Serve buckets of these names from a folder; yield what opens one."""
    app = create_oss_app(
        BucketStore(folder, names),
        keys={keys.ACCESS_KEY_ID: keys.ACCESS_KEY_SECRET},
        region=keys.REGION,
        clock=lambda: datetime.now(timezone.utc),
    )
    with LoopbackServer(app) as server:
        yield lambda name: OssObjectStore(
            endpoint=server.url,
            public_endpoint=server.url,
            region=keys.REGION,
            bucket=name,
            credentials=lambda: Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET),
            timeout_seconds=10,
            deadline_seconds=30,
        )
