"""The generated parts of docs/."""

from collections.abc import Callable
from pathlib import Path

from cli.retention import MOUNT, STATE, lifecycle_xml
from local.cloud.files import replace_bytes
from local.printed import Say
from tools.write_docs import examples_own
from tools.write_docs.commands_page import commands_page
from tools.write_docs.examples import announced
from tools.write_docs.functions_table import functions_table
from tools.write_docs.marked_parts import replaced, with_examples
from tools.write_docs.openapi import openapi_json
from tools.write_docs.tables import (
    metrics_table,
    refusals_table,
    remedies_table,
    retention_table,
    retries_table,
    routes_table,
    secrets_table,
    settings_tables,
    with_values,
)

ROOT = Path(__file__).parents[2]


def _page(name: str, **parts: Callable[[], str]) -> tuple[str, Callable[[str], str]]:
    """Return a page's name, and what writes its parts anew between their marks."""

    def written(text: str) -> str:
        for part, content in parts.items():
            text = replaced(text, part, content())
        return text

    return f"docs/{name}.md", written


def _examples() -> dict[str, object]:
    return {
        **announced(),
        "erasure": examples_own.receipt(),
    }


# What each file should read like, given what it reads like now.
GENERATED: dict[str, Callable[[str], str]] = dict(
    [
        _page(
            "reference/functions",
            functions=lambda: functions_table(ROOT),
            secrets=lambda: secrets_table(ROOT),
        ),
        _page("reference/settings", settings=lambda: settings_tables(ROOT)),
        _page("reference/metrics", metrics=lambda: metrics_table(ROOT)),
        _page("reference/retries", retries=lambda: retries_table(ROOT)),
        _page("reference/storage", retention=retention_table),
        _page("reference/gate", remedies=remedies_table),
        _page(
            "reference/api",
            routes=lambda: routes_table(ROOT),
            refusals=lambda: refusals_table(ROOT),
        ),
        ("docs/reference/messages.md", lambda text: with_examples(text, _examples())),
        ("docs/reference/values.md", lambda text: with_values(text, ROOT)),
        ("docs/reference/cli.md", lambda _: commands_page()),
        ("openapi.json", lambda _: openapi_json(ROOT)),
        ("deploy/lifecycle/state.xml", lambda _: lifecycle_xml(STATE)),
        ("deploy/lifecycle/mount.xml", lambda _: lifecycle_xml(MOUNT)),
    ]
)


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


def write(*, check: bool, say: Say, root: Path = ROOT) -> int:
    """Write what is stale, or with `check` only name it: then 1 where anything is."""
    stale = stale_files(root)
    rows = []
    for path, text in stale.items():
        if not check:
            replace_bytes(path, text.encode())
        rows.append({"file": path.relative_to(root), "is": "stale" if check else "written"})
    say.table(rows, empty="nothing is stale", heads=False)
    if check and stale:
        say.refusal("write them: poster docs")
    return 1 if check and stale else 0
