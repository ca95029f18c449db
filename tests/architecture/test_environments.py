"""Each function is given the settings that its code reads, and nobody else's secrets."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.variables import read_document
from local.one_process import environment
from shared import bootstrap, settings
from shared.settings.every import GROUPS
from shared.settings.function_compute import PlatformSettings
from shared.settings.studio import StudioSettings
from tests.architecture.settings_read import (
    builders_of,
    group_name,
    groups_of,
    readers,
    secrets,
    variables_of,
)
from tests.architecture.source_files import (
    ROOT,
    WEB_FUNCTION,
    deployed_names,
    function_names,
    place,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.settings.base import Group

Document = dict[str, Any]
_FUNCTIONS = function_names()
_DEPLOYED = deployed_names()
_PLATFORMS = variables_of(PlatformSettings) - {"LOG_LEVEL"}
_DEPLOYED_SECRETS = sorted(secrets() - _PLATFORMS)
# What its server reads; nothing else of it goes through `bootstrap`.
_OF_STUDIO: frozenset[type[Group]] = frozenset({PlatformSettings, StudioSettings})
# Written out once by hand, so that a mistake in how the code is read would be noticed.
_HOLDERS = {
    "EAS_TOKEN": "cancel_job drain_queue paint_scene paint_trip run_erasure sweep_jobs",
    "DASHSCOPE_API_KEY": "paint_scene paint_trip store_result",
    "ID_KEY": "cancel_job change_share erase_driver erase_job export_driver ingest_upload list_jobs"
    " list_wall read_erasure read_job regenerate_season repaint_job review_job run_erasure"
    " submit_trip",
    "JWT_JWKS": "cancel_job change_share erase_driver erase_job export_driver list_jobs list_styles"
    " list_vehicles list_wall manage_campaign manage_vehicle read_erasure read_health read_job"
    " repaint_job review_job submit_trip",
    "CALLBACK_SECRETS": "task_callback",
    "COMMUNITY_SECRETS": "send_announcements",
    "BACKEND_SECRETS": "send_announcements",
    "STUDIO_OIDC_CLIENT_SECRET": "studio",
    "STUDIO_SESSION_KEY": "studio",
}


_TEXT = dict.fromkeys(["ID_KEY", "JWT_JWKS", "JWT_ISSUER", "EAS_TOKEN"], "0" * 32) | {
    "DASHSCOPE_API_KEY": "sk-none"
}


def faults(document: Document) -> Iterator[str]:
    """Yield what a function is given and does not read, or reads and is not given."""
    given: dict[str, dict[str, str]] = document["vars"]["environment"]
    by_name = {group_name(group): group for group in GROUPS}
    for name, variables in given.items():
        own = variables_of(by_name[name]) - _PLATFORMS
        yield from (f"{name}: {each} is not of this group" for each in {*variables} - own)
    for function in _DEPLOYED:
        props = document["resources"][function]["props"]
        has, read = {*props["environmentVariables"]}, _read_by(function)
        needs = {each for group in read for each in given.get(group_name(group), ())}
        needs |= {name for group in read for name in _required(group)}
        needs |= {each for group in read for each in variables_of(group) & {*_DEPLOYED_SECRETS}}
        yield from (f"{function} lacks {each}, which it reads" for each in needs - has)
        yield from (f"{function} is given {each}, which it does not read" for each in has - needs)


def _read_by(function: str) -> frozenset[type[Group]]:
    return _OF_STUDIO if function == WEB_FUNCTION else groups_of(function)


def _required(group: type[Group]) -> set[str]:
    return {str(f.alias) for f in group.model_fields.values() if f.is_required()}


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(ROOT / "s.yaml", {})


def _environment(document: Document, function: str) -> dict[str, str]:
    environment: dict[str, str] = document["resources"][function]["props"]["environmentVariables"]
    return environment


def test_every_function_is_given_what_it_reads_and_nothing_more(document: Document) -> None:
    assert sorted(faults(document)) == []


@pytest.mark.parametrize("secret", _DEPLOYED_SECRETS)
def test_a_secret_is_held_by_those_alone_who_need_it(secret: str, document: Document) -> None:
    holders = [name for name in _DEPLOYED if secret in _environment(document, name)]
    assert holders == _HOLDERS[secret].split()


@pytest.mark.parametrize("secret", _DEPLOYED_SECRETS)
def test_a_secret_too_many_or_too_few_is_noticed(secret: str, document: Document) -> None:
    broken, told = copy.deepcopy(document), set()
    for function in _DEPLOYED:
        environment = _environment(broken, function)
        if environment.pop(secret, None) is None:
            environment[secret] = "superfluous"
            told.add(f"{function} is given {secret}, which it does not read")
        else:
            told.add(f"{function} lacks {secret}, which it reads")
    assert set(faults(broken)) == told


@pytest.mark.parametrize("function", _FUNCTIONS)
def test_a_function_can_build_what_it_uses_and_cannot_without_one_variable(
    function: str, document: Document
) -> None:
    given = {
        name: text or _TEXT.get(name, "") for name, text in _environment(document, function).items()
    }
    required = {name for group in groups_of(function) for name in _required(group)}
    # The text model's key is read where the second look is on.
    given |= {"STYLE_JUDGE": "on"} if "STYLE_JUDGE" in given else {}
    _build(function, given)
    for name in required:
        with pytest.raises(settings.SettingsError, match=name):
            _build(function, {each: text for each, text in given.items() if each != name})


def _build(function: str, variables: dict[str, str]) -> None:
    """Build all that the handler asks for, in an environment of these variables alone."""
    with environment({name: variables.get(name, "") for name in _every_variable()}):
        # Catalogue and control are read from the bucket.
        for name in sorted(builders_of(function) - {"catalogue", "control"}):
            getattr(bootstrap, name)(**({"seconds": 1.0} if name == "season_rules" else {}))


def _every_variable() -> set[str]:
    return {name for group in GROUPS for name in variables_of(group)}


def test_a_setting_in_a_strange_group_is_noticed(document: Document) -> None:
    broken = copy.deepcopy(document)
    broken["vars"]["environment"]["job"]["EAS_TOKEN"] = "x"
    assert "job: EAS_TOKEN is not of this group" in set(faults(broken))


def test_settings_are_read_where_these_tests_look_for_it() -> None:
    found = {place(path).removeprefix("shared/") for path in readers()}
    builders = {f"bootstrap/{name}.py" for name in ("rules", "stores", "vendors")}
    assert found == {"edge/entrypoint.py"} | builders
