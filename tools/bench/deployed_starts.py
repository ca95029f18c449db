"""Cold starts out of the zips that are deployed, beside the same imports from this checkout.

Each is a process of its own, from its start to the imported handler: milliseconds on the clock, and
the memory it took at most. A zip's code lies unpacked in a read-only folder and is run, with
nothing else, by the interpreter of its runtime in the function's own environment.
"""

import platform
import statistics
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from cli.rollout.on_stack import PYTHON, is_built, wanted_on
from cli.rollout.wanted import TemplateError, WantedFunction
from local.cloud.fc.context import Account, Credentials, function_environment
from local.cloud.fc.instances import Instances
from local.cloud.fc.process import ColdStart
from local.cloud.fc.spec import FunctionSpec, function_of
from local.cloud.fc.unpacking import remove, unpack
from local.cloud.identity import keys
from local.printed import command_console, print_table
from local.stack import ROOT, LocalStack
from tools.bench.own_process import load

_OUT = command_console()
_ACCOUNT = Account(
    keys.ACCOUNT, keys.REGION, Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET)
)
_HEADS = ("function", "zip ms", "checkout ms", "to checkout", "zip MB", "checkout MB")


def print_starts(stack: LocalStack, names: Collection[str], folder: Path, rounds: int) -> None:
    """Print a table of these functions, or which command makes the zips."""
    try:
        wanted = wanted_on(stack).functions
    except TemplateError as error:
        _OUT.print(f"out of the zips nothing is measured: {error}")
        return
    chosen = [each for each in wanted if _name(each) in names]
    print_table(_OUT, [_row(*each) for each in measured(chosen, folder, rounds)], heads=_HEADS)
    old = "" if is_built(ROOT / ".build") else "zips older than the code: poster build --python "
    _OUT.print(
        f"medians of {rounds} processes, from start to imported handler; zips on Python {PYTHON}, "
        f"checkout on {platform.python_version()}; {old and f'{old}{PYTHON}; '}{load()}"
    )


def measured(
    wanted: Iterable[WantedFunction], folder: Path, rounds: int
) -> Iterator[tuple[str, ColdStart, ColdStart]]:
    """Yield each function's name and its medians, out of its zip and from the checkout.

    `folder` is for what is unpacked meanwhile. FunctionFailedError for a handler that is not found.
    """
    code = folder / "code"
    try:
        for each in wanted:
            place, name = code / each.code.stem, _name(each)
            if not place.is_dir():
                unpack(each.code.read_bytes(), place)
            props = {**each.config, "functionName": each.name, "code": str(place)}
            zipped = function_of(each.name, props)
            handler = f"functions.{name}.handler.handler"
            here = replace(zipped, code=str(ROOT), handler=handler)
            yield name, *_medians(zipped, here, folder, rounds)
    finally:
        remove(code)


def _medians(
    zipped: FunctionSpec, here: FunctionSpec, folder: Path, rounds: int
) -> tuple[ColdStart, ColdStart]:
    def environment(function: FunctionSpec) -> dict[str, str]:
        return function_environment(function, _ACCOUNT)

    bare = Instances(folder, environment)
    own = Instances(folder, environment, python=lambda _: Path(sys.executable), bare=False)
    with ExitStack() as running:
        for each in (bare, own):
            running.callback(each.stop)
        for _ in range(rounds):
            _start(bare, zipped)
            _start(own, here)
    return _median(bare.starts), _median(own.starts)


def _start(instances: Instances, function: FunctionSpec) -> None:
    instance = instances.take(function)
    try:
        instance.start()
    finally:
        instance.kill()
        instances.give(instance)


def _median(starts: list[ColdStart]) -> ColdStart:
    ms, mb = (statistics.median(each) for each in zip(*((s.ms, s.mb) for s in starts), strict=True))
    return ColdStart(starts[0].function, round(ms), round(mb))


def _name(function: WantedFunction) -> str:
    """Return the function's folder, for which its root module is called."""
    return str(function.config["handler"]).partition(".")[0]


def _row(name: str, zipped: ColdStart, here: ColdStart) -> list[str]:
    ratio = f"{zipped.ms / here.ms:.2f}"
    return [name, f"{zipped.ms}", f"{here.ms}", ratio, f"{zipped.mb}", f"{here.mb}"]
