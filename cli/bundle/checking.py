"""Run an artifact as the platform would, and look at what it needs of the machine."""

from __future__ import annotations

import json
import re
import shlex
import tempfile
import time
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cli.bundle.errors import BundleBuildError
from cli.bundle.harmless import fault, harmless_event
from cli.bundle.staging import ARTIFACTS, HEAVY, STUDIO, function_names
from local.cloud.fc.history import OK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cloud.fc.runtime import Handler
    from local.cloud.fc.spec import FunctionSpec
    from local.stack import LocalStack

# Debian 10 below the runtime python3.10 has this one.
NEWEST_GLIBC = (2, 28)
_SYMBOL = re.compile(rb"GLIBC_(\d+)\.(\d+)")
_SECONDS = 120.0
_STUDIO = f"code-{STUDIO}"
# Of functions' names in s.yaml, unless STACK_NAME says otherwise.
_PREFIX = "trip-poster-"


def check(root: Path, python: Path, out: Path, version: str) -> Iterator[str]:
    """Yield a line for each thing that holds; BundleBuildError for the first that does not."""
    with tempfile.TemporaryDirectory(prefix="trip-poster-") as made:
        folder = Path(made)
        for kind in ARTIFACTS:
            code = folder / f"code{kind}"
            _unpack(out / f"trip-poster-python{version}{kind}.zip", code, version)
            yield _glibc(code)
            if code != folder / _STUDIO:
                yield _shims(root, code)
        yield from _runs(root, python, version, folder)


def _unpack(artifact: Path, code: Path, version: str) -> None:
    if not artifact.exists():
        build = shlex.join(("poster", "build", "--python", version, "--out", str(artifact.parent)))
        raise BundleBuildError(f"{artifact} is not there; make it: {build}")
    with zipfile.ZipFile(artifact) as packed:
        packed.extractall(code)


def newest_glibc(code: Path) -> tuple[tuple[int, int], str]:
    """Return the newest GLIBC symbol that a shared object asks for, and which one does."""
    found = [((0, 0), "no shared object")]
    for path in sorted(code.rglob("*.so*")):
        versions = {(int(a), int(b)) for a, b in _SYMBOL.findall(path.read_bytes())}
        found += [(version, path.relative_to(code).as_posix()) for version in versions]
    return max(found)


def _glibc(code: Path) -> str:
    newest, name = newest_glibc(code)
    words = f"newest symbol GLIBC_{newest[0]}.{newest[1]} ({name})"
    if newest > NEWEST_GLIBC:
        msg = f"{words}: the runtime has GLIBC_{NEWEST_GLIBC[0]}.{NEWEST_GLIBC[1]}"
        raise BundleBuildError(msg)
    return f"ok  {words}"


def _shims(root: Path, code: Path) -> str:
    names = function_names(root)
    missing = [name for name in names if not (code / f"{name}.py").exists()]
    if missing:
        msg = f"no root module for {', '.join(missing)}"
        raise BundleBuildError(msg)
    return f"ok  {len(names)} root modules"


def _runs(root: Path, python: Path, version: str, folder: Path) -> Iterator[str]:
    from local.cloud.fc.instances import Instances, inherited
    from local.options import StackOptions
    from local.stack import LocalStack

    # The stack sets the functions' variables in this process.
    instances = Instances(folder, lambda _: inherited(), python=lambda _: python)

    def load(function: FunctionSpec) -> Handler:
        kind = "" if function.handler.partition(".")[0] in HEAVY else "-light"
        return instances(replace(function, code=str(folder / f"code{kind}")))

    try:
        options = StackOptions(
            load=load,
            runtime=f"python{version}",
            web_code=folder / _STUDIO,
            web_python=python,
        )
        with LocalStack(folder / "data", options) as stack:
            status = _trip(stack, root / "examples" / "trips" / "may_day.json")
            yield f"ok  a trip: {status}"
            for name in function_names(root):
                ran = _ran(stack, stack.host.function(_PREFIX + name))
                yield f"ok  {name} ({'full' if name in HEAVY else 'light'}): {ran}"
            yield f"ok  {STUDIO}: {_serves(stack)}"
    finally:
        instances.stop()


def _trip(stack: LocalStack, trip: Path) -> str:
    from local.client import CarApp

    app = CarApp(stack.urls["app"], stack.keys.token("check-driver"))
    job_id, end = app.send(trip, key=uuid.uuid4().hex), time.monotonic() + _SECONDS
    while (status := app.job(job_id)["status"]) not in {"succeeded", "failed", "needs_review"}:
        if time.monotonic() > end:
            break
        time.sleep(0.3)
    if status != "succeeded":
        msg = f"the trip's job stands at {status} after {_SECONDS:.0f} s; {_first_error(stack)}"
        raise BundleBuildError(msg)
    return str(status)


def _ran(stack: LocalStack, function: FunctionSpec) -> str:
    """Say how the function ran; one that nothing has invoked so far gets an event it refuses."""
    runs = [each for each in stack.host.invocations() if each.function == function.name]
    good = [each for each in runs if each.outcome == OK]
    if good:
        return f"{len(good)} runs"
    event = harmless_event(http=bool(function.http_triggers))
    result = stack.host.invoke_sync(function.name, event)
    if wrong := fault(result.body, result.error_type or ""):
        raise BundleBuildError(f"{function.name} fails: {wrong}")
    if result.error_type:
        told = json.loads(result.body)
        return f"refuses: {told.get('errorType')}: {told['errorMessage']}"
    return f"answers {result.body[:60].decode(errors='replace')}"


def _serves(stack: LocalStack) -> str:
    """Say how the studio's server started; BundleBuildError where it does not answer."""
    import requests

    answer = requests.get(f"{stack.studio}/alive", timeout=_SECONDS)
    if answer.status_code != requests.codes.ok:
        words = f"answers {answer.status_code}: {answer.text[:2000]}"
        raise BundleBuildError(f"{STUDIO}: {words}")
    start = stack.web.starts[0]
    return f"listens after {start.ms} ms, with {start.mb} MB"


def _first_error(stack: LocalStack) -> str:
    failed = [each for each in stack.host.invocations() if each.outcome != OK]
    return f"first failure: {failed[0]}" if failed else "no function has failed"
