"""The local stack as a command runs it: until Ctrl-C, or for one trip."""

import logging
import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from local.cloud.ram.guard import read_guard
from local.cloud.serving import PortTakenError
from local.data_folder import FolderTakenError
from local.demo import run_demo
from local.options import StackOptions
from local.printed import Say
from local.stack import ROOT, LocalStack
from local.trial.server import TrialServer
from local.trip_file import is_json
from shared.core.errors import BundleError, InvalidRequestError
from shared.settings import variables

_TOKEN_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Wanted:
    """Which stack: where it stores, a real ComfyUI, the interface's port, the functions' Python.

    `deployed`: it runs what is deployed to it alone, which `deploy` does before it is shown.
    """

    data: Path
    comfyui: str | None = None
    port: int = 0
    runtime: str | None = None
    deployed: bool = False
    deploy: Callable[[LocalStack], object] | None = None


def demo(wanted: Wanted, trip: Path, style: str, *, say: Say) -> int:
    """Run one trip through a stack of its own; 1 where no poster came of it.

    MalformedRequestError before anything is started where the file is no trip by its name.
    """
    is_json(trip)
    with _running(wanted, say) as stack:
        made = run_demo(stack, trip, wanted.data / "posters", say, style=style)
        again = ["poster", "up", "--data", str(wanted.data)]
        again += ["--deployed"] if wanted.deployed else []
        say.note(f"\nsee it in the studio: {shlex.join(again)}")
        say.note(f"then open {stack.studio} and choose who you are (make up: a stack without it)")
        return 0 if made else 1


def up(wanted: Wanted, *, say: Say) -> None:
    """Run until Ctrl-C; KeyboardInterrupt comes of it."""
    with _running(wanted, say) as stack:
        token = stack.keys.token("demo-driver", seconds=_TOKEN_SECONDS)
        if say.as_json:
            say.value({"studio": stack.studio, "urls": stack.urls, "token": token})
        else:
            _tell(stack, token, say)
        try:
            threading.Event().wait()
        finally:
            say.note("stopping")


def _tell(stack: LocalStack, token: str, say: Say) -> None:
    say.note(f"the studio: {stack.studio} (open it and choose who you are)")
    say.note("the local stack is running; Ctrl-C ends it")
    for name, url in stack.urls.items():
        say.note(f"  {name:<10} {url}")
    say.note(
        f"\ncurl -si {stack.urls['app']}/v1/trips -H 'Content-Type: text/plain; charset=utf-8' \\\n"
        f"  -H 'Authorization: Bearer {token}' \\\n"
        "  --data-binary @examples/trips/article_trip.txt"
    )


@contextmanager
def _running(wanted: Wanted, say: Say) -> Iterator[LocalStack]:
    options = StackOptions(
        comfyui_url=wanted.comfyui,
        port=wanted.port,
        runtime=wanted.runtime,
        given=variables(),
        deployed=wanted.deployed,
        guard=read_guard(ROOT / "deploy" / "ram") if wanted.deployed else None,
    )
    if wanted.comfyui:
        TrialServer(wanted.comfyui, None).check()
    try:
        _log_to(wanted.data / "logs" / "functions.jsonl")
        stack = LocalStack(wanted.data, options).start()
    except OSError as error:
        raise InvalidRequestError(f"--data {wanted.data}: {error.strerror}") from error
    except FolderTakenError as error:
        other = say.again("--data", f"{wanted.data}-2")
        raise FolderTakenError(f"{error}, or name another folder: {other}") from error
    except PortTakenError as error:
        raise BundleError(f"{error}; any other: {say.again('--port', '0')}") from error
    try:
        for remark in stack.remarks:
            say.note(remark, style="yellow")
        if wanted.deploy:
            wanted.deploy(stack)
        yield stack
    finally:
        stack.stop()


def _log_to(path: Path) -> None:
    """Send the functions' log lines, and the services' warnings, to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.open("a", encoding="utf-8")
    logging.basicConfig(stream=lines, level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=lines),
    )
