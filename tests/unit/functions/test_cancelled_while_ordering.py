"""A job that ends while its plate is being ordered: the run sees it and stops, without a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.core.errors import UpstreamUnavailableError
from shared.jobs.closing import fail
from shared.jobs.record import Failure, JobStatus
from tests.fakes.scene_model import FakeSceneModel

if TYPE_CHECKING:
    from shared.ports import SceneOrder
    from tests.unit.functions.world import World

_WHY = Failure(code="ended", detail="It ended meanwhile.")


class EndingMeanwhile(FakeSceneModel):
    """Ends the job while it takes the order; then it has the ticket, or is not there."""

    def __init__(self, world: World, job_id: str, error: Exception | None) -> None:
        super().__init__()
        self._world, self._job_id, self._error = world, job_id, error

    def order(self, order: SceneOrder) -> str:
        """Take the order."""
        fail(self._job_id, _WHY, jobs=self._world.jobs, clock=self._world.clock)
        if self._error:
            raise self._error
        return super().order(order)


def test_a_ticket_that_comes_too_late_is_not_noted(world: World) -> None:
    job_id = world.submit().job_id
    world.paint(job_id)
    world.scenes = EndingMeanwhile(world, job_id, None)

    assert world.scene(job_id).status is JobStatus.FAILED
    assert world.record(job_id).pictures_ordered == 0


def test_a_claim_on_a_job_that_has_ended_is_not_released(world: World) -> None:
    job_id = world.submit().job_id
    world.paint(job_id)
    world.scenes = EndingMeanwhile(world, job_id, UpstreamUnavailableError("not there"))

    with pytest.raises(UpstreamUnavailableError, match="not there"):
        world.scene(job_id)
    assert world.record(job_id).status is JobStatus.FAILED
