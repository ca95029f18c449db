"""Support: a configuration that is fit to go live, over fakes; tests take one thing away."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from cli.preflight.bundle_checks import PACK
from cli.preflight.checks import CHECKS, findings
from cli.preflight.cloud import BucketFacts
from cli.preflight.node_pack import PackFacts
from cli.preflight.world import Options, Ports, World, world_of
from local.comfyui.object_info import object_info
from local.own_keys import LocalKeys, load_keys
from local.stack import ROOT
from shared import bootstrap
from shared.ports import QueueDepth
from shared.styles import styles
from shared.vehicles.catalogue import CATALOGUE_KEY, Catalogue, VehicleEntry
from shared.vehicles.sidecar import Titles
from tests.fakes.clock import START, FakeClock
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.prompt_model import FakePromptModel
from tests.fakes.scene_model import FakeSceneModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from cli.preflight.findings import Finding, Level
    from shared.core.errors import BundleError
    from shared.models.catalogue import Model
    from shared.styles import Style

T = TypeVar("T")
CLASSES = PackFacts(
    tuple(
        f"TripPoster{each}"
        for each in ("Caption", "Choose", "Compose", "DepthPlate", "Ground", "Save")
    )
)
ISSUER = "https://identity.maker.example.com/staff"
ABOUT: dict[str, object] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "response_types_supported": ["code"],
    "code_challenge_methods_supported": ["S256"],
}
DEPTH = QueueDepth(0, 0, 1000, 8192)
VEHICLE = VehicleEntry(
    model="citycar",
    generation="g1",
    paint="black",
    version="0123456789ab",
    titles=Titles(zh="车", en="car"),
)


@dataclass
class Services:
    """What the services answer; a test changes it."""

    state: FakeObjectStore = field(default_factory=FakeObjectStore)
    mount: FakeObjectStore = field(default_factory=FakeObjectStore)
    depth: QueueDepth | BundleError = DEPTH
    text: FakePromptModel = field(default_factory=FakePromptModel)
    scenes: FakeSceneModel = field(default_factory=FakeSceneModel)
    versioning: str | BundleError = ""
    date: datetime | None = START
    statuses: dict[str, int] = field(default_factory=dict)
    hook: int | BundleError = 401
    origins: tuple[str, ...] = ("https://posters.maker.example.com",)
    about: dict[str, object] | BundleError = field(default_factory=lambda: dict(ABOUT))
    alive: int | BundleError = 200
    pack: PackFacts = CLASSES
    info: Callable[[], bytes] = object_info
    styles: Callable[[], dict[str, Style]] = styles
    offered: Callable[[Model], None] = lambda _: None

    def ports(self) -> Ports:
        """Return them as the checks ask for them."""
        clock = FakeClock()
        return Ports(
            state=lambda: self.state,
            mount=lambda: self.mount,
            clock=lambda: clock,
            queue=lambda: _Queue(self.depth),  # type: ignore[arg-type,return-value]
            prompt_model=lambda _: self.text,
            scene_model=lambda _: self.scenes,
            offered=self.offered,
            bucket=lambda _: BucketFacts(_given(self.versioning), self.date),
            function=lambda name: self.statuses.get(name.rpartition("-")[2], 200),
            cors=lambda _, origin: 200 if {origin, "*"} & {*self.origins} else 403,
            knock=lambda _: _given(self.hook),
            fetch=self.fetch,
            pack=lambda _: self.pack,
            object_info=lambda _, __: self.info(),
            styles=self.styles,
        )

    def fetch(self, url: str) -> tuple[int, bytes]:
        """Return what the studio or the identity provider answers."""
        if url == "https://posters.maker.example.com/studio/alive":
            return _given(self.alive), b"ok"
        assert url == f"{ISSUER}/.well-known/openid-configuration"
        return 200, json.dumps(_given(self.about)).encode()


@dataclass(frozen=True)
class _Queue:
    answer: QueueDepth | BundleError

    def depth(self) -> QueueDepth:
        """Return both queues' lengths."""
        return _given(self.answer)


def _given(answer: T | BundleError) -> T:
    if isinstance(answer, Exception):
        raise answer
    return answer


@cache
def keys(folder: Path) -> LocalKeys:
    """Return an identity service's keys, made once."""
    return load_keys(folder)


def shell(keys: LocalKeys) -> dict[str, str]:
    """Return what an operator has in the shell when all is well."""
    return {
        "ALIYUN_ACCOUNT_ID": "1234567890123456",
        "STATE_BUCKET": "maker-state",
        "MOUNT_BUCKET": "maker-mount",
        "JWT_ISSUER": "https://identity.maker.example.com",
        "JWT_JWKS": keys.jwks(),
        "ID_KEY": keys.id_key,
        "DASHSCOPE_API_KEY": "sk-0123456789abcdef0123456789abcdef",
        "EAS_SERVICE_URL": "http://1234567890123456.vpc.cn-shanghai.pai-eas.aliyuncs.com"
        "/api/predict/trip-poster-comfyui",
        "EAS_TOKEN": "ZWFzLXRva2VuLW9mLXRoaXMtdGVzdA==",
        "LABEL_PRODUCER": "00190001",
        "ANNOUNCE_HOSTS": "hooks.example.com",
        "COMMUNITY_URL": "https://hooks.example.com/posters",
        "COMMUNITY_SECRETS": "whsec_" + "A" * 44,
        "PUBLIC_BASE_URL": "https://posters.maker.example.com",
        "STUDIO_URL": "https://posters.maker.example.com/studio",
        "STUDIO_API_URL": "https://posters.maker.example.com",
        "STUDIO_OIDC_ISSUER": ISSUER,
        "STUDIO_SESSION_KEY": keys.session_key,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "operator-key-id",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "operator-key-secret",
    }


def furnished(services: Services) -> Services:
    """Put on the mount what belongs there: a vehicle, this release's node pack."""
    mount = services.mount
    mount.put(CATALOGUE_KEY, Catalogue(vehicles=(VEHICLE,)).to_json())
    mount.put(f"input/vehicles/{VEHICLE.reference}/sidecar.json", b"{}")
    for path in PACK.rglob("*.*"):
        if path.suffix != ".pyc":
            name = path.relative_to(PACK).as_posix()
            mount.put(f"custom_nodes/trip_poster/{name}", path.read_bytes())
    return services


def world(
    services: Services, given: dict[str, str], *, stack_file: Path = ROOT / "s.yaml", **asked: bool
) -> World:
    """Return the configuration that this shell and these services make."""
    options = Options(stack_file=stack_file, **asked)  # type: ignore[arg-type]
    return replace(world_of(options, given), ports=services.ports())


def found(world: World, check: str) -> list[Finding]:
    """Return what one check finds."""
    chosen = tuple(each for each in CHECKS if each.name == check)
    assert chosen
    bootstrap.reset()
    with world.entered():
        return list(findings(world, chosen))


def levels(lines: list[Finding]) -> set[Level]:
    """Return the levels of some lines."""
    return {line.level for line in lines}
