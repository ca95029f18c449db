"""A style whose file breaks or goes away after a trip was accepted: its job ends, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.jobs.record import JobStatus
from shared.results.files import APP_COPY_LOSSLESS
from shared.styles import styles
from shared.trips.facts import TimeOfDay
from shared.workflows.task_workflow import shown_facts
from tests.unit.functions.world import World, sample_trip

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_an_accepted_trip_ends_with_a_reason_when_its_style_is_gone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = world.submit(sample_trip(style="gouache")).job_id
    monkeypatch.delitem(styles(), "gouache")

    record = world.paint(job_id)

    assert record.status is JobStatus.FAILED
    assert record.failure is not None
    assert record.failure.code == "style_gone"
    assert world.paint(job_id).version == record.version


def test_jobs_of_other_styles_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(styles(), "gouache")
    record = world.paint(world.submit(sample_trip(style="anime")).job_id)
    assert record.status is JobStatus.PROMPTED


def test_a_sweep_brings_a_job_without_its_style_to_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = world.submit(sample_trip(style="gouache")).job_id
    monkeypatch.delitem(styles(), "gouache")

    world.run_until_quiet()

    assert world.record(job_id).status is JobStatus.FAILED


def test_a_poster_that_is_in_the_making_is_still_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = world.rendered()
    monkeypatch.delitem(styles(), record.painted_style)
    assert world.store(record.task_id).status is JobStatus.SUCCEEDED


def test_a_style_without_jpeg_has_a_copy_without_loss(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = world.rendered()
    look = styles()[record.painted_style]
    without = look.model_copy(update={"output_formats": ("png", "webp")})
    monkeypatch.setitem(styles(), look.id, without)

    stored = world.store(record.task_id)

    assert stored.result is not None
    assert stored.result.app_copy == APP_COPY_LOSSLESS


def test_the_hour_that_the_style_shows_is_painted_and_judged(world: World) -> None:
    trip = sample_trip(style="night_neon", ended_at="2024-05-05T14:00:00+08:00")
    record = world.paint(world.submit(trip).job_id)

    assert record.prompt is not None
    assert record.prompt.prompt.time_of_day is TimeOfDay.DUSK
    assert shown_facts(record).time_of_day is TimeOfDay.DUSK
    world.scene(record.job_id)
    assert "黄昏" in world.scenes.orders[-1].prompt
    assert "白天" not in world.scenes.orders[-1].prompt
