"""A cold start pays for nothing it does not use: seen in fresh interpreters, one a function."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.spec import load_stack
from local.cloud.identity.keys import ISSUER
from local.own_keys import load_keys
from tests.architecture.source_files import ROOT, function_names

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

_VENDORS = {"oss2", "dashscope", "requests", "fc2", "jwt", "urllib3", "aiohttp", "httpx"}
_HTTP_REQUESTS = {
    "submit_trip": ("POST", "/v1/trips"),
    "read_job": ("GET", f"/v1/jobs/j{'a' * 31}"),
    "cancel_job": ("POST", f"/v1/jobs/j{'a' * 31}/cancel"),
    "review_job": ("POST", f"/v1/jobs/j{'a' * 31}/review"),
    "show_poster": ("GET", f"/v1/posters/j{'a' * 31}"),
    "list_styles": ("GET", "/v1/styles"),
    "list_vehicles": ("GET", "/v1/vehicles"),
    "manage_vehicle": ("GET", "/v1/vehicles/sets"),
    "manage_campaign": ("GET", "/v1/campaigns"),
    "list_jobs": ("GET", "/v1/jobs"),
    "change_share": ("PATCH", f"/v1/jobs/j{'a' * 31}"),
    "repaint_job": ("POST", f"/v1/jobs/j{'a' * 31}/repaint"),
    "erase_job": ("DELETE", f"/v1/jobs/j{'a' * 31}"),
    "erase_driver": ("DELETE", "/v1/me"),
    "export_driver": ("GET", "/v1/me/export"),
    "read_erasure": ("GET", f"/v1/erasures/e{'a' * 31}"),
    "list_wall": ("GET", "/v1/wall"),
    "read_health": ("GET", "/v1/health"),
}
_FOR_EVERYBODY = {"show_poster"}
# Who may load what while it works; what is not named here, any function may.
_MAY_LOAD: dict[str, set[str]] = {
    "dashscope": {"paint_trip", "paint_scene"},
    "PIL": {"paint_scene", "store_result", "intake_vehicle"},
    "numpy": {"store_result", "intake_vehicle"},
    "jwt": {*_HTTP_REQUESTS} - _FOR_EVERYBODY,
    "fc2": set(),
    "starlette": set(),
    "yaml": set(),
}
# What lies in the code package needs no service.
_NEEDS_NO_SERVICE = {"list_styles"}
_BUILDER = re.compile(r"\bbootstrap\.(\w+)\(\)")


@dataclass
class _ColdStarts:
    """Cold starts where every service refuses connections; each function's is made once."""

    environments: dict[str, dict[str, str]]
    token: str
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, function: str) -> dict[str, Any]:
        """Return what the function's cold start was seen to load and to do."""
        if function not in self.seen:
            self.seen[function] = self._start(function)
        return self.seen[function]

    def _start(self, function: str) -> dict[str, Any]:
        source = (ROOT / "functions" / function / "handler.py").read_text("utf-8")
        # Catalogue and control are read from the bucket; the request that is served asks for them.
        builders = sorted(set(_BUILDER.findall(source)) - {"catalogue", "control"})
        asked = {"function": function, "builders": builders, "events": self._events(function)}
        ran = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-m", "tests.architecture.cold_start", json.dumps(asked)],
            env=self.environments[function],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr
        *lines, answer = ran.stdout.splitlines()
        return {**json.loads(answer), "log": [json.loads(line) for line in lines if line]}

    def _events(self, function: str) -> list[str]:
        """Return a request without a token, and a good one that meets dead services."""
        if function not in _HTTP_REQUESTS:
            return []
        good = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return [_event(function, {}), _event(function, good)]


def _event(function: str, headers: dict[str, str]) -> str:
    method, path = _HTTP_REQUESTS[function]
    trip = (ROOT / "examples" / "trips" / "may_day.json").read_text("utf-8")
    context = {"http": {"method": method, "path": path}}
    body = {
        "submit_trip": trip,
        "review_job": '{"decision": "approve"}',
        "change_share": '{"share": true}',
        "repaint_job": "{}",
    }.get(function, "")
    event = {"version": "v1", "headers": headers, "body": body, "requestContext": context}
    return json.dumps(event)


