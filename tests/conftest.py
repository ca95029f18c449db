"""What holds for every test: the processes that share them, hypothesis's draws, slow files."""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from typing import TYPE_CHECKING

from hypothesis import settings

from shared.observability import log

if TYPE_CHECKING:
    import pytest

# The same examples each time: a change is judged by what it changes, not by its luck.
# `poster dev explore` draws others, and more.
settings.register_profile("same", derandomize=True, max_examples=25)
settings.register_profile("others", derandomize=False, print_blob=True)
settings.load_profile("same")
# Lines as the functions write them: structlog's own form draws each traceback with all locals.
log.configure("INFO")
# Ten thousand tests are collected and stay: nothing of them is garbage to look for.
gc.disable()
# The longest first: one that began last would go on alone. They wait much, so they share well.
_LONG = (
    "integration/test_least_privilege.py",
    "integration/test_chaos_seeds.py",
    "integration/test_one_driver_by_every_way.py",
    "integration/test_nothing_private_is_left.py",
    "unit/functions/test_kill_points.py",
    "unit/local/painter/test_painter_light.py",
    "architecture/test_cold_imports.py",
    "fuzz/test_hostile_requests.py",
    "integration/test_a_trip_becomes_a_poster.py",
    "unit/adapters/test_eas_workflow_queue.py",
)
_BEGINS = {f"tests/{path}": place for place, path in enumerate(_LONG)}


def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are processors: journeys wait much of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long."""
    items.sort(key=lambda item: _BEGINS.get(item.nodeid.partition("::")[0], len(_LONG)))


def pytest_collection_finish() -> None:
    """Leave what is there to the end of the process, and collect garbage from here on."""
    gc.freeze()
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--slowest-files`."""
    words = "print the COUNT test files that took the most time, set-up included"
    parser.addoption("--slowest-files", type=int, default=0, metavar="COUNT", help=words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the slowest test files, when asked for; seconds as they passed in their process."""
    count = terminalreporter.config.getoption("--slowest-files")
    seconds: defaultdict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            seconds[getattr(report, "fspath", "")] += getattr(report, "duration", 0.0)
    slowest = sorted(seconds, key=lambda path: -seconds[path])[:count]
    for path in slowest:
        terminalreporter.write_line(f"{seconds[path]:6.1f} s  {path}")
