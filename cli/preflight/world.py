"""What the checks look at: the settings, the stack file, the options, and ways to ask services."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from cli.check_workflows import fetched
from cli.preflight import cloud, model_question, node_pack
from local.cloud.fc.spec import load_stack
from local.cloud.fc.variables import SpecError
from local.one_process import environment, stack_settings
from shared import bootstrap
from shared.settings.every import GROUPS
from shared.styles import checked_styles
from shared.workflows.load import WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from cli.preflight.cloud import BucketFacts
    from cli.preflight.node_pack import PackFacts
    from local.cloud.fc.spec import Stack
    from shared.models.catalogue import Model
    from shared.ports import Clock, ObjectStore, PromptModel, SceneModel, WorkflowQueue
    from shared.styles import Style

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Options:
    """What the command was asked for; `data` is where the local stack stores that is meant."""

    offline: bool = False
    spend: bool = False
    before: bool = False
    outside: bool = False
    object_info: str | None = None
    token: str | None = None
    stack_file: Path = ROOT / "s.yaml"
    workflows: Path = WORKFLOWS
    data: Path | None = None

    @property
    def local(self) -> bool:
        """Say whether it is a local stack that is looked at."""
        return self.data is not None


@dataclass(frozen=True)
class Ports:
    """Builders of what is asked; the bundle's own adapters, and others that only look."""

    state: Callable[[], ObjectStore] = bootstrap.state
    mount: Callable[[], ObjectStore] = bootstrap.mount
    clock: Callable[[], Clock] = bootstrap.clock
    queue: Callable[[], WorkflowQueue] = bootstrap.queue
    prompt_model: Callable[[str], PromptModel] = bootstrap.prompt_model_named
    scene_model: Callable[[str], SceneModel] = bootstrap.scene_model_named
    offered: Callable[[Model], None] = model_question.ask
    bucket: Callable[[str], BucketFacts] = cloud.bucket_facts
    function: Callable[[str], int] = cloud.function_status
    knock: Callable[[str], int] = cloud.knock
    cors: Callable[[str, str], int] = cloud.cors_status
    fetch: Callable[[str], tuple[int, bytes]] = cloud.fetch
    pack: Callable[[Path], PackFacts] = node_pack.loaded
    object_info: Callable[[str | None, str | None], bytes] = fetched
    styles: Callable[[], Mapping[str, Style]] = checked_styles


@dataclass(frozen=True)
class World:
    """One configuration under inspection; `shell` is what was set before the stack file's part."""

    variables: Mapping[str, str]
    stack: Stack | None = None
    options: Options = Options()
    ports: Ports = field(default_factory=Ports)
    shell: Mapping[str, str] = field(default_factory=dict)
    stack_error: str = ""

    def entered(self) -> AbstractContextManager[None]:
        """Put the settings into the environment, where the adapters' builders read them."""
        return environment(self.variables) if self.variables else nullcontext()

    def secrets(self) -> list[str]:
        """Return every value that must never be shown, longest first."""
        named = [
            str(spec.alias)
            for group in GROUPS
            for spec in group.model_fields.values()
            if spec.annotation is SecretStr
        ]
        values = {word for name in named for word in self.variables.get(name, "").split()}
        return sorted(values, key=len, reverse=True)


def world_of(options: Options, shell: Mapping[str, str]) -> World:
    """Return the configuration: the local stack's, or the stack file's with this shell.

    Raises NotFoundError when no local stack runs.
    """
    if options.data is not None:
        given = stack_settings(options.data)
        return World(given, load_stack(options.stack_file, given), options, shell=given)
    try:
        stack = load_stack(options.stack_file, shell)
    except SpecError as error:
        return World(dict(shell), None, options, shell=shell, stack_error=str(error))
    variables = {**shell, **passed_on(stack)}
    return World(_outside(variables) if options.outside else variables, stack, options, shell=shell)


def passed_on(stack: Stack) -> dict[str, str]:
    """Return what the stack file sets for its functions, empty values left out."""
    found: dict[str, str] = {}
    for function in stack.functions.values():
        found.update({name: text for name, text in function.environment.items() if text != ""})
    return found


def _outside(variables: dict[str, str]) -> dict[str, str]:
    """Return the settings with the endpoints that answer outside the VPC."""
    internal = {
        "OSS_ENDPOINT": "-internal.aliyuncs.com",
        "FC_ENDPOINT": "-internal.fc.aliyuncs.com",
    }
    found = {
        name: variables[name].replace(end, end.removeprefix("-internal"))
        for name, end in internal.items()
        if name in variables
    }
    return {**variables, **found}
