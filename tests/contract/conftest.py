"""The loopback services that the real adapters are run against, each started once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from local.cloud.dashscope.app import create_dashscope_app
from local.cloud.eas.app import create_eas_app
from local.cloud.eas.service import EasService
from local.cloud.fc.context import Account, ContextFactory
from local.cloud.fc.context import Credentials as RoleCredentials
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.invocation_api import create_fc_app
from local.cloud.fc.spec import FunctionSpec
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore
from local.cloud.serving import LoopbackServer
from local.models.played import played
from shared.adapters.oss_object_store import OssObjectStore
from shared.core.errors import AccountError, ModerationError, UpstreamUnavailableError
from shared.settings.credentials import Credentials
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cloud.dashscope.state import DashScopeState
    from shared.ports import ObjectStore

KEY = Credentials(access_key_id="local-access-key", access_key_secret="local-secret-key")
REGION = "cn-shanghai"
API_KEY = "sk-local"
EAS_TOKEN = "local-eas-token"
EAS_SERVICE = "trip-poster-comfyui"
PICTURE = b"\x89PNG not quite, but bytes all the same"


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class ServedEas:
    """The GPU service and where it listens."""

    url: str
    service: EasService


@dataclass(frozen=True)
class ServedModels:
    """The model service and where it listens."""

    url: str
    state: DashScopeState


@dataclass(frozen=True)
class ServedFunctions:
    """The function service, where it listens, and what ran."""

    url: str
    host: FunctionHost
    ran: list[tuple[str, dict[str, str]]]


# What may go wrong with a model's answers: the stand-in's way of it, and the error.
TROUBLES = {
    "moderation": ("moderate_all", ModerationError),
    "refusal": ("arrears", AccountError),
    "outage": ("throttled", UpstreamUnavailableError),
}


@pytest.fixture(scope="session")
def oss_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = BucketStore(tmp_path_factory.mktemp("oss"), ["state"])
    keys = {KEY.access_key_id: KEY.access_key_secret}
    with LoopbackServer(create_oss_app(store, keys=keys, region=REGION, clock=utc_now)) as server:
        yield server.url


def oss_store(url: str) -> OssObjectStore:
    return OssObjectStore(
        endpoint=url,
        public_endpoint=url,
        region=REGION,
        bucket="state",
        credentials=lambda: KEY,
        timeout_seconds=5,
        deadline_seconds=10,
    )


@pytest.fixture(params=["fake", "oss"])
def bucket(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "oss":
        return oss_store(request.getfixturevalue("oss_url"))
    return FakeObjectStore()


@pytest.fixture(scope="session")
def eas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedEas]:
    service = EasService(tmp_path_factory.mktemp("eas"), EAS_SERVICE)
    with LoopbackServer(create_eas_app(service, EAS_TOKEN)) as server:
        yield ServedEas(f"{server.url}/api/predict/{EAS_SERVICE}", service)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedModels]:
    state = played(
        tmp_path_factory.mktemp("dashscope"), paint=lambda prompt, width, height, seed: PICTURE
    )
    with LoopbackServer(create_dashscope_app(state, api_key=API_KEY)) as server:
        yield ServedModels(f"{server.url}/api/v1", state)
    state.close()


@pytest.fixture(scope="session")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedFunctions]:
    ran: list[tuple[str, dict[str, str]]] = []
    spec = FunctionSpec("stack-paint_trip", "paint_trip.handler")
    role = RoleCredentials("role-key", "role-secret", "role-token")
    account = Account("1234567890", REGION, role)
    host = FunctionHost(
        {spec.name: spec},
        root=tmp_path_factory.mktemp("fc"),
        context_factory=ContextFactory(account),
        clock=utc_now,
        load=lambda _: lambda event, _context: ran.append(("paint_trip", json.loads(event))),
        parallel=1,
    )
    keys = {KEY.access_key_id: KEY.access_key_secret}
    app = create_fc_app(host, keys=keys, clock=utc_now)
    with host, LoopbackServer(app) as server:
        yield ServedFunctions(server.url, host, ran)
