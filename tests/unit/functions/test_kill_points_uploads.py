"""Kill points of ingest_upload: whatever dies, each line is dealt with once, the report ends."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.core import ids
from shared.edge.events.objects import ObjectCreated
from shared.edge.events.uploads import UploadWork
from shared.jobs.tombstone import Tombstone, write_tombstone
from shared.uploads import names
from tests.unit.functions import uploading as up
from tests.unit.functions.killable import Fuse, KillableWorld, deaths
from tests.unit.functions.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_KEY = names.TRIPS + "may.jsonl"
_LINES = [up.line("a"), b"oops", up.line("b", distance_km=2), b"", up.line("a", distance_km=3)]


def _run(world: KillableWorld, what: UploadWork, **rules: object) -> bool:
    return world.process(lambda: up.work(world, what, **rules))


def _platform(world: KillableWorld, **rules: object) -> None:
    """Let the timer and the runs that ingest_upload starts itself do what there is to do."""
    seen: set[str] = set()
    for _ in range(40):
        for task in [each for each in up.continued(world) if each not in seen]:
            seen.add(task)
            _run(world, UploadWork(upload_id=task.partition("-")[0]), **rules)
        if not world.state.keys(names.OPEN):
            return
        world.clock.advance(60)
        _run(world, UploadWork(), **rules)
    pytest.fail("the upload is never read to its end")


def _created(world: World) -> UploadWork:
    info = world.mount.head(_KEY)
    assert info is not None
    return UploadWork((ObjectCreated("mount", _KEY, info.size, info.etag),))


def _heard(world: KillableWorld, **rules: object) -> None:
    """Deliver the event, again when nothing of it has stayed, as the platform does."""
    work = _created(world)
    if not _run(world, work, **rules):
        _run(world, work, **rules)


def in_one_go(world: KillableWorld) -> str:
    up.put(world, _LINES)
    _heard(world)
    _platform(world)
    return str(up.report(world, _KEY)[0][0]["job_id"])


def line_by_line(world: KillableWorld) -> str:
    up.put(world, _LINES)
    _heard(world, batch_lines=1, seconds=0.0)
    _platform(world, batch_lines=1, seconds=0.0)
    return str(up.report(world, _KEY)[0][0]["job_id"])


def a_corrected_file(world: KillableWorld) -> str:
    up.put(world, [_LINES[0], b"oops", b"oops"])
    _heard(world)
    _platform(world)
    return in_one_go(world)


JOURNEYS: tuple[Callable[[KillableWorld], str], ...] = (in_one_go, line_by_line, a_corrected_file)


def _wrong(world: World) -> str:
    rows, summary = up.report(world, _KEY)
    if [row["line"] for row in rows] != [1, 2, 3, 5]:
        return f"lines {[row['line'] for row in rows]}"
    if [row.get("reason", "") for row in rows] != ["", "malformed", "", ""]:
        return f"rows {rows}"
    if summary.get("lines") != 5 or summary["accepted"] + summary["known"] != 3:
        return f"summary {summary}"
    if up.job_ids(world) != {row["job_id"] for row in rows if "job_id" in row}:
        return "jobs that the report does not name"
    started = [each for each in world.invoker.started if each.function == "paint_trip"]
    return "" if len(started) == 3 else f"{len(started)} paintings"


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_run_that_dies_at_any_effect_doubles_and_skips_no_line(
    tmp_path: Path, journey: Callable[[KillableWorld], str]
) -> None:
    whole = Fuse()
    world = KillableWorld(tmp_path / "whole", whole)
    journey(world)
    assert _wrong(world) == ""
    assert whole.count >= 20
    wrong = []
    for world in deaths(tmp_path, whole.count):
        journey(world)
        if fault := _wrong(world):
            wrong.append(f"{world.fuse}: {fault}")
    assert wrong == []


def _repeating(world: KillableWorld) -> list[tuple[int, str]]:
    up.put(world, [_LINES[0], _LINES[2], b" " + _LINES[0], _LINES[2], _LINES[0]])
    _heard(world, batch_lines=2)
    _platform(world, batch_lines=2)
    rows, _ = up.report(world, _KEY)
    return [(row["line"], row["outcome"]) for row in rows]


def test_one_line_of_those_that_say_the_same_made_the_job_whatever_dies(tmp_path: Path) -> None:
    whole = Fuse()
    told = _repeating(KillableWorld(tmp_path / "whole", whole))
    assert [outcome for _, outcome in told] == ["accepted", "accepted", "known", "known", "known"]
    wrong = []
    for world in deaths(tmp_path, whole.count):
        told = _repeating(world)
        # A line that a run died at is tried again behind the others, which may come first then.
        made = sorted(line for line, outcome in told if outcome == "accepted")
        known = sorted(line for line, outcome in told if outcome == "known")
        if len(told) != 5 or len(known) != 3 or len({line % 2 for line in made}) != 2:
            wrong.append(f"{world.fuse}: {told}")
    assert wrong == []


def _erased_on_the_way(world: KillableWorld) -> None:
    up.put(world, _LINES)
    _heard(world, open_jobs=1)
    world.clock.advance(1)
    driver = ids.driver_key(up.ID_KEY, tenant=up.TENANT, driver="a")
    write_tombstone(driver, Tombstone(at=world.clock.now(), erasure_id="e1"), state=world.state)
    if not world.process(lambda: up.forget(world, "a")):
        world.process(lambda: up.forget(world, "a"))
    _platform(world)


def test_an_erasure_on_the_way_forgets_the_driver_whatever_dies(tmp_path: Path) -> None:
    whole = Fuse()
    _erased_on_the_way(KillableWorld(tmp_path / "whole", whole))
    assert whole.count > 25
    wrong = []
    for world in deaths(tmp_path, whole.count):
        _erased_on_the_way(world)
        begun = {each.task_id for each in world.invoker.started}
        if b'"a"' in world.mount.objects[_KEY].data or len(begun) > 2:
            wrong.append(str(world.fuse))
    assert wrong == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cuts")


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    good=st.lists(st.booleans(), min_size=1, max_size=12),
    cuts=st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=8),
    batch=st.integers(1, 5),
    room=st.integers(1, 6),
)
def test_an_upload_cut_anywhere_any_number_of_times_has_each_line_once(
    folder: Path, good: list[bool], cuts: list[tuple[int, bool]], batch: int, room: int
) -> None:
    world = KillableWorld(folder, Fuse())
    lines = [up.line(f"d{n % 2}", distance_km=n + 1) if ok else b"bad" for n, ok in enumerate(good)]
    up.put(world, lines)
    run = functools.partial(_run, batch_lines=batch, open_jobs=room, seconds=30.0)
    created = _created(world)
    for at, after in cuts:
        world.fuse.at, world.fuse.after, world.fuse.count = at, after, 0
        run(world, created)
        world.clock.advance(60)
    world.fuse.at = 0
    run(world, created)
    for _ in range(30):
        up.close_all(world)
        world.clock.advance(60)
        run(world, UploadWork())
    rows, summary = up.report(world, _KEY)
    # A line that a run died at is told of when it was tried again.
    rows.sort(key=lambda row: row["line"])
    assert [row["line"] for row in rows] == list(range(1, len(good) + 1))
    assert ["job_id" in row for row in rows] == good
    assert (summary["accepted"], summary["refused"]) == (sum(good), len(good) - sum(good))
    assert len(up.job_ids(world)) == sum(good)
