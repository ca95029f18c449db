"""How a command ends: a refusal is a sentence, a whole next command, and a status."""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typer._click.exceptions import ClickException

    from local.printed import Say
    from shared.core.errors import BundleError

DONE, REFUSED, NOT_UNDERSTOOD = 0, 1, 2
# Errors with these statuses say that what was typed, or a file that it names, is wrong.
_NOT_UNDERSTOOD = {400, 422}
_ENDS_WITH_A_COMMAND = re.compile(r"(: |\n)(poster|make|git) [^`\n]+$")


def refused(
    error: BundleError,
    say: Say,
    *,
    see: Mapping[int, str],
    given: Mapping[str, object],
    else_: str,
    by_shell: bool,
) -> int:
    """Say what refuses a command; return 2 where what was given to it is not understood, else 1.

    `see` names the command to look at for an error's status, with arguments that were `given` in
    braces; for another status it is `else_`. `by_shell`: `--local` may stand for the settings.
    """
    from shared.settings import SettingsError

    if isinstance(error, SettingsError):
        local = f"or take the running local stack: {say.again('--local')}"
        more = f"set them, {local}" if by_shell and not say.target else f"see: {else_}"
        say.refusal(f"{error}\n{more}", NOT_UNDERSTOOD)
        return NOT_UNDERSTOOD
    status = NOT_UNDERSTOOD if error.status in _NOT_UNDERSTOOD else REFUSED
    words = {name: shlex.quote(str(each)) for name, each in given.items()}
    wanted = see.get(error.status)
    again = say.next(*shlex.split(wanted.format_map(words))) if wanted else else_
    say.refusal(_whole(str(error) or error.title, f"see: {again}"), status)
    return status


def cut_short(error: ClickException | OSError, typed: Sequence[str]) -> int:
    """Say why a command line was not taken, or what the system refused; return the exit status."""
    from typer._click.exceptions import NoArgsIsHelpError

    from local.printed import Say

    say = Say(as_json="--json" in typed, typed=tuple(typed))
    if isinstance(error, OSError):
        _leave_full_output()
        said = error.strerror or str(error)
        words = f"{error.filename}: {said}" if error.filename else said
        say.refusal(f"{words}; again: {say.again()}", REFUSED)
        return REFUSED
    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return NOT_UNDERSTOOD
    context = getattr(error, "ctx", None)
    if context and not say.as_json:
        sys.stderr.write(f"{context.get_usage()}\n\n")
    path = context.command_path if context else "poster"
    say.refusal(_whole(error.format_message(), f"see: {path} --help"), NOT_UNDERSTOOD)
    return NOT_UNDERSTOOD


def _whole(words: str, more: str) -> str:
    """Return a sentence that ends with a command."""
    if _ENDS_WITH_A_COMMAND.search(words):
        return words
    return f"{words.strip().rstrip('.')}; {more}"


def _leave_full_output() -> None:
    """Give up standard output where it takes nothing, or the interpreter's end would try again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
