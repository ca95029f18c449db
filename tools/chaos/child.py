"""One life of the stack: it serves until it is killed. Run by `tools.chaos` alone."""

from __future__ import annotations

import argparse
import functools
import io
import json
import logging
import random
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from functions.ingest_upload import use_case as ingesting
from functions.paint_scene import plate
from functions.sweep_jobs import look
from local.cloud.eas.service import RunOutcome
from local.cloud.faults import FaultRules, Faults
from local.comfyui.engine import WorkflowEngine
from local.stack import MOUNT_BUCKET, LocalStack, StackOptions
from shared.adapters import system_clock
from shared.announcements import schedule
from shared.jobs import erasures
from shared.lists import bulkhead
from shared.seasons import conducting
from tools.chaos import bad_items, models_go, small_poster
from tools.chaos.gpu import FaultyGpu, SmallPictures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.cloud.oss.objects import ObjectEvent

READY = "ready"
_SINK_ITEMS, _PARALLEL, _INSTANCES = 12, 24, 6
_LATE_SECONDS, _CLAIM_SECONDS = 0.8, 15.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until killed, or until the standard input ends because the parent has."""
    chosen = _parser().parse_args(arguments)
    logging.disable(logging.CRITICAL)
    draw = random.Random(f"{chosen.seed}/{chosen.life}")  # noqa: S311 - faults, no secrets
    _hasten(chosen.grace)
    if chosen.share:
        _shift_clock(timedelta(seconds=draw.uniform(-chosen.skew, chosen.skew)))
    small = SmallPictures()
    if chosen.pictures == "small":
        small_poster.stand_in()
    stack = LocalStack(chosen.data, _options(chosen, small))
    small.objects = stack.objects
    _REAL.append(stack)
    bad_items.poison(chosen.seed, calm=not chosen.share)
    with stack:
        bad_items.plant(stack)
        models_go.plant(stack, seconds=chosen.retire)
        (chosen.data / READY).touch()
        sys.stdin.read()


_REAL: list[LocalStack] = []


def _hasten(grace: float) -> None:
    """Shorten the pauses that are no settings; work that was left alone is taken up in half."""
    quiet, hurried = timedelta(seconds=grace / 2), timedelta(seconds=grace)
    for module, name, value in (
        (schedule, "_FIRST_SECONDS", 1.0),
        (plate, "_CLAIM_SECONDS", _CLAIM_SECONDS),
        (bulkhead, "_FIRST_PAUSE", timedelta(seconds=0.6)),
        (bulkhead, "_LONGEST_PAUSE", timedelta(seconds=3)),
        (ingesting, "MOST_TRIES_OF_LISTS", 2 * bulkhead.MOST_TRIES),
        (ingesting, "_FIRST_PAUSE", timedelta(seconds=0.2)),
        (ingesting, "_BEING_READ_SECONDS", grace / 2),
        (look, "GRACE", hurried),
        (erasures, "GRACE", hurried),
        (erasures, "_QUIET", quiet),
        (conducting, "QUIET", quiet),
    ):
        if name not in vars(module):
            msg = f"{module.__name__} has no {name} any more: hasten what came in its place"
            raise AttributeError(msg)
        vars(module)[name] = value


def _options(chosen: argparse.Namespace, small: SmallPictures) -> StackOptions:
    seed = f"{chosen.seed}/{chosen.life}"
    rules = FaultRules(
        seed=seed, share=chosen.share, deadly=chosen.deadly, late_seconds=_LATE_SECONDS
    )
    faults = Faults(rules, chosen.data / "requests.jsonl", watched=("community",))
    run = small.run_task if chosen.pictures == "small" else _run_real
    gpu = FaultyGpu(run, chosen.data / "gpu.txt", seed=seed, share=chosen.share)
    return StackOptions(
        port=chosen.port,
        duplicate_every=5 if chosen.share else None,
        run_task=gpu.run_task,
        paint=lambda _prompt, width, height, _seed: _sunset(width, height),
        settings=json.loads(chosen.settings),
        front=faults.front,
        deliver=Deliveries(seed, chosen.share).deliver,
        timer_scale=1 / 60,
        sink_max_items=_SINK_ITEMS,
        parallel=_PARALLEL,
        least_instances=_INSTANCES,
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


def _shift_clock(offset: timedelta) -> None:
    class Shifted(system_clock.SystemClock):
        def now(self) -> datetime:
            return super().now() + offset

    vars(system_clock)["SystemClock"] = Shifted


def _run_real(body: bytes, tags: Mapping[str, str]) -> RunOutcome:
    return RunOutcome(*_engine().run_task(body, tags))


@functools.cache
def _engine() -> WorkflowEngine:
    objects = _REAL[0].objects

    def publish(key: str, data: bytes, kind: str) -> None:
        objects.put(MOUNT_BUCKET, key, data, content_type=kind)

    return WorkflowEngine(objects.folder(MOUNT_BUCKET), publish)


@functools.cache
def _sunset(width: int, height: int) -> bytes:
    out = io.BytesIO()
    plate = Image.new("RGB", (width, height), (140, 150, 160))
    plate.paste((235, 170, 110), (0, 0, width, round(0.56 * height)))
    plate.save(out, "PNG")
    return out.getvalue()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    kinds: dict[str, type] = {"data": Path, "life": int, "port": int}
    kinds |= dict.fromkeys(("share", "deadly", "grace", "skew", "retire"), float)
    kinds |= dict.fromkeys(("seed", "pictures", "settings"), str)
    for name, kind in kinds.items():
        parser.add_argument(f"--{name}", type=kind, required=True)
    return parser


if __name__ == "__main__":
    main()
