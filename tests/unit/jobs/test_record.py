"""Seeds of a record, what an erased one still says, and when a version was written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.core import ids
from shared.jobs.record import Erasure, JobStatus, ShareChange, blank
from tests.fakes.clock import START
from tests.fakes.jobs import JOB_ID, a_job_in, a_trip, an_accepted_job

LATER = START + timedelta(hours=1)


def test_each_attempt_and_each_try_of_its_plate_has_a_seed_of_its_own() -> None:
    job = an_accepted_job()
    again = job.model_copy(update={"scene_failures": 2})

    assert job.scene_seed(1) == ids.seed_of(f"{JOB_ID}-1/0")
    assert again.scene_seed(1) == ids.seed_of(f"{JOB_ID}-1/2")
    assert again.scene_seed(3) == ids.seed_of(f"{JOB_ID}-3/2")
    assert job.task_seed(2) == ids.seed_of(f"{JOB_ID}-2")


def test_a_reviewers_seed_is_that_of_one_attempt_and_of_its_first_plate() -> None:
    chosen = an_accepted_job(seed_override=7, seed_attempt=2)
    failed = chosen.model_copy(update={"scene_failures": 1})

    assert (chosen.scene_seed(2), chosen.task_seed(2)) == (7, 7)
    assert chosen.scene_seed(1) == ids.seed_of(f"{JOB_ID}-1/0")
    assert chosen.task_seed(1) == ids.seed_of(f"{JOB_ID}-1")
    assert failed.scene_seed(2) == ids.seed_of(f"{JOB_ID}-2/1")
    assert failed.task_seed(2) == 7
    assert an_accepted_job(seed_override=0, seed_attempt=1).task_seed(1) == 0


@pytest.mark.parametrize("share", [True, False])
@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.CANCELLED])
@pytest.mark.parametrize("changes", [0, 2])
def test_an_erasure_says_what_is_left_to_do(status: JobStatus, share: bool, changes: int) -> None:
    shares = tuple(ShareChange(share=share, at=START, told=True) for _ in range(changes))
    job = a_job_in(status).model_copy(
        update={"shares": shares, "trip": a_trip(share=share), "attempts": 3, "attempt": 2}
    )
    erased = job.erased(now=LATER)
    shown = status is JobStatus.SUCCEEDED and share

    assert erased.erasure == Erasure(
        at=LATER,
        tasks=0 if status is JobStatus.SUCCEEDED else 3,
        withdrawn=changes + 1 if shown else 0,
        created_at=START,
    )
    assert (erased.version, erased.attempt, erased.attempts) == (job.version + 1, 2, 2)
    assert [(s.status, s.attempt, s.at) for s in erased.history] == [(JobStatus.ERASED, 2, LATER)]
    assert (erased.job_id, erased.tenant, erased.driver_key) == (
        job.job_id,
        job.tenant,
        job.driver_key,
    )


def test_a_tombstone_without_a_name_says_no_more_than_the_jobs_id() -> None:
    left = blank(an_accepted_job(), 9, Erasure(at=LATER), named=False)

    assert (left.job_id, left.driver_key, left.attempt, left.version) == (JOB_ID, "", 0, 9)


def test_the_next_version_says_when_it_was_written() -> None:
    job = an_accepted_job(writer="a-run")
    noted = job.note(now=LATER, scene_failures=1)

    assert (noted.version, noted.recorded_at, noted.writer) == (2, LATER, "")
