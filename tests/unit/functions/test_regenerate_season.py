"""A season's poster from the campaign to the stored picture, beside the first one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from functions.regenerate_season.schema import ShardOrder, TimerOrder, decode_order
from shared.announcements.events import Event, Notice, message_body
from shared.core.errors import MalformedRequestError, NotFoundError
from shared.jobs.erasing import erase_record
from shared.jobs.record import JobName, JobStatus
from tests.unit.functions.seasoning import (
    WINTER,
    beijing,
    run_orders,
    season_jobs,
    season_of,
    tick,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.jobs.record import JobRecord
    from tests.unit.functions.world import World


pytestmark = pytest.mark.usefixtures("kept_posters")


@pytest.fixture
def accepted(world: World) -> JobRecord:
    """Return the season's job of a painted trip, just accepted."""
    world.submit(beijing(), key="one")
    world.run_until_quiet()
    _campaign(world)
    return season_jobs(world)[0]


def _campaign(world: World) -> None:
    seen: set[str] = set()
    for minute in range(6):
        tick(world, begins=minute == 0)
        run_orders(world, seen)
        world.clock.advance(60)


def test_the_new_poster_stands_beside_the_first_and_shows_the_same_place(
    world: World, accepted: JobRecord
) -> None:
    world.run_until_quiet()
    new, first = world.record(accepted.job_id), world.record(accepted.repaint_of)

    assert (new.status, first.status) == (JobStatus.SUCCEEDED, JobStatus.SUCCEEDED)
    assert new.prompt is not None
    assert first.prompt is not None
    now, before = new.prompt.prompt, first.prompt.prompt
    assert (now.city, now.landmark, now.mood) == (before.city, before.landmark, before.mood)
    assert now.title == before.title
    assert (now.season.value, before.season.value) == ("winter", "spring")
    assert new.result is not None
    manifest = json.loads(world.state.objects[f"{new.result.folder}manifest.json"].data)
    assert manifest["month"] == 11
    assert first.result is not None
    assert world.state.keys(first.result.folder)


def test_the_workflow_and_the_gate_are_told_the_occasions_season(
    world: World, accepted: JobRecord
) -> None:
    world.paint(accepted.job_id)
    world.scene(accepted.job_id)

    assert "冬季" in world.scenes.orders[-1].prompt
    (task,) = world.queue.waiting
    assert b"winter" in task.workflow


def test_a_seasons_poster_is_announced_with_its_own_month(
    world: World, accepted: JobRecord
) -> None:
    world.run_until_quiet()
    record = world.record(accepted.job_id)
    notice = Notice(Event.READY, record.job_id, record.attempt)
    body = message_body(notice, record, at=world.clock.now(), base_url="https://p.test")

    data = json.loads(body)["data"]
    assert (data["month"], data["city"]) == (11, "北京市")
    assert world.state.keys("outbox/") or world.state.keys("announced/")


def test_a_job_whose_source_was_erased_meanwhile_is_erased_and_not_painted(
    world: World, accepted: JobRecord
) -> None:
    source = world.record(accepted.repaint_of)
    erase_record(JobName.of(source), now=world.clock.now(), jobs=world.jobs)
    orders = len(world.scenes.orders)

    world.paint(accepted.job_id)

    assert world.record(accepted.job_id).status is JobStatus.ERASED
    assert len(world.scenes.orders) == orders
    assert not world.queue.waiting


def test_a_campaign_has_no_job_of_its_own_posters(world: World, accepted: JobRecord) -> None:
    world.run_until_quiet()
    before = world.snapshot()
    tick(world, begins=True)

    assert len(season_jobs(world)) == 1
    assert world.snapshot()["started"] == before["started"]


@pytest.mark.parametrize("step", ["begin", "plan", "tick", "send"])
def test_a_second_run_changes_nothing(world: World, step: str) -> None:
    world.submit(beijing(), key="one")
    world.run_until_quiet()
    runs: dict[str, Callable[[], object]] = {
        "begin": lambda: tick(world, begins=True),
        "plan": lambda: season_of(world).run(_order("plan")),
        "tick": lambda: tick(world),
        "send": lambda: season_of(world).run(_order("send")),
    }
    for name, run in runs.items():
        run()
        if name == "tick":
            # Once to note the plan, once to have it sent.
            run()
        if name == step:
            break
    before = world.snapshot()
    runs[step]()

    after = world.snapshot()
    assert after["started"] == before["started"]
    assert [key for key in after["state"] if "jobs/" in key] == [  # type: ignore[attr-defined]
        key
        for key in before["state"]  # type: ignore[attr-defined]
        if "jobs/" in key
    ]


def _order(phase: str) -> ShardOrder:
    return ShardOrder.model_validate({"campaign": WINTER, "phase": phase, "shard": 0})


def test_a_shard_that_does_not_exist_is_refused(world: World, accepted: JobRecord) -> None:
    order = ShardOrder.model_validate({"campaign": WINTER, "phase": "plan", "shard": 7})

    with pytest.raises(NotFoundError, match="shard 7"):
        season_of(world).run(order)


def test_events_are_read_as_what_they_are() -> None:
    daily = b'{"triggerTime":"2026-11-23T19:00:00Z","triggerName":"each-day","payload":"begin"}'
    minute = b'{"triggerTime":"2026-11-23T19:00:00Z","triggerName":"each-minute","payload":""}'
    order = decode_order(b'{"campaign":"winter-2026","phase":"send","shard":"3"}')

    assert isinstance(order, ShardOrder)
    assert (order.phase, order.shard) == ("send", 3)
    for event, begins in ((daily, True), (minute, False)):
        timer = decode_order(event)
        assert isinstance(timer, TimerOrder)
        assert timer.begins is begins


@pytest.mark.parametrize(
    "event",
    [b"", b"[]", b"no", b'{"campaign":"../x","phase":"plan","shard":"1"}', b"[" * 100_000],
)
def test_anything_else_is_refused(event: bytes) -> None:
    with pytest.raises(MalformedRequestError):
        decode_order(event)
