"""How a local stack is put together: what tests and tools have otherwise than a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.types import ASGIApp

from local.cloud.eas.service import RunOutcome
from local.cloud.fc.running import HandlerLoader
from local.cloud.oss.objects import ObjectEvent
from local.cloud.ram.guard import Guard
from local.own_handlers import load_handler


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
    `deployed` runs no function of s.yaml but what is deployed through the API of Function Compute.
    Web functions run from `web_code`, on `web_python` where it is given, else on this checkout and
    this Python. `sign_in_seconds` is how long a token of the identity service holds.
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
    deployed: bool = False
    web_code: Path | None = None
    web_python: Path | None = None
    sign_in_seconds: int = 3600
