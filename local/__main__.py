"""`python -m local demo TRIP` runs one trip; `python -m local up` keeps the stack running.

`python -m local try` runs one graph on a ComfyUI, without the bundle around it.
"""

from __future__ import annotations

import argparse
import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from rich.console import Console

from local.client import RefusedError
from local.demo import run_demo
from local.stack import ROOT, LocalStack, StackOptions
from local.trial.command import add_parser, run_trial

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    chosen = _parser().parse_args(arguments)
    console = Console(highlight=False)
    if chosen.command == "try":
        return run_trial(chosen, console)
    _log_to(chosen.data / "logs" / "functions.jsonl")
    options = StackOptions(comfyui_url=chosen.comfyui, port=chosen.port, runtime=chosen.runtime)
    with LocalStack(chosen.data, options) as stack:
        if chosen.command == "up":
            return _up(stack, console)
        return _demo(stack, chosen, console)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, default=ROOT / ".local", help="where all is stored")
    common.add_argument("--comfyui", metavar="URL", help="send tasks to a real ComfyUI")
    common.add_argument("--port", type=int, default=0, help="of the HTTP interface; 0: any free")
    common.add_argument(
        "--runtime", choices=["python3.10", "python3.12"], help="shape of the functions' context"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", parents=[common], help="one trip, from HTTP to poster")
    demo.add_argument(
        "trip", type=Path, nargs="?", default=ROOT / "examples" / "trips" / "may_day.json"
    )
    demo.add_argument("--style", default="", help="in place of the trip's own; GET /v1/styles")
    add_parser(commands)
    commands.add_parser("up", parents=[common], help="run until Ctrl-C")
    return parser


def _demo(stack: LocalStack, chosen: argparse.Namespace, console: Console) -> int:
    folder = chosen.data / "posters"
    try:
        return 0 if run_demo(stack, chosen.trip, folder, console, style=chosen.style) else 1
    except FileNotFoundError as error:
        console.print(f"there is no file {error.filename}; see examples/trips/")
    except RefusedError as error:
        console.print(f"the trip was refused\n{error}")
    return 2


def _up(stack: LocalStack, console: Console) -> int:
    token = stack.keys.token("demo-driver", seconds=7 * 24 * 3600)
    console.print("the local stack is running; Ctrl-C ends it")
    for name, url in stack.urls.items():
        console.print(f"  {name:<10} {url}")
    console.print(
        f"\ncurl -si {stack.urls['app']}/v1/trips -H 'Content-Type: application/json' \\\n"
        f"  -H 'Authorization: Bearer {token}' \\\n"
        "  --data-binary @examples/trips/may_day.json",
        soft_wrap=True,
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
