"""Ids and keys."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core import ids

SECRET = b"s" * 32
TEXT = st.text(max_size=20)


def by_key(tenant: str = "t", driver: str = "d", key: str = "k", secret: bytes = SECRET) -> str:
    return ids.job_id_for_key(secret, tenant=tenant, driver=driver, idempotency_key=key)


@given(TEXT, TEXT, TEXT)
def test_a_job_id_is_32_characters_of_a_legal_platform_id(t: str, d: str, k: str) -> None:
    job_id = by_key(t, d, k)
    assert ids.is_job_id(job_id)
    assert len(job_id) == 32
    assert set(job_id) <= set(string.ascii_lowercase + string.digits)


def test_the_same_request_meets_the_same_job() -> None:
    assert by_key() == by_key()


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=2, max_size=2, unique=True))
def test_different_requests_never_meet(requests: list[tuple[str, str, str]]) -> None:
    first, second = requests
    assert by_key(*first) != by_key(*second)


def test_parts_do_not_run_into_each_other() -> None:
    assert by_key("ab", "c") != by_key("a", "bc")
    assert by_key("1:a", "") != by_key("", "1:a")


def test_without_the_secret_ids_cannot_be_guessed() -> None:
    assert by_key(secret=b"x" * 32) != by_key()


def test_a_key_and_a_trip_make_different_jobs() -> None:
    by_trip = ids.job_id_for_trip(SECRET, tenant="t", driver="d", canonical=b"k")
    assert ids.is_job_id(by_trip)
    assert by_trip != by_key()


def test_an_id_of_this_key_stays_what_it_is_for_ever() -> None:
    """Stored jobs are found by recomputing their ids: a change here loses them all."""
    assert by_key() == "jra5zndkw5mxr5sd4ph527zs2ma2dq7l"
    assert ids.driver_key(SECRET, tenant="t", driver="d") == "2lotxerdgexj5rfno54d4vqeqzcc2r7w"


def test_a_driver_has_the_same_unguessable_name_everywhere() -> None:
    name = ids.driver_key(SECRET, tenant="t", driver="driver@example.com")
    assert len(name) == 32
    assert "driver" not in name
    assert name == ids.driver_key(SECRET, tenant="t", driver="driver@example.com")
    assert name != ids.driver_key(SECRET, tenant="u", driver="driver@example.com")


@pytest.mark.parametrize(
    "text",
    ["", "j", "j" + "a" * 30, "j" + "a" * 32, "k" + "a" * 31, "j" + "A" * 31, "j" + "1" * 31],
)
def test_other_texts_are_no_job_ids(text: str) -> None:
    assert not ids.is_job_id(text)
    assert not ids.is_job_id(f"{text}\n")


@given(st.integers(min_value=1, max_value=9999))
def test_a_task_id_comes_apart_again(attempt: int) -> None:
    assert ids.split_task_id(ids.task_id(by_key(), attempt)) == (by_key(), attempt)


@pytest.mark.parametrize("tail", ["", "-", "-0", "-01", "-x", "-1-s1", "-10000", "-1\n", " -1"])
def test_other_texts_are_no_task_ids(tail: str) -> None:
    assert ids.split_task_id(by_key() + tail) is None


@given(st.integers(min_value=1, max_value=9999))
def test_seeds_fit_the_models_and_differ_between_attempts(attempt: int) -> None:
    seed = ids.seed_of(ids.task_id(by_key(), attempt))
    assert 0 <= seed < 2**31
    assert seed != ids.seed_of(ids.task_id(by_key(), attempt + 1))


def test_invocations_are_named_after_what_they_work_on() -> None:
    job, task = by_key(), ids.task_id(by_key(), 2)
    names = {
        ids.paint_invocation(job, 1),
        ids.paint_invocation(job, 2),
        ids.scene_invocation(task, 1),
        ids.store_invocation(task, 1),
    }
    assert names == {f"{job}-p1", f"{job}-p2", f"{job}-2-v1", f"{job}-2-s1"}
    assert all(len(name) <= 128 for name in names)


def test_files_of_a_task_lie_under_its_name() -> None:
    assert ids.plate_key("j-1") == "input/j-1/plate.png"
    assert ids.output_key("j-1", "poster.png") == "output/j-1/poster.png"
    assert ids.result_folder("j", "j-1") == "results/j/j-1/"
