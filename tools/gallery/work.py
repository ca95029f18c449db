"""Make the gallery's pictures on all cores, in the order of the page."""

import functools
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from local.painter import paint, png_of
from tools.gallery.making import Picture, Studio
from tools.gallery.scenes import GalleryScene

_SIZE = (1152, 1440)


class Work(Protocol):
    """One plate and the cars that are put on it; can be sent to another process."""

    @property
    def vehicles(self) -> Sequence[str]:
        """Return the cars that are put on it."""

    def made(self, studio: Studio) -> list[Picture]:
        """Return the pictures."""


@dataclass(frozen=True)
class Progress:
    """How many pictures there are so far, of how many, and seconds that the rest will take."""

    done: int
    of: int
    seconds_left: float

    def __str__(self) -> str:
        """Return it in words for the front of a line."""
        minutes, seconds = divmod(round(self.seconds_left), 60)
        return f"{self.done:3} of {self.of}, {minutes}:{seconds:02} left"


def all_made(works: Sequence[Work], out: Path) -> Iterator[tuple[Progress, Picture]]:
    """Yield the pictures in the order of the works, whichever core was first."""
    began, done = time.monotonic(), 0
    of = sum(len(work.vehicles) for work in works)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(cores(), len(works) or 1), mp_context=context) as pool:
        for work, pictures in zip(
            works, pool.map(functools.partial(_made, out), works), strict=True
        ):
            # A plate that is refused shows no car, and stands for all that were meant for it.
            done += len(work.vehicles)
            left = (time.monotonic() - began) * (of - done) / done
            yield from ((Progress(done, of, left), picture) for picture in pictures)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def painted(scene: GalleryScene) -> bytes:
    """Return the plate of a scene, as the local picture model paints it."""
    width, height = _SIZE
    return png_of(paint(scene.prompt, width=width, height=height, seed=len(scene.name)))


def _made(out: Path, work: Work) -> list[Picture]:
    return work.made(_studio(out))


@functools.cache
def _studio(out: Path) -> Studio:
    """Return the one studio of this process."""
    return Studio(out)
