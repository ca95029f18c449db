"""s.yaml agrees with the code, and with what the platform accepts and charges for."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest

from local.cloud.fc.spec import FunctionSpec, Stack, load_stack
from local.cloud.fc.variables import read_document
from shared import settings
from shared.settings.every import GROUPS
from shared.settings.studio import StudioSettings
from tests.architecture.settings_read import groups_of
from tests.architecture.source_files import (
    ROOT,
    WEB_FUNCTION,
    calls_in,
    deployed_names,
    modules,
    place,
)

_FILE = ROOT / "s.yaml"
_ACCOUNT, _STACK = "1234567890123456", "trip-poster"
_ENVIRONMENT_BYTES = 4096
_KEY = {
    "kty": "RSA",
    "use": "sig",
    "alg": "RS256",
    "kid": "car-2026-1",
    "e": "AQAB",
    "n": "A" * 342,
}
# What an operator's shell holds on deployment, in realistic lengths; two keys while one is renewed.
_SHELL = {
    "ALIYUN_ACCOUNT_ID": _ACCOUNT,
    "STACK_NAME": _STACK,
    "STATE_BUCKET": "carmaker-trip-poster-state-cn-shanghai",
    "MOUNT_BUCKET": "carmaker-trip-poster-mount-cn-shanghai",
    "OSS_PUBLIC_ENDPOINT": "https://posters-files.connected-car.example.com",
    "JWT_ISSUER": "https://identity.connected-car.example.com/realms/drivers",
    "JWT_JWKS": json.dumps({"keys": [_KEY, {**_KEY, "kid": "car-2"}]}, separators=(",", ":")),
    "ID_KEY": "0" * 64,
    "DASHSCOPE_API_KEY": "sk-" + "0" * 32,
    "EAS_SERVICE_URL": (
        f"http://{_ACCOUNT}.vpc.cn-shanghai.pai-eas.aliyuncs.com/api/predict/trip-poster-comfyui"
    ),
    "EAS_TOKEN": "0" * 56,
    "LABEL_PRODUCER": "0" * 22,
    "ANNOUNCE": "after_review",
    "ANNOUNCE_HOSTS": "hooks.community.example.com backend.connected-car.example.com",
    "COMMUNITY_URL": "https://hooks.community.example.com/v1/posters/carmaker",
    "COMMUNITY_SECRETS": "whsec_" + "A" * 44 + " whsec_" + "B" * 44,
    "BACKEND_URL": "https://backend.connected-car.example.com/trip-posters/events",
    "BACKEND_SECRETS": "whsec_" + "C" * 44,
    "PUBLIC_BASE_URL": "https://posters.connected-car.example.com",
    "STUDIO_URL": "https://posters.connected-car.example.com/studio",
    "STUDIO_API_URL": "https://posters.connected-car.example.com",
    "STUDIO_OIDC_ISSUER": "https://identity.connected-car.example.com/realms/staff",
    "STUDIO_OIDC_CLIENT_SECRET": "0" * 64,
    "STUDIO_SESSION_KEY": "0" * 64,
    "STUDIO_PICTURE_HOSTS": " ".join(
        f"https://posters-{n}.connected-car.example.com" for n in "12"
    ),
}


_ROUTES = {
    ("/v1/trips", "POST"): "submit_trip",
    ("/v1/jobs", "GET"): "list_jobs",
    ("/v1/jobs/*", "GET"): "read_job",
    ("/v1/jobs/*", "PATCH"): "change_share",
    ("/v1/jobs/*", "DELETE"): "erase_job",
    ("/v1/jobs/*/repaint", "POST"): "repaint_job",
    ("/v1/jobs/*/cancel", "POST"): "cancel_job",
    ("/v1/jobs/*/review", "POST"): "review_job",
    ("/v1/jobs/*/claim", "PUT"): "review_job",
    ("/v1/jobs/*/claim", "DELETE"): "review_job",
    ("/v1/me", "DELETE"): "erase_driver",
    ("/v1/me/export", "GET"): "export_driver",
    ("/v1/erasures/*", "GET"): "read_erasure",
    ("/v1/posters/*", "GET"): "show_poster",
    ("/v1/styles", "GET"): "list_styles",
    ("/v1/vehicles", "GET"): "list_vehicles",
    ("/v1/wall", "GET"): "list_wall",
    ("/v1/health", "GET"): "read_health",
    ("/v1/vehicles/sets", "GET"): "manage_vehicle",
    ("/v1/vehicles/uploads", "POST"): "manage_vehicle",
    ("/v1/vehicles/badge", "GET"): "manage_vehicle",
    ("/v1/vehicles/badge", "POST"): "manage_vehicle",
    ("/v1/vehicles/decisions", "POST"): "manage_vehicle",
    ("/v1/vehicles/recall", "GET"): "manage_vehicle",
    ("/v1/campaigns", "GET"): "manage_campaign",
    ("/v1/campaigns/*", "GET"): "manage_campaign",
    ("/v1/campaigns/*", "POST"): "manage_campaign",
    ("/v1/callbacks/tasks", "POST"): "task_callback",
    ("/", "GET"): "studio",
    **{(path, method): "studio" for path in ("/studio", "/studio/*") for method in ("GET", "POST")},
}


@pytest.fixture(scope="module")
def stack() -> Stack:
    return load_stack(_FILE, _SHELL)


@pytest.fixture(scope="module")
def functions(stack: Stack) -> dict[str, FunctionSpec]:
    """Return the functions by the names of their folders."""
    return {name.removeprefix(f"{_STACK}-"): spec for name, spec in stack.functions.items()}


@pytest.fixture(scope="module")
def props() -> dict[str, dict[str, Any]]:
    """Return each function's resource as it stands in the file, variables filled in."""
    resources = read_document(_FILE, _SHELL)["resources"]
    return {n: dict(r["props"]) for n, r in resources.items() if r["component"] == "fc3"}


