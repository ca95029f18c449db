"""The gallery on all cores: the page's order, and how long it will take."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.gallery.making import Picture
from tools.gallery.work import Progress, all_made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tools.gallery.making import Studio


@dataclass
class Waiting:
    """Work that takes a while and makes one picture a car."""

    name: str
    seconds: float
    vehicles: Sequence[str]

    def made(self, studio: Studio) -> list[Picture]:
        """Wait, and say which process did."""
        assert studio is not None
        time.sleep(self.seconds)
        return [self._picture(vehicle) for vehicle in self.vehicles]

    def _picture(self, vehicle: str) -> Picture:
        return Picture(self.name, vehicle, str(os.getpid()), {}, (), "", self.seconds)


def test_pictures_come_in_the_order_of_the_page_and_the_time_left_goes_to_nothing(
    tmp_path: Path,
) -> None:
    works = [Waiting("slow", 0.3, ["a", "b"]), Waiting("quick", 0.0, ["a"])]

    made = [*all_made(works, tmp_path)]

    assert [(picture.name, picture.vehicle) for _, picture in made] == [
        ("slow", "a"),
        ("slow", "b"),
        ("quick", "a"),
    ]
    assert [(progress.done, progress.of) for progress, _ in made] == [(2, 3), (2, 3), (3, 3)]
    assert made[0][0].seconds_left > 0
    assert made[-1][0].seconds_left == 0
    assert str(os.getpid()) not in {picture.file for _, picture in made}


def test_nothing_to_make_is_no_picture(tmp_path: Path) -> None:
    assert [*all_made([], tmp_path)] == []


def test_progress_is_told_in_minutes_and_seconds() -> None:
    assert str(Progress(9, 126, 184.6)) == "  9 of 126, 3:05 left"
