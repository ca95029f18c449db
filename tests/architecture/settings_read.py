"""Support: which groups of settings a function reads, told from the code alone.

From its handler's `bootstrap.X` through the builders that call each other to `settings.read(Y)`.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from pydantic import SecretStr

from shared.settings.every import GROUPS
from tests.architecture.source_files import ROOT, FunctionNode, modules, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shared.settings.base import Group

_BY_CLASS = {group.__name__: group for group in GROUPS}
_ENTRY, _SETTINGS = (
    ROOT / "shared" / "edge" / "entrypoint.py",
    ROOT / "shared" / "settings" / "__init__.py",
)
_ROOT_OF_ALL = ROOT / "shared" / "bootstrap"
# Keys that anybody may know, and that still only those need who check tokens.
_NEARLY_SECRET = {"JWT_JWKS"}
_READS = {"read", "settings.read"}


@cache
def groups_of(function: str) -> frozenset[type[Group]]:
    """Return the groups that a function may read, on any path through its code."""
    folder = ROOT / "functions" / function
    wanted = {*builders_of(function)}
    found = {group for path in (*folder.glob("*.py"), _ENTRY) for group in _read_in(parsed(path))}
    seen: set[str] = set()
    while wanted - seen:
        name = (wanted - seen).pop()
        seen.add(name)
        for node in _builders()[name]:
            found |= set(_read_in(node))
            wanted |= {each for each in _names_in(node) if each in _builders()}
    return frozenset(found)


def builders_of(function: str) -> frozenset[str]:
    """Return what a function takes from `bootstrap`."""
    paths = (ROOT / "functions" / function).glob("*.py")
    return frozenset(name for path in paths for name in _taken_from(path, "bootstrap"))


def group_name(group: type[Group]) -> str:
    """Return how s.yaml calls a group: `ModelSettings` is `model`."""
    return group.__name__.removesuffix("Settings").lower()


def variables_of(group: type[Group]) -> set[str]:
    """Return the names of a group's variables."""
    return {str(field.alias) for field in group.model_fields.values()}


def secrets() -> set[str]:
    """Return the names of all variables that are nobody else's business."""
    fields = [field for group in GROUPS for field in group.model_fields.values()]
    return {str(f.alias) for f in fields if f.annotation is SecretStr} | _NEARLY_SECRET


def readers() -> set[Path]:
    """Return the modules of functions/ and shared/ that could read a group."""
    return {path for path in modules("functions", "shared") if _imports_settings(parsed(path))}


@cache
def _builders() -> dict[str, list[ast.AST]]:
    """Return what builds adapters and rules, by name, and what of the settings reads for them."""
    found: dict[str, list[ast.AST]] = {}
    for path in (*sorted(_ROOT_OF_ALL.glob("*.py")), _SETTINGS):
        for node in parsed(path).body:
            if isinstance(node, FunctionNode) and (path.parent == _ROOT_OF_ALL or _reads(node)):
                found.setdefault(node.name, []).append(node)
    return found


def _imports_settings(node: ast.AST) -> bool:
    """Tell whether settings are imported anywhere, but for type checking."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return False
    if isinstance(node, ast.Import):
        return any(each.name == "shared.settings" for each in node.names)
    if isinstance(node, ast.ImportFrom):
        taken = {f"{node.module}.{each.name}" for each in node.names}
        return node.module == "shared.settings" or "shared.settings" in taken
    return any(map(_imports_settings, ast.iter_child_nodes(node)))


def _reads(node: ast.AST) -> bool:
    return bool(list(_read_in(node)))


def _read_in(tree: ast.AST) -> Iterator[type[Group]]:
    """Yield the groups of `settings.read(Group)` and `read(Group)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _READS:
            yield _BY_CLASS[ast.unparse(node.args[0])]


def _taken_from(path: Path, module: str) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == module:
            yield node.attr


def _names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "settings":
            yield node.attr
