"""Whoever is late at an erased job writes in vain: what they write is removed once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions.store_result import use_case as storing
from functions.store_result.poster import make_poster
from shared.core import ids
from shared.core.errors import GoneError
from shared.jobs.accepting import Submission, accept, first_record
from shared.jobs.record import JobStatus
from tests.unit.functions.own_posters import RULES, Owner, finished, left_of
from tests.unit.functions.world import World, sample_trip

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.jobs.record import JobRecord


@pytest.fixture
def owner(world: World) -> Owner:
    return Owner(world)


def gone_for_good(owner: Owner, job_id: str, erasure_id: str) -> bool:
    """Let everything that is under way run out; say whether nothing of the job is left."""
    owner.settle(erasure_id)
    record = owner.world.record(job_id)
    return record.status is JobStatus.ERASED and left_of(owner.world, job_id) == []


def erasing_before(call: Callable[..., Any], owner: Owner, job_id: str) -> Callable[..., Any]:
    """Return a call that has the job erased, with all that is there of it, before it is made."""

    def called(*given: Any, **named: Any) -> Any:
        owner.carry_out(owner.erase(job_id).erasure_id)
        return call(*given, **named)

    return called


def erasing_after(call: Callable[..., Any], owner: Owner, job_id: str) -> Callable[..., Any]:
    """Return a call whose answer comes when the job has been erased."""

    def called(*given: Any, **named: Any) -> Any:
        answer = call(*given, **named)
        owner.carry_out(owner.erase(job_id).erasure_id)
        return answer

    return called


def receipt_of(owner: Owner, job_id: str) -> str:
    """Return the id of a job's erasure."""
    return owner.erase(job_id).erasure_id


