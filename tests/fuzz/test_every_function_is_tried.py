"""The tables of what is tried name every function and every route of s.yaml."""

from __future__ import annotations

import re

from local.cloud.fc.spec import load_stack
from local.stack import ROOT
from tests.fuzz.table import EVENTS, HTTP, OBJECTS, TIMERS

_STACK = load_stack(ROOT / "s.yaml", {})
# The web function has no events and no bodies of the interface; its pages have tests of their own.
_FUNCTIONS = {name: each for name, each in _STACK.functions.items() if not each.is_web}
_ROUTES = [route for route in _STACK.routes if route.function in _FUNCTIONS]


def _plain(name: str) -> str:
    return name.rpartition("-")[2]


def _functions() -> set[str]:
    return {name.split()[0] for name in HTTP}


def test_the_tables_name_every_function() -> None:
    assert {_plain(name) for name in _FUNCTIONS} == {*_functions(), *EVENTS, *TIMERS}


def test_the_tables_ask_every_route_as_the_gateway_does() -> None:
    found = {
        (_plain(route.function), m, re.escape(route.path).replace(r"\*", "[^/]+"))
        for route in _ROUTES
        for m in route.methods
    }
    asked = {(name.split()[0], route.method, route.path) for name, route in HTTP.items()}
    for function, method, pattern in found:
        own = [path for f, m, path in asked if (f, m) == (function, method)]
        assert any(re.fullmatch(pattern, path) for path in own), (function, method, pattern)
    for function, method, path in asked:
        patterns = [p for f, m, p in found if (f, m) == (function, method)]
        assert any(re.fullmatch(pattern, path) for pattern in patterns), path


def test_every_function_with_objects_is_given_odd_keys() -> None:
    found = {_plain(name) for name, each in _FUNCTIONS.items() if each.oss_triggers}
    assert found == OBJECTS.keys()
    prefixes = {t.prefix for each in _FUNCTIONS.values() for t in each.oss_triggers}
    assert prefixes == {prefix for _, prefix, _ in OBJECTS.values()}
