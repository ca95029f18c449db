"""No module needs itself by way of others, for its types as little as to run."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

_FOLDERS = ("cli", "functions", "local", "shared", "tools")


def _circle(needs: dict[str, set[str]]) -> list[str]:
    """Return the modules of a circle in their order, none where there is no circle."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_no_module_goes_in_a_circle() -> None:
    graph = grimp.build_graph(*_FOLDERS, exclude_type_checking_imports=False, cache_dir=None)
    needs = {
        # The command line leads to every tool, when the tool is asked for.
        name: {
            each
            for each in graph.find_modules_directly_imported_by(name)
            if not (name.startswith("cli.commands.") and each.startswith("tools."))
        }
        for name in graph.modules
    }
    assert len(needs) > 500
    assert _circle(needs) == []


@pytest.mark.parametrize(
    ("needs", "circle"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}}, {"a", "b", "c"}),
        ({"a": {"b", "c"}, "b": {"c"}}, set()),
    ],
)
def test_a_circle_is_found_where_there_is_one(needs: dict[str, set[str]], circle: set[str]) -> None:
    assert set(_circle(needs)) == circle
