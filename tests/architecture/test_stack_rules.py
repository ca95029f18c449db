"""s.yaml keeps to the platform's rules, and each rule is seen to notice when it is broken."""

from __future__ import annotations

import copy
import functools
import json
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.variables import read_document
from tests.architecture.source_files import ROOT
from tests.architecture.stack_rules import faults

if TYPE_CHECKING:
    from collections.abc import Callable

Props = dict[str, Any]


@functools.cache
def _document() -> dict[str, Any]:
    return read_document(ROOT / "s.yaml", {})


def _policies() -> dict[str, Any]:
    folder = ROOT / "deploy" / "ram"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def test_the_stack_file_keeps_to_every_rule() -> None:
    assert faults(_document(), _policies()) == []


def _set(function: str, *path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        place: Any = document["resources"][function]["props"]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _drop(function: str, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        place: Any = document["resources"][function]["props"]
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


_KEY = ("triggers", 0, "triggerConfig", "filter", "key")
_CRON = ("triggers", 0, "triggerConfig", "cronExpression")
_SUITES = ("tlsConfig", "cipherSuites")
BROKEN: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a misspelt key": (_set("read_job", "timeOut", to=3), "timeOut: unknown key"),
    "a misspelt key deep down": (
        _set("read_job", "asyncInvokeConfig", "retries", to=3),
        "asyncInvokeConfig.retries: unknown key",
    ),
    "a key of another trigger": (
        _set("read_job", "triggers", 0, "triggerConfig", "payload", to=""),
        "triggerConfig.payload: unknown key",
    ),
    "a domain's misspelt key": (_set("domain", "tls", to={}), "domain.tls: unknown key"),
    "a name with a dollar sign": (
        _set("read_job", "functionName", to="a$b"),
        "functionName is none",
    ),
    "a handler without a folder": (_set("read_job", "handler", to="x.handler"), "leads to no"),
    "another function's role": (
        _set("read_job", "role", to="acs:ram::1234567890123456:role/trip-poster-paint-trip"),
        "is not the function's own",
    ),
    "a role with an underscore": (
        _set("read_job", "role", to="acs:ram::1234567890123456:role/trip-poster-read_job"),
        "is not the function's own",
    ),
    "odd memory": (_set("read_job", "memorySize", to=500), "no multiple of 64"),
    "odd cpu": (_set("read_job", "cpu", to=0.33), "steps of 0.05"),
    "too little memory for the cpu": (_set("read_job", "cpu", to=1), "1 to 4 GB each"),
    "too much memory for the cpu": (_set("read_job", "memorySize", to=2048), "1 to 4 GB each"),
    "an odd disk": (_set("read_job", "diskSize", to=1024), "diskSize 1024"),
    "an endless timeout": (_set("read_job", "timeout", to=86_401), "timeout 86401"),
    "an event older than a week": (
        _set("read_job", "asyncInvokeConfig", "maxAsyncEventAgeInSeconds", to=604_801),
        "above a week",
    ),
    "nine retries": (
        _set("read_job", "asyncInvokeConfig", "maxAsyncRetryAttempts", to=9),
        "maxAsyncRetryAttempts 9",
    ),
    "a destination that is no ARN": (
        _set("read_job", "asyncInvokeConfig", "destinationConfig", to={"onFailure": {
            "destination": "trip-poster-receive_failure"}}),
        "is no function's ARN",
    ),
    "too large an environment": (
        _set("read_job", "environmentVariables", "ID_KEY", to="x" * 4000),
        "above 4 KB",
    ),
    "half a plan": (
        _set("submit_trip", "scalingConfig", "scheduledPolicies", 0, to={"name": "x"}),
        "are incomplete",
    ),
    "a server without a command": (
        _drop("studio", "customRuntimeConfig", "command"),
        "is not its package on a Python",
    ),
    "a server on the Python of another system": (
        _set("studio", "runtime", to="custom.debian11"),
        "is not its package on a Python",
    ),
    "a server on another port": (
        _set("studio", "customRuntimeConfig", "port", to=8080), "port 8080",
    ),
    "201 requests at a time": (
        _set("studio", "instanceConcurrency", to=201), "instanceConcurrency 201",
    ),
    "several requests at a time in a handler": (
        _set("read_job", "instanceConcurrency", to=2), "instanceConcurrency without a server",
    ),
    "an unknown trigger": (
        _set("read_job", "triggers", 0, "triggerType", to="mqtt"),
        "triggerConfig.authType: unknown key",
    ),
    "an unknown authType": (
        _set("read_job", "triggers", 0, "triggerConfig", "authType", to="open"),
        "authType open",
    ),
    "an open default domain": (
        _set("read_job", "triggers", 0, "triggerConfig", "disableURLInternet", to=False),
        "open on the default domain",
    ),
    "an unknown method": (
        _set("read_job", "triggers", 0, "triggerConfig", "methods", to=["FETCH"]),
        "methods ['FETCH']",
    ),
    "every step of an upload": (
        _set("record_output", "triggers", 0, "triggerConfig", "events", to=["oss:ObjectCreated:*"]),
        "whole objects",
    ),
    "no suffix": (_drop("record_output", *_KEY, "suffix"), "filter.key needs"),
    "a slash before the prefix": (_set("record_output", *_KEY, "prefix", to="/output/"), "filter"),
    "no role for OSS": (
        _drop("record_output", "triggers", 0, "invocationRole"),
        "could not invoke",
    ),
    "a source that is no bucket": (
        _set("record_output", "triggers", 0, "sourceArn", to="trip-poster-mount"),
        "is no bucket's",
    ),
    "a cron in UTC": (_set("drain_queue", *_CRON, to="0 0 3 * * *"), "is in UTC"),
    "five cron fields": (
        _set("drain_queue", *_CRON, to="CRON_TZ=Asia/Shanghai 0 3 * * *"),
        "cronExpression",
    ),
    "a timer that is off": (
        _set("drain_queue", "triggers", 0, "triggerConfig", "enable", to=False),
        "enable is not true",
    ),
    "one function with most instances": (
        _set("paint_trip", "concurrencyConfig", "reservedConcurrency", to=150),
        "reservedConcurrency 150",
    ),
    "too many reserved": (
        _set("paint_scene", "concurrencyConfig", "reservedConcurrency", to=100),
        "are reserved",
    ),
    "two that hear the same": (
        _set("record_output", *_KEY, "prefix", to="uploads/"),
        "hear of the same objects",
    ),
    "a trigger on what functions write": (
        _set("record_output", *_KEY, to={"prefix": "input/", "suffix": ".png"}),
        "record_output hears of what paint_scene writes",
    ),
    "another region": (_set("read_job", "region", to="cn-beijing"), "several regions"),
    "another region in an ARN": (
        _set("record_output", "triggers", 0, "sourceArn",
             to="acs:oss:cn-beijing:1234567890123456:trip-poster-mount"),
        "several regions",
    ),
    "plain HTTP": (_set("domain", "protocol", to="HTTP,HTTPS"), "HTTPS with a certificate"),
    "old TLS": (_set("domain", "tlsConfig", "minVersion", to="TLSv1.0"), "older than 1.2"),
    "a weak suite": (_set("domain", *_SUITES, to=["TLS_RSA_WITH_RC4_128_SHA"]), "is weak"),
    "a route to a timer's function": (
        _set("domain", "routeConfig", "routes", 0, "functionName", to="trip-poster-drain_queue"),
        "has no such HTTP trigger",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_notices_when_it_is_broken(name: str) -> None:
    broken = copy.deepcopy(_document())
    change, told = BROKEN[name]
    change(broken)

    found = faults(broken, _policies())

    assert [fault for fault in found if told in fault], found


def test_planned_and_provisioned_instances_exclude_each_other() -> None:
    broken = copy.deepcopy(_document())
    broken["resources"]["submit_trip"]["props"]["provisionConfig"] = {}
    assert any("provisionConfig" in fault for fault in faults(broken, _policies()))
