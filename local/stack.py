"""The whole bundle on one machine: loopback services, and the functions of s.yaml between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from starlette.applications import Starlette

from local import deployment_shell, own_keys, own_people
from local.cloud.dashscope.app import create_dashscope_app
from local.cloud.eas.app import create_eas_app
from local.cloud.eas.consumer import EasConsumer
from local.cloud.eas.service import EasService, RunOutcome
from local.cloud.fc.context import (
    Account,
    ContextFactory,
    Credentials,
    roles,
    stack_environment,
)
from local.cloud.fc.control.api import CODE_BUCKET, UPLOAD_KEYS
from local.cloud.fc.gateway import create_gateway_app
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.invocation_api import create_fc_app
from local.cloud.fc.platform import Platform, PlatformOptions
from local.cloud.fc.spec import FunctionSpec, Route, load_stack
from local.cloud.fc.triggers import OssTriggers, Timers
from local.cloud.identity import keys
from local.cloud.identity.app import create_identity_app
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore, utc_now
from local.cloud.serving import LoopbackServer
from local.comfyui.engine import WorkflowEngine
from local.comfyui.remote import RemoteComfyUi
from local.community.app import create_community_app
from local.community.state import CommunityState
from local.data_folder import Ports, held
from local.models.played import played
from local.mount import seed_mount
from local.one_process import address_file, alone, environment
from local.options import StackOptions
from local.shell_settings import check, divided
from local.web_functions import web_instances
from shared import bootstrap
from shared.settings import credentials

ROOT = Path(__file__).parent.parent
DATA = ROOT / ".local"
STATE_BUCKET, MOUNT_BUCKET = deployment_shell.STATE_BUCKET, deployment_shell.MOUNT_BUCKET
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


class LocalStack:
    """All services and functions, started together; everything it stores is under `data`."""

    def __init__(self, data: Path, options: StackOptions | None = None) -> None:
        self._data, self.options = data, options or StackOptions()
        self._running = ExitStack()
        self.keys = own_keys.load_keys(data)
        self.objects = BucketStore(data / "oss", [STATE_BUCKET, MOUNT_BUCKET, CODE_BUCKET])
        self.eas = EasService(
            data / "eas", deployment_shell.EAS_NAME, sink_max_items=self.options.sink_max_items
        )
        self.dashscope = played(data / "dashscope", paint=self.options.paint or _paint)
        self.community = CommunityState(data / "community")
        self._ports = Ports(data, {"app": self.options.port})
        self._servers: dict[str, LoopbackServer] = {}
        self.remarks: list[str] = []

    @property
    def urls(self) -> dict[str, str]:
        """The address of each service, by its name."""
        return {name: server.url for name, server in self._servers.items()}

    @property
    def studio(self) -> str:
        """The address that people open."""
        return deployment_shell.studio_address(self.urls)

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
        self._vehicles = seed_mount(self.objects, MOUNT_BUCKET)
        guard = self.options.guard
        self._keys = {**_KEYS, **(guard.keys() if guard else {})}
        oss = create_oss_app(
            self.objects,
            keys={**self._keys, UPLOAD_KEYS.access_key_id: UPLOAD_KEYS.access_key_secret},
            tokens={UPLOAD_KEYS.access_key_id: UPLOAD_KEYS.security_token},
            region=keys.REGION,
            clock=utc_now,
            allows=guard,
            # As the vendor's tool signs what it uploads there.
            old_buckets={CODE_BUCKET},
        )
        self._serve("oss", oss)
        self._serve("eas", create_eas_app(self.eas, keys.EAS_TOKEN))
        self._serve("dashscope", create_dashscope_app(self.dashscope, api_key=keys.DASHSCOPE_KEY))
        self._running.callback(self.dashscope.close)
        secrets = {"community": own_keys.COMMUNITY_SECRET, "backend": own_keys.BACKEND_SECRET}
        self._serve("community", create_community_app(self.community, secrets))
        self._start_functions()
        self._start_gpu()
        self._ports.keep(self._servers)
        self.remarks += self._ports.exchanged

    def stop(self) -> None:
        """Stop everything, last started first."""
        self._running.close()
        bootstrap.reset()
        credentials.forget()

    def _serve(self, name: str, app: Starlette) -> None:
        front = self.options.front
        server = self._ports.server(name, front(name, app) if front else app)
        self._servers[name] = self._running.enter_context(server)

    def _start_functions(self) -> None:
        # The functions know the platform that runs them and the door before them, so both
        # addresses are taken first.
        platform, door = Starlette(), Starlette()
        self._serve("fc", platform)
        self._serve("app", door)
        people = own_people.sign_ins(self.keys, self.studio, self.options.sign_in_seconds)
        self._serve("identity", create_identity_app(people))
        stack = load_stack(ROOT / "s.yaml", self._variables())
        functions = {name: self._changed(each) for name, each in stack.functions.items()}
        variables = self._settings(functions.values())
        told = {**self.deployment, **variables}
        self._running.enter_context(address_file(self._data, self.urls, told))
        if self.options.deployed:
            live: Mapping[str, FunctionSpec] = self._start_platform(platform, door)
        else:
            self._running.enter_context(environment(variables))
            live = functions
            self._start_here(functions, stack.routes, platform, door)
        triggers = OssTriggers(live, self.host)
        deliver = self.options.deliver or (lambda listener, event: listener(event))
        self.objects.subscribe(lambda event: deliver(triggers, event))

    def _settings(self, functions: Iterable[FunctionSpec]) -> dict[str, str]:
        """Return how the functions are set, all in one; the shell's wrong ones are refused."""
        given, vain = divided(self.options.given, self._variables())
        self.changed = {**_USUAL, **self.options.settings, **given}
        variables = {
            **stack_environment(functions, _ACCOUNT),
            # Behind a company's proxy, too, the stack talks to itself.
            "no_proxy": "127.0.0.1",
            **self.changed,
        }
        if given:
            check(variables)
        if vain:
            self.remarks.append(f"not taken from this shell, the stack decides: {', '.join(vain)}")
        return variables

    def _start_here(
        self,
        functions: Mapping[str, FunctionSpec],
        routes: Sequence[Route],
        platform: Starlette,
        door: Starlette,
    ) -> None:
        """Run the functions of s.yaml in this process."""
        guard = self.options.guard
        contexts = ContextFactory(_ACCOUNT, role_of=roles(guard))
        self.web = web_instances(self._data / "fc", contexts, self.options, self.changed)
        self._running.callback(self.web.stop)
        self.host = FunctionHost(
            functions,
            root=self._data / "fc",
            context_factory=contexts,
            clock=utc_now,
            load=self.options.load,
            duplicate_every=self.options.duplicate_every,
            parallel=self.options.parallel,
            web=self.web,
        )
        platform.mount("/", create_fc_app(self.host, keys=self._keys, clock=utc_now, allows=guard))
        door.router.default = create_gateway_app(self.host, routes, clock=utc_now)
        self._running.enter_context(self.host)
        self.timers = Timers(functions, self.host, clock=utc_now, scale=self.options.timer_scale)
        self._running.callback(self.timers.start().stop)

    def _start_platform(self, platform: Starlette, door: Starlette) -> Mapping[str, FunctionSpec]:
        """Run what is deployed, in processes of its own; return it, as it is at any time."""
        guard = self.options.guard
        runs = Platform(
            self._data / "fc",
            _ACCOUNT,
            self.objects,
            clock=utc_now,
            options=PlatformOptions(
                role_of=roles(guard),
                more={"no_proxy": "127.0.0.1"},
                duplicate_every=self.options.duplicate_every,
                parallel=self.options.parallel,
                timer_scale=self.options.timer_scale,
            ),
        )
        self.host, self.timers, self.instances = runs.host, runs.timers, runs.instances
        self.web = runs.web
        platform.mount("/", runs.api(self._keys, guard))
        door.router.default = runs.gateway(self._keys)
        self._running.enter_context(runs)
        return runs.functions

    @property
    def deployment(self) -> dict[str, str]:
        """What the shell has from which s.yaml is deployed to this stack."""
        return {**self._variables(), "DOMAIN": "posters.localhost", **self.changed}

    def _changed(self, function: FunctionSpec) -> FunctionSpec:
        """Return a function of s.yaml as the options want it."""
        cap = function.reserved_concurrency
        changed = replace(
            function, reserved_concurrency=cap and max(cap, self.options.least_instances)
        )
        if function.is_web:
            return replace(changed, code=str(self.options.web_code or ROOT))
        return replace(changed, runtime=self.options.runtime or function.runtime)

    def _variables(self) -> dict[str, str]:
        """Return what a deployment would have in its shell when it reads s.yaml."""
        return deployment_shell.variables(self.urls, self.keys)

    def _start_gpu(self) -> None:
        """Start one consumer of the queue, as one GPU instance would be."""
        consumer = EasConsumer(self.eas, self.options.run_task or self.engine())
        self._running.callback(consumer.stop)
        consumer.start()

    def engine(self) -> Callable[[bytes, Mapping[str, str]], RunOutcome]:
        """Return what runs an item of the queue in earnest."""
        mounted, url = self.objects.folder(MOUNT_BUCKET), self.options.comfyui_url
        if url:
            run = RemoteComfyUi(url, mounted, publish=self._publish).run_task
        else:
            run = WorkflowEngine(mounted, publish=self._publish).run_task

        def run_task(body: bytes, tags: Mapping[str, str]) -> RunOutcome:
            # The engine reads the mount's folder, past the bucket.
            self._vehicles.supply(body.decode("utf-8", "replace"))
            return RunOutcome(*run(body, tags))

        return run_task

    def _publish(self, key: str, data: bytes, content_type: str) -> None:
        self.objects.put(MOUNT_BUCKET, key, data, content_type=content_type)

    def __enter__(self) -> LocalStack:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _paint(prompt: str, width: int, height: int, seed: int) -> bytes:
    from local.painter import png

    return png(prompt, width=width, height=height, seed=seed)
