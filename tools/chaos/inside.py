"""What goes wrong within a function's process: its clock is off, and bad items are poisonous.

It is put into the zips that chaos deploys, and it runs first of all in them; without a
deployment it runs once in the process that the functions share.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from shared.adapters import system_clock
from tools.chaos import poison
from tools.chaos.life import VARIABLE, Life

# Of the pictures that deployed functions get, this one makes posters.
_MAKES_POSTERS = "store_result"


def enter(name: str) -> None:
    """Prepare the instance of a deployed function, before its handler is imported."""
    life = Life.read(Path(os.environ[VARIABLE]))  # noqa: TID251 - no setting of the product
    prepare(life, name)
    if name == _MAKES_POSTERS:
        stand_in(life)


def prepare(life: Life, name: str = "") -> None:
    """Shift the clock, and let bad items do what they do."""
    shift_clock(life.offset(name))
    poison.poison(life.seed, calm=life.calm)


def stand_in(life: Life) -> None:
    """Have posters made of small pictures, if the run has these."""
    if life.pictures == "small":
        from tools.chaos import small_poster

        small_poster.stand_in()


def shift_clock(offset: timedelta) -> None:
    """Have the product's clock tell another time than the machine's."""

    class Shifted(system_clock.SystemClock):
        def now(self) -> datetime:
            return super().now() + offset

    vars(system_clock)["SystemClock"] = Shifted
