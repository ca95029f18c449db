"""`python -m scripts.fuzz_api` sends what docs/openapi.json allows, and what it does not.

The requests are made by Schemathesis, which lives in an environment of its own; the exit status
is its own: 0 without failures.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from local.painter.plain import plain
from local.stack import LocalStack, StackOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
TOOL = ROOT / ".venv-schemathesis" / "bin" / "schemathesis"
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stack, and the tool against it."""
    parser = argparse.ArgumentParser(prog="python -m scripts.fuzz_api", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="time for all requests together")
    parser.add_argument("--examples", type=int, default=40, help="requests for each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one operation by its operationId")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        options = StackOptions(paint=plain, settings={"DRIVER_OPEN_JOBS": "100000"})
        with LocalStack(Path(folder), options) as stack:
            return _run(stack, chosen)


def _run(stack: LocalStack, chosen: argparse.Namespace) -> int:
    token = stack.keys.token("fuzzing-service", _SCOPES)
    command = [
        str(TOOL), "run", str(ROOT / "docs" / "openapi.json"),
        "--url", stack.urls["app"],
        "--header", f"Authorization: Bearer {token}",
        "--header", "X-Driver-Id: fuzzed-driver",
        "--max-time", str(chosen.seconds),
        "--max-examples", str(chosen.examples),
        "--seed", str(chosen.seed),
        "--exclude-checks", ",".join(sorted(_LEFT_OUT)),
        "--max-redirects", "0",
        "--request-timeout", "20",
        "--continue-on-failure",
        "--generation-database", "none",
        "--no-color",
        *(["--include-operation-id", chosen.only] if chosen.only else []),
    ]  # fmt: skip
    return subprocess.run(command, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
