"""A reviewer decides on posters that wait: once, recorded, and followed through."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions.review_job.schema import parse_decision
from shared.composition import layouts
from shared.core import ids
from shared.core.callers import Caller
from shared.core.errors import (
    BundleError,
    ConflictError,
    InvalidRequestError,
    MalformedRequestError,
    NotFoundError,
    PayloadTooLargeError,
)
from shared.edge.events.http_request import HttpRequest
from shared.jobs.claims import Reviewer
from shared.jobs.record import JobStatus
from tests.unit.functions.reviewing import REVIEWER, outbox, review, waiting
from tests.unit.functions.world import World, twice_at_once

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.usefixtures("kept_posters")
ANNOUNCE_MODE = "after_review"


@pytest.mark.slow
def test_with_announcing_after_review_a_good_shared_poster_waits(world: World) -> None:
    record = waiting(world)

    assert record.status is JobStatus.NEEDS_REVIEW
    assert record.result is not None
    assert world.state.keys("open/") == [f"open/{record.job_id}"]
    assert outbox(world) == []


def test_with_announcing_after_review_a_private_poster_does_not_wait(world: World) -> None:
    record = world.rendered()

    assert world.store(record.task_id).status is JobStatus.SUCCEEDED


def test_an_approved_poster_is_delivered_and_announced(world: World, job_id: str) -> None:
    record = review(world, job_id, decision="approve", note="gut")

    assert record.status is JobStatus.SUCCEEDED
    assert record.result is not None
    assert outbox(world) == [f"{job_id}-1-ready-0"]
    assert world.state.keys("open/") == []


def test_a_rejected_poster_is_a_stated_failure(world: World, job_id: str) -> None:
    record = review(world, job_id, decision="reject")

    assert record.status is JobStatus.FAILED
    assert record.failure is not None
    assert record.failure.code == "rejected"
    assert outbox(world) == [f"{job_id}-1-failed-0"]


def test_who_decided_what_and_when_is_recorded_without_a_name(world: World, job_id: str) -> None:
    world.clock.advance(60)
    review(world, job_id, decision="approve", note="passt")

    (last,) = world.record(job_id).reviews
    assert (last.decision, last.attempt, last.note) == ("approve", 1, "passt")
    assert (last.reviewer, last.at) == (REVIEWER.key, world.clock.now())


def test_a_repaint_is_another_attempt_with_the_reviewers_seed(world: World, job_id: str) -> None:
    review(world, job_id, decision="repaint", seed=4711)
    world.paint(job_id)

    record = world.scene(job_id)

    assert (record.status, record.attempt) == (JobStatus.QUEUED, 2)
    assert world.scenes.orders[-1].seed == 4711
    assert world.scenes.orders[0].seed != 4711


def test_a_repaint_in_another_style_is_painted_in_it(world: World, job_id: str) -> None:
    review(world, job_id, decision="repaint", style="photoreal")

    record = world.record(job_id)

    assert record.painted_style == "photoreal"
    assert record.style_override == "photoreal"


def test_a_repaint_in_another_layout_is_composed_in_it_and_recorded(world: World) -> None:
    before = waiting(world)
    assert before.composition is not None
    other = next(each for each in layouts() if each != before.composition.layout)
    with pytest.raises(InvalidRequestError, match=f"/view: one of: {before.composition.view}"):
        review(world, before.job_id, decision="repaint", view="from_above")

    record = review(world, before.job_id, decision="repaint", layout=other)

    assert record.composition is not None
    assert record.composition.layout == record.reviews[-1].layout == other
    assert record.composition.members == before.composition.members


def test_a_repainted_poster_is_looked_at_again(world: World, job_id: str) -> None:
    review(world, job_id, decision="repaint")
    record = world.through(job_id)

    assert (record.status, record.attempt) == (JobStatus.NEEDS_REVIEW, 2)
    assert review(world, job_id, decision="approve").attempt == 2


def test_a_repaint_long_after_the_deadline_has_time_of_its_own(world: World, job_id: str) -> None:
    world.clock.advance(40 * 3600)
    review(world, job_id, decision="repaint")
    world.paint(job_id)

    assert world.scene(job_id).status is JobStatus.QUEUED


_DECISIONS: list[dict[str, Any]] = [
    {"decision": "approve"},
    {"decision": "reject", "note": "zu dunkel"},
    {"decision": "repaint", "seed": 7},
]


@pytest.mark.parametrize("decision", _DECISIONS)
def test_the_same_decision_again_changes_nothing(
    world: World, job_id: str, decision: dict[str, Any]
) -> None:
    review(world, job_id, **decision)
    after_one = world.snapshot()
    world.clock.advance(5)

    review(world, job_id, **decision)

    assert world.snapshot() == after_one


@pytest.mark.parametrize("decision", _DECISIONS)
def test_the_same_decision_twice_at_once_is_one(
    world: World, job_id: str, decision: dict[str, Any]
) -> None:
    twice_at_once(lambda: review(world, job_id, **decision))

    assert len(world.record(job_id).reviews) == 1
    assert len(outbox(world)) == (0 if decision["decision"] == "repaint" else 1)


@pytest.mark.parametrize("decision", _DECISIONS)
def test_a_decision_that_died_before_its_effects_is_made_good_by_the_next(
    world: World, job_id: str, decision: dict[str, Any]
) -> None:
    started = len(world.invoker.started)
    world.invoker.fail(KeyboardInterrupt())  # type: ignore[arg-type]
    world.state.fail("put", KeyboardInterrupt(), key="outbox/")
    with pytest.raises(KeyboardInterrupt):
        review(world, job_id, **decision)

    review(world, job_id, **decision)

    repaints = decision["decision"] == "repaint"
    assert len(world.invoker.started) - started == (1 if repaints else 0)
    assert len(outbox(world)) == (0 if repaints else 1)


@pytest.mark.parametrize("first", _DECISIONS)
def test_another_decision_on_a_decided_job_is_a_conflict(
    world: World, job_id: str, first: dict[str, Any]
) -> None:
    review(world, job_id, **first)

    for other in _DECISIONS:
        if other != first:
            with pytest.raises(ConflictError):
                review(world, job_id, **other)
    with pytest.raises(ConflictError):
        review(world, job_id, Reviewer("maker", "s" * 32), **first)


def test_two_reviewers_who_disagree_leave_one_decision(world: World, job_id: str) -> None:
    wanted = iter(["approve", "reject"])

    def decide() -> object:
        try:
            return review(world, job_id, decision=next(wanted)).status
        except ConflictError:
            return "conflict"

    outcomes = twice_at_once(decide)

    assert outcomes.count("conflict") == 1
    assert len(world.record(job_id).reviews) == 1


def test_a_decision_on_an_attempt_that_is_not_the_one_that_waits_is_a_conflict(
    world: World,
    job_id: str,
) -> None:
    with pytest.raises(ConflictError):
        review(world, job_id, decision="approve", attempt=2)
    assert review(world, job_id, decision="approve", attempt=1).status is JobStatus.SUCCEEDED


def test_a_late_copy_of_a_repaint_does_not_repaint_the_next_attempt(
    world: World, job_id: str
) -> None:
    review(world, job_id, decision="repaint", attempt=1)
    world.through(job_id)

    record = review(world, job_id, decision="repaint", attempt=1)

    assert len(record.reviews) == 1


@pytest.mark.parametrize("job_id", ["", "x", "j" + "a" * 31, "../open"])
def test_an_unknown_job_is_not_found(world: World, job_id: str) -> None:
    with pytest.raises(NotFoundError):
        review(world, job_id, decision="approve")


def test_another_tenants_job_is_not_found(world: World, job_id: str) -> None:
    with pytest.raises(NotFoundError):
        review(world, job_id, Reviewer("other", REVIEWER.key), decision="approve")


def test_a_job_that_waits_for_nobody_is_a_conflict(world: World) -> None:
    with pytest.raises(ConflictError):
        review(world, world.submit().job_id, decision="approve")


def test_an_unknown_style_is_refused_with_those_that_exist(world: World, job_id: str) -> None:
    with pytest.raises(InvalidRequestError, match="photoreal"):
        review(world, job_id, decision="repaint", style="cubist")


def _request(body: bytes, media_type: str = "application/json") -> HttpRequest:
    return HttpRequest("POST", "/", {"content-type": media_type}, body=body)


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({}, "/decision", "missing"),
        ({"decision": "maybe"}, "/decision", "literal_error"),
        ({"decision": "approve", "seed": 1}, "", "value_error"),
        ({"decision": "approve", "style": "photoreal"}, "", "value_error"),
        ({"decision": "take_back", "view": "side_left"}, "", "value_error"),
        ({"decision": "reject", "layout": "left_third"}, "", "value_error"),
        ({"decision": "repaint", "view": "Side"}, "/view", "string_pattern_mismatch"),
        ({"decision": "repaint", "layout": "../x"}, "/layout", "string_pattern_mismatch"),
        ({"decision": "repaint", "seed": -1}, "/seed", "greater_than_equal"),
        ({"decision": "repaint", "seed": "1"}, "/seed", "int_type"),
        ({"decision": "repaint", "seed": 2**31}, "/seed", "less_than_equal"),
        ({"decision": "repaint", "style": "../x"}, "/style", "string_pattern_mismatch"),
        ({"decision": "approve", "attempt": 0}, "/attempt", "greater_than_equal"),
        ({"decision": "approve", "note": "x" * 201}, "/note", "string_too_long"),
        ({"decision": "approve", "note": "a\x00b"}, "/note", "value_error"),
        ({"decision": "approve", "colour": "red"}, "/colour", "extra_forbidden"),
        ([], "", "model_type"),
    ],
)
def test_a_bad_decision_is_refused_with_its_field(fields: Any, pointer: str, code: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        parse_decision(_request(json.dumps(fields).encode()), max_bytes=1000)

    assert [(each.pointer, each.code) for each in caught.value.problems] == [(pointer, code)]


@pytest.mark.parametrize(
    ("request_in", "error"),
    [
        (_request(b"{"), MalformedRequestError),
        (_request(b"\xff"), MalformedRequestError),
        (_request(b"{}", "text/plain"), MalformedRequestError),
        (_request(b" " * 2000), PayloadTooLargeError),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    request_in: HttpRequest, error: type[BundleError]
) -> None:
    with pytest.raises(error):
        parse_decision(request_in, max_bytes=1000)


def test_a_reviewer_is_recorded_under_a_name_that_tells_nobody_who_it_is() -> None:
    reviewer = Reviewer.of(Caller("maker", "anna@maker.test", frozenset({"reviewer"})), b"k" * 32)

    assert reviewer == Reviewer("maker", ids.reviewer_key(b"k" * 32, "maker", "anna@maker.test"))
    assert "anna" not in reviewer.key
