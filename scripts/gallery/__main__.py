"""Paint the gallery: `python -m scripts.gallery [--only WORD ...] [--real FOLDER]`.

Three paints of the demonstration car, six places, four seasons, and every other style in four
seasons; and, where a folder of real renders and photos is named, those as well. Nothing of that
folder is kept in the project.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.arguments import folder
from scripts.gallery.page import summary, write_page
from scripts.gallery.real import real_works
from scripts.gallery.scenes import all_scenes, styled_scenes
from scripts.gallery.work import PaintedWork, all_made
from shared.vehicles.freeze import bundle_mount_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.gallery.making import Picture
    from scripts.gallery.work import Work

_ROOT = Path(__file__).parents[2]
_VEHICLES = _ROOT / "comfyui" / "vehicles"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures, write the page, say where it lies; 1 when a gate failed a sound one."""
    asked = _arguments(arguments)
    out: Path = asked.out
    pictures: list[Picture] = []
    for progress, picture in all_made([*_works(asked, out / "mount")], out):
        pictures.append(picture)
        print(f"{progress}  {_line(picture)}", flush=True)
    if not pictures:
        print(f"nothing is called {' '.join(asked.only)}; words are: {', '.join(_words())}")
        return 2
    page = write_page(pictures, out)
    wrong = sum(each.is_wrong for each in pictures)
    print(f"\n{summary(pictures)}; {wrong} judged wrongly\n{page}")
    return 1 if wrong else 0


def _line(picture: Picture) -> str:
    if picture.is_refused:
        found = ", ".join(f"{name} {picture.scores[name]:.2f}" for name in picture.failures)
        return f"{picture.name}: refused before a car was put on it: {found}"
    state = ", ".join(picture.failures) or "passes"
    look = f", to be looked at: {', '.join(picture.doubts)}" if picture.doubts else ""
    return f"{picture.name} {picture.vehicle} {picture.seconds:.1f} s: {state}{look}"


def _words() -> list[str]:
    """Return what scenes and paints are called by."""
    scenes = {word for scene in (*all_scenes(), *styled_scenes()) for word in scene.name.split("-")}
    return sorted(scenes | {path.parent.name for path in _VEHICLES.rglob("render.png")})


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gallery", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="words a scene or paint must hold")
    parser.add_argument("--real", type=folder, help="folder with vehicles/ and scenes/")
    parser.add_argument("--out", type=Path, default=_ROOT / ".local" / "gallery")
    return parser.parse_args(arguments)


def _works(asked: argparse.Namespace, mount: Path) -> Iterator[Work]:
    vehicles = list(demo_vehicles(mount))
    for scene in (*all_scenes(), *styled_scenes()):
        wanted = [v for v in vehicles if all(w in f"{scene.name} {v}" for w in asked.only)]
        if wanted:
            yield PaintedWork(scene, wanted)
    if asked.real:
        yield from real_works(asked.real, mount, asked.only)


def demo_vehicles(mount: Path) -> Iterator[str]:
    """Freeze the demonstration cars onto the mount; yield their references."""
    for key, data in bundle_mount_files(_VEHICLES):
        path = mount / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if key.endswith("/sidecar.json"):
            yield key.removeprefix("input/vehicles/").removesuffix("/sidecar.json")


if __name__ == "__main__":
    sys.exit(main())
