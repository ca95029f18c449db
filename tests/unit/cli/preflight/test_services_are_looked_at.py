"""GPU service, models, receivers, functions: well, and each in its own trouble."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from shared.core.errors import (
    AccountError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.ports import QueueDepth
from tests.fakes.prompt_model import FakePromptModel
from tests.unit.cli.preflight.case import Services, found, levels, world

if TYPE_CHECKING:
    from cli.preflight.findings import Level
    from shared.core.errors import BundleError

_ONLINE = (
    *("clock", "versioning", "create-if-absent", "vehicles", "models", "node pack on the mount"),
    *("GPU service", "announcements", "functions"),
)


def test_services_that_are_well_ask_for_nothing(well: dict[str, str], services: Services) -> None:
    for check in _ONLINE:
        lines = found(world(services, well), check)
        assert lines, check
        assert [line for line in lines if line.level == "failure"] == [], check


@pytest.mark.parametrize(
    ("depth", "level", "part"),
    [
        (QueueDepth(0, 0, 1000, 4096), "failure", "takes 4,096 bytes"),
        (QueueDepth(0, 0, 1000, 8000), "warning", "workflows may grow"),
        (QueueDepth(0, 0, 1000, 0), "warning", "does not say"),
        (QueueDepth(0, 900, 1000, 8192), "warning", "90% full"),
        (QueueDepth(5000, 0, 1000, 8192), "warning", "5000 tasks wait"),
        (AccountError("401"), "failure", "refuses EAS_TOKEN"),
        (UpstreamUnavailableError("ConnectTimeout"), "failure", "does not answer"),
    ],
)
def test_a_gpu_service_in_trouble_is_noticed(
    well: dict[str, str],
    services: Services,
    depth: QueueDepth | BundleError,
    level: Level,
    part: str,
) -> None:
    services.depth = depth

    (line,) = [each for each in found(world(services, well), "GPU service") if part in each.what]
    assert line.level == level


def test_an_address_inside_the_vpc_cannot_be_seen_from_outside(
    well: dict[str, str], services: Services
) -> None:
    services.depth = UpstreamUnavailableError("ConnectTimeout")

    assert levels(found(world(services, well, outside=True), "GPU service")) == {"warning"}


def test_models_are_only_asked_when_spending_is_allowed(
    well: dict[str, str], services: Services
) -> None:
    assert levels(found(world(services, well), "DashScope")) == {"ok", "warning"}
    assert not services.text.calls
    assert not services.scenes.orders

    assert levels(found(world(services, well, spend=True), "DashScope")) == {"ok"}
    assert len(services.text.calls) == len(services.scenes.orders) == 1


@pytest.mark.parametrize(
    ("error", "level"),
    [
        (AccountError("picture model: 401 InvalidApiKey"), "failure"),
        (UpstreamUnavailableError("picture model: ConnectTimeout"), "failure"),
        (UpstreamRejectedError("picture model: 404 no code"), "ok"),
    ],
)
def test_what_an_unknown_task_is_answered_tells_of_the_key(
    well: dict[str, str], services: Services, error: BundleError, level: Level
) -> None:
    services.scenes.fail("progress", error)

    assert found(world(services, well), "DashScope")[0].level == level


def test_models_that_are_gone_are_failures(well: dict[str, str], services: Services) -> None:
    gone = UpstreamRejectedError("400 ModelNotFound")
    services.text = FakePromptModel(gone)
    services.scenes.fail("order", gone)

    lines = found(world(services, well, spend=True), "DashScope")

    assert [line.level for line in lines] == ["ok", "failure", "failure"]
    assert "TEXT_MODEL" in lines[1].what
    assert "PICTURE_MODEL" in lines[2].what


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        *((401, "ok"), (405, "ok"), (204, "warning")),
        *((status, "failure") for status in (307, 404, 410, 502)),
    ],
)
def test_a_receiver_must_answer_and_refuse_what_is_not_signed(
    well: dict[str, str], services: Services, answer: int, level: Level
) -> None:
    services.hook = answer

    (line,) = found(world(services, well), "announcements")
    assert line.level == level
    assert "hooks.example.com" in line.what


def test_a_receiver_that_does_not_answer_is_a_failure_and_none_a_warning(
    well: dict[str, str], services: Services
) -> None:
    services.hook = UpstreamUnavailableError("hooks.example.com does not answer: ConnectTimeout")
    assert levels(found(world(services, well), "announcements")) == {"failure"}

    nobody = {**well, "COMMUNITY_URL": "", "COMMUNITY_SECRETS": ""}
    assert levels(found(world(services, nobody), "announcements")) == {"warning"}


def test_functions_that_are_not_deployed_are_named(
    well: dict[str, str], services: Services
) -> None:
    services.statuses = {"submit_trip": 404, "read_job": 403, "drain_queue": 500}

    lines = found(world(services, well), "functions")

    assert {line.level for line in lines} == {"failure", "warning"}
    assert "submit_trip" in lines[0].what
    assert "s deploy" in lines[0].remedy
    assert found(world(services, well, before=True), "functions") == []


def test_functions_on_the_older_platform_are_not_looked_up(
    well: dict[str, str], services: Services
) -> None:
    seen = world(services, well)
    older = replace(seen, variables={**seen.variables, "FC_INVOKER": "fc2"})

    assert levels(found(older, "functions")) == {"warning"}


def test_a_check_that_cannot_be_made_is_a_line_of_its_own(
    well: dict[str, str], services: Services
) -> None:
    services.mount.fail("get", UpstreamUnavailableError("object storage: ConnectTimeout"), times=9)
    services.mount.fail("page", UpstreamUnavailableError("object storage: ConnectTimeout"), times=9)
    assert levels(found(world(services, well), "vehicles")) == {"failure"}

    without = world(services, {**well, "DASHSCOPE_API_KEY": ""})
    (line,) = found(without, "DashScope")
    assert (line.level, line.what) == ("warning", "not checked")
