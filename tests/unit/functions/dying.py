"""Support: a journey of a job, taken again and again, a process dying at one effect each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.store_result import use_case as storing
from functions.store_result.poster import make_poster
from shared.jobs.record import JobStatus
from shared.jobs.wall_entries import key_of
from shared.workflows.task_workflow import shown_facts
from tests.unit.functions.killable import Fuse, KillableWorld

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from shared.jobs.record import JobRecord

    # Takes a job its way and returns its id; what it leaves open, the timers bring home.
    Journey = Callable[[KillableWorld], str]
    Check = Callable[[KillableWorld, str], None]

_POSTERS: dict[object, Any] = {}
_MOST_POSTERS = 16  # with their evidence, some megabytes each


def keep_posters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make each poster once: the same files have the same one, and measuring it takes its time."""

    def kept(record: JobRecord, **options: Any) -> Any:
        asked = _asked(record, **options)
        if asked not in _POSTERS:
            poster = make_poster(record, **options)
            if len(_POSTERS) == _MOST_POSTERS:
                del _POSTERS[next(iter(_POSTERS))]
            _POSTERS[asked] = poster
            return poster
        return _POSTERS[asked]

    monkeypatch.setattr(storing, "make_poster", kept)


def _asked(record: JobRecord, *, mount: Any, **options: Any) -> object:
    """Return all that a poster is made of."""
    files = [
        (key, mount.objects[key].data)
        for folder in (f"output/{record.task_id}/", f"input/vehicles/{record.vehicle}/")
        for key in mount.keys(folder)
    ]
    look = record.painted_style, repr(shown_facts(record)), record.vehicle
    return record.task_id, look, tuple(files), tuple(sorted(options.items()))


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
    world, job_id = take(journey, folder / "whole", whole)
    check(world, job_id)
    _check_wall(world)
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
        world, job_id = take(journey, folder, fuse)
        check(world, job_id)
        _check_wall(world)
    except AssertionError as error:
        return f"{fuse}: {str(error).splitlines()[0]}"
    return ""


def _check_wall(world: KillableWorld) -> None:
    """Of each job the wall has one entry, which says what its newest record does."""
    job_ids = {key.split("/")[1] for key in world.state.keys("jobs/")}
    records = [world.record(job_id) for job_id in job_ids]
    living = [each for each in records if each.status is not JobStatus.ERASED]
    entries = [*world.state.keys("wall/"), *world.state.keys("in-review/")]
    assert sorted(entries) == sorted(map(key_of, living)), "the wall says something else"
