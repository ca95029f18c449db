"""Pause and resume sending, and see what holds it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.printed import print_facts
from scripts.operate.moments import shown
from shared.announcements.addresses import ENDPOINTS
from shared.announcements.endpoints import read_endpoint
from shared.jobs import control
from shared.jobs.model_list import is_models
from shared.lists.tries import all_tried

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from scripts.operate.ports import Ports
    from shared.announcements.endpoints import EndpointState
    from shared.jobs.control import Circuit, Control


def pause(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Send nothing to the GPUs until `resume`."""
    control.pause(ports.state, by=chosen.by, reason=chosen.reason, clock=ports.clock)
    console.print("paused; trips are still accepted, deadlines still run")
    return 0


def resume(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Send again, and try every service at once."""
    control.resume(ports.state, by=chosen.by)
    console.print("resumed")
    return 0


def accept(_: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Accept new trips again; the sweeper stops it anew if the reason is still there."""
    control.accept_again(ports.state)
    console.print("new trips are accepted")
    return 0


def status(_: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Print what holds work back, and how much there is."""
    now = control.read_control(ports.state)
    told = {each: _endpoint(read_endpoint(each, state=ports.state)) for each in ENDPOINTS}
    print_facts(
        console, {**_holds(now), **_amounts(now), "tried again": _tried_again(ports), **told}
    )
    return 0


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


def _endpoint(state: EndpointState) -> str:
    if state.disabled:
        return "disabled: it has said it is gone; `enable` tells it again"
    rest = f", given a rest until {shown(state.blocked_until)}" if state.blocked_until else ""
    return f"{state.failures} failures in a row{rest}" if state.failures else "well"
