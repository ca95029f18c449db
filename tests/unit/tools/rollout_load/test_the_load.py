"""The trips of a rehearsal are drawn from its seed, and its records are read version by version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tools.rollout_load.across import Across
from tools.rollout_load.rehearsal import LoadRules
from tools.rollout_load.traffic import planned
from tools.rollout_load.zips import ADDED

if TYPE_CHECKING:
    from pathlib import Path


def test_the_same_seed_plans_the_same_trips(tmp_path: Path) -> None:
    stages = LoadRules(tmp_path, 100, "1").stages()

    trips = planned("1", stages)

    assert trips == planned("1", stages)
    assert trips != planned("2", stages)
    assert len(trips) == 100
    assert {trip.stage for trip in trips} == {*range(len(stages))}
    assert all(0 <= trip.delay <= stages[trip.stage][1] for trip in trips)


def test_texts_and_json_bulk_and_interactive_come_from_several_drivers(tmp_path: Path) -> None:
    trips = planned("1", LoadRules(tmp_path, 100, "1").stages())

    assert {type(trip.body) for trip in trips} == {str, dict}
    assert {trip.bulk for trip in trips} == {True, False}
    assert len({trip.driver for trip in trips}) > 3
    assert all(trip.word in json.dumps(trip.body) for trip in trips)
    assert {trip.after for trip in trips} == {"", "look", "cancel", "share", "repaint"}


def _record(jobs: Path, job_id: str, *records: dict[str, str]) -> None:
    for number, record in enumerate((records[0], *records), 1):
        path = jobs / job_id / f"{number:06}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record))


def test_who_wrote_after_whom_is_read_from_all_versions(tmp_path: Path) -> None:
    old, new = {"release": "1"}, {"release": "2", ADDED: "x"}
    _record(tmp_path, "one", old, old)
    # Only the first version was written anew by another.
    (tmp_path / "one" / "000001.json").write_text(json.dumps(new))
    _record(tmp_path, "forth", old, new)
    _record(tmp_path, "kept", new, {**old, ADDED: "x"})
    _record(tmp_path, "lost", new, old)
    across = Across("1")

    across.read(tmp_path)

    assert dict(across.written) == {"1": 6, "2": 6}
    assert across.both == {"one", "forth", "kept", "lost"}
    assert across.forth == {"forth"}
    assert across.back == {"kept", "lost"}
    assert (across.kept, across.lost) == (1, ["lost"])
