"""Whether a command line of `poster` can be one: its groups, its command and its options."""

from __future__ import annotations

import shlex

from typer.core import TyperGroup
from typer.main import get_command

from cli.app import app


def unknown_in(line: str) -> str:
    """Return the first word that `poster` does not know, "" where it knows all."""
    words = shlex.split(line)[1:]
    command = get_command(app)
    while isinstance(command, TyperGroup):
        if not words or words[0].startswith("-"):
            return "" if words[:1] in (["--help"], ["--install-completion"]) else "no command"
        name = words.pop(0)
        if name not in command.commands:
            return name
        command = command.commands[name]
    known = {word for each in command.params for word in (*each.opts, *each.secondary_opts)}
    asked = [word.partition("=")[0] for word in words if word.startswith("--")]
    return next((word for word in asked if word not in known | {"--help"}), "")
