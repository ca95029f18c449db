"""The settings a command works with: those of this shell, or with `--local` the running stack's."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from local.one_process import environment, read_addresses
from shared.errors import BundleError, NotFoundError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from rich.console import Console

DATA = Path(__file__).parents[1] / ".local"


def add_local_options(parser: ArgumentParser) -> None:
    """Add `--local` and `--data`."""
    parser.add_argument("--local", action="store_true", help="on the running local stack")
    parser.add_argument("--data", type=Path, default=DATA, help="where the local stack stores")


def chosen_settings(chosen: Namespace) -> AbstractContextManager[None]:
    """Put the chosen settings into the environment, where the adapters' builders read them."""
    return environment(stack_settings(chosen.data)) if chosen.local else nullcontext()


def stack_settings(data: Path) -> dict[str, str]:
    """Return the settings of the stack that runs there; NotFoundError where none does."""
    told = read_addresses(data)
    if told is None:
        msg = f"no local stack runs here, on {data}; `make up` starts one"
        raise NotFoundError(msg)
    return dict(told.environment)


def run_chosen(chosen: Namespace, console: Console, ports: Callable[[], object]) -> int:
    """Run the chosen command, `chosen.run`; say what refuses it, which is status 1."""
    try:
        with chosen_settings(chosen):
            return int(chosen.run(chosen, ports(), console))
    except BundleError as error:
        console.print(str(error) or error.title, style="red", markup=False, soft_wrap=True)
        return 1
