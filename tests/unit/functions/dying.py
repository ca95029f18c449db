"""Support: a journey of a job, taken again and again, a process dying at one effect each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.store_result import use_case as storing
from functions.store_result.poster import make_poster
from tests.unit.functions.killable import Fuse, KillableWorld

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from shared.jobs.record import JobRecord

    # Takes a job its way and returns its id; what it leaves open, the timers bring home.
    Journey = Callable[[KillableWorld], str]
    Check = Callable[[KillableWorld, str], None]

_POSTERS: dict[str, Any] = {}


def keep_posters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make each poster once: the same task has the same one, and measuring it takes its time."""

    def kept(record: JobRecord, **options: Any) -> Any:
        if record.task_id not in _POSTERS:
            _POSTERS[record.task_id] = make_poster(record, **options)
        return _POSTERS[record.task_id]

    monkeypatch.setattr(storing, "make_poster", kept)


def take(journey: Journey, folder: Path, fuse: Fuse) -> tuple[KillableWorld, str]:
    """Return the world after the journey, and the job, when nothing is in flight any more."""
    world = KillableWorld(folder, fuse)
    job_id = journey(world)
    world.run_until_quiet()
    return world, job_id


def wrong_after_deaths(journey: Journey, check: Check, folder: Path) -> list[str]:
    """Return at which deaths the check fails; each effect is one, on either side of it.

    The journey whole must pass the check, and have some effects.
    """
    whole = Fuse()
    check(*take(journey, folder / "whole", whole))
    assert whole.count > 10
    deaths = [(at, after) for at in range(1, whole.count + 1) for after in (False, True)]
    found = [
        _wrong_after(journey, check, folder / f"{at}-{after}", at, after=after)
        for at, after in deaths
    ]
    return [fault for fault in found if fault]


def _wrong_after(journey: Journey, check: Check, folder: Path, at: int, *, after: bool) -> str:
    fuse = Fuse(at, after)
    try:
        check(*take(journey, folder, fuse))
    except AssertionError as error:
        effect = fuse.seen[at - 1] if len(fuse.seen) >= at else "not reached"
        side = "after" if after else "before"
        return f"{side} {at} {effect}: {str(error).splitlines()[0]}"
    return ""
