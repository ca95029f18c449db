"""Sends what openapi.json allows, and what it does not.

The requests are made by Schemathesis, which lives in an environment of its own; the exit status
is its own: 0 without failures.
"""

import subprocess
import tempfile
from pathlib import Path

from local.options import StackOptions
from local.painter.plain import plain
from local.stack import LocalStack

ROOT = Path(__file__).parents[2]
# A token with every scope meets no 403, so that what lies behind is reached; the driver is named
# for the calls of a service.
_SCOPES = "driver service reviewer operator"
# What the description cannot say, each with its reason.
_LEFT_OUT = {
    # The front door answers other methods, FC's and the local one's, without an Allow header.
    "unsupported_method",
    # A text may be a trip and may not, a city may be one and may not: no schema tells.
    "positive_data_acceptance",
}


def fuzz(tool: Path, *, seconds: int, examples: int, seed: int, only: str | None) -> int:
    """Run the stack, and the tool against it; return the tool's status."""
    with tempfile.TemporaryDirectory() as folder:
        options = StackOptions(paint=plain, settings={"DRIVER_OPEN_JOBS": "100000"})
        with LocalStack(Path(folder), options) as stack:
            chosen = {"--max-time": seconds, "--max-examples": examples, "--seed": seed}
            one = {"--include-operation-id": only} if only else {}
            return _run(stack, tool, {**chosen, **one})


def _run(stack: LocalStack, tool: Path, chosen: dict[str, object]) -> int:
    token = stack.keys.token("fuzzing-service", _SCOPES)
    command = [
        str(tool), "run", str(ROOT / "openapi.json"),
        "--url", stack.urls["app"],
        "--header", f"Authorization: Bearer {token}",
        "--header", "X-Driver-Id: fuzzed-driver",
        "--exclude-checks", ",".join(sorted(_LEFT_OUT)),
        "--max-redirects", "0",
        "--request-timeout", "20",
        "--continue-on-failure",
        "--generation-database", "none",
        "--no-color",
        *(str(each) for pair in chosen.items() for each in pair),
    ]  # fmt: skip
    return subprocess.run(command, check=False, cwd=ROOT).returncode
