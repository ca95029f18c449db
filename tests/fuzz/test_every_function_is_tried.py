"""The tables of what is tried name every function and every route of s.yaml."""

from __future__ import annotations

import re

from local.cloud.fc.spec import load_stack
from local.stack import ROOT
from tests.fuzz.table import EVENTS, HTTP, OBJECTS, TIMERS

_STACK = load_stack(ROOT / "s.yaml", {})


def _plain(name: str) -> str:
    return name.rpartition("-")[2]


def test_the_tables_name_every_function() -> None:
    assert {_plain(name) for name in _STACK.functions} == {*HTTP, *EVENTS, *TIMERS}


def test_the_tables_ask_every_route_as_the_gateway_does() -> None:
    found = {(_plain(route.function), m) for route in _STACK.routes for m in route.methods}
    assert found == {(name, route.method) for name, route in HTTP.items()}
    for route in _STACK.routes:
        asked = HTTP[_plain(route.function)].path
        assert re.fullmatch(re.escape(route.path).replace(r"\*", "[^/]+"), asked), asked


def test_every_function_with_objects_is_given_odd_keys() -> None:
    found = {_plain(name) for name, each in _STACK.functions.items() if each.oss_triggers}
    assert found == OBJECTS.keys()
    prefixes = {t.prefix for each in _STACK.functions.values() for t in each.oss_triggers}
    assert prefixes == {prefix for _, prefix, _ in OBJECTS.values()}
