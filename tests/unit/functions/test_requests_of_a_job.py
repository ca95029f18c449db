"""How often one job asks the state bucket, from submit to stored."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from shared.jobs.record import JobStatus
from tests.unit.functions.world import World, sample_trip

if TYPE_CHECKING:
    from collections.abc import Callable

_METHODS = ("get", "page", "head", "create", "put", "delete")


def _counted(world: World) -> Counter[str]:
    """Count what is asked of the records, the index and the markers, and not of results."""
    counts: Counter[str] = Counter()

    def counting(name: str, asked: Callable[..., Any]) -> Callable[..., Any]:
        def ask(key: str, *given: Any, **named: Any) -> Any:
            counts[name] += not key.startswith(("results/", "control/"))
            return asked(key, *given, **named)

        return ask

    for name in _METHODS:
        setattr(world.state, name, counting(name, getattr(world.state, name)))
    return counts


def test_a_job_with_a_caption_asks_the_bucket_28_times(world: World) -> None:
    counts = _counted(world)
    job = world.submit(sample_trip(caption="一路向西")).job_id
    assert world.through(job).status is JobStatus.SUCCEEDED
    assert sum(counts.values()) == 28
    assert counts["page"] == 8
