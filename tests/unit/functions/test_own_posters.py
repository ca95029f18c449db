"""A driver's own posters: the list, another picture, who may see one, the file of everything."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.export_driver import use_case as exporting
from functions.show_poster.use_case import show_poster
from shared.core.errors import (
    ConflictError,
    GoneError,
    IdempotencyReuseError,
    InvalidRequestError,
    NotFoundError,
    TooManyRequestsError,
)
from shared.jobs.record import JobStatus, Review
from tests.fakes.jobs import stepped
from tests.unit.functions.own_posters import Owner, finished
from tests.unit.functions.world import World, sample_trip, twice_at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.jobs.record import JobRecord


@pytest.fixture
def owner(world: World) -> Owner:
    return Owner(world)


def several(world: World, count: int, driver: str = "driver-1") -> list[str]:
    """Return the ids of so many jobs, entered a minute apart, the newest first."""
    made = []
    for number in range(count):
        world.clock.advance(60)
        made.append(finished(world, driver=driver, distance_km=number + 1).job_id)
    return made[::-1]


def test_the_list_holds_ones_own_jobs_newest_first_and_pages_without_gaps(owner: Owner) -> None:
    mine = several(owner.world, 7)
    several(owner.world, 2, driver="driver-2")

    seen, cursor = [], ""
    while True:
        page = owner.page(cursor=cursor, limit=3)
        seen.append([job.job_id for job in page.jobs])
        if page.cursor is None:
            break
        cursor = page.cursor

    assert seen == [mine[:3], mine[3:6], mine[6:]]


def test_jobs_that_come_between_two_pages_move_nothing(owner: Owner) -> None:
    mine = several(owner.world, 4)
    first = owner.page(limit=2)
    owner.world.clock.advance(60)
    finished(owner.world, distance_km=999)

    second = owner.page(cursor=first.cursor or "", limit=2)

    assert [job.job_id for job in second.jobs] == mine[2:]


def test_the_list_shows_a_job_as_reading_it_does_with_its_poster(owner: Owner) -> None:
    finished(owner.world, share=True)

    (job,) = owner.page().jobs

    assert job.poster is not None
    assert job.share
    assert (job.status, job.origin, job.repaint_of) == ("succeeded", "app", None)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "!", "é", "A" * 80])
def test_a_cursor_that_nobody_was_given_is_refused(owner: Owner, cursor: str) -> None:
    with pytest.raises(InvalidRequestError, match="/query/cursor"):
        owner.page(cursor=cursor)


def test_a_cursor_is_good_for_one_driver_and_cannot_be_changed(owner: Owner) -> None:
    several(owner.world, 3)
    cursor = owner.page(limit=1).cursor or ""
    with pytest.raises(InvalidRequestError):
        Owner(owner.world, "driver-2").page(cursor=cursor)
    with pytest.raises(InvalidRequestError):
        owner.page(cursor=cursor[:-2] + ("AA" if not cursor.endswith("AA") else "BB"))


def test_the_list_costs_a_listing_and_two_requests_a_job_shown(owner: Owner) -> None:
    several(owner.world, 12)
    asked: list[str] = []
    bucket = owner.world.state

    def noting(name: str) -> Callable[..., Any]:
        call = getattr(bucket, name)

        def noted(*given: Any, **named: Any) -> Any:
            asked.append(name)
            return call(*given, **named)

        return noted

    for name in ("get", "page", "head"):
        setattr(bucket, name, noting(name))

    owner.page(limit=5)

    assert sorted(asked) == ["get"] * 5 + ["page"] * 6


def test_a_repaint_is_a_new_job_of_the_same_trip_without_what_somebody_wrote(owner: Owner) -> None:
    source = finished(owner.world, caption="暗号", team="车队", share=True)

    job = owner.repaint(source.job_id, seed=7)

    assert job.job_id != source.job_id
    assert (job.origin, job.repaint_of, job.status) == ("repaint", source.job_id, "accepted")
    assert (source.root, job.root) == (source.job_id, source.job_id)
    assert job.task_seed(1) == job.scene_seed(1) == 7
    assert job.task_seed(2) != 7
    assert (job.trip.caption, job.trip.team, job.trip.end) == ("", None, source.trip.end)
    assert job.is_shared
    assert [each.payload["job_id"] for each in owner.world.invoker.started[-1:]] == [job.job_id]


def test_a_repaint_ends_in_a_poster_like_any_job(owner: Owner) -> None:
    source = finished(owner.world, status="failed")
    job = owner.repaint(source.job_id, style="photoreal", seed=3)

    owner.world.run_until_quiet()

    assert owner.world.record(job.job_id).status is JobStatus.SUCCEEDED
    assert owner.world.record(source.job_id).status is JobStatus.FAILED


def test_the_same_repaint_is_the_same_job_and_another_is_another(owner: Owner) -> None:
    source = finished(owner.world).job_id
    asked = [
        owner.repaint(source),
        owner.repaint(source),
        owner.repaint(source, seed=1),
        owner.repaint(source, seed=1),
        owner.repaint(source, seed=1, key="a"),
        owner.repaint(source, seed=1, key="b"),
    ]
    ids = [job.job_id for job in asked]
    assert ids[0] == ids[1]
    assert ids[2] == ids[3]
    assert len(set(ids)) == 4
    first, second = twice_at_once(lambda: owner.repaint(source, seed=9).job_id)
    assert first == second


def test_a_repaint_with_a_used_key_and_another_wish_is_refused(owner: Owner) -> None:
    source = finished(owner.world).job_id
    owner.repaint(source, seed=1, key="a")
    with pytest.raises(IdempotencyReuseError):
        owner.repaint(source, seed=2, key="a")


def test_an_open_job_is_not_repainted_and_the_refusal_says_what_to_do(owner: Owner) -> None:
    job_id = owner.world.submit().job_id
    with pytest.raises(ConflictError, match="cancel it first"):
        owner.repaint(job_id)


def test_nobody_repaints_what_is_not_theirs_or_unknown_or_erased(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    with pytest.raises(NotFoundError):
        Owner(owner.world, "driver-2").repaint(job_id)
    with pytest.raises(NotFoundError):
        owner.repaint("j" + "a" * 31)
    owner.erase(job_id)
    with pytest.raises(NotFoundError):
        owner.repaint(job_id)


def test_a_style_that_is_not_offered_is_refused_by_name(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    with pytest.raises(InvalidRequestError, match="style"):
        owner.repaint(job_id, style="no-such-style")


def test_a_repaint_is_admitted_like_a_trip(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    owner.world.admission = replace(owner.world.admission, driver_hourly=1)
    with pytest.raises(TooManyRequestsError):
        owner.repaint(job_id)


def test_sharing_and_taking_back_are_told_each_time_with_an_id_of_its_own(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    assert owner.announce() == []
    for share in (True, True, False, True, False, False):
        owner.share(job_id, to=share)
        owner.world.clock.advance(60)
        owner.announce()

    told = owner.announce()

    stem = f"{job_id}-1"
    assert told == [
        f"{stem}-ready",
        f"{stem}-withdrawn-2",
        f"{stem}-ready-3",
        f"{stem}-withdrawn-4",
    ]
    assert owner.world.state.keys("open/") == []


def test_the_address_leads_to_a_poster_only_while_it_is_shared(owner: Owner) -> None:
    job = finished(owner.world)

    def is_shown() -> bool:
        try:
            show_poster(
                job.job_id, link_seconds=60, jobs=owner.world.jobs, results=owner.world.state
            )
        except NotFoundError:
            return False
        return True

    seen = [is_shown()]
    for share in (True, False, True):
        owner.share(job.job_id, to=share)
        seen.append(is_shown())
    assert seen == [False, True, False, True]


def test_a_poster_taken_back_before_it_was_told_of_is_told_of_when_shared_again(
    owner: Owner,
) -> None:
    job_id = finished(owner.world, share=True).job_id
    owner.share(job_id, to=False)
    owner.share(job_id, to=True)
    owner.world.clock.advance(60)

    assert owner.announce() == [f"{job_id}-1-ready-2"]


def test_of_an_open_job_the_wish_decides_what_is_told_at_its_end(owner: Owner) -> None:
    job = owner.world.rendered()
    owner.share(job.job_id, to=True)
    owner.share(job.job_id, to=False)
    owner.share(job.job_id, to=True)
    owner.world.store(job.task_id)
    owner.world.clock.advance(60)

    assert owner.announce() == [f"{job.job_id}-1-ready-3"]


def test_where_there_is_no_poster_there_is_nothing_to_share(owner: Owner) -> None:
    job_id = finished(owner.world, status="failed").job_id
    with pytest.raises(ConflictError, match="repaint"):
        owner.share(job_id, to=True)
    assert owner.share(job_id, to=False).status is JobStatus.FAILED


def reviewed(world: World, job: JobRecord) -> JobRecord:
    """Return the job with a reviewer's approval of its attempt."""
    review = Review(decision="approve", attempt=1, reviewer="r" * 32, at=world.clock.now())
    return job.model_copy(update={"reviews": (review,)})


