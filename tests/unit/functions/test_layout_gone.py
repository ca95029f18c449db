"""A layout that a release takes away while jobs follow it: they are planned anew, or end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.composition import layouts
from shared.core.errors import UpstreamRejectedError, UpstreamUnavailableError
from shared.jobs.record import Composition, JobRecord, JobStatus
from tests.fakes.scene_model import FakeSceneModel
from tests.unit.functions.test_workflow_styles import accepted
from tests.unit.functions.world import World, plate_png

if TYPE_CHECKING:
    pass


def _plan(record: JobRecord) -> Composition:
    assert record.composition is not None
    return record.composition


def _without_its_layout(record: JobRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(layouts(), _plan(record).layout)


def test_a_job_whose_layout_is_gone_follows_another_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.paint(world.submit().job_id)
    _without_its_layout(before, monkeypatch)

    after = world.scene(before.job_id)

    assert after.status is JobStatus.QUEUED
    assert _plan(after).layout in layouts()
    kept = {"format", "view", "members", "lights", "light"}
    assert _plan(after).model_dump(include=kept) == _plan(before).model_dump(include=kept)
    told = world.queue.waiting[0].workflow.decode()
    assert _plan(after).layout in told
    assert _plan(before).layout not in told
    # The same one again, and nothing is sent twice.
    assert world.scene(before.job_id).composition == after.composition
    assert len(world.queue.waiting) == 1


def test_a_layout_without_the_format_counts_as_gone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.paint(world.submit().job_id)
    plan = _plan(before)
    own = layouts()[plan.layout]
    left = {form: each for form, each in own.formats.items() if form != plan.format}
    monkeypatch.setitem(layouts(), plan.layout, own.model_copy(update={"formats": left}))

    assert plan.format in layouts()[_plan(world.scene(before.job_id)).layout].formats


def test_a_plate_that_was_ordered_for_the_layout_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.scenes = FakeSceneModel(plate_png(), polls=1000)
    before = world.paint(world.submit().job_id)
    with pytest.raises(UpstreamUnavailableError):
        world.scene(before.job_id)
    ordered = world.record(before.job_id).scene
    assert ordered is not None
    assert ordered.ticket
    _without_its_layout(before, monkeypatch)

    with pytest.raises(UpstreamUnavailableError):
        world.scene(before.job_id)

    now = world.record(before.job_id)
    assert now.scene is not None
    assert now.scene.ticket not in {"", ordered.ticket}
    assert now.pictures_ordered == len(world.scenes.orders) == 2


@pytest.mark.slow
def test_a_poster_of_a_layout_that_is_gone_is_painted_in_another_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.rendered()
    _without_its_layout(before, monkeypatch)

    world.store(before.task_id)
    again = world.scene(before.job_id)
    world.render(again.task_id)
    world.notice(again.task_id)

    assert again.task_id != before.task_id
    assert world.store(again.task_id).status is JobStatus.SUCCEEDED


def test_a_workflow_that_paints_the_plate_gets_another_layout_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = accepted(world)
    world.queue.fail("submit", UpstreamRejectedError("not now"))
    with pytest.raises(UpstreamRejectedError):
        world.paint(job_id)
    before = world.record(job_id)
    assert before.status is not JobStatus.QUEUED
    _without_its_layout(before, monkeypatch)

    after = world.paint(job_id)

    assert after.status is JobStatus.QUEUED
    assert _plan(after).layout in layouts()


def test_a_job_that_nothing_can_be_planned_for_ends_at_once_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.paint(world.submit().job_id)
    for name in list(layouts()):
        monkeypatch.delitem(layouts(), name)

    after = world.scene(before.job_id)

    assert after.status is JobStatus.FAILED
    assert after.failure is not None
    assert after.failure.code == "layout_gone"
    assert world.scenes.orders == []
    assert world.scene(before.job_id).version == after.version
