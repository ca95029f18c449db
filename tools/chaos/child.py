"""One life of the stack: it serves until it is killed. Run by `tools.chaos` alone."""

from __future__ import annotations

import functools
import logging
import random
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from local.cloud.eas.service import RunOutcome
from local.cloud.faults import FaultRules, Faults
from local.options import StackOptions
from local.painter import png_of
from local.stack import LocalStack
from tools.chaos import bad_items, inside, instance_kills, models_go, rights
from tools.chaos.gpu import FaultyGpu, SmallPictures
from tools.chaos.hastening import hasten_here, pauses
from tools.chaos.life import Life

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.cloud.oss.objects import ObjectEvent

READY = "ready"
_SINK_ITEMS, _PARALLEL, _INSTANCES = 12, 24, 6
_LATE_SECONDS = 0.8


def main() -> None:
    """Serve until killed, or until the standard input ends because the parent has."""
    life = Life.read(Path(sys.argv[1]))
    logging.disable(logging.CRITICAL)
    if not life.deployed:
        hasten_here(pauses(life.grace))
        inside.prepare(life)
        inside.stand_in(life)
    small, data = SmallPictures(), Path(life.data)
    stack = LocalStack(data, _options(life, small))
    small.objects = stack.objects
    _REAL.append(stack)
    with stack:
        if life.deployed:
            _go_on(stack, life)
        bad_items.plant(stack)
        models_go.plant(stack, seconds=life.retire)
        (data / READY).touch()
        sys.stdin.read()


_REAL: list[LocalStack] = []


def _go_on(stack: LocalStack, life: Life) -> None:
    """Go on with what was deployed: it knows the addresses of then."""
    if stack.remarks:
        sys.exit("; ".join(stack.remarks))
    if not life.calm:
        journal = Path(life.data) / instance_kills.FILE
        instance_kills.InstanceKills(stack.instances, journal, seed=life.drawn).start()


def _options(life: Life, small: SmallPictures) -> StackOptions:
    data, seed = Path(life.data), life.drawn
    rules = FaultRules(seed=seed, share=life.share, deadly=life.deadly, late_seconds=_LATE_SECONDS)
    faults = Faults(rules, data / "requests.jsonl", watched=("community",))
    run = small.run_task if life.pictures == "small" else _run_real
    gpu = FaultyGpu(run, data / "gpu.txt", seed=seed, share=life.share)
    return StackOptions(
        port=life.port,
        duplicate_every=None if life.calm else 5,
        run_task=gpu.run_task,
        paint=lambda _prompt, width, height, _seed: _sunset(width, height),
        settings=life.settings,
        front=faults.front,
        deliver=Deliveries(seed, life.share).deliver,
        timer_scale=1 / 60,
        sink_max_items=_SINK_ITEMS,
        parallel=_PARALLEL,
        least_instances=_INSTANCES,
        deployed=life.deployed,
        guard=rights.guard_of(data) if life.deployed else None,
    )


class Deliveries:
    """Hands events on; of those that go wrong some are lost, some doubled, some late."""

    def __init__(self, seed: str, share: float) -> None:
        self._draw = random.Random(f"{seed}/events")  # noqa: S311 - faults, no secrets
        self._share = share

    def deliver(self, hand_on: Callable[[ObjectEvent], object], event: ObjectEvent) -> None:
        """Deliver one event, or not; late ones come out of their order."""
        kind = self._draw.choice(("lost", "twice", "late", "late"))
        if self._draw.random() >= 2 * self._share:
            kind = "once"
        for _ in range({"lost": 0, "twice": 2, "once": 1}.get(kind, 0)):
            hand_on(event)
        if kind == "late":
            timer = threading.Timer(self._draw.uniform(0.1, 4.0), hand_on, (event,))
            timer.daemon = True
            timer.start()


def _run_real(body: bytes, tags: Mapping[str, str]) -> RunOutcome:
    return _engine()(body, tags)


@functools.cache
def _engine() -> Callable[[bytes, Mapping[str, str]], RunOutcome]:
    return _REAL[0].engine()


@functools.cache
def _sunset(width: int, height: int) -> bytes:
    plate = Image.new("RGB", (width, height), (140, 150, 160))
    plate.paste((235, 170, 110), (0, 0, width, round(0.56 * height)))
    return png_of(plate)


if __name__ == "__main__":
    main()