@pytest.mark.slow
def test_a_slow_writer_that_stores_its_poster_afterwards_takes_it_away_itself(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = owner.world.rendered()
    monkeypatch.setattr(storing, "make_poster", erasing_after(make_poster, owner, job.job_id))

    put: list[str] = []
    write = owner.world.state.put

    def noted(key: str, data: bytes, **options: Any) -> None:
        put.append(key)
        write(key, data, **options)

    owner.world.state.put = noted  # type: ignore[method-assign]
    stored = owner.world.store(job.task_id)

    assert any(key.startswith("results/") for key in put)
    assert stored.status is JobStatus.ERASED
    assert owner.world.state.keys("results/") == []
    assert gone_for_good(owner, job.job_id, receipt_of(owner, job.job_id))


def test_a_slow_writer_that_dies_after_storing_leaves_it_to_the_sweeper(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = owner.world.rendered()
    monkeypatch.setattr(storing, "make_poster", erasing_after(make_poster, owner, job.job_id))
    monkeypatch.setattr(storing, "succeed", lambda *_, **__: pytest.fail("killed"))

    with pytest.raises(pytest.fail.Exception):
        owner.world.store(job.task_id)

    assert owner.world.state.keys("results/") != []
    assert gone_for_good(owner, job.job_id, receipt_of(owner, job.job_id))


@pytest.mark.parametrize("minutes", [1, 240])
@pytest.mark.parametrize("learnt", ["event", "sink", "both", "nobody"])
def test_a_gpus_late_result_is_removed_however_late_and_whoever_tells(
    owner: Owner, minutes: int, learnt: str
) -> None:
    record = owner.world.queued()
    erasure_id = receipt_of(owner, record.job_id)
    task = owner.world.queue.waiting[0]
    owner.carry_out(erasure_id)
    if minutes > 60:
        assert gone_for_good(owner, record.job_id, erasure_id)
    owner.world.clock.advance(60 * minutes)
    owner.world.mount.put(ids.plate_key(record.task_id), b"plate")
    for name in ("poster.png", "task.json"):
        owner.world.mount.put(ids.output_key(record.task_id, name), b"output")
    if learnt in {"event", "both"}:
        owner.world.notice(record.task_id)
    if learnt in {"sink", "both"}:
        owner.world.queue.waiting.append(task)
        owner.world.queue.finish(record.task_id, b'[{"1": {"images": []}}]', code=200)
        owner.world.drain()

    if learnt == "nobody" and minutes > 60:
        # Then the lifecycle rule of output/ removes it.
        assert owner.world.state.keys("open/") == []
        return
    assert gone_for_good(owner, record.job_id, erasure_id)
    assert owner.world.state.keys("dead/") == []


def test_a_plate_that_comes_late_is_removed_and_no_task_is_sent(owner: Owner) -> None:
    job_id = owner.world.submit().job_id
    owner.world.paint(job_id)
    owner.world.scenes.fetch = erasing_before(  # type: ignore[method-assign]
        owner.world.scenes.fetch, owner, job_id
    )

    owner.world.scene(job_id)

    assert owner.world.queue.waiting == []
    assert gone_for_good(owner, job_id, receipt_of(owner, job_id))


def test_a_prompt_that_comes_late_is_written_nowhere(owner: Owner) -> None:
    job_id = owner.world.submit(sample_trip(caption="暗号甲")).job_id
    owner.world.model.complete = erasing_before(  # type: ignore[method-assign]
        owner.world.model.complete, owner, job_id
    )

    assert owner.world.paint(job_id).status is JobStatus.ERASED
    assert gone_for_good(owner, job_id, receipt_of(owner, job_id))


def test_an_old_record_that_is_written_anew_is_overwritten_again(owner: Owner) -> None:
    job = finished(owner.world, caption="暗号甲")
    key = ids.record_key(job.job_id, 2)
    old = owner.world.state.objects[key].data
    receipt = owner.erase(job.job_id)
    owner.carry_out(receipt.erasure_id)

    # As a run does that has read the record to take the caption out of it.
    owner.world.state.put(key, old)

    assert gone_for_good(owner, job.job_id, receipt.erasure_id)
    assert b"trip" not in owner.world.state.objects[key].data


def test_an_announcement_in_flight_is_forgotten_and_followed_by_its_withdrawal(
    owner: Owner,
) -> None:
    job = finished(owner.world, share=True)
    owner.world.clock.advance(60)
    announcer = owner.announcer
    announce = announcer.announce
    announcer.announce = erasing_before(announce, owner, job.job_id)  # type: ignore[method-assign]
    owner.announce()
    announcer.announce = announce  # type: ignore[method-assign]
    assert b"alt_text" in owner.world.state.objects[f"announced/{job.job_id}-1-ready"].data

    assert gone_for_good(owner, job.job_id, receipt_of(owner, job.job_id))
    assert owner.announce() == [f"{job.job_id}-1-ready", f"{job.job_id}-1-withdrawn"]


def test_an_announcement_that_waits_is_never_sent(owner: Owner) -> None:
    job = finished(owner.world, share=True)
    owner.carry_out(receipt_of(owner, job.job_id))
    owner.world.clock.advance(120)
    assert owner.announce() == [f"{job.job_id}-1-withdrawn"]


def test_a_trip_that_is_being_accepted_meanwhile_is_not_painted(owner: Owner) -> None:
    world, ended = owner.world, []

    def erase() -> None:
        receipt = owner.erase_all()
        owner.carry_out(receipt.erasure_id)
        ended.append(receipt.erasure_id)

    append = world.jobs.append

    def slow(record: JobRecord) -> bool:
        world.jobs.append = append  # type: ignore[method-assign]
        erase()
        return append(record)

    world.jobs.append = slow  # type: ignore[method-assign]
    with pytest.raises(GoneError):
        world.submit()

    (job_id,) = {key.split("/")[1] for key in world.state.keys("jobs/")}
    assert gone_for_good(owner, job_id, ended[0])
    assert [each.function for each in world.invoker.started].count("paint_trip") == 0


def test_a_trip_that_no_listing_showed_is_erased_when_it_is_recorded(owner: Owner) -> None:
    submission = Submission("maker", "driver-1", sample_trip(caption="暗号甲"), None)
    world = owner.world
    record = first_record(submission, rules=RULES, catalogue=world.catalogue, clock=world.clock)
    receipt = owner.erase_all()
    owner.carry_out(receipt.erasure_id)

    with pytest.raises(GoneError, match="before everything"):
        accept(record, jobs=world.jobs, invoker=world.invoker)

    assert gone_for_good(owner, record.job_id, receipt.erasure_id)


def test_a_trip_whose_writer_died_before_it_looked_goes_with_the_second_pass(owner: Owner) -> None:
    submission = Submission("maker", "driver-1", sample_trip(caption="暗号甲"), None)
    world = owner.world
    record = first_record(submission, rules=RULES, catalogue=world.catalogue, clock=world.clock)
    receipt = owner.erase_all()
    owner.carry_out(receipt.erasure_id)
    world.jobs.index(record.driver_key, record.job_id)
    world.jobs.mark_open(record.job_id)
    assert world.jobs.append(record)

    assert gone_for_good(owner, record.job_id, receipt.erasure_id)
    assert owner.receipt(receipt.erasure_id).counts["posters"] == 1


def test_a_repaint_under_way_is_not_painted(owner: Owner) -> None:
    source = finished(owner.world)
    admitted = owner.world.jobs.indexed

    def erase_then(driver_key: str) -> Any:
        found = admitted(driver_key)
        owner.world.jobs.indexed = admitted  # type: ignore[method-assign]
        owner.carry_out(owner.erase_all().erasure_id)
        return found

    owner.world.jobs.indexed = erase_then  # type: ignore[method-assign]
    with pytest.raises(GoneError):
        owner.repaint(source.job_id)
    assert owner.page().jobs == ()


def test_what_the_platform_gives_up_on_late_names_the_job_and_says_no_more(owner: Owner) -> None:
    job = finished(owner.world)
    receipt = owner.erase(job.job_id)
    owner.settle(receipt.erasure_id)
    owner.world.jobs.mark_due(job.job_id)
    owner.world.clock.advance(1000)
    owner.world.sweep()
    assert owner.world.state.keys("open/") == []
    assert left_of(owner.world, job.job_id) == []
