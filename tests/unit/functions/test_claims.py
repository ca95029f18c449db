"""Who looks at a poster: one at a time, for a while, and only they decide in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.core.errors import ConflictError, NotFoundError
from shared.jobs.claims import Reviewer
from shared.jobs.record import JobStatus
from tests.unit.functions.reviewing import (
    CLAIM_SECONDS,
    OTHER,
    REVIEWER,
    claim,
    leave,
    review,
)
from tests.unit.functions.world import World, twice_at_once

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.usefixtures("kept_posters")
ANNOUNCE_MODE = "after_review"


def test_a_claim_holds_for_its_seconds_and_names_who_has_it(world: World, job_id: str) -> None:
    taken = claim(world, job_id)

    assert (taken.until - world.clock.now()).total_seconds() == CLAIM_SECONDS
    with pytest.raises(ConflictError, match="王丽 is looking") as refused:
        claim(world, job_id, OTHER)
    assert dict(refused.value.members) == {
        "claimed_by": "王丽",
        "until": taken.until.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def test_a_reviewer_without_a_name_is_another_reviewer(world: World, job_id: str) -> None:
    claim(world, job_id, Reviewer("maker", "q" * 32))

    with pytest.raises(ConflictError) as refused:
        claim(world, job_id)
    assert refused.value.members["claimed_by"] == "another reviewer"


def test_of_two_who_claim_at_once_one_wins(world: World, job_id: str) -> None:
    who = iter([REVIEWER, OTHER])

    def take() -> str:
        try:
            return claim(world, job_id, next(who)).name
        except ConflictError as refused:
            return f"not {refused.members['claimed_by']}"

    outcomes = sorted(map(str, twice_at_once(take)))

    assert outcomes in (["not 王丽", "王丽"], ["Tom", "not Tom"])


@pytest.mark.parametrize("passed", [CLAIM_SECONDS, CLAIM_SECONDS + 1])
def test_of_two_who_take_over_what_ran_out_one_wins(
    world: World, job_id: str, passed: float
) -> None:
    claim(world, job_id, Reviewer("maker", "q" * 32))
    world.clock.advance(passed)
    test_of_two_who_claim_at_once_one_wins(world, job_id)


def test_ones_own_claim_is_renewed_by_the_same_call(world: World, job_id: str) -> None:
    first = claim(world, job_id)
    world.clock.advance(10)
    assert claim(world, job_id) == first, "so soon nothing is written"
    world.clock.advance(CLAIM_SECONDS - 20)

    again = claim(world, job_id)

    assert (again.until - world.clock.now()).total_seconds() == CLAIM_SECONDS
    world.clock.advance(CLAIM_SECONDS - 1)
    with pytest.raises(ConflictError):
        claim(world, job_id, OTHER)


def test_who_lets_go_leaves_it_to_others_and_letting_go_twice_is_fine(
    world: World, job_id: str
) -> None:
    claim(world, job_id)
    leave(world, job_id, OTHER)
    with pytest.raises(ConflictError):
        claim(world, job_id, OTHER)

    leave(world, job_id)
    leave(world, job_id)

    assert claim(world, job_id, OTHER).name == "Tom"


def test_a_decision_is_refused_while_somebody_else_is_looking(world: World, job_id: str) -> None:
    claim(world, job_id, OTHER)

    with pytest.raises(ConflictError, match="Tom is looking"):
        review(world, job_id, decision="approve")
    assert world.record(job_id).reviews == ()

    world.clock.advance(CLAIM_SECONDS)
    assert review(world, job_id, decision="approve").status is JobStatus.SUCCEEDED


def test_whoever_has_the_claim_decides_and_the_claim_is_gone(world: World, job_id: str) -> None:
    claim(world, job_id)
    review(world, job_id, decision="approve")

    assert world.state.keys("claims/") == [f"claims/{job_id}/decided"]


def test_a_second_decision_says_who_decided_what_and_when(world: World, job_id: str) -> None:
    review(world, job_id, decision="reject")

    for late in (
        lambda: review(world, job_id, OTHER, decision="approve"),
        lambda: claim(world, job_id, OTHER),
    ):
        with pytest.raises(ConflictError, match="王丽 rejected this poster at 2026-") as refused:
            late()
        assert refused.value.code == "already_decided"
        assert {**refused.value.members, "decided_at": ""} == {
            "decided_by": "王丽",
            "decision": "reject",
            "decided_at": "",
        }


def test_the_name_goes_with_the_note_and_is_in_no_record(world: World, job_id: str) -> None:
    claim(world, job_id)
    review(world, job_id, decision="approve")

    named = [key for key, each in world.state.objects.items() if "王丽".encode() in each.data]
    assert named == [f"claims/{job_id}/decided"]
    world.state.delete(f"claims/{job_id}/decided")
    with pytest.raises(ConflictError) as refused:
        review(world, job_id, OTHER, decision="reject")
    assert refused.value.members["decided_by"] == "another reviewer"


def test_only_a_poster_that_waits_is_claimed(world: World, job_id: str) -> None:
    with pytest.raises(ConflictError, match="does not wait") as refused:
        claim(world, world.submit(key="another").job_id)
    assert refused.value.code == "not_waiting"
    review(world, job_id, decision="repaint")
    with pytest.raises(ConflictError, match="ordered another picture"):
        claim(world, job_id, OTHER)


def test_another_tenants_poster_is_not_found(world: World, job_id: str) -> None:
    stranger = Reviewer("other", REVIEWER.key)
    for call in (claim, leave):
        with pytest.raises(NotFoundError):
            call(world, job_id, stranger)


def test_a_claim_that_a_listing_does_not_show_yet_counts_all_the_same(
    world: World, job_id: str
) -> None:
    claim(world, job_id)
    page = world.state.page

    def blind(prefix: str, *, after: str = "", limit: int = 1000) -> object:
        return page("none/" if prefix.startswith("claims/") else prefix, after=after, limit=limit)

    world.state.page = blind  # type: ignore[method-assign,assignment]
    with pytest.raises(ConflictError):
        claim(world, job_id, OTHER)
