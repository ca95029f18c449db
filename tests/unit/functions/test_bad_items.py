"""One bad item of a list: all others end, and it is tried so often and set aside."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from tests.fakes.poisoned_store import Poison
from tests.unit.functions.killable import Killed
from tests.unit.functions.lists import LISTS, ListWorld
from tests.unit.functions.trials import keep_trials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_MOST_RUNS = 40
_MOST_STEPS = 12


def _raises(_: ListWorld) -> None:
    msg = "a bug"
    raise RuntimeError(msg)


def _kills(_: ListWorld) -> None:
    raise Killed


def _hangs(world: ListWorld) -> None:
    # Until the platform ends the run.
    world.clock.advance(600)
    raise Killed


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Examine each render once, and print no traceback of planned bugs."""
    keep_trials(monkeypatch)
    with capture_logs():
        yield


def _run(world: ListWorld, poison: Poison) -> None:
    with contextlib.suppress(Killed), poison.run():
        world.run()


def _steps(kind: type[ListWorld], item: int) -> int:
    """Return how many requests a run makes about an item that is well."""
    world = kind()
    seen = Poison(world.names[item], lambda: None)
    world.state.poison(seen)
    world.mount.poison(seen)
    with seen.run():
        world.run()
    return seen.seen


@pytest.mark.parametrize("acts", [_raises, _kills, _hangs])
@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.__name__)
def test_a_bad_item_is_set_aside_and_every_other_one_ends(
    kind: type[ListWorld], acts: Callable[[ListWorld], None]
) -> None:
    steps = min(_steps(kind, 0), _MOST_STEPS)
    assert steps > 0
    for step in range(1, steps + 1):
        world = kind()
        bad, others = world.names[0], set(world.names[1:])
        poison = Poison(bad, functools.partial(acts, world), step=step)
        world.state.poison(poison)
        world.mount.poison(poison)
        # One that raises holds nobody up; one that kills the run, those behind it for a run or two.
        for _ in range(1 if acts is _raises else 3):
            _run(world, poison)
        assert others <= world.ended(), f"step {step}"
        for _ in range(_MOST_RUNS):
            if not world.waiting():
                break
            world.clock.advance(1800)
            _run(world, poison)
        assert not world.waiting() or world.dead(), f"step {step}"
        assert bad in world.ended() or any(bad in key for key in world.dead()), f"step {step}"


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.__name__)
def test_what_is_set_aside_is_in_no_list_any_more(kind: type[ListWorld]) -> None:
    world = kind()
    bad = world.names[0]

    def fails_until_it_is_noted() -> None:
        if not any(bad in key for key in world.dead()):
            _raises(world)

    poison = Poison(bad, fails_until_it_is_noted)
    world.state.poison(poison)
    world.mount.poison(poison)
    for _ in range(_MOST_RUNS):
        if not world.waiting():
            break
        world.clock.advance(1800)
        _run(world, poison)

    assert not world.waiting()
    assert any(bad in key for key in world.dead())
    assert world.state.keys("tries/") == []
