"""The wall's entries: what their keys say, in which order they lie, what is left of two."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.core import ids
from shared.jobs.parts import Review, ShareChange, StoredResult, WrittenPrompt
from shared.jobs.record import JobRecord, JobStatus
from shared.jobs.wall import WallEntry, entry_at, entry_of, position_of, tenant_folder
from shared.jobs.wall_entries import IN_REVIEW, WALL, key_of, newest_first, tenant_folders
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.trips.facts import Season, facts_of
from tests.fakes.clock import START
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import JOB_ID, a_job_in, a_trip, an_accepted_job

S = JobStatus
RESULT = StoredResult(
    folder="results/a/",
    manifest_sha256="0" * 64,
    protected_pixels=9,
    protected_pixels_changed=0,
    vehicle="citycar/g1/red/ba9876543210",
    failures=("master.halo_dark", "app.halo_dark", "contact_low"),
    doubts=("light_side",),
    score=31,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_counts = st.integers(0, 999_999)
_texts = st.text("aZ0-_.~/,%+ 太é😎", max_size=24)
_job_ids, _versions = st.builds(ids.any_job_id), st.integers(1, 999_998)
_moments = st.integers(0, 2**42).map(lambda ms: _EPOCH + timedelta(milliseconds=ms))
_measures = st.text("abcdefghijklmnopqrstuvwxyz_.", min_size=1, max_size=24)


def entries() -> st.SearchStrategy[WallEntry]:
    """Return any entry at all."""
    return st.builds(
        WallEntry,
        job_id=_job_ids,
        version=_versions,
        created_at=_moments,
        status=st.sampled_from(["open", "needs_review", "succeeded", "failed", "cancelled"]),
        origin=st.sampled_from(["app", "upload", "season", "repaint"]),
        style=_texts,
        vehicle=_texts,
        season=st.sampled_from(Season),
        month=st.integers(1, 12),
        attempts=st.integers(0, 9999),
        attempt=st.integers(0, 9999),
        title=_texts,
        score=st.none() | st.integers(0, 100),
        doubt=st.booleans(),
        share=st.booleans(),
        interactive=st.booleans(),
        reviewed=st.booleans(),
        seconds=st.none() | _counts,
        failure=_measures,
        pictures=_counts,
        tokens=_counts,
        gpu_seconds=_counts,
        models=st.tuples(_measures, _measures, _measures),
        rejections=st.lists(_measures, max_size=12).map(tuple),
    )


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(entries())
def test_a_key_says_all_that_it_was_made_of(entry: WallEntry) -> None:
    key = entry.position + entry.name

    assert entry_at(key) == entry
    assert all(len(part.encode()) <= 255 for part in key.split("/"))


@settings(deadline=None)
@given(st.lists(st.tuples(_moments, st.sampled_from([JOB_ID, "j" + "b" * 31]), _versions)))
def test_the_newer_job_and_of_one_job_the_newer_version_comes_first(
    made: list[tuple[datetime, str, int]],
) -> None:
    entry = entry_of(an_accepted_job())
    found = [replace(entry, created_at=at, job_id=job, version=n) for at, job, n in made]

    def age(each: WallEntry) -> tuple[timedelta, str, int]:
        return (_EPOCH - each.created_at, each.job_id, -each.version)

    assert sorted(found, key=lambda each: each.position + each.name) == sorted(found, key=age)


def test_the_longest_key_of_an_ordinary_job_fits_into_a_bucket_and_a_folder() -> None:
    entry = entry_of(_told(_reviewed(a_job_in(S.SUCCEEDED), failures=("contact_low",))))
    key = WALL + tenant_folder("t" * 255) + entry.position + entry.name

    assert key.isascii()
    assert len(key) < 320


@pytest.mark.parametrize(
    "key",
    [
        "",
        "820460/0799999-jx",
        "820460/0799999-jx~999998~o~a",
        "820460/0799999-jx~999998~z~a~s~v~au10~0.0~~~i~~~0.0.0.0~,,~",
        "820460/x-jx~999998~o~a~s~v~au10~0.0~~~i~~~0.0.0.0~,,~",
    ],
)
def test_a_key_of_another_make_says_nothing(key: str) -> None:
    assert entry_at(key) is None


def test_facts_that_a_later_release_adds_are_passed_over() -> None:
    entry = entry_of(an_accepted_job())

    assert entry_at(f"{entry.position}{entry.name}~more~") == entry


def test_an_entry_says_what_the_record_does() -> None:
    record = _told(_reviewed(a_job_in(S.SUCCEEDED)))
    entry = entry_of(record)

    assert (entry.status, entry.attempt, entry.attempts) == ("succeeded", 1, 1)
    assert (entry.vehicle, entry.score, entry.doubt) == (RESULT.vehicle, 31, True)
    assert entry.rejections == ("halo_dark", "contact_low", "light_side")
    assert (entry.season, entry.month) == (Season.AUTUMN, 10)
    assert record.prompt is not None
    assert entry.title == record.prompt.prompt.title
    assert entry.models == ("qwen-plus", "", "")
    assert (entry.share, entry.reviewed, entry.interactive) == (True, True, True)
    assert entry.seconds == 0


def test_a_poster_that_was_refused_has_no_picture_to_show() -> None:
    refused = a_job_in(S.FAILED).model_copy(update={"result": RESULT})

    assert entry_of(refused).attempt == 0


def test_a_job_that_is_to_be_painted_anew_is_open_again() -> None:
    waiting = a_job_in(S.NEEDS_REVIEW).model_copy(update={"result": RESULT})
    again = waiting.note(now=START, repaint_after=waiting.attempt)

    assert (entry_of(waiting).status, entry_of(waiting).attempt) == ("needs_review", 1)
    assert (entry_of(again).status, entry_of(again).attempt) == ("open", 0)


def test_of_a_job_one_entry_is_left_and_one_more_while_it_is_in_review() -> None:
    jobs = FakeJobStore()
    for record in (an_accepted_job(), a_job_in(S.QUEUED), a_job_in(S.NEEDS_REVIEW)):
        jobs.enter_wall(record)
    waiting = a_job_in(S.NEEDS_REVIEW)

    assert jobs.bucket.keys(WALL) == [key_of(waiting)]
    assert jobs.bucket.keys(IN_REVIEW) == [key_of(waiting, shelf=IN_REVIEW)]
    assert jobs.is_in_review(waiting)

    approved = waiting.to(S.SUCCEEDED, now=START, attempt=1)
    jobs.enter_wall(approved)
    assert jobs.bucket.keys() == [key_of(approved)]
    assert not jobs.is_in_review(waiting)


def test_whoever_enters_an_old_record_late_leaves_the_newer_entry() -> None:
    jobs, newer = FakeJobStore(), a_job_in(S.SUCCEEDED)
    jobs.enter_wall(newer)
    jobs.enter_wall(an_accepted_job())

    assert jobs.bucket.keys(WALL) == [key_of(newer)]


def test_of_two_entries_that_a_crash_has_left_the_newer_one_is_shown() -> None:
    jobs, records = FakeJobStore(), [an_accepted_job(), a_job_in(S.SUCCEEDED)]
    other = an_accepted_job("j" + "b" * 31, now=START - timedelta(seconds=1))
    for record in (*records, other):
        jobs.bucket.put(key_of(record), b"")

    assert [each.version for each in jobs.wall_page("maker").entries] == [5 + 1, 1]
    first = jobs.wall_page("maker", limit=1)
    second = jobs.wall_page("maker", after=first.next_after, limit=1)
    assert [each.job_id for each in (*first.entries, *second.entries)] == [JOB_ID, other.job_id]


def test_an_erased_job_leaves_the_wall_however_far_it_had_come() -> None:
    for status in (S.ACCEPTED, S.NEEDS_REVIEW, S.SUCCEEDED):
        jobs, record = FakeJobStore(), a_job_in(status)
        jobs.enter_wall(record)
        for _ in range(2):
            jobs.enter_wall(record.erased(now=START))
            assert jobs.bucket.keys() == []


def test_tenants_are_told_apart() -> None:
    jobs = FakeJobStore()
    for number, tenant in enumerate(("maker", "maker2", "other")):
        jobs.enter_wall(an_accepted_job(f"j{number:031d}", tenant=tenant))

    assert [each.job_id for each in jobs.wall_page("maker").entries] == [f"j{0:031d}"]
    found = [*tenant_folders(jobs.bucket)]
    assert found == sorted(map(tenant_folder, ("maker", "maker2", "other")))


def test_entries_are_read_back_to_a_time_and_no_further() -> None:
    jobs = FakeJobStore()
    for minutes in range(5):
        at = START - timedelta(minutes=minutes)
        jobs.enter_wall(an_accepted_job(f"j{minutes:031d}", now=at))
    since = START - timedelta(minutes=2)
    found = newest_first(tenant_folder("maker"), state=jobs.bucket, since=since)

    assert [each.job_id for each in found] == [f"j{n:031d}" for n in range(3)]


def test_a_job_lies_at_its_own_millisecond() -> None:
    assert position_of(JOB_ID, START) > position_of(JOB_ID, START + timedelta(milliseconds=1))


def _told(record: JobRecord) -> JobRecord:
    prompt = template_prompt(facts_of(a_trip()), seed=5)
    written = WrittenPrompt(prompt=prompt, source=PromptSource.MODEL, model="qwen-plus", tokens=9)
    changes: dict[str, Any] = {"prompt": written, "result": record.result or RESULT}
    return record.model_copy(update=changes)


def _reviewed(record: JobRecord, **result: Any) -> JobRecord:
    review = Review(decision="approve", attempt=1, reviewer="r", at=START)
    share = ShareChange(share=True, at=START, told=True)
    kept = RESULT.model_copy(update=result)
    return record.model_copy(update={"reviews": (review,), "shares": (share,), "result": kept})
