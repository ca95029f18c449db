"""What import-linter does not see: node pack, tests and scripts are nobody's library."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.architecture.source_files import modules, parsed, place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OURS = {"functions", "shared", "local", "scripts", "tests", "bench", "comfyui"}


def _imported(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, top package) of every absolute import of a file, nested ones too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            yield place(path, node.lineno), name.partition(".")[0]


def _wrong(room: str, refused: set[str]) -> list[str]:
    found = [each for path in modules(room) for each in _imported(path)]
    return [f"{where} imports {top}" for where, top in found if top in refused]


def test_the_node_pack_imports_nothing_of_ours() -> None:
    assert modules("comfyui/custom_nodes")
    assert _wrong("comfyui/custom_nodes", _OURS) == []


def test_functions_and_library_import_neither_tests_nor_scripts_nor_nodes() -> None:
    refused = {"tests", "scripts", "bench", "comfyui", "local"}
    assert _wrong("functions", refused) + _wrong("shared", refused) == []


def test_the_local_stack_does_not_import_the_tests() -> None:
    assert _wrong("local", {"tests", "bench"}) == []


def test_the_environment_is_read_in_the_settings_alone() -> None:
    readers = [
        place(path, node.lineno)
        for path in modules("functions", "shared")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ]
    assert {reader.partition(":")[0] for reader in readers} == {"shared/settings.py"}
