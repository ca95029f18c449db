"""The model that looks at posters may only add a reason to look at one."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from shared.core.errors import (
    AccountError,
    AmbiguousPostError,
    ModerationError,
    UpstreamUnavailableError,
)
from shared.jobs.record import JobRecord, JobStatus
from shared.quality.second_look import SecondLook
from tests.fakes.style_judge import FakeStyleJudge, marks
from tests.unit.functions.test_gate_decides import failing
from tests.unit.functions.world import MAX_ATTEMPTS, World, sample_trip, twice_at_once

pytestmark = pytest.mark.usefixtures("kept_posters")
_PRIVATE = "只给家人看的话"
_NO_OPINIONS = [
    "",
    "好的",
    "{}",
    "[9, 9, 9, 9]",
    '{"season": 1}',
    '{"season": "1", "weather": "1", "time_of_day": "1", "style": "1"}',
    '{"season": 1.5, "weather": 1, "time_of_day": 1, "style": 1}',
    '{"season": -1, "weather": 1, "time_of_day": 1, "style": 11}',
    '{"season": 1, "weather": 1, "time_of_day": 1',
    UpstreamUnavailableError("slow"),
    AmbiguousPostError("slow"),
    AccountError("in debt"),
    ModerationError("no"),
]


def seen_by(world: World, *answers: str | Exception) -> FakeStyleJudge:
    """Let a model look at the world's posters."""
    judge = FakeStyleJudge(*answers)
    world.second_look = SecondLook(judge, least=4, deadline_seconds=7)
    return judge


def stored(world: World, record: JobRecord) -> dict[str, bytes]:
    assert record.result is not None
    folder = record.result.folder
    return {key: world.state.objects[key].data for key in world.state.keys(folder)}


def test_a_doubted_poster_waits_for_a_reviewer_and_the_record_says_why(world: World) -> None:
    seen_by(world, marks(season=2))

    after = world.store(world.rendered().task_id)

    assert after.status is JobStatus.NEEDS_REVIEW
    assert after.result is not None
    assert (after.result.failures, after.result.doubts) == ((), ("style_judge",))
    assert after.result.scores["judge.season"] == 2


def test_a_poster_that_pleases_is_delivered_with_its_marks(world: World) -> None:
    seen_by(world, f"```json\n{marks(style=4)}\n```")

    after = world.store(world.rendered().task_id)

    assert after.status is JobStatus.SUCCEEDED
    assert after.result is not None
    assert after.result.doubts == ()
    assert after.result.scores["judge.style"] == 4


@pytest.mark.parametrize("answer", _NO_OPINIONS, ids=repr)
def test_a_bad_slow_or_absent_answer_changes_nothing(world: World, answer: str | Exception) -> None:
    judge = seen_by(world, answer)

    after = world.store(world.rendered().task_id)

    assert after.status is JobStatus.SUCCEEDED
    assert after.result is not None
    assert not [name for name in after.result.scores if name.startswith("judge.")]
    assert len(judge.looks) == 1
    assert after.gpu_tasks == 1


@pytest.mark.slow
def test_a_poster_below_the_gate_is_never_shown_to_it_and_never_saved_by_it(world: World) -> None:
    judge = seen_by(world, marks(season=10, weather=10, time_of_day=10, style=10))
    record = failing(world, MAX_ATTEMPTS)

    after = world.store(record.task_id)

    assert after.status is JobStatus.NEEDS_REVIEW
    assert after.result is not None
    assert after.result.failures == ("style.dusk_glows",)
    assert judge.looks == []


def test_a_doubt_burns_no_attempt(world: World) -> None:
    seen_by(world, marks(weather=0))
    record = world.rendered()

    after = world.store(record.task_id)

    assert (after.attempt, after.gpu_tasks) == (record.attempt, record.gpu_tasks)
    assert [call.function for call in world.invoker.started].count("paint_trip") == 1


def test_it_is_asked_in_the_words_of_the_order_and_of_nothing_else(world: World) -> None:
    judge = seen_by(world)
    job_id = world.submit(sample_trip(caption=_PRIVATE)).job_id
    record = world.through(job_id)

    look = judge.looks[0]
    assert look.deadline_seconds == 7
    wanted = json.loads(look.question[look.question.find("{") : look.question.find("}") + 1])
    assert set(wanted) == {"season", "weather", "time_of_day", "style"}
    assert wanted["time_of_day"] == "黄昏"
    assert record.prompt is not None
    written = record.prompt.prompt
    for private in (record.job_id, _PRIVATE, written.city, written.title, written.prompt):
        assert private
        assert private not in look.question


def test_the_picture_it_sees_is_small_and_without_any_lettering(world: World) -> None:
    judge = seen_by(world)
    record = world.rendered()
    after = world.store(record.task_id)

    seen = Image.open(io.BytesIO(judge.looks[0].picture))

    assert seen.format == "JPEG"
    assert max(seen.size) == 720
    assert "exif" not in seen.info
    assert after.result is not None
    poster = Image.open(io.BytesIO(stored(world, after)[f"{after.result.folder}poster.png"]))
    small = np.asarray(poster.convert("RGB").resize(seen.size), dtype=int)
    apart = np.abs(small - np.asarray(seen, dtype=int)).max(axis=-1) > 60
    # Title above, mark below: on the poster, and not in what the model sees.
    assert apart[:200].any()
    assert apart[620:].any()
    assert not apart[250:560].any()


def test_another_opinion_on_a_second_run_writes_the_same_files_and_decides_nothing(
    world: World,
) -> None:
    seen_by(world, marks(), marks(season=0))
    record = world.rendered()
    first = world.store(record.task_id)
    before = world.snapshot()

    second = world.store(record.task_id)

    assert (second.version, second.status) == (first.version, JobStatus.SUCCEEDED)
    assert world.snapshot() == before


def test_of_two_runs_at_once_one_opinion_counts(world: World) -> None:
    seen_by(world, marks(), marks(season=0))
    record = world.rendered()

    twice_at_once(lambda: world.store(record.task_id))

    after = world.record(record.job_id)
    assert after.result is not None
    doubted = after.status is JobStatus.NEEDS_REVIEW
    assert after.result.doubts == (("style_judge",) if doubted else ())


def test_a_measured_doubt_needs_no_second_look_and_stands_in_the_manifest(
    world: World,
) -> None:
    world.thresholds = replace(world.thresholds, light_gap=-200.0)
    judge = seen_by(world)

    after = world.store(world.rendered().task_id)

    assert after.status is JobStatus.NEEDS_REVIEW
    assert after.result is not None
    assert (after.result.failures, after.result.doubts) == ((), ("light_gap",))
    assert judge.looks == []
    written = json.loads(stored(world, after)[f"{after.result.folder}manifest.json"])
    assert written["doubts"] == ["light_gap"]
