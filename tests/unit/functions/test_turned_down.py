"""A picture that the gate has turned down stays so, whatever still tells of its task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.core.errors import AmbiguousPostError
from shared.jobs.record import JobStatus
from tests.fakes.scene_model import FakeSceneModel
from tests.unit.functions.test_gate_decides import failing
from tests.unit.functions.world import plate_png

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord
    from tests.unit.functions.world import World


@pytest.fixture
def refused(world: World) -> JobRecord:
    """Return a job whose first picture failed the gate; further plates are good ones."""
    record = failing(world, 1)
    after = world.store(record.task_id)
    assert after.turned_down == (1,)
    world.scenes = FakeSceneModel(plate_png())
    world.paint(record.job_id)
    return after


def test_its_second_notice_does_not_take_the_job_back(world: World, refused: JobRecord) -> None:
    second = world.scene(refused.job_id)
    assert (second.status, second.attempt) == (JobStatus.QUEUED, 2)

    assert world.drain().recorded == 1
    assert world.notice(refused.task_id) == 1

    assert world.record(refused.job_id).version == second.version
    world.run_until_quiet()
    ended = world.record(refused.job_id)
    assert (ended.status, ended.attempt, ended.gpu_tasks) == (JobStatus.SUCCEEDED, 2, 2)


def test_its_files_do_not_hide_that_the_next_task_was_never_posted(
    world: World, refused: JobRecord
) -> None:
    world.queue.fail("submit", AmbiguousPostError("nobody knows"))
    second = world.scene(refused.job_id)
    assert (second.status, second.attempt) == (JobStatus.SENDING, 2)

    world.run_until_quiet()

    ended = world.record(refused.job_id)
    assert (ended.status, ended.attempt) == (JobStatus.SUCCEEDED, 3)
    assert ended.gpu_tasks == 2
