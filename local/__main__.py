"""`python -m local demo TRIP` runs one trip; `python -m local up` keeps the stack running.

`python -m local try` runs one graph on a ComfyUI, without the bundle around it;
`python -m local models` retires models of the running stack, or shrinks their quotas.
"""

from __future__ import annotations

import argparse
import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from local.client import RefusedError
from local.data_folder import FolderTakenError
from local.demo import run_demo
from local.model_command import add_options, run_models
from local.printed import command_console
from local.serving import PortTakenError
from local.stack import DATA, ROOT, LocalStack, StackOptions
from local.trial.command import add_parser, run_trial
from local.trial.server import TrialFailedError, TrialServer
from shared.settings import SettingsError, variables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    chosen, console = _parser().parse_args(arguments), command_console()
    if chosen.command == "try":
        return run_trial(chosen, console)
    if chosen.command == "models":
        return run_models(chosen, console)
    options = StackOptions(
        comfyui_url=chosen.comfyui, port=chosen.port, runtime=chosen.runtime, given=variables()
    )
    try:
        if chosen.comfyui:
            TrialServer(chosen.comfyui, None).check()
        _log_to(chosen.data / "logs" / "functions.jsonl")
        stack = LocalStack(chosen.data, options).start()
    except (FolderTakenError, PortTakenError, SettingsError, TrialFailedError) as error:
        console.print(str(error), style="red")
        return 2
    except OSError as error:
        console.print(f"--data {chosen.data}: {error.strerror}", style="red")
        return 2
    try:
        for remark in stack.remarks:
            console.print(remark, style="yellow")
        return _up(stack, console) if chosen.command == "up" else _demo(stack, chosen, console)
    finally:
        stack.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    # A folder of its own: `up` may be running on the other.
    demo = commands.add_parser(
        "demo", parents=[_common(DATA / "demo")], help="one trip, from HTTP to poster"
    )
    demo.add_argument(
        "trip", type=Path, nargs="?", default=ROOT / "examples" / "trips" / "article_trip.txt"
    )
    demo.add_argument("--style", default="", help="in place of the trip's own; GET /v1/styles")
    add_parser(commands)
    models = commands.add_parser("models", help="models of the running stack: retired, throttled")
    models.add_argument("--data", type=Path, default=DATA, help="where that stack stores all")
    add_options(models)
    commands.add_parser("up", parents=[_common(DATA)], help="run until Ctrl-C")
    return parser


def _common(data: Path) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, default=data, help="where all is stored")
    common.add_argument("--comfyui", metavar="URL", help="send tasks to a real ComfyUI")
    common.add_argument("--port", type=_port, default=0, help="of the HTTP interface")
    common.add_argument(
        "--runtime", choices=["python3.10", "python3.12"], help="shape of the functions' context"
    )
    return common


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        msg = f"{text!r} is no port; 1 to 65535"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _demo(stack: LocalStack, chosen: argparse.Namespace, console: Console) -> int:
    folder = chosen.data / "posters"
    try:
        return 0 if run_demo(stack, chosen.trip, folder, console, style=chosen.style) else 1
    except RefusedError as error:
        console.print(f"the trip was refused\n{error}")
    return 2


def _up(stack: LocalStack, console: Console) -> int:
    token = stack.keys.token("demo-driver", seconds=7 * 24 * 3600)
    console.print("the local stack is running; Ctrl-C ends it")
    for name, url in stack.urls.items():
        console.print(f"  {name:<10} {url}")
    console.print(
        f"\ncurl -si {stack.urls['app']}/v1/trips -H 'Content-Type: text/plain; charset=utf-8' \\\n"
        f"  -H 'Authorization: Bearer {token}' \\\n"
        "  --data-binary @examples/trips/article_trip.txt"
    )
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print("stopping")
    return 0


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


if __name__ == "__main__":
    sys.exit(main())