def _invoked() -> dict[str, str]:
    """Return the functions that the code invokes by name, and where it does."""
    found = {}
    for path in modules("functions", "shared"):
        for call in calls_in(path):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "invoke":
                name = ast.literal_eval(call.args[0])
                found[str(name)] = place(path, call.lineno)
    return found


def test_each_folder_has_its_resource_and_each_resource_its_folder(
    functions: dict[str, FunctionSpec], props: dict[str, dict[str, Any]]
) -> None:
    assert sorted(functions) == deployed_names()
    assert sorted(props) == deployed_names()


def test_resource_function_and_handler_have_one_name(props: dict[str, dict[str, Any]]) -> None:
    for name, given in props.items():
        assert given["functionName"] == f"{_STACK}-{name}"
        assert given["handler"] == f"{name}.handler"


def test_functions_that_the_code_invokes_exist_and_take_task_ids(
    functions: dict[str, FunctionSpec],
) -> None:
    invoked = _invoked()
    assert set(invoked) >= {"paint_trip", "paint_scene", "store_result", "run_erasure"}
    for name, where in invoked.items():
        assert functions[name].async_config.task_mode, f"{where}: {name} has no asyncTask"


def test_invocations_use_the_prefix_that_the_functions_are_named_with(stack: Stack) -> None:
    prefixes = {
        spec.environment["FUNCTION_PREFIX"]
        for spec in stack.functions.values()
        if "FUNCTION_PREFIX" in spec.environment
    }
    assert prefixes == {f"{_STACK}-"}
    assert all(name.startswith(f"{_STACK}-") for name in stack.functions)


