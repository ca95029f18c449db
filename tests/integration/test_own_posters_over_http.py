"""A driver's own posters through the whole stack, by the maker's client."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from client.trip_posters import (
    ConflictError,
    ForbiddenError,
    GoneError,
    NotFoundError,
    TripPosters,
)
from local.client import fetch
from local.stack import MOUNT_BUCKET, LocalStack
from tests.integration.conftest import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL_PICTURES = True

# Kilometres that nobody else drives: they stand in the record for as long as it does.
_MARKED, _UPLOADED, _KEPT = 6117.25, 6118.25, 6119.25
_PATIENCE_SECONDS = 90.0


def trip(**changes: Any) -> dict[str, Any]:
    """Return the sample trip, changed."""
    return {**json.loads(SAMPLE.read_bytes()), **changes}


def posters_of(stack: LocalStack, driver: str, **options: Any) -> TripPosters:
    """Return a driver's client."""
    return TripPosters(stack.urls["app"], stack.keys.token(driver), **options)


def wait(until: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < end, "it did not come about"
        threading.Event().wait(0.2)


def found_in(stack: LocalStack, *words: str) -> list[str]:
    """Return the objects of both buckets whose key or bytes hold one of the words."""
    found = []
    for bucket in stack.objects.buckets:
        folder = stack.objects.folder(bucket)
        for path in sorted(
            p for p in folder.rglob("*") if p.is_file() and p.parent.name != "tries"
        ):
            try:
                data = str(path.relative_to(folder)).encode() + path.read_bytes()
            except FileNotFoundError:
                # A note of what is being tried goes at any moment.
                continue
            if any(word.encode() in data for word in words):
                found.append(f"{bucket}/{path.relative_to(folder)}")
    return found


@pytest.fixture(scope="module")
def mine(stack: LocalStack) -> TripPosters:
    return posters_of(stack, "own-posters-driver")


def test_a_poster_is_listed_repainted_shared_taken_back_and_exported(
    stack: LocalStack, mine: TripPosters
) -> None:
    accepted = mine.submit(trip(distance_km=12.5), idempotency_key="own-1")
    first = mine.wait_for_poster(accepted.job_id, seconds=_PATIENCE_SECONDS, interval=0.3)
    assert first.poster is not None

    # The list is by seconds, as the bucket knows times; a poster may take less than one.
    time.sleep(1.0)
    again = mine.repaint(first.job_id, seed=7, idempotency_key="own-2")
    second = mine.wait_for_poster(again.job_id, seconds=_PATIENCE_SECONDS, interval=0.3)
    assert second.poster is not None
    assert (second.origin, second.repaint_of) == ("repaint", first.job_id)
    assert mine.download(second.poster.master) != mine.download(first.poster.master)

    listed = [job.job_id for job in mine.every_job()]
    assert listed == [second.job_id, first.job_id]
    assert mine.jobs(limit=1).cursor

    for share in (True, False):
        assert mine.set_share(first.job_id, share=share).share is share
    wait(lambda: f"{first.job_id}-1-withdrawn-2" in stack.community.messages("community"))
    (export,) = mine.export()
    assert [each["job"]["job_id"] for each in export["jobs"]] == listed
    assert export["jobs"][0]["trip"]["distance_km"] == 12.5


def test_styles_and_vehicles_are_there_to_choose_from(mine: TripPosters) -> None:
    assert "photoreal" in {style.id for style in mine.styles()}
    assert ("citycar", "g1") in {(each.model, each.generation) for each in mine.vehicles()}


def test_a_service_acts_for_the_driver_it_names(stack: LocalStack, mine: TripPosters) -> None:
    token = stack.keys.token("backend", "service")
    backend = TripPosters(stack.urls["app"], token, driver="own-posters-driver")
    assert {job.job_id for job in backend.every_job()} == {job.job_id for job in mine.every_job()}
    reviewer = TripPosters(stack.urls["app"], stack.keys.token("r", "reviewer"))
    with pytest.raises(ForbiddenError):
        reviewer.jobs()


def test_an_open_job_can_be_cancelled_and_its_trip_painted_again(mine: TripPosters) -> None:
    job_id = mine.submit(trip(distance_km=13.5)).job_id
    with pytest.raises(ConflictError):
        mine.repaint(job_id)
    assert mine.cancel(job_id).job_id == job_id
    again = mine.repaint(job_id)
    assert mine.wait_for_poster(again.job_id, seconds=_PATIENCE_SECONDS, interval=0.3).poster


def test_of_an_erased_poster_nothing_is_found_anywhere(stack: LocalStack) -> None:
    driver = posters_of(stack, "erasing-driver")
    accepted = driver.submit(trip(distance_km=_MARKED, share=True), idempotency_key="e-1")
    job = driver.wait_for_poster(accepted.job_id, seconds=_PATIENCE_SECONDS, interval=0.3)
    assert job.poster is not None
    wait(lambda: f"{job.job_id}-1-ready" in stack.community.messages("community"))
    assert found_in(stack, str(_MARKED))

    erasure = driver.erase(job.job_id)
    with pytest.raises(NotFoundError):
        driver.job(job.job_id)
    wait(lambda: driver.erasure(erasure.erasure_id).status != "running")

    counts = driver.erasure(erasure.erasure_id).counts
    assert (counts["posters"], counts["results"], counts["messages"]) == (1, 8, 1)
    assert counts["records"] >= 5
    assert found_in(stack, str(_MARKED)) == []
    wait(lambda: f"{job.job_id}-1-withdrawn" in stack.community.messages("community"))
    left = {key.split("/")[1] for key in found_in(stack, job.job_id)}
    assert left <= {"jobs", "open", "announced", "erasing", "erasing-counts", "outbox", "tries"}
    with pytest.raises(Exception, match="404"):
        fetch(job.poster.app_copy.url)
    with pytest.raises(GoneError):
        driver.submit(trip(distance_km=_MARKED, share=True), idempotency_key="e-1")
    with pytest.raises(NotFoundError):
        driver.repaint(job.job_id)


def test_everything_of_a_driver_goes_uploaded_lines_too_and_others_stay(
    stack: LocalStack,
) -> None:
    driver, other = posters_of(stack, "leaving-driver"), posters_of(stack, "staying-driver")
    sent = driver.submit(trip(distance_km=_MARKED), idempotency_key="l-1")
    lines = [
        {**trip(distance_km=_UPLOADED), "driver": "leaving-driver"},
        {**trip(distance_km=_KEPT), "driver": "staying-driver"},
    ]
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    stack.objects.put(MOUNT_BUCKET, "uploads/trips/fleet/two.jsonl", body)
    wait(lambda: len(list(driver.every_job())) == 2 and len(list(other.every_job())) == 1)
    for each in (*driver.every_job(), *other.every_job()):
        client = driver if each.job_id in {j.job_id for j in driver.every_job()} else other
        client.wait_for_poster(each.job_id, seconds=_PATIENCE_SECONDS, interval=0.3)

    erasure = driver.erase_everything()
    wait(lambda: driver.erasure(erasure.erasure_id).status != "running")

    counts = driver.erasure(erasure.erasure_id).counts
    assert (counts["posters"], counts["uploads"]) == (2, 1)
    assert list(driver.every_job()) == []
    assert found_in(stack, str(_MARKED), str(_UPLOADED), "leaving-driver") == []
    assert len(list(other.every_job())) == 1
    assert [key for key in found_in(stack, str(_KEPT)) if "uploads/trips/" in key]
    with pytest.raises(NotFoundError):
        driver.job(sent.job_id)
    with pytest.raises(NotFoundError):
        other.erasure(erasure.erasure_id)