def test_where_a_reviewer_has_to_see_posters_an_unseen_one_is_not_shared(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    with pytest.raises(ConflictError, match="share"):
        owner.share(job_id, to=True, announce="after_review")

    other = finished(owner.world, status="rendered", distance_km=5)
    waiting = stepped(other, JobStatus.NEEDS_REVIEW, now=owner.world.clock.now())
    assert owner.world.jobs.append(waiting)
    done = stepped(waiting, JobStatus.SUCCEEDED, now=owner.world.clock.now())
    assert owner.world.jobs.append(reviewed(owner.world, done))
    assert owner.share(other.job_id, to=True, announce="after_review").is_shared


def test_only_the_driver_changes_who_sees_a_poster(owner: Owner) -> None:
    job_id = finished(owner.world).job_id
    with pytest.raises(NotFoundError):
        Owner(owner.world, "driver-2").share(job_id, to=True)


@pytest.mark.parametrize("share", [True, False])
def test_a_change_of_mind_made_twice_or_twice_at_once_is_one(owner: Owner, share: bool) -> None:
    job_id = finished(owner.world, share=not share).job_id
    owner.share(job_id, to=share)
    once = owner.world.snapshot()
    owner.share(job_id, to=share)
    assert owner.world.snapshot() == once

    twice_at_once(lambda: owner.share(job_id, to=not share))
    assert len(owner.world.record(job_id).shares) == 2


def test_the_export_holds_all_jobs_of_the_driver_and_of_nobody_else(owner: Owner) -> None:
    mine = several(owner.world, 3)
    several(owner.world, 1, driver="driver-2")
    owner.world.submit(sample_trip(caption="我写的", distance_km=500))

    export = owner.export()
    body = json.dumps(export.to_json(), ensure_ascii=False)

    assert [each.job.job_id for each in export.jobs][1:] == mine
    assert export.jobs[0].trip.caption == "我写的"
    assert export.jobs[1].job.poster is not None
    assert export.headers()["Content-Disposition"].startswith("attachment; filename=")
    assert owner.key not in body


def test_a_large_export_comes_in_several_files(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST", 2)
    several(owner.world, 5)
    sizes, cursor = [], ""
    while True:
        export = owner.export(cursor=cursor)
        sizes.append(len(export.jobs))
        if export.cursor is None:
            break
        cursor = export.cursor
    assert sizes == [2, 2, 1]


def test_a_trip_sent_again_after_its_poster_was_erased_is_gone(owner: Owner) -> None:
    job = owner.world.submit(key="k")
    owner.world.invoker.lose()
    owner.erase(job.job_id)
    with pytest.raises(GoneError, match="new Idempotency-Key"):
        owner.world.submit(key="k")
    assert owner.page().jobs == ()
    assert owner.world.submit(key="another").status is JobStatus.ACCEPTED