def test_what_anybody_or_a_timer_may_start_is_never_retried_by_the_platform(
    functions: dict[str, FunctionSpec],
) -> None:
    # An object's event comes once: what it starts is retried, whatever else starts the function.
    found = [
        spec
        for spec in functions.values()
        if spec.http_triggers or (spec.timer_triggers and not spec.oss_triggers)
    ]
    timed = {"count_jobs", "drain_queue", "sweep_jobs", "send_announcements", "regenerate_season"}
    assert {spec.handler for spec in found} == {
        f"{name}.handler" for name in {*_ROUTES.values(), *timed}
    }
    assert [spec.name for spec in found if spec.async_config.retries] == []


@pytest.mark.parametrize("name", ["drain_queue", "sweep_jobs", "send_announcements"])
def test_a_timers_function_has_one_instance_and_stale_ticks_are_dropped(
    name: str, functions: dict[str, FunctionSpec]
) -> None:
    assert functions[name].reserved_concurrency == 1
    assert functions[name].async_config.max_event_age_s <= 120


def test_whatever_the_platform_gives_up_on_reaches_receive_failure(
    functions: dict[str, FunctionSpec],
) -> None:
    last = functions["receive_failure"]
    assert last.async_config.on_failure is None, "a failing failure handler would call itself"
    for name in sorted(set(functions) - {"receive_failure"}):
        assert functions[name].async_config.on_failure == last.name, name


@pytest.mark.parametrize(
    "name", ["paint_trip", "paint_scene", "store_result", "ingest_upload", "intake_vehicle"]
)
def test_a_bulk_load_cannot_take_all_instances(
    name: str, functions: dict[str, FunctionSpec]
) -> None:
    cap = functions[name].reserved_concurrency
    assert cap is not None
    assert 1 <= cap <= 100


def test_timeouts_leave_room_for_the_deadlines_inside(functions: dict[str, FunctionSpec]) -> None:
    defaults = {
        str(field.alias): field.default for group in GROUPS for field in group.model_fields.values()
    }
    assert functions["paint_trip"].timeout_s >= 2 * defaults["PROMPT_DEADLINE_SECONDS"]
    assert functions["paint_scene"].timeout_s >= 1.2 * defaults["SCENE_DEADLINE_SECONDS"]
    for name, spec in functions.items():
        assert spec.timeout_s >= defaults["OSS_DEADLINE_SECONDS"], name


def test_a_deployment_with_a_filled_shell_has_readable_settings(
    functions: dict[str, FunctionSpec],
) -> None:
    for name, spec in functions.items():
        for group in groups_of(name) if name != WEB_FUNCTION else (StudioSettings,):
            assert settings.read(group, spec.environment)


def test_the_environment_fits_into_four_kilobytes(functions: dict[str, FunctionSpec]) -> None:
    for name, spec in functions.items():
        pairs = spec.environment.items()
        size = sum(len(key.encode()) + len(value.encode()) + 2 for key, value in pairs)
        assert size <= _ENVIRONMENT_BYTES, f"{name}: {size} bytes"


def test_the_functions_never_write_into_the_output_folder() -> None:
    keys = {
        place(path, call.lineno): ast.unparse(call.args[0])
        for path in modules("functions", "shared")
        for call in calls_in(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"put", "create"}
    }
    assert len(keys) >= 4
    assert {where: key for where, key in keys.items() if "output" in key} == {}


def test_routes_lead_to_every_http_function_with_its_methods(
    stack: Stack, functions: dict[str, FunctionSpec]
) -> None:
    routes = {(r.path, method): r.function for r in stack.routes for method in r.methods}
    assert routes == {key: functions[name].name for key, name in _ROUTES.items()}
    for spec in functions.values():
        for trigger in spec.http_triggers:
            own = [each.methods for each in stack.routes if each.function == spec.name]
            assert {each for methods in own for each in methods} == {*trigger.methods}


def test_functions_that_call_out_are_given_the_internet(
    props: dict[str, dict[str, Any]],
) -> None:
    for name in ("paint_trip", "paint_scene", "send_announcements", "studio"):
        assert props[name]["internetAccess"] is True, name
