"""What the poster's lettering is without is told to whoever asked for the poster."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.edge.job_view import view_of
from shared.jobs.control import Control
from tests.unit.functions.world import World, sample_trip

if TYPE_CHECKING:
    from structlog.typing import EventDict

RARE = "龘"


def done(world: World, city: str) -> str:
    """Return a job whose poster of a city is stored."""
    job_id = world.submit(sample_trip(via=[city])).job_id
    world.through(job_id)
    return job_id


def test_a_character_that_the_font_lacks_is_told_with_the_poster(
    world: World, log_lines: list[EventDict]
) -> None:
    record = world.record(done(world, f"{RARE}州市"))
    view = view_of(record, link_seconds=60, results=world.state, control=Control)
    assert view.poster is not None
    assert view.poster.missing_characters == (RARE,)
    assert record.result is not None
    manifest = world.state.get(f"{record.result.folder}manifest.json", max_bytes=99_999)
    assert manifest is not None
    assert json.loads(manifest)["missing_characters"] == [RARE]
    (line,) = [each for each in log_lines if each["event"] == "result.characters_missing"]
    assert line["characters"] == 1
    assert RARE not in str(log_lines)


def test_where_the_font_has_all_nothing_is_told(world: World) -> None:
    record = world.record(done(world, "湖州市"))
    assert record.result is not None
    assert record.result.missing_characters == ()
