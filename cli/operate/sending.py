"""What holds sending back, and how much there is to send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.printed import shown
from shared.announcements.addresses import ENDPOINTS
from shared.announcements.endpoints import read_endpoint
from shared.jobs import control
from shared.jobs.model_list import is_models
from shared.lists.tries import all_tried

if TYPE_CHECKING:
    from cli.operate.ports import Ports
    from local.printed import Say
    from shared.jobs.control import Circuit, Control


def status(*, ports: Ports, say: Say) -> None:
    """Print what holds work back, and how much there is."""
    now = control.read_control(ports.state)
    told = {each: _endpoint(each, ports=ports, say=say) for each in ENDPOINTS}
    say.facts({**_holds(now), **_amounts(now), "tried again": _tried_again(ports), **told})


def _holds(now: Control) -> dict[str, str]:
    stop, paused = now.refusing, now.paused
    known = sorted((now.circuits or {}).items())
    circuits = {n: _model(each) if is_models(n) else _circuit(each) for n, each in known}
    return {
        "acceptance": f"stopped {shown(stop.since)}: {stop.reason}" if stop else "open",
        "sending": f"paused {shown(paused.since)} by {paused.by}: {paused.reason}"
        if paused
        else "open",
        **circuits,
    }


def _circuit(circuit: Circuit) -> str:
    rest = f", given a rest until {shown(circuit.retry_at)}" if circuit.retry_at else ""
    return f"{circuit.failures} failures in a row: {circuit.reason}{rest}"


def _model(circuit: Circuit) -> str:
    again = f", asked again after {shown(circuit.retry_at)}" if circuit.retry_at else ""
    return f"passed over: {circuit.reason}{again}"


def _amounts(now: Control) -> dict[str, str]:
    queues, found = now.queues, now.open
    return {
        "open jobs": f"{found.jobs} at {shown(found.at)}" if found else "unknown",
        "queue": f"{queues.waiting} waiting, {queues.results} of {queues.results_limit} results "
        f"at {shown(queues.at)}"
        if queues
        else "empty",
    }


def _tried_again(ports: Ports) -> str:
    found = [tried for _, tried in all_tried(ports.state) if tried.tries or tried.waits]
    if not found:
        return "nothing"
    oldest = min(found, key=lambda tried: tried.since)
    names = f"{len(found)} items, {oldest.items[0]} since {shown(oldest.since)}"
    return f"{names}: {oldest.error}"


def _endpoint(name: str, *, ports: Ports, say: Say) -> str:
    state = read_endpoint(name, state=ports.state)
    if state.disabled:
        again = say.next("webhooks", "enable", name)
        return f"disabled: it has said it is gone; to tell it again: {again}"
    rest = f", given a rest until {shown(state.blocked_until)}" if state.blocked_until else ""
    return f"{state.failures} failures in a row{rest}" if state.failures else "well"
