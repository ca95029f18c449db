"""The whole bundle on one machine: loopback services, and the functions of s.yaml between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import ASGIApp

from local import own_keys
from local.cloud.dashscope.app import create_dashscope_app
from local.cloud.eas.app import create_eas_app
from local.cloud.eas.consumer import EasConsumer
from local.cloud.eas.service import EasService, RunOutcome
from local.cloud.fc.context import Account, ContextFactory, Credentials, roles, stack_environment
from local.cloud.fc.gateway import create_gateway_app
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.invocation_api import create_fc_app
from local.cloud.fc.running import HandlerLoader
from local.cloud.fc.spec import FunctionSpec, load_stack
from local.cloud.fc.triggers import OssTriggers, Timers
from local.cloud.identity import keys
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.objects import ObjectEvent
from local.cloud.oss.store import BucketStore, utc_now
from local.cloud.ram.guard import Guard
from local.cloud.serving import LoopbackServer
from local.comfyui.engine import WorkflowEngine
from local.comfyui.remote import RemoteComfyUi
from local.community.app import create_community_app
from local.community.state import CommunityState
from local.data_folder import Ports, held
from local.models.played import played
from local.mount import BundledVehicles, seed_mount
from local.one_process import address_file, alone, environment
from local.own_handlers import load_handler
from local.shell_settings import check, divided
from shared import bootstrap
from shared.settings import credentials

ROOT = Path(__file__).parent.parent
DATA = ROOT / ".local"
STATE_BUCKET, MOUNT_BUCKET = "trip-poster-state", "trip-poster-mount"
EAS_NAME = "trip-poster-comfyui"
_USUAL = {
    # One demonstration driver sends more than any real one would.
    "DRIVER_OPEN_JOBS": "10000",
    "DRIVER_JOBS_PER_HOUR": "10000",
    "TEXT_MODEL": "local-stand-in-writer",
    "PICTURE_MODEL": "local-stand-in-painter",
    "SCENE_POLL_SECONDS": "0.25",
}
_KEYS = {keys.ACCESS_KEY_ID: keys.ACCESS_KEY_SECRET}
_ACCOUNT = Account(
    account_id=keys.ACCOUNT,
    region=keys.REGION,
    credentials=Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET),
)


@dataclass(frozen=True)
class StackOptions:
    """`comfyui_url`: a real ComfyUI to paint with; `port`: of the HTTP gateway, 0 for any free.

    `runtime` gives all functions the context of that Python, `duplicate_every` delivers every n-th
    event twice, `run_task` plays the GPU in place of the engine, and `paint` the painter;
    `settings` are further settings of the functions; those `given` by the shell count as well,
    unless the stack has to decide them itself, which it remarks. `front` may put something before
    the app of each service, and `deliver` hands the bucket's events on; `load` finds handlers
    elsewhere than in this process. `timer_scale` stretches the pauses of timers, `parallel`
    invocations run at once, and every function's cap is `least_instances` or more. `guard` gives
    each function keys of its own and lets it do what its policy allows, and nothing else.
    """

    comfyui_url: str | None = None
    port: int = 0
    runtime: str | None = None
    duplicate_every: int | None = None
    run_task: Callable[[bytes, Mapping[str, str]], RunOutcome] | None = None
    paint: Callable[[str, int, int, int], bytes] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    front: Callable[[str, ASGIApp], ASGIApp] | None = None
    deliver: Callable[[Callable[[ObjectEvent], object], ObjectEvent], None] | None = None
    load: HandlerLoader = load_handler
    timer_scale: float = 1 / 30
    sink_max_items: int = 1000
    parallel: int = 8
    least_instances: int = 1
    guard: Guard | None = None


class LocalStack:
    """All services and functions, started together; everything it stores is under `data`."""

    def __init__(self, data: Path, options: StackOptions | None = None) -> None:
        self._data, self._options = data, options or StackOptions()
        self._running = ExitStack()
        self.keys = own_keys.load_keys(data)
        self.objects = BucketStore(data / "oss", [STATE_BUCKET, MOUNT_BUCKET])
        self.eas = EasService(data / "eas", EAS_NAME, sink_max_items=self._options.sink_max_items)
        self.dashscope = played(data / "dashscope", paint=self._options.paint or _paint)
        self.community = CommunityState(data / "community")
        self._ports = Ports(data, {"app": self._options.port})
        self._servers: dict[str, LoopbackServer] = {}
        self.remarks: list[str] = []

    @property
    def urls(self) -> dict[str, str]:
        """The address of each service, by its name."""
        return {name: server.url for name, server in self._servers.items()}

    def start(self) -> LocalStack:
        """Start everything; what was under way when the stack stopped goes on.

        RuntimeError where another stack of this process has not stopped, FolderTakenError where
        another process's has the folder, SettingsError for a wrong setting of the shell.
        """
        with self._running:
            self._running.enter_context(alone())
            self._running.enter_context(held(self._data))
            self._start_all()
            self._running = self._running.pop_all()
        return self

    def _start_all(self) -> None:
        vehicles = seed_mount(self.objects, MOUNT_BUCKET)
        guard = self._options.guard
        self._keys = {**_KEYS, **(guard.keys() if guard else {})}
        oss = create_oss_app(
            self.objects, keys=self._keys, region=keys.REGION, clock=utc_now, allows=guard
        )
        self._serve("oss", oss)
        self._serve("eas", create_eas_app(self.eas, keys.EAS_TOKEN))
        self._serve("dashscope", create_dashscope_app(self.dashscope, api_key=keys.DASHSCOPE_KEY))
        self._running.callback(self.dashscope.close)
        secrets = {"community": own_keys.COMMUNITY_SECRET, "backend": own_keys.BACKEND_SECRET}
        self._serve("community", create_community_app(self.community, secrets))
        self._start_functions()
        self._start_gpu(vehicles)
        self._ports.keep(self._servers)
        self.remarks += self._ports.exchanged

    def stop(self) -> None:
        """Stop everything, last started first."""
        self._running.close()
        bootstrap.reset()
        credentials.forget()

    def _serve(self, name: str, app: Starlette) -> None:
        front = self._options.front
        server = self._ports.server(name, front(name, app) if front else app)
        self._servers[name] = self._running.enter_context(server)

    def _start_functions(self) -> None:
        # The functions know the platform that runs them and the door before them, so both
        # addresses are taken first.
        platform, door = Starlette(), Starlette()
        self._serve("fc", platform)
        self._serve("app", door)
        stack = load_stack(ROOT / "s.yaml", self._variables())
        functions = {name: self._changed(each) for name, each in stack.functions.items()}
        guard = self._options.guard
        given, vain = divided(self._options.given, self._variables())
        variables = {
            **stack_environment(functions.values(), _ACCOUNT),
            **_USUAL,
            # Behind a company's proxy, too, the stack talks to itself.
            "no_proxy": "127.0.0.1",
            **self._options.settings,
            **given,
        }
        if given:
            check(variables)
        if vain:
            self.remarks.append(f"not taken from this shell, the stack decides: {', '.join(vain)}")
        self._running.enter_context(environment(variables))
        self._running.enter_context(address_file(self._data, self.urls, variables))
        self.host = FunctionHost(
            functions,
            root=self._data / "fc",
            context_factory=ContextFactory(_ACCOUNT, roles=roles(guard, functions)),
            clock=utc_now,
            load=self._options.load,
            duplicate_every=self._options.duplicate_every,
            parallel=self._options.parallel,
        )
        platform.mount("/", create_fc_app(self.host, keys=self._keys, clock=utc_now, allows=guard))
        triggers = OssTriggers(functions, self.host)
        deliver = self._options.deliver or (lambda listener, event: listener(event))
        self.objects.subscribe(lambda event: deliver(triggers, event))
        self._running.enter_context(self.host)
        self.timers = Timers(
            functions, self.host, clock=utc_now, scale=self._options.timer_scale
        ).start()
        self._running.callback(self.timers.stop)
        door.router.default = create_gateway_app(self.host, stack.routes, clock=utc_now)

    def _changed(self, function: FunctionSpec) -> FunctionSpec:
        """Return a function of s.yaml as the options want it."""
        cap = function.reserved_concurrency
        return replace(
            function,
            runtime=self._options.runtime or function.runtime,
            reserved_concurrency=cap and max(cap, self._options.least_instances),
        )

    def _variables(self) -> dict[str, str]:
        """Return what a deployment would have in its shell when it reads s.yaml."""
        return {
            "ALIYUN_ACCOUNT_ID": keys.ACCOUNT,
            "STATE_BUCKET": STATE_BUCKET,
            "MOUNT_BUCKET": MOUNT_BUCKET,
            "OSS_ENDPOINT": self.urls["oss"],
            "OSS_PUBLIC_ENDPOINT": self.urls["oss"],
            "FC_ENDPOINT": self.urls["fc"],
            "JWT_ISSUER": keys.ISSUER,
            "JWT_AUDIENCE": own_keys.AUDIENCE,
            "JWT_JWKS": self.keys.jwks(),
            "ID_KEY": self.keys.id_key,
            "DASHSCOPE_API_KEY": keys.DASHSCOPE_KEY,
            "DASHSCOPE_BASE_URL": f"{self.urls['dashscope']}/api/v1",
            "PICTURE_HOSTS": "127.0.0.1",
            "EAS_SERVICE_URL": f"{self.urls['eas']}/api/predict/{EAS_NAME}",
            "EAS_TOKEN": keys.EAS_TOKEN,
            "ANNOUNCE_HOSTS": "127.0.0.1",
            "COMMUNITY_URL": f"{self.urls['community']}/hooks/community",
            "COMMUNITY_SECRETS": own_keys.COMMUNITY_SECRET,
            "BACKEND_URL": f"{self.urls['community']}/hooks/backend",
            "BACKEND_SECRETS": own_keys.BACKEND_SECRET,
            "PUBLIC_BASE_URL": self.urls["app"],
        }

    def _start_gpu(self, vehicles: BundledVehicles) -> None:
        """Start one consumer of the queue, as one GPU instance would be."""
        run = self._options.run_task or self._engine()

        def run_task(body: bytes, tags: Mapping[str, str]) -> RunOutcome:
            # The engine reads the mount's folder, past the bucket.
            vehicles.supply(body.decode("utf-8", "replace"))
            return run(body, tags)

        consumer = EasConsumer(self.eas, run_task)
        self._running.callback(consumer.stop)
        consumer.start()

    def _engine(self) -> Callable[[bytes, Mapping[str, str]], RunOutcome]:
        mounted, url = self.objects.folder(MOUNT_BUCKET), self._options.comfyui_url
        if url:
            run = RemoteComfyUi(url, mounted, publish=self._publish).run_task
        else:
            run = WorkflowEngine(mounted, publish=self._publish).run_task
        return lambda body, tags: RunOutcome(*run(body, tags))

    def _publish(self, key: str, data: bytes, content_type: str) -> None:
        self.objects.put(MOUNT_BUCKET, key, data, content_type=content_type)

    def __enter__(self) -> LocalStack:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _paint(prompt: str, width: int, height: int, seed: int) -> bytes:
    from local.painter import png

    return png(prompt, width=width, height=height, seed=seed)
