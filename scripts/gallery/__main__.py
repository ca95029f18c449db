"""Draw the gallery: `python -m scripts.gallery [--drawn N] [--seed S] [--only WORD ...]`.

Trips of drivers are drawn at random from a seed, over all styles, seasons, hours, paints and
formats, and composed as the product does it; then the series is held against what is promised of
one. With `--real` and a folder of renders and photos, those are set in as well; nothing of that
folder is kept in the project.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.arguments import folder
from scripts.gallery.drawn import drawn_works
from scripts.gallery.page import summary, write_page
from scripts.gallery.promises import promises
from scripts.gallery.real import real_works
from scripts.gallery.work import all_made

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.gallery.making import Picture
    from scripts.gallery.work import Work

_ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures, write the page, say where it lies; 1 when a gate failed a sound one."""
    asked = _arguments(arguments)
    out: Path = asked.out
    pictures: list[Picture] = []
    for progress, picture in all_made([*_works(asked, out / "mount")], out):
        pictures.append(picture)
        print(f"{progress}  {_line(picture)}", flush=True)
    if not pictures:
        print(f"no poster of this draw is called {' '.join(asked.only)}: try another --seed")
        return 2
    page = write_page(pictures, out)
    wrong = sum(each.is_wrong for each in pictures)
    told = [] if asked.only or asked.real else [*promises(pictures)]
    print(f"\n{summary(pictures)}; {wrong} judged wrongly\n{page}")
    print("\n".join(str(each) for each in told), end="\n" if told else "")
    return 1 if wrong or any(not each.holds for each in told) else 0


def _line(picture: Picture) -> str:
    if picture.is_refused:
        found = ", ".join(f"{name} {picture.scores[name]:.2f}" for name in picture.failures)
        return f"{picture.name}: refused before a car was put on it: {found}"
    state = ", ".join(picture.failures) or "passes"
    look = f", to be looked at: {', '.join(picture.doubts)}" if picture.doubts else ""
    copy = f"{picture.app_copy} {picture.app_bytes / 1000:.0f} KB"
    return f"{picture.name} {picture.vehicle} {picture.seconds:.1f} s, {copy}: {state}{look}"


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gallery", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="words a scene or paint must hold")
    parser.add_argument("--real", type=folder, help="folder with vehicles/ and scenes/")
    parser.add_argument("--drawn", type=int, default=48, metavar="N", help="draw N posters")
    parser.add_argument("--seed", type=int, default=1, help="what they are drawn from")
    parser.add_argument("--out", type=Path, default=_ROOT / ".local" / "gallery")
    return parser.parse_args(arguments)


def _works(asked: argparse.Namespace, mount: Path) -> Iterator[Work]:
    for work in drawn_works(asked.drawn, asked.seed):
        if all(word in f"{work.name} {work.plan.members[0]}" for word in asked.only):
            yield work
    if asked.real:
        yield from real_works(asked.real, mount, asked.only)


if __name__ == "__main__":
    sys.exit(main())
