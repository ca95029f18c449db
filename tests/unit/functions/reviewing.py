"""Support: a poster that waits for a reviewer, and what reviewers do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.review_job.schema import Decision
from functions.review_job.use_case import claim_review, let_go, review_job
from functions.send_announcements.use_case import send_announcements
from shared.jobs.claims import Claim, Claims, Reviewer
from tests.fakes.wired import wired
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from collections import Counter

    from shared.jobs.record import JobRecord
    from tests.fakes.announcer import FakeAnnouncer
    from tests.unit.functions.world import World

REVIEWER = Reviewer("maker", "r" * 32, "王丽")
OTHER = Reviewer("maker", "s" * 32, "Tom")
CLAIM_SECONDS = 120


def waiting(world: World, *, share: bool = True) -> JobRecord:
    """Return a job whose good poster waits for somebody to look at it."""
    job_id = world.submit(sample_trip(share=share)).job_id
    return world.through(job_id)


def review(world: World, job_id: str, who: Reviewer = REVIEWER, **decision: Any) -> JobRecord:
    return wired(review_job, world)(
        job_id,
        Decision(**decision),
        reviewer=who,
        claims=claims(world),
        catalogue=lambda: world.catalogue,
    )


def outbox(world: World) -> list[str]:
    return [key.rpartition("/")[2] for key in world.state.keys("outbox/")]


def claims(world: World) -> Claims:
    return Claims(state=world.state, clock=world.clock, seconds=CLAIM_SECONDS)


def claim(world: World, job_id: str, who: Reviewer = REVIEWER) -> Claim:
    return claim_review(job_id, reviewer=who, jobs=world.jobs, claims=claims(world))


def leave(world: World, job_id: str, who: Reviewer = REVIEWER) -> None:
    let_go(job_id, reviewer=who, jobs=world.jobs, claims=claims(world))


def tell(world: World, announcer: FakeAnnouncer, *, minutes: int = 1) -> None:
    """Let minutes pass, with a run of send_announcements after each."""
    for _ in range(minutes):
        world.clock.advance(60)
        send(world, announcer)


def send(world: World, announcer: FakeAnnouncer) -> Counter[str]:
    """Run send_announcements."""
    return wired(send_announcements, world)(
        seconds=40,
        configured=frozenset({"community", "backend"}),
        base_url="https://posters.example.com",
        announcer=announcer,
    )
