"""The command `poster` as somebody types it, in this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from structlog.testing import capture_logs
from typer.testing import CliRunner

from cli.app import app

if TYPE_CHECKING:
    from typer.testing import Result


def poster(*arguments: str, given: object = None) -> tuple[int, str]:
    """Return the exit status and what was printed, on both streams."""
    ran = _ran(arguments, given)
    return ran.exit_code, ran.output


def poster_json(*arguments: str, given: object = None) -> Any:
    """Return the value that a command prints, which ends well."""
    ran = _ran([*arguments, "--json"], given)
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def _ran(arguments: Any, given: object) -> Result:
    # In a process of its own a command logs to standard error.
    with capture_logs():
        return CliRunner().invoke(app, arguments, obj=given, catch_exceptions=False)
