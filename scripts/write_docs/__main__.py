"""`python -m scripts.write_docs` writes the generated parts of docs/ anew; `--check` compares."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.write_docs import examples_own
from scripts.write_docs.examples import announced, cancelled, problems, vehicles
from scripts.write_docs.functions_table import functions_table
from scripts.write_docs.marked_parts import replaced, with_examples
from scripts.write_docs.openapi import openapi_json
from scripts.write_docs.remedies_table import remedies_table
from scripts.write_docs.retention import MOUNT, STATE, lifecycle_xml, retention_table
from scripts.write_docs.secrets_table import secrets_table
from scripts.write_docs.settings_tables import settings_tables
from scripts.write_docs.values_tables import with_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[2]

# What each file should read like, given what it reads like now.
GENERATED: dict[str, Callable[[str], str]] = {
    "docs/architecture.md": lambda text: replaced(text, "functions", functions_table(ROOT)),
    "docs/operations.md": lambda text: replaced(text, "secrets", secrets_table(ROOT)),
    "docs/settings.md": lambda text: replaced(text, "settings", settings_tables(ROOT)),
    "docs/api.md": lambda text: with_examples(
        text,
        {
            **problems(ROOT),
            **examples_own.problems(),
            **announced(),
            "cancelled": cancelled(),
            "erasure": examples_own.receipt(),
            "vehicles": vehicles(),
        },
    ),
    "docs/openapi.json": lambda _: openapi_json(ROOT),
    "docs/quality.md": lambda text: replaced(text, "remedies", remedies_table()),
    "docs/vehicles.md": lambda text: replaced(text, "remedies", remedies_table({"vehicle"})),
    "docs/values.md": lambda text: with_values(text, ROOT),
    "docs/privacy.md": lambda text: replaced(text, "retention", retention_table()),
    "deploy/lifecycle/state.xml": lambda _: lifecycle_xml(STATE),
    "deploy/lifecycle/mount.xml": lambda _: lifecycle_xml(MOUNT),
}


def stale_files(root: Path = ROOT) -> dict[Path, str]:
    """Return the files that are not as they should be, with the text they should have."""
    stale = {}
    for name, write in GENERATED.items():
        path = root / name
        text = path.read_text("utf-8") if path.exists() else ""
        wanted = write(text)
        if wanted != text:
            stale[path] = wanted
    return stale


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """Write what is stale, or with --check only name it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.write_docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 if a file is stale")
    check = parser.parse_args(arguments).check
    stale = stale_files(root)
    for path, text in stale.items():
        name = path.relative_to(root)
        if check:
            print(f"{name} is stale; run `make docs`", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            print(f"{name} written")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