@pytest.fixture(scope="module")
def cold_starts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_ColdStarts]:
    keys = load_keys(tmp_path_factory.mktemp("keys"))
    with socket.socket() as deaf:
        # Bound and never listening: nobody else gets the port, and it refuses whoever calls.
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        identity = {"JWT_ISSUER": ISSUER, "JWT_JWKS": keys.jwks(), "ID_KEY": keys.id_key}
        services = dict.fromkeys(
            ["OSS_ENDPOINT", "OSS_PUBLIC_ENDPOINT", "FC_ENDPOINT", "EAS_SERVICE_URL"], url
        )
        secrets = {"DASHSCOPE_API_KEY": "sk-none", "EAS_TOKEN": "none"}
        stack = load_stack(ROOT / "s.yaml", {**identity, **services, **secrets})
        platform = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": "id",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret",
            "OSS_TIMEOUT_SECONDS": "0.2",
            "OSS_DEADLINE_SECONDS": "0.2",
        }
        # Each function has its own settings and no others: what it lacks, its builders would say.
        deployed = {
            each.handler.removesuffix(".handler"): {**each.environment, **platform}
            for each in stack.functions.values()
        }
        yield _ColdStarts(deployed, keys.token("a-caller", "driver reviewer operator"))


@pytest.mark.parametrize("function", function_names())
def test_importing_a_handler_loads_no_vendor(function: str, cold_starts: _ColdStarts) -> None:
    assert _VENDORS.intersection(cold_starts.of(function)["imported"]) == set()


@pytest.mark.parametrize("function", function_names())
def test_importing_a_handler_does_nothing(function: str, cold_starts: _ColdStarts) -> None:
    seen = cold_starts.of(function)
    assert seen["environment_readers"] == []
    assert seen["connections"] == []
    assert seen["threads"] == 1
    assert not seen["logging_configured"]
    if function not in _HTTP_REQUESTS:
        assert seen["log"] == [], "nothing was invoked, and yet something was written"


@pytest.mark.parametrize("function", function_names())
@pytest.mark.parametrize("package", _MAY_LOAD)
def test_only_those_that_use_a_package_load_it(
    package: str, function: str, cold_starts: _ColdStarts
) -> None:
    seen = cold_starts.of(function)
    if function not in _MAY_LOAD[package]:
        loaded = {step for step in ("imported", "built", "served") if package in seen[step]}
        assert loaded == set(), f"{function} has no business with {package}"


@pytest.mark.parametrize("package", [name for name, users in _MAY_LOAD.items() if users])
def test_a_package_that_some_may_load_is_loaded_by_them(
    package: str, cold_starts: _ColdStarts
) -> None:
    for function in _MAY_LOAD[package]:
        assert package in cold_starts.of(function)["served"], f"{function} does not need {package}"


@pytest.mark.parametrize("function", _HTTP_REQUESTS)
def test_a_request_is_refused_without_a_token_and_unavailable_without_services(
    function: str, cold_starts: _ColdStarts
) -> None:
    without_token = 503 if function in _FOR_EVERYBODY else 401
    with_token = 200 if function in _NEEDS_NO_SERVICE else 503
    assert cold_starts.of(function)["statuses"] == [without_token, with_token]


@pytest.mark.parametrize("function", function_names())
def test_the_settings_are_all_that_reads_the_environment(
    function: str, cold_starts: _ColdStarts
) -> None:
    readers = cold_starts.of(function)["later_readers"]
    assert readers == [str(ROOT / "shared" / "settings" / "__init__.py")]


@pytest.mark.parametrize("function", _HTTP_REQUESTS)
def test_each_request_writes_one_canonical_line(function: str, cold_starts: _ColdStarts) -> None:
    events = [line["event"] for line in cold_starts.of(function)["log"]]
    assert events.count("invocation.ended") == 2
