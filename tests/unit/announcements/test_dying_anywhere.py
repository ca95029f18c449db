"""The process dies just before or just after any write or send: told in the end, same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from shared.jobs.closing import finish
from shared.jobs.record import JobStatus
from shared.jobs.shares import withdraw
from shared.ports import Receipt
from tests.fakes.jobs import JOB_ID
from tests.unit.announcements.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable

_EFFECTS = ("put", "create", "delete")


class KilledError(Exception):
    """The process is gone."""


class Killer:
    """Kills at the nth effect on the bucket or the announcer, once."""

    def __init__(self, desk: Desk, nth: int, *, after: bool) -> None:
        self._left, self._after = nth, after
        self.fired = False
        for name in _EFFECTS:
            setattr(desk.state, name, self._watched(getattr(desk.state, name)))
        desk.announcer.announce = self._watched(  # type: ignore[method-assign]
            desk.announcer.announce
        )

    def _watched(self, effect: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left != 0:
                return effect(*args, **options)
            self.fired = True
            if self._after:
                effect(*args, **options)
            raise KilledError

        return call


def _life(desk: Desk, job: Any) -> None:
    """Do what the functions do for a closed job, again and again."""
    finish(job, jobs=desk.jobs)
    desk.run_for(12)


def _withdrawn(desk: Desk, job: Any) -> None:
    finish(job, jobs=desk.jobs)
    desk.run_for(12)
    withdraw(JOB_ID, jobs=desk.jobs, clock=desk.clock)
    desk.run_for(12)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("answers", [(), (Receipt(500),), (Receipt(0), Receipt(429))])
@pytest.mark.parametrize("life", [_life, _withdrawn])
def test_a_death_at_any_effect_is_made_good(
    life: Callable[[Desk, Any], None], answers: tuple[Receipt, ...], after: bool
) -> None:
    nth = 0
    while True:
        nth += 1
        desk = Desk()
        desk.announcer.answer(*answers)
        job = desk.bring(JobStatus.SUCCEEDED)
        killer = Killer(desk, nth, after=after)
        try:
            life(desk, job)
        except KilledError:
            life(desk, job)
        desk.run_for(30)
        _assert_told(desk, withdrawn=life is _withdrawn, nth=nth)
        if not killer.fired:
            break
    assert nth > 5


def _assert_told(desk: Desk, *, withdrawn: bool, nth: int) -> None:
    told = [message.message_id for message in desk.announcer.taken]
    wanted = {f"{JOB_ID}-1-ready", *([f"{JOB_ID}-1-withdrawn"] if withdrawn else [])}
    bodies = {(message.message_id, message.body) for message in desk.announcer.tries}
    left = desk.state.keys("outbox/") + desk.state.keys("open/") + desk.state.keys("dead/")
    assert set(told) == wanted, nth
    assert len(bodies) == len(wanted), nth
    assert len(told) <= len(wanted) + 1, nth
    assert left == [], nth
