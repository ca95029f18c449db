"""Claims of reviewers, over a bucket in memory and over OSS: the same on both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from shared.core.errors import ConflictError
from shared.jobs.claims import Claims, Reviewer, claim_keys
from shared.jobs.parts import Review
from tests.contract.test_outbox import fresh_id
from tests.fakes.clock import START, FakeClock

if TYPE_CHECKING:
    from shared.ports import ObjectStore

LI, TOM = Reviewer("maker", "l" * 32, "李梅"), Reviewer("maker", "t" * 32, "Tom")
CLOCK = FakeClock()


@pytest.fixture
def claims(bucket: ObjectStore) -> Claims:
    return Claims(state=bucket, clock=CLOCK, seconds=120)


def test_of_many_at_once_one_wins_each_time_it_runs_out(claims: Claims) -> None:
    job_id = "j" + fresh_id()[1:]
    reviewers = [Reviewer("maker", f"{number}" * 32) for number in range(8)]

    def take(who: Reviewer) -> bool:
        try:
            return claims.take(job_id, who).reviewer == who.key
        except ConflictError:
            return False

    for _ in range(3):
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(take, reviewers)).count(True) == 1
        CLOCK.advance(120)


def test_it_runs_out_is_let_go_and_leaves_a_name_behind(
    claims: Claims, bucket: ObjectStore
) -> None:
    job_id = "j" + fresh_id()[1:]
    claims.take(job_id, LI)
    with pytest.raises(ConflictError):
        claims.refuse_while_claimed(job_id, TOM)
    claims.let_go(job_id, LI)
    claims.refuse_while_claimed(job_id, TOM)
    assert claims.take(job_id, TOM).name == "Tom"

    review = Review(decision="approve", attempt=1, reviewer=TOM.key, at=START)
    for _ in range(2):
        claims.decided(job_id, review, TOM)

    assert claim_keys(job_id, state=bucket) == [f"claims/{job_id}/decided"]
    assert claims.name_of(job_id, review) == "Tom"
    other = review.model_copy(update={"reviewer": LI.key})
    assert claims.name_of(job_id, other) == "another reviewer"
