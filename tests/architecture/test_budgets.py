"""Small modules, small functions: a reader holds each of them in mind at once."""

from __future__ import annotations

import functools
import statistics

from tests.architecture.source_files import Function, functions_in, modules, place

_MODULE_LINES, _HANDLER_LINES = 300, 40
_FUNCTION_LINES, _MEDIAN_LINES = 60, 8


def _lines_of(text: str) -> int:
    return len(text.splitlines())


@functools.cache
def _all_functions() -> list[Function]:
    return [function for path in modules() for function in functions_in(path)]


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {place(path): _lines_of(path.read_text("utf-8")) for path in modules()}
    too_long = {name: lines for name, lines in lengths.items() if lines > _MODULE_LINES}
    assert not too_long, f"split these modules: {too_long}"


def test_no_handler_is_longer_than_40_lines() -> None:
    handlers = [path for path in modules("functions") if path.name == "handler.py"]
    lengths = {place(path): _lines_of(path.read_text("utf-8")) for path in handlers}
    too_long = {name: lines for name, lines in lengths.items() if lines > _HANDLER_LINES}
    assert handlers
    assert not too_long, f"a handler parses, makes one call and answers: {too_long}"


def test_no_function_is_longer_than_60_lines() -> None:
    too_long = {f.place: f.lines for f in _all_functions() if f.lines > _FUNCTION_LINES}
    assert not too_long, f"split these functions: {too_long}"


def test_the_median_function_has_at_most_8_lines() -> None:
    found = _all_functions()
    median = statistics.median(function.lines for function in found)
    longest = sorted(found, key=lambda function: -function.lines)[:5]
    assert median <= _MEDIAN_LINES, f"the median is {median}; the longest are {longest}"
