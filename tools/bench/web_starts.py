"""Cold starts of the web function beside a bare Starlette app with one page, in the same run.

Each is a process of its own, from its start until its first page is answered: milliseconds on the
clock, and the memory it took at most. Out of its zip it runs on its runtime's Python, as deployed.
"""

import platform
import statistics
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from cli.bundle.staging import STUDIO
from cli.rollout.on_stack import PYTHON, wanted_on
from cli.rollout.wanted import TemplateError
from local.cloud.fc.context import Account, Credentials, function_environment
from local.cloud.fc.process import ColdStart
from local.cloud.fc.spec import FunctionSpec, function_of
from local.cloud.fc.unpacking import remove, unpack
from local.cloud.fc.web_instances import WebInstances
from local.cloud.fc.web_server import WebServer
from local.cloud.identity import keys
from local.printed import command_console, print_table
from local.stack import ROOT, LocalStack
from tools.bench.own_process import load

BARE = """
import os

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

async def page(request):
    return HTMLResponse("<!doctype html><title>bare</title><p>one page")

app = Starlette(routes=[Route("/studio/alive", page)])
uvicorn.run(app, port=int(os.environ["FC_CUSTOM_LISTEN_PORT"]), log_level="warning")
"""
_ALIVE = "/studio/alive"
_OUT = command_console()
_ACCOUNT = Account(
    keys.ACCOUNT, keys.REGION, Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET)
)


def print_web_starts(stack: LocalStack, folder: Path, rounds: int) -> None:
    """Print a table of the studio and of the bare app; `folder` is for what is made meanwhile."""
    rows = web_starts(stack, folder, rounds)
    bare = rows[-1][1]
    table = [[name, f"{s.ms}", f"{s.ms / bare.ms:.2f}", f"{s.mb}"] for name, s in rows]
    print_table(_OUT, table, heads=("web function", "ms", "to bare", "MB"))
    _OUT.print(
        f"medians of {rounds} processes, from start to the first page; zip on Python {PYTHON}, "
        f"the others on {platform.python_version()}; {load()}"
    )


def web_starts(stack: LocalStack, folder: Path, rounds: int) -> list[tuple[str, ColdStart]]:
    """Return names and medians, taken in turns: the zip where there is one, checkout, bare app."""
    function = stack.host.function(f"trip-poster-{STUDIO}")
    server = replace(function.server, health_path=_ALIVE)
    bare = folder / "bare"
    bare.mkdir(parents=True)
    (bare / "app.py").write_text(BARE)
    alone = WebServer(command=(sys.executable, "app.py"), health_path=_ALIVE)
    here = {
        f"{STUDIO}, checkout": replace(function, code=str(ROOT), server=server),
        "bare Starlette, one page": replace(function, code=str(bare), server=alone, environment={}),
    }
    zipped = _zipped(stack, folder / "zip")
    try:
        return _medians(zipped, here, folder, rounds)
    finally:
        remove(folder / "zip")


def _medians(
    zipped: FunctionSpec | None, here: dict[str, FunctionSpec], folder: Path, rounds: int
) -> list[tuple[str, ColdStart]]:
    def environment(function: FunctionSpec) -> dict[str, str]:
        return function_environment(function, _ACCOUNT)

    runs: dict[str, tuple[FunctionSpec, WebInstances]] = {}
    if zipped is not None:
        runs[f"{STUDIO}, zip"] = zipped, WebInstances(folder / "deployed", environment)
    for n, (name, function) in enumerate(here.items()):
        made = WebInstances(
            folder / str(n), environment, python=lambda _: Path(sys.executable), bare=False
        )
        runs[name] = function, made
    with ExitStack() as running:
        for _, web in runs.values():
            running.callback(web.stop)
        for _ in range(rounds):
            for function, web in runs.values():
                instance = web.take(function)
                instance.kill()
                web.give(instance)
    return [(name, _median(web.starts)) for name, (_, web) in runs.items()]


def _median(starts: list[ColdStart]) -> ColdStart:
    taken = ((each.ms, each.mb) for each in starts)
    ms, mb = (round(statistics.median(each)) for each in zip(*taken, strict=True))
    return ColdStart(starts[0].function, ms, mb)


def _zipped(stack: LocalStack, place: Path) -> FunctionSpec | None:
    try:
        wanted = wanted_on(stack).functions
    except TemplateError as error:
        _OUT.print(f"out of the zip nothing is measured: {error}")
        return None
    found = next(each for each in wanted if each.config["handler"] == f"{STUDIO}.handler")
    unpack(found.code.read_bytes(), place)
    props = {**found.config, "functionName": found.name, "code": str(place)}
    made = function_of(found.name, props)
    return replace(made, server=replace(made.server, health_path=_ALIVE))
