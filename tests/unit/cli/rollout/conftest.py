"""A Function Compute of one's own with two functions wanted of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.rollout.wanted import Wanted, WantedFunction
from local.cloud.fc.context import Account
from local.cloud.fc.context import Credentials as Keys
from local.cloud.fc.platform import Platform
from local.cloud.oss.store import BucketStore, utc_now
from local.cloud.serving import LoopbackServer
from tests.fakes.function_compute import BUCKET, Place, WatchedCloud, timer, zipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = Account("1234567890123456", "cn-shanghai", Keys("key", "secret", "token"))


@pytest.fixture
def objects(tmp_path: Path) -> BucketStore:
    return BucketStore(tmp_path / "oss", [BUCKET])


@pytest.fixture
def cloud(tmp_path: Path, objects: BucketStore) -> Iterator[WatchedCloud]:
    platform = Platform(tmp_path / "fc", ACCOUNT, objects, clock=utc_now)
    with LoopbackServer(platform.api({"key": "secret"})) as server:
        yield WatchedCloud(server.url)
    platform.stop()
    platform.instances.stop()


@pytest.fixture
def place(tmp_path: Path, cloud: WatchedCloud, objects: BucketStore) -> Place:
    code = zipped(tmp_path / "code.zip", "def handler(event, context): return ''\n")
    config = {
        "handler": "index.handler",
        "runtime": "python3.10",
        "memorySize": 512,
        "cpu": 0.35,
        "diskSize": 512,
        "timeout": 30,
        "environmentVariables": {"COLOUR": "red", "SIZE": "2"},
    }
    ends = {"maxAsyncRetryAttempts": 2, "maxAsyncEventAgeInSeconds": 300}
    one = WantedFunction(
        "one", config, code, {"clock": timer("live")}, ends, {"reservedConcurrency": 1}, None
    )
    domain = {
        "domainName": "posters.localhost",
        "protocol": "HTTP",
        "routeConfig": {"routes": [{"path": "/v1/*", "functionName": "two", "qualifier": "live"}]},
    }
    functions = (one, WantedFunction("two", config, code))
    return Place(cloud, objects, Wanted(functions, {"posters.localhost": domain}, "live"))
