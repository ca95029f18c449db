"""The services around the bundle: they answer, with room for what is sent."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from cli.check_workflows import known_workflows
from cli.preflight.addresses import host_of
from cli.preflight.findings import Place
from shared import settings
from shared.core.errors import (
    AccountError,
    UpstreamError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.ports import ChatMessage, SceneOrder
from shared.settings.admission import AdmissionSettings
from shared.settings.announcements import AnnouncementSettings
from shared.settings.invoker import InvokerSettings
from shared.settings.models import ModelSettings
from shared.settings.upkeep import UpkeepSettings
from shared.workflows.audit_inputs import largest_body
from shared.workflows.bind import MAX_BODY_BYTES
from shared.workflows.load import load_workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.preflight.findings import Finding
    from cli.preflight.world import World
    from shared.ports import QueueDepth

_DEPLOY = "deploy it (`s deploy`), or look at STACK_NAME and FC_ENDPOINT"


def check_gpu_service(world: World) -> Iterator[Finding]:
    """Both queues answer, are not full, and take workflows as large as ours."""
    place, host = Place("GPU service"), host_of(world.variables.get("EAS_SERVICE_URL", ""))
    try:
        depth = world.ports.queue().depth()
    except AccountError:
        yield place.failure(
            f"{host} refuses EAS_TOKEN", "copy the token from the EAS console again"
        )
        return
    except UpstreamUnavailableError as error:
        if world.options.outside and ".vpc." in host:
            yield place.warning(f"{host} is inside the VPC", "run preflight there once")
        else:
            yield place.failure(
                f"{host} does not answer: {error}", "start the service; a VPC address needs the VPC"
            )
        return
    yield place.ok(f"{host}: {depth.waiting} waiting, {depth.results} of {depth.results_limit}")
    yield _payload(place, depth)
    yield from _lengths(place, depth)


def check_models(world: World) -> Iterator[Finding]:
    """The key is accepted; with --spend the first models answer."""
    place, found = Place("DashScope"), settings.read(ModelSettings)
    try:
        # No task has this id: the answer says only whether the key is good.
        world.ports.scene_model(found.picture_models[0]).progress(str(uuid.UUID(int=0)))
    except AccountError as error:
        yield place.failure(
            f"DASHSCOPE_API_KEY is refused: {error}",
            "look at the key, its region (DASHSCOPE_BASE_URL) and the account's balance",
        )
        return
    except UpstreamUnavailableError as error:
        yield place.failure(
            f"{host_of(found.base_url)} does not answer: {error}", "see DASHSCOPE_BASE_URL"
        )
        return
    except UpstreamRejectedError:
        # Refused for the task it asks of, so the key went through.
        pass
    yield place.ok(f"{host_of(found.base_url)} takes the key")
    if world.options.spend or world.options.local:
        yield _text_model(world, place, found)
        yield _picture_model(world, place, found)
    else:
        names = f"{found.text_models[0]} and {found.picture_models[0]}"
        yield place.warning(
            f"whether {names} do their work was not asked: asking costs",
            "--spend asks the text model for one word and orders one picture",
        )


def check_announcements(world: World) -> Iterator[Finding]:
    """Each endpoint answers, and refuses what is not signed."""
    place, found = Place("announcements"), settings.read(AnnouncementSettings)
    if not found.endpoints():
        yield place.warning(
            "no COMMUNITY_URL and no BACKEND_URL: nobody is told of anything",
            "set them, with their secrets and ANNOUNCE_HOSTS, when there is somebody to tell",
        )
    for name, (url, _) in found.endpoints().items():
        try:
            status = world.ports.knock(url)
        except UpstreamUnavailableError as error:
            yield place.failure(f"{name}: {error}", f"see {name.upper()}_URL, and its firewall")
            continue
        yield _endpoint(place, name, host_of(url), status)


def check_functions(world: World) -> Iterator[Finding]:
    """Every function of the stack file is deployed, and may be asked for."""
    place = Place("functions")
    if world.stack is None or world.options.before:
        return
    if settings.read(InvokerSettings).invoker == "fc2":
        yield place.warning(
            "with FC_INVOKER=fc2 functions are not looked up", "see them in the console"
        )
        return
    statuses = {name: world.ports.function(name) for name in sorted(world.stack.functions)}
    missing = [name for name, status in statuses.items() if status == 404]
    hidden = [name for name, status in statuses.items() if status in {401, 403}]
    odd = [f"{n}: {s}" for n, s in statuses.items() if s not in {200, 401, 403, 404}]
    if missing:
        which = "none is" if len(missing) == len(statuses) else f"not {', '.join(missing)}"
        yield place.failure(f"of {len(statuses)} {which} deployed", f"{_DEPLOY}; --before skips it")
    if odd:
        yield place.failure(f"FC answers {', '.join(odd)}", "see FC_ENDPOINT")
    if hidden:
        yield place.warning(
            f"these credentials may not look at {len(hidden)} functions",
            "grant fc:GetFunction to whoever runs preflight",
        )
    if not (missing or odd or hidden):
        yield place.ok(f"all {len(statuses)} are deployed")


def _payload(place: Place, depth: QueueDepth) -> Finding:
    needed = max(largest_body(load_workflow(name)) for name in known_workflows())
    limit = depth.payload_limit
    if not limit:
        return place.warning(
            f"the queue does not say how much it takes; ours are up to {needed:,} bytes",
            "send the largest one once: docs/how-to/verify-on-first-deploy.md",
        )
    if limit < needed:
        return place.failure(
            f"the queue takes {limit:,} bytes, the largest workflow has {needed:,}",
            "raise the queue's payload limit, or shorten the workflow",
        )
    if limit < MAX_BODY_BYTES:
        return place.warning(
            f"the queue takes {limit:,} bytes, workflows may grow to {MAX_BODY_BYTES:,}",
            "raise the queue's payload limit before a style needs it",
        )
    return place.ok(f"takes {limit:,} bytes, the largest workflow has {needed:,}")


def _lengths(place: Place, depth: QueueDepth) -> Iterator[Finding]:
    warn_at = settings.read(UpkeepSettings).sink_warning
    if depth.results_limit and depth.results >= warn_at * depth.results_limit:
        yield place.warning(
            f"the result queue is {depth.results / depth.results_limit:.0%} full; "
            "a full one stops the GPUs",
            "see that the timer of drain_queue runs",
        )
    most = settings.read(AdmissionSettings).queue_length
    if depth.waiting >= most:
        yield place.warning(
            f"{depth.waiting} tasks wait, new trips are refused from {most} on",
            "add GPU instances, or raise QUEUE_LENGTH_LIMIT",
        )


def _text_model(world: World, place: Place, found: ModelSettings) -> Finding:
    asked = [ChatMessage("system", "Answer in JSON."), ChatMessage("user", '{"say": "ok"}')]
    name = found.text_models[0]
    try:
        model = world.ports.prompt_model(name)
        answer = model.complete(asked, seed=1, deadline_seconds=found.prompt_seconds)
    except UpstreamError as error:
        return place.failure(f"TEXT_MODEL {name}: {error}", "set a model that the account may call")
    return place.ok(f"{name} answers, {answer.tokens} tokens spent")


def _picture_model(world: World, place: Place, found: ModelSettings) -> Finding:
    order = SceneOrder(
        prompt="春季，晴天，白天，湖边公路", negative_prompt="汽车", width=1152, height=1440, seed=1
    )
    name = found.picture_models[0]
    try:
        world.ports.scene_model(name).order(order)
    except UpstreamError as error:
        return place.failure(
            f"PICTURE_MODEL {name}: {error}",
            "set a model that the account may call and that paints 1152*1440",
        )
    return place.ok(f"{name} takes an order of 1152*1440, one picture spent")


def _endpoint(place: Place, name: str, host: str, status: int) -> Finding:
    if 200 <= status < 300:
        return place.warning(
            f"{name}: {host} takes a message without a signature ({status})",
            "have the receiver verify Standard Webhooks signatures",
        )
    if status in {404, 410}:
        return place.failure(
            f"{name}: {host} knows no such address ({status})", f"see {name.upper()}_URL"
        )
    if status >= 500:
        return place.failure(f"{name}: {host} answers {status}", "ask whoever runs it")
    if 300 <= status < 400:
        return place.failure(
            f"{name}: {host} redirects ({status}), which is never followed",
            f"set {name.upper()}_URL to where it leads",
        )
    return place.ok(f"{name}: {host} refuses what is not signed ({status})")
