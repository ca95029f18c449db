"""What import-linter does not see: node pack, tests and tools are nobody's library."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from cli.bundle.staging import PACK, PLACING
from tests.architecture.source_files import ROOT, modules, parsed, place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OURS = {"functions", "shared", "studio", "local", "cli", "tools", "tests", "comfyui"}


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


def test_functions_and_library_import_neither_tests_nor_tools_nor_nodes() -> None:
    refused = {"tests", "cli", "tools", "comfyui", "local"}
    wrong = _wrong("functions", refused) + _wrong("shared", refused)
    # Intake tries a render by the nodes' own code; the gate, which judges them, shares none.
    tries = "functions/intake_vehicle/trial.py"
    assert [each for each in wrong if each.partition(":")[0] != tries] == []
    assert {each.rpartition(" ")[2] for each in wrong} == {"comfyui"}


def test_what_intake_takes_of_the_node_pack_is_deployed_and_needs_nothing_else() -> None:
    taken = _taken_of_the_pack("functions/intake_vehicle/trial.py")
    seen: set[str] = set()
    while taken - seen:
        name = (taken - seen).pop()
        seen.add(name)
        taken |= _taken_of_the_pack(f"{PACK}/{name}.py")
    assert seen == set(PLACING)


def _taken_of_the_pack(file: str) -> set[str]:
    """Return the pack's modules that a file imports, for types or to run."""
    package = PACK.replace("/", ".")
    return {
        (node.module or "").rpartition(".")[2]
        for node in ast.walk(parsed(ROOT / file))
        if isinstance(node, ast.ImportFrom)
        and (node.level == 1 or (node.module or "").startswith(package))
    }


def test_the_local_stack_does_not_import_the_tests() -> None:
    assert _wrong("local", {"tests", "cli", "tools"}) == []


def test_the_local_cloud_imports_no_room_of_ours_not_even_for_types() -> None:
    assert modules("local/cloud")
    assert _wrong("local/cloud", _OURS - {"local"} | {"client"}) == []


def test_the_environment_is_read_in_the_settings_alone() -> None:
    readers = [
        place(path, node.lineno)
        for path in modules("functions", "shared")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ]
    assert {reader.partition(":")[0] for reader in readers} == {"shared/settings/__init__.py"}
