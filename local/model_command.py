"""How the running stack's models stand, and changes to one of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
from rich.text import Text

from local.cloud.identity import keys
from local.one_process import running_stack
from local.printed import Say, print_table
from shared.core.errors import InvalidRequestError, NotFoundError

_SECONDS = 10.0


def run_models(data: Path, name: str, change: Mapping[str, Any], *, say: Say) -> None:
    """Change the named model, print how it or all stand."""
    url = f"{running_stack(data).urls['dashscope']}/stand-in/models"
    headers = {"Authorization": f"Bearer {keys.DASHSCOPE_KEY}"}
    standing = requests.get(url, headers=headers, timeout=_SECONDS).json()
    if name and name not in standing:
        raise NotFoundError(f"{name} is not on the list")
    if change:
        answer = requests.post(f"{url}/{name}", json=change, headers=headers, timeout=_SECONDS)
        if answer.status_code != 200:
            raise InvalidRequestError(answer.json()["message"])
        standing = requests.get(url, headers=headers, timeout=_SECONDS).json()
    names = [name] if name else sorted(standing)
    if say.as_json:
        say.value({each: standing[each] for each in names})
    else:
        print_table(say.console, [_row(each, standing[each]) for each in names])


def _row(name: str, stands: dict[str, Any]) -> tuple[str | Text, ...]:
    if not stands["offered"]:
        return name, Text("not offered", style="red")
    share = float(stands["throttled"])
    return name, Text(f"{share:.0%} throttled", style="yellow") if share else "offered"
