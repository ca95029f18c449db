"""Support: a world whose buckets count requests by what they are billed as."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.unit.functions.world import World

if TYPE_CHECKING:
    from pathlib import Path

# A listing is billed as a write; deletions cost nothing, and are counted as writes all the same.
_WRITES = ("put", "create", "delete", "page")
_READS = ("get", "read_range", "head")


def counting(world: World) -> Counter[str]:
    """Return the counts of both buckets from now on."""
    counts: Counter[str] = Counter()
    for store in (world.state, world.mount):
        for kind, names in (("writes", _WRITES), ("reads", _READS)):
            for name in names:
                setattr(store, name, _counted(getattr(store, name), kind, counts))
    return counts


def _counted(call: Any, kind: str, counts: Counter[str]) -> Any:
    def counted(*arguments: Any, **options: Any) -> Any:
        counts[kind] += 1
        return call(*arguments, **options)

    return counted


def a_world(folder: Path) -> tuple[World, Counter[str]]:
    """Return a world and its counts."""
    world = World(folder)
    return world, counting(world)
