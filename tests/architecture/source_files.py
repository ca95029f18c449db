"""Support: the project's modules and functions, as the architecture tests look at them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ROOMS = ("functions", "shared", "studio", "local", "client", "comfyui/custom_nodes", "cli", "tools")
# A server of its own, which is no folder of functions/.
WEB_FUNCTION = "studio"
FunctionNode = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Function:
    """One function or method; `lines` leaves its docstring out."""

    place: str
    lines: int


def modules(*rooms: str) -> list[Path]:
    """Return the Python files of these rooms, all rooms by default."""
    return [path for room in rooms or ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def place(path: Path, line: int | None = None) -> str:
    """Return how a failure message names a file, or a line of it."""
    name = path.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def functions_in(path: Path) -> Iterator[Function]:
    """Yield every function of a file, nested ones too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, FunctionNode):
            where = f"{place(path, node.lineno)} {node.name}"
            yield Function(where, _last(node) - node.lineno + 1 - _docstring_lines(node))


def calls_in(path: Path) -> Iterator[ast.Call]:
    """Yield every call of a file."""
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call))


def function_names() -> list[str]:
    """Return the names of the bundle's functions: the folders under functions/."""
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def deployed_names() -> list[str]:
    """Return the names of all that is deployed: the bundle's functions and its web function."""
    return sorted([*function_names(), WEB_FUNCTION])


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return _last(node.body[0]) - node.body[0].lineno + 1 if ast.get_docstring(node) else 0


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
