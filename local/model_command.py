"""`python -m local models`: how the running stack's models stand, and changes to one of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import requests
from rich.text import Text

from local import keys
from local.one_process import read_addresses
from local.printed import print_table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from rich.console import Console

_SECONDS = 10.0


def add_options(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", nargs="?", help="a model of deploy/models.json; without one: all")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--retire", action="store_true", help="gone; its tasks are finished")
    change.add_argument("--fail", action="store_true", help="gone, and its tasks fail")
    change.add_argument(
        "--announce", type=date.fromisoformat, metavar="DATE", help="gone then, throttled till then"
    )
    change.add_argument(
        "--shrink", type=float, metavar="SHARE", help="0 to 1 of its calls throttled"
    )
    change.add_argument("--restore", action="store_true", help="offered again, with all its quota")


def run_models(chosen: Namespace, console: Console) -> int:
    """Change the named model, print how it or all stand; return the exit status."""
    told = read_addresses(chosen.data)
    if told is None:
        console.print(f"no stack is running on {chosen.data}: make up", style="red")
        return 2
    change = _change(chosen)
    if change and not chosen.name:
        console.print("name the model to change", style="red")
        return 2
    url = f"{told.urls['dashscope']}/stand-in/models"
    headers = {"Authorization": f"Bearer {keys.DASHSCOPE_KEY}"}
    if change:
        answer = requests.post(
            f"{url}/{chosen.name}", json=change, headers=headers, timeout=_SECONDS
        )
        if answer.status_code != 200:
            console.print(answer.json()["message"], style="red")
            return 2
    standing = requests.get(url, headers=headers, timeout=_SECONDS).json()
    if chosen.name and chosen.name not in standing:
        console.print(f"{chosen.name} is not on the list", style="red")
        return 2
    names = [chosen.name] if chosen.name else sorted(standing)
    print_table(console, [_row(name, standing[name]) for name in names])
    return 0


def _change(chosen: Namespace) -> dict[str, Any]:
    if chosen.retire or chosen.fail:
        return {"do": "retire", "fail_tasks": chosen.fail}
    if chosen.announce:
        return {"do": "announce", "on": chosen.announce.isoformat()}
    if chosen.shrink is not None:
        return {"do": "shrink", "share": chosen.shrink}
    return {"do": "restore"} if chosen.restore else {}


def _row(name: str, stands: dict[str, Any]) -> tuple[str | Text, ...]:
    if not stands["offered"]:
        return name, Text("not offered", style="red")
    share = float(stands["throttled"])
    return name, Text(f"{share:.0%} throttled", style="yellow") if share else "offered"
