"""What a studio and an operator may do with a driver's poster, and what stays the driver's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.change_share.use_case import change_share
from functions.repaint_job.schema import RepaintOrder
from functions.repaint_job.use_case import repaint_job
from shared.core.callers import Caller
from shared.core.errors import ForbiddenError, NotFoundError, TooManyRequestsError
from shared.jobs.control import read_control, report_open
from tests.fakes.wired import wired
from tests.unit.functions.own_posters import ID_KEY, RULES, finished
from tests.unit.functions.world import World

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord

STUDIO, OPERATOR, REVIEWER, DRIVER = (
    Caller("maker", "anna", frozenset({scope}))
    for scope in ("studio", "operator", "reviewer", "driver")
)
STRANGER = Caller("other", "anna", frozenset({"studio"}))


def share(world: World, job_id: str, who: Caller, *, to: bool) -> JobRecord:
    return wired(change_share, world)(job_id, who, share=to, announce="automatic", id_key=ID_KEY)


def withdraw(world: World, job_id: str, who: Caller) -> JobRecord:
    return share(world, job_id, who, to=False)


def repaint(world: World, job_id: str, who: Caller, **order: Any) -> JobRecord:
    return wired(repaint_job, world)(
        job_id,
        RepaintOrder(**order),
        who,
        idempotency_key=None,
        rules=RULES,
        admission=world.admission,
        control=read_control(world.state),
        catalogue=world.catalogue,
    )


@pytest.mark.parametrize("who", [STUDIO, OPERATOR])
def test_they_take_a_poster_from_others_and_share_none(world: World, who: Caller) -> None:
    job_id = finished(world, share=True).job_id

    assert not share(world, job_id, who, to=False).is_shared
    with pytest.raises(ForbiddenError, match="driver or service"):
        share(world, job_id, who, to=True)


@pytest.mark.parametrize("who", [REVIEWER, DRIVER, STRANGER])
@pytest.mark.parametrize("act", [withdraw, repaint])
def test_nobody_else_does(world: World, who: Caller, act: Any) -> None:
    job_id = finished(world, share=True).job_id

    with pytest.raises(NotFoundError):
        act(world, job_id, who)


@pytest.mark.parametrize("who", [STUDIO, OPERATOR])
def test_what_they_have_painted_anew_is_the_drivers(world: World, who: Caller) -> None:
    source = finished(world, share=True)

    record = repaint(world, source.job_id, who, seed=7)

    assert (record.driver_key, record.repaint_of) == (source.driver_key, source.job_id)
    assert world.jobs.is_indexed(source.driver_key, record.job_id)
    assert (record.priority, record.is_shared) == ("interactive", True)


def test_they_share_nothing_by_a_repaint_that_its_driver_does_not(world: World) -> None:
    private = finished(world).job_id

    with pytest.raises(ForbiddenError):
        repaint(world, private, STUDIO, share=True)
    assert not repaint(world, private, STUDIO, share=False).is_shared


def test_the_drivers_own_limits_do_not_count_for_them(world: World) -> None:
    source = finished(world).job_id
    world.admission = replace(world.admission, driver_hourly=1, driver_open=1)
    with pytest.raises(TooManyRequestsError):
        repaint(world, source, Caller("maker", "driver-1", frozenset({"driver"})), seed=1)

    for seed in range(3):
        repaint(world, source, STUDIO, seed=seed)


def test_the_limits_of_all_count_for_them_too(world: World) -> None:
    source = finished(world).job_id
    world.admission = replace(world.admission, open_jobs=1)
    report_open(world.state, 5, at=world.clock.now())

    with pytest.raises(TooManyRequestsError):
        repaint(world, source, STUDIO)
