"""Erasing one poster, or everything of a driver: what goes, what stays, and the receipt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from shared.announcements import outbox
from shared.core import ids
from shared.core.errors import GoneError, NotFoundError, UpstreamUnavailableError
from shared.jobs import erasures
from shared.jobs.record import JobStatus
from shared.uploads.forgetting import Forgetter
from tests.unit.functions import uploading as up
from tests.unit.functions.own_posters import ID_KEY, Owner, finished, left_of
from tests.unit.functions.world import World, sample_trip, twice_at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.jobs.record import JobRecord

MARKED: dict[str, Any] = {"caption": "暗号甲", "team": "暗号乙"}


@pytest.fixture
def owner(world: World) -> Owner:
    return Owner(world)


def everything(world: World) -> bytes:
    """Return all that both buckets hold, keys and bytes."""
    found = [*world.state.objects.items(), *world.mount.objects.items()]
    return b"\n".join(key.encode() + b" " + each.data for key, each in found)


def erased(owner: Owner, job_id: str) -> JobRecord:
    """Erase a job and let its first pass run."""
    owner.carry_out(owner.erase(job_id).erasure_id)
    return owner.world.record(job_id)


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled", "rendered", "queued"])
def test_of_an_erased_poster_nothing_is_left_but_that_it_was_erased(
    owner: Owner, status: str
) -> None:
    job = finished(owner.world, status=status, **MARKED)

    record = erased(owner, job.job_id)

    assert record.status is JobStatus.ERASED
    assert left_of(owner.world, job.job_id) == [
        f"erasing-counts/{key}/{job.job_id}"
        for key in [ids.erasure_id(ID_KEY, owner.key, job.job_id)]
    ] + [f"open/{job.job_id}"]
    stored = everything(owner.world).decode(errors="ignore")
    assert not [word for word in ("暗号甲", "暗号乙", "湖州", "645.4") if word in stored]
    for version in range(1, record.version + 1):
        skeleton = json.loads(owner.world.state.objects[ids.record_key(job.job_id, version)].data)
        assert skeleton["status"] == "erased"
        assert "trip" not in skeleton
        assert (skeleton["driver_key"] == owner.key) is (version == record.version)


def test_an_erased_job_is_nobodys_to_see_at_once(owner: Owner) -> None:
    job = finished(owner.world)
    owner.erase(job.job_id)
    assert owner.page().jobs == ()
    with pytest.raises(NotFoundError):
        owner.share(job.job_id, to=True)


def test_other_posters_of_the_driver_stay(owner: Owner) -> None:
    gone, kept = finished(owner.world), finished(owner.world, distance_km=7)
    before = {k: v.data for k, v in owner.world.state.objects.items() if kept.job_id in k}

    owner.settle(owner.erase(gone.job_id).erasure_id)

    after = {k: v.data for k, v in owner.world.state.objects.items() if kept.job_id in k}
    assert after == before


def test_nobody_erases_what_is_not_theirs_or_unknown(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    with pytest.raises(NotFoundError):
        Owner(owner.world, "driver-2").erase(job_id)
    for unknown in ("j" + "a" * 31, "nonsense"):
        with pytest.raises(NotFoundError):
            owner.erase(unknown)
    assert owner.world.record(job_id).status is JobStatus.SUCCEEDED


def test_erasing_again_gives_the_same_receipt_and_changes_nothing(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    first = owner.erase(job_id)
    done = owner.settle(first.erasure_id)
    once = owner.world.snapshot()

    assert owner.erase(job_id) == done
    assert {**owner.world.snapshot(), "started": once["started"]}["mount"] == once["mount"]
    assert owner.receipt(first.erasure_id).counts == done.counts


def test_the_receipt_holds_counts_and_times_alone(owner: Owner) -> None:
    job = finished(owner.world, share=True, status="succeeded")
    owner.announce()

    done = owner.settle(owner.erase(job.job_id).erasure_id)

    assert done.counts == {
        "posters": 1,
        "records": 6,
        "results": 4,
        "inputs": 1,
        "outputs": 2,
        "messages": 1,
        "uploads": 0,
        "dead": 0,
    }
    body = json.dumps(done.to_json())
    assert job.job_id not in body
    assert owner.key not in body
    assert owner.world.state.keys("erasing") == []


def test_a_receipt_is_shown_to_nobody_else(owner: Owner) -> None:
    receipt = owner.erase(finished(owner.world).job_id)
    for erasure_id in (receipt.erasure_id, "e" + "a" * 31, "x"):
        with pytest.raises(NotFoundError):
            Owner(owner.world, "driver-2").receipt(erasure_id)


def test_a_shared_poster_is_withdrawn_and_its_other_messages_go(owner: Owner) -> None:
    job = finished(owner.world, share=True)
    owner.world.clock.advance(60)
    assert owner.announce() == [f"{job.job_id}-1-ready"]

    owner.settle(owner.erase(job.job_id).erasure_id)

    assert owner.announce()[1:] == [f"{job.job_id}-1-withdrawn"]
    told = json.loads(owner.announcer.taken[-1].body)
    assert set(told["data"]) == {"job_id", "url"}
    assert [n.message_id for n in outbox.messages_of(job.job_id, state=owner.world.state)] == [
        f"{job.job_id}-1-withdrawn"
    ]


def test_a_poster_shared_twice_is_withdrawn_by_a_message_of_its_own(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    for share in (True, False, True):
        owner.share(job_id, to=share)
        owner.world.clock.advance(60)
        owner.announce()
    owner.carry_out(owner.erase(job_id).erasure_id)
    owner.world.clock.advance(60)

    assert owner.announce()[-1] == f"{job_id}-1-withdrawn-4"


def test_a_poster_nobody_was_told_of_is_not_withdrawn(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    owner.settle(owner.erase(job_id).erasure_id)
    assert owner.announce() == []


def test_a_waiting_task_is_taken_out_of_the_queue(owner: Owner) -> None:
    record = owner.world.queued()
    erased(owner, record.job_id)
    assert owner.world.queue.waiting == []


def test_a_queue_that_is_down_holds_nothing_else_back_and_the_task_goes_later(
    owner: Owner,
) -> None:
    record = owner.world.queued()
    owner.world.queue.fail("withdraw", UpstreamUnavailableError("down"), times=1)

    erased(owner, record.job_id)

    assert owner.world.mount.keys(f"input/{record.job_id}") == []
    assert len(owner.world.queue.waiting) == 1
    owner.world.clock.advance(1000)
    owner.world.sweep()
    assert owner.world.queue.waiting == []
    assert owner.world.state.keys("open/") == []


def test_an_erasure_that_runs_out_of_time_among_uploads_goes_on_with_the_next(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = owner.world
    for number in range(3):
        key = up.put(world, [up.line(distance_km=number + 1), up.line("d2")], f"{number}.jsonl")
        up.event(world, key)
    up.close_all(world)
    forget, forgotten = Forgetter.forget, list[str]()

    def slow(self: Forgetter, upload: str, *, again: bool = False) -> int:
        world.clock.advance(70)
        forgotten.append(upload)
        return forget(self, upload, again=again)

    monkeypatch.setattr(Forgetter, "forget", slow)
    done = owner.settle(owner.erase_all().erasure_id)

    assert len(forgotten) == 6
    assert len(set(forgotten[:3])) == 3
    assert (done.counts["uploads"], done.counts["posters"]) == (3, 3)
    assert b"driver-1" not in everything(world)
    assert everything(world).count(b'"d2"') == 3


def test_what_is_told_late_of_an_erased_drivers_jobs_goes_with_the_second_pass(
    owner: Owner,
) -> None:
    state, job = owner.world.state, finished(owner.world)
    receipt = owner.erase_all()
    owner.carry_out(receipt.erasure_id)
    state.put("dead/sink/1-late/why.json", job.task_id.encode())
    state.put("dead/sink/1-late/body", b"whatever it says")

    owner.settle(receipt.erasure_id)

    assert state.keys("dead/") == []


def test_what_was_kept_for_an_operator_and_names_the_job_goes(owner: Owner) -> None:
    state, job = owner.world.state, finished(owner.world)
    other = finished(owner.world, distance_km=3)
    for name in (job, other):
        state.put(f"dead/invocations/{name.job_id[:8]}.json", f'"{name.task_id}"'.encode())
        state.put(f"dead/sink/1-{name.job_id[:8]}/why.json", name.task_id.encode())
        state.put(f"dead/sink/1-{name.job_id[:8]}/body", b"whatever it says")
        state.put(f"dead/announcements/{name.job_id}-1-ready.json", b"{}")

    owner.settle(owner.erase(job.job_id).erasure_id)

    assert len(state.keys("dead/")) == 4
    assert job.job_id[:8].encode() not in b" ".join(k.encode() for k in state.keys("dead/"))


def test_everything_of_a_driver_goes_and_nothing_of_another(owner: Owner) -> None:
    mine = [finished(owner.world, distance_km=n + 1, **MARKED).job_id for n in range(4)]
    mine.append(owner.world.submit(sample_trip(distance_km=9, **MARKED)).job_id)
    other = finished(owner.world, driver="driver-2", distance_km=1).job_id

    done = owner.settle(owner.erase_all().erasure_id)

    assert done.counts["posters"] == 5
    assert {owner.world.record(job_id).status for job_id in mine} == {JobStatus.ERASED}
    assert owner.world.record(other).status is JobStatus.SUCCEEDED
    assert owner.world.state.keys(f"drivers/{owner.key}") == []
    assert [left_of(owner.world, job_id) for job_id in mine] == [[]] * 5
    assert "暗号" not in everything(owner.world).decode(errors="ignore")


def test_a_large_erasure_goes_on_by_itself_until_it_is_done(owner: Owner) -> None:
    for number in range(7):
        finished(owner.world, distance_km=number + 1)
    receipt = owner.erase_all()
    turns = 0

    def one_at_a_time(order: dict[str, str]) -> None:
        nonlocal turns
        turns += 1
        ticks = iter([0.0, 0.0, 1.0, 2.0, 3.0])
        clock, owner.world.clock.monotonic = owner.world.clock.monotonic, lambda: next(ticks)  # type: ignore[method-assign]
        try:
            owner.carry_out(order["erasure_id"], seconds=1.5)
        finally:
            owner.world.clock.monotonic = clock  # type: ignore[method-assign]

    owner.world.invoker.handlers["run_erasure"] = one_at_a_time  # type: ignore[assignment]
    owner.world.invoker.run()

    assert turns > 2
    assert owner.receipt(receipt.erasure_id).status == "settling"
    assert owner.receipt(receipt.erasure_id).counts["posters"] == 7


def test_a_run_that_was_lost_is_begun_again_by_the_sweeper(owner: Owner) -> None:
    finished(owner.world)
    receipt = owner.erase_all()
    owner.world.invoker.lose()

    assert owner.settle(receipt.erasure_id).counts["posters"] == 1


def test_an_erasure_that_was_set_aside_goes_on_when_it_is_brought_back(owner: Owner) -> None:
    finished(owner.world)
    receipt, state = owner.erase_all(), owner.world.state
    owner.world.invoker.lose()
    work = erasures.read_work(receipt.erasure_id, state=state)
    erasures.set_aside(receipt.erasure_id, state=state)
    assert erasures.read_work(receipt.erasure_id, state=state) is None
    erasures.bring_back("another", state=state)
    assert state.keys(erasures.WORK) == []
    erasures.bring_back(receipt.erasure_id, state=state)

    assert erasures.read_work(receipt.erasure_id, state=state) == work
    assert receipt.headers() == {
        "Location": f"/v1/erasures/{receipt.erasure_id}",
        "Retry-After": "5",
    }
    assert owner.settle(receipt.erasure_id).counts["posters"] == 1


def test_a_driver_who_comes_back_is_served_and_stays_served(owner: Owner) -> None:
    finished(owner.world)
    receipt = owner.erase_all()
    owner.world.clock.advance(1)
    back = finished(owner.world, distance_km=50)

    owner.settle(receipt.erasure_id)

    assert [job.job_id for job in owner.page().jobs] == [back.job_id]


def test_asking_again_while_it_is_under_way_gives_the_same_receipt(owner: Owner) -> None:
    finished(owner.world)
    first = owner.erase_all()
    owner.world.clock.advance(5)
    assert owner.erase_all() == first
    owner.world.clock.advance(5)
    finished(owner.world, distance_km=8)
    assert owner.erase_all().erasure_id != first.erasure_id


def _begin_one(owner: Owner) -> Callable[[], object]:
    job_id = finished(owner.world, share=True).job_id
    return lambda: owner.erase(job_id)


def _begin_all(owner: Owner) -> Callable[[], object]:
    finished(owner.world, share=True)
    return owner.erase_all


def _run_one(owner: Owner) -> Callable[[], object]:
    receipt = owner.erase(finished(owner.world, share=True).job_id)
    return lambda: owner.carry_out(receipt.erasure_id)


def _run_all(owner: Owner) -> Callable[[], object]:
    for number in range(3):
        finished(owner.world, share=True, distance_km=number + 1)
    receipt = owner.erase_all()
    return lambda: owner.carry_out(receipt.erasure_id)


def _end(owner: Owner) -> Callable[[], object]:
    run = _run_all(owner)
    run()
    owner.world.clock.advance(1000)
    return run


_STEPS = [_begin_one, _begin_all, _run_one, _run_all, _end]


@pytest.mark.parametrize("arrange", _STEPS)
def test_a_second_run_changes_nothing(
    owner: Owner, arrange: Callable[[Owner], Callable[[], object]]
) -> None:
    run = arrange(owner)
    run()
    after_one = owner.world.snapshot()
    run()
    assert owner.world.snapshot() == after_one


@pytest.mark.parametrize("arrange", _STEPS)
def test_two_runs_at_once_end_as_one_does(
    owner: Owner, arrange: Callable[[Owner], Callable[[], object]]
) -> None:
    run = arrange(owner)
    twice_at_once(run)
    run()
    after = owner.world.snapshot()
    run()
    assert owner.world.snapshot() == after
    states = [
        json.loads(each.data)
        for key, each in owner.world.state.objects.items()
        if key.startswith("erasures/")
    ]
    assert [s["counts"].get("posters", 0) for s in states] in ([0], [1], [3])


def test_what_a_run_counts_after_another_has_ended_the_erasure_goes_too(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = finished(owner.world)
    key = owner.erase(job.job_id).erasure_id
    count, overtaken = erasures.count, [True]

    def late(*arguments: Any, **ports: Any) -> None:
        if overtaken and overtaken.pop():
            owner.settle(key)
        count(*arguments, **ports)

    monkeypatch.setattr(erasures, "count", late)
    receipt = owner.carry_out(key, seconds=86_400)

    assert receipt is not None
    assert (receipt.status, receipt.counts["posters"]) == ("done", 1)
    assert owner.world.state.keys(erasures.COUNTS) == owner.world.state.keys(erasures.WORK) == []


def test_counts_of_a_run_that_died_behind_the_end_go_with_its_repetition(owner: Owner) -> None:
    job = finished(owner.world)
    key = owner.erase(job.job_id).erasure_id
    owner.settle(key)
    erasures.count(key, job.job_id, {"posters": 1}, state=owner.world.state)

    receipt = owner.carry_out(key)

    assert receipt is not None
    assert receipt.status == "done"
    assert owner.world.state.keys(erasures.COUNTS) == []


def test_a_trip_whose_job_was_erased_before_it_had_a_record_is_gone(owner: Owner) -> None:
    world = owner.world
    record = world.submit()
    for key in world.state.keys(f"jobs/{record.job_id}/"):
        world.state.delete(key)

    assert erased(owner, record.job_id).version == 1
    with pytest.raises(GoneError):
        world.submit()
