"""Posters drawn over all styles, seasons, hours, paints and formats, composed as the product does.

Then the series is held against what is promised of one. With a folder of real renders and photos,
those are set in as well; nothing of that folder is kept in the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.errors import NotFoundError
from tools.gallery.drawn import drawn_works
from tools.gallery.page import summary, write_page
from tools.gallery.promises import promises
from tools.gallery.real import real_works
from tools.gallery.work import all_made

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from local.printed import Say
    from tools.gallery.making import Picture
    from tools.gallery.work import Work


@dataclass(frozen=True)
class Drawn:
    """How many are drawn from which seed; `only`: words that a scene or paint must hold."""

    count: int
    seed: int
    only: Sequence[str] = ()
    real: Path | None = None


def draw(asked: Drawn, out: Path, *, say: Say) -> int:
    """Make the pictures, write the page, say where it lies; 1 when a gate failed a sound one."""
    pictures: list[Picture] = []
    for progress, picture in all_made([*_works(asked, out / "mount")], out):
        pictures.append(picture)
        say.note(f"{progress}  {_line(picture)}")
    if not pictures:
        msg = f"no poster of this draw is called {' '.join(asked.only)}: try another --seed"
        raise NotFoundError(msg)
    page = write_page(pictures, out)
    wrong = sum(each.is_wrong for each in pictures)
    told = [] if asked.only or asked.real else [*promises(pictures)]
    if say.as_json:
        kept = {str(each): each.holds for each in told}
        say.value({"posters": len(pictures), "wrong": wrong, "promises": kept, "page": page})
    say.progress(f"\n{summary(pictures)}; {wrong} judged wrongly\n{page}")
    for each in told:
        say.progress(str(each))
    return 1 if wrong or any(not each.holds for each in told) else 0


def _line(picture: Picture) -> str:
    if picture.is_refused:
        found = ", ".join(f"{name} {picture.scores[name]:.2f}" for name in picture.failures)
        return f"{picture.name}: refused before a car was put on it: {found}"
    state = ", ".join(picture.failures) or "passes"
    look = f", to be looked at: {', '.join(picture.doubts)}" if picture.doubts else ""
    copy = f"{picture.app_copy} {picture.app_bytes / 1000:.0f} KB"
    return f"{picture.name} {picture.vehicle} {picture.seconds:.1f} s, {copy}: {state}{look}"


def _works(asked: Drawn, mount: Path) -> Iterator[Work]:
    for work in drawn_works(asked.count, asked.seed):
        if all(word in f"{work.name} {work.plan.members[0]}" for word in asked.only):
            yield work
    if asked.real:
        yield from real_works(asked.real, mount, asked.only)
