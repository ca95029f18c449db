"""Pages of the wall: what is looked for, how far a page looks, and whose cursor it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.core.errors import InvalidRequestError
from shared.jobs.record import JobRecord, JobStatus, StoredResult
from shared.jobs.wall_pages import Page, Wanted, page_of_wall
from tests.fakes.clock import START
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import a_job_in, a_trip, an_accepted_job

KEY = b"k" * 32
POSTER = StoredResult(
    folder="results/a/", manifest_sha256="0" * 64, protected_pixels=9, protected_pixels_changed=0
)


def job(number: int, **changes: object) -> JobRecord:
    """Return the number-th newest job, which has succeeded."""
    at = START - timedelta(minutes=number)
    made = a_job_in(JobStatus.SUCCEEDED)
    named = {"job_id": f"j{number:031d}", "created_at": at, "result": POSTER}
    return made.model_copy(update={**named, **changes})


def wall(*records: JobRecord) -> FakeJobStore:
    """Return a store that has entered these jobs."""
    jobs = FakeJobStore()
    for record in records:
        jobs.enter_wall(record)
    return jobs


def page(
    jobs: FakeJobStore, wanted: Wanted | None = None, cursor: str = "", limit: int = 60
) -> Page:
    return page_of_wall(
        "maker", wanted or Wanted(), cursor=cursor, limit=limit, id_key=KEY, jobs=jobs
    )


def numbers(found: Page) -> list[int]:
    return [int(entry.job_id[1:]) for entry in found.entries]


def test_pages_join_newest_first_without_gap_or_overlap() -> None:
    jobs, seen, cursor = wall(*map(job, range(7))), list[int](), ""
    for _ in range(4):
        found = page(jobs, cursor=cursor, limit=2)
        seen += numbers(found)
        cursor = found.cursor
    assert (seen, cursor) == ([*range(7)], "")


def test_a_page_that_is_just_full_is_the_last_one() -> None:
    assert page(wall(job(0), job(1)), limit=2).cursor == ""


def test_a_page_without_a_filter_is_one_listing_of_its_size() -> None:
    jobs = wall(*map(job, range(5)))
    asked: list[int] = []
    listing = jobs.wall_page

    def noted(tenant: str, **options: object) -> object:
        asked.append(int(str(options["limit"])))
        return listing(tenant, **options)  # type: ignore[arg-type]

    jobs.wall_page = noted  # type: ignore[method-assign, assignment]
    assert numbers(page(jobs, limit=3)) == [0, 1, 2]
    assert asked == [4]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(status="succeeded"), [0, 3, 4, 5]),
        (Wanted(status="open"), [1]),
        (Wanted(status="needs_review"), [2]),
        (Wanted(style="anime"), [3]),
        (Wanted(season="winter"), [4]),
        (Wanted(vehicle="sportscar"), [5]),
        (Wanted(vehicle="sportscar/g2"), [5]),
        (Wanted(vehicle="sportscar/g2/red"), [5]),
        (Wanted(vehicle="sports"), []),
        (Wanted(vehicle="citycar/g1/"), [0, 1, 2, 3, 4]),
        (Wanted(doubt=True), [4]),
        (Wanted(doubt=False, status="succeeded"), [0, 3, 5]),
        (Wanted(min_score=60), [3]),
        (Wanted(max_score=60), [4]),
        (Wanted(min_score=40, max_score=80), [3, 4]),
        (Wanted(style="anime", doubt=True), []),
    ],
)
def test_what_is_looked_for_is_found(wanted: Wanted, found: list[int]) -> None:
    def scored(score: int, **more: object) -> StoredResult:
        return POSTER.model_copy(update={"score": score, **more})

    in_winter = a_trip(ended_at="2026-12-24T18:00:00+08:00")
    waiting = a_job_in(JobStatus.NEEDS_REVIEW).model_copy(
        update={"job_id": f"j{2:031d}", "created_at": START - timedelta(minutes=2)}
    )
    jobs = wall(
        job(0),
        an_accepted_job(f"j{1:031d}", now=START - timedelta(minutes=1)),
        waiting,
        job(3, style_override="anime", result=scored(70)),
        job(4, trip=in_winter, result=scored(45, doubts=("light_side",))),
        job(5, vehicle="sportscar/g2/red/0123456789ab"),
    )
    assert numbers(page(jobs, wanted)) == found


def test_a_page_looks_through_ten_listings_and_says_where_to_go_on() -> None:
    jobs = wall(*(job(n, style_override="anime" if n == 24 else None) for n in range(25)))
    asked, listing = [0], jobs.wall_page

    def short(tenant: str, **options: object) -> object:
        asked[0] += 1
        return listing(tenant, **{**options, "limit": 2})  # type: ignore[arg-type]

    jobs.wall_page = short  # type: ignore[method-assign, assignment]
    first = page(jobs, Wanted(style="anime"))
    assert (numbers(first), asked) == ([], [10])
    second = page(jobs, Wanted(style="anime"), cursor=first.cursor)
    assert (numbers(second), second.cursor) == ([24], "")


def test_what_waits_for_a_reviewer_is_found_without_a_look_at_the_rest() -> None:
    jobs = wall(*map(job, range(30)), a_job_in(JobStatus.NEEDS_REVIEW))
    for key in jobs.bucket.keys("wall/"):
        jobs.bucket.delete(key)
    assert len(page(jobs, Wanted(status="needs_review")).entries) == 1


@pytest.mark.parametrize("spoilt", ["x", "A" * 60, "%"])
def test_a_cursor_that_nobody_was_given_is_refused(spoilt: str) -> None:
    with pytest.raises(InvalidRequestError):
        page(wall(job(0)), cursor=spoilt)


def test_another_tenants_cursor_is_refused() -> None:
    jobs = wall(job(0), job(1))
    cursor = page(jobs, limit=1).cursor
    with pytest.raises(InvalidRequestError):
        page_of_wall("other", Wanted(), cursor=cursor, limit=1, id_key=KEY, jobs=jobs)
