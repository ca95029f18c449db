"""Models: retirements by the list, its age, sizes, the address, and what the service says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from cli.preflight import model_checks
from shared.core.errors import ModelGoneError, UpstreamUnavailableError
from shared.models.catalogue import Model, catalogue
from shared.models.catalogue import model as known
from shared.models.sizes import Limits
from tests.fakes.clock import START
from tests.unit.cli.preflight.case import Services, found, levels, world

if TYPE_CHECKING:
    from cli.preflight.findings import Finding, Level

TODAY = START.date()


def looked_at(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], services: Services, **fields: object
) -> list[Finding]:
    """Return what is found where the first picture model is known to be so."""

    def changed(name: str, use: str) -> Model:
        entry = known(name, use)  # type: ignore[arg-type]
        return entry.model_copy(update=fields) if name == "wan2.6-t2i" else entry

    monkeypatch.setattr(model_checks, "model", changed)
    return found(world(services, given), "model list")


def test_the_defaults_are_well(well: dict[str, str], services: Services) -> None:
    for check in ("model list", "DashScope's address", "models asked"):
        assert levels(found(world(services, well), check)) == {"ok"}, check


@pytest.mark.parametrize(
    ("days", "part"),
    [
        (91, ""),
        (90, "retires on"),
        (1, "in 1 days; its quota shrinks"),
        (-1, "retired on"),
    ],
)
def test_a_retirement_within_ninety_days_is_told(
    well: dict[str, str],
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    part: str,
) -> None:
    ends = TODAY + timedelta(days=days)
    lines = looked_at(monkeypatch, well, services, retires_on=ends)
    told = [line for line in lines if line.level == "warning"]
    assert len(told) == bool(part)
    assert all(part in line.what and "wan2.6-t2i" in line.what for line in told)


def test_a_setting_of_retired_models_alone_is_a_failure(
    well: dict[str, str], services: Services
) -> None:
    given = {**well, "TEXT_MODEL": "qwen-turbo qwen-max"}
    (line,) = [
        each for each in found(world(services, given), "model list") if each.level == "failure"
    ]
    assert "TEXT_MODEL" in line.what


def test_an_old_list_is_told(
    well: dict[str, str], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = catalogue().model_copy(update={"as_of": date(2026, 1, 1)})
    monkeypatch.setattr(model_checks, "catalogue", lambda: old)
    lines = found(world(services, well), "model list")
    assert [line.what for line in lines if line.level == "warning"] == [
        f"deploy/models.json is of 2026-01-01, {(TODAY - date(2026, 1, 1)).days} days ago"
    ]


def test_a_model_that_cannot_paint_a_styles_size_is_a_failure(
    well: dict[str, str], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = Limits(ratio=(1, 1), side=(512, 1440))
    monkeypatch.setattr(Model, "limits", property(lambda _: square))
    lines = found(world(services, well), "model list")
    assert any("no size of the shape 1152x1440" in each.what for each in lines)


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("https://dashscope-intl.aliyuncs.com/api/v1", "ok"),
        ("https://ws-1a2b.cn-beijing.maas.aliyuncs.com/api/v1", "ok"),
        ("https://ws-1a2b.ap-southeast-1.maas.aliyuncs.com/api/v1/", "ok"),
        ("http://127.0.0.1:8080/api/v1", "ok"),
        ("https://{WorkspaceId}.cn-beijing.maas.aliyuncs.com/api/v1", "warning"),
        ("https://maas.aliyuncs.com/api/v1", "warning"),
        ("https://dashscope.example.com/api/v1", "warning"),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "failure"),
        ("https://dashscope.aliyuncs.com", "failure"),
    ],
)
def test_the_address_is_a_regions_or_a_workspaces(
    well: dict[str, str], services: Services, url: str, level: Level
) -> None:
    given = {**well, "DASHSCOPE_BASE_URL": url}
    assert levels(found(world(services, given), "DashScope's address")) == {level}


def test_a_first_model_that_is_gone_is_a_failure_and_a_successor_a_warning(
    well: dict[str, str], services: Services
) -> None:
    def ask(model: Model) -> None:
        if model.name in {"qwen-plus", "wan2.7-image"}:
            msg = f"{model.name}: 404 ModelNotFound"
            raise ModelGoneError(msg)

    lines = found(world(replace(services, offered=ask), well), "models asked")
    assert {line.what.split(": ")[1]: line.level for line in lines if line.level != "ok"} == {
        "qwen-plus": "failure",
        "wan2.7-image": "warning",
    }


def test_a_question_without_an_answer_is_a_warning(
    well: dict[str, str], services: Services
) -> None:
    def ask(_: Model) -> None:
        msg = "ConnectTimeout"
        raise UpstreamUnavailableError(msg)

    lines = found(world(replace(services, offered=ask), well), "models asked")
    assert levels(lines) == {"warning"}


def test_the_judges_models_are_looked_at_where_it_is_on(
    well: dict[str, str], services: Services
) -> None:
    off = len(found(world(services, well), "models asked"))
    given = {**well, "STYLE_JUDGE": "on"}
    assert len(found(world(services, given), "models asked")) == off + 2
