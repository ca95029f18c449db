"""What storing a poster costs beside the former way, in the same run: CPU, bytes, the badge.

The former way: PNG of level 6, a JPEG of quality 95 that the badge did not pass, a lossless WebP
of method 2 instead, and everything decoded and measured for each of the two; the measures are
today's, which are quicker. `every` tells the app's copy of every paint in every style besides,
next to a JPEG of quality 95.
"""

import io
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from functions.store_result.poster import Opened, Poster, open_task, poster_of
from local.mount import BundledVehicles
from local.trial.scores import mounted
from shared.ports import ObjectStore
from shared.quality.evidence import Delivered, Orders
from shared.quality.gate import Inspection, judge
from shared.quality.thresholds import Thresholds
from shared.results import pictures
from shared.results.copies import thumbnail
from shared.results.label import xmp
from shared.vehicles.catalogue import parse_catalogue
from tools.bench.own_process import timed, told
from tools.gallery.making import LIMITS, Studio, task_of
from tools.gallery.scenes import GalleryScene, all_scenes, styled_scenes
from tools.gallery.work import painted

_RUNS, _MOST_SECONDS, _MOST_APP_BYTES, _MOST_GROWTH = 5, 1.0, 600_000, 1.10
_FORMER: dict[str, dict[str, Any]] = {
    "PNG": {"compress_level": 6},
    "JPEG": {"quality": 95, "subsampling": 0},
    "WEBP": {"lossless": True, "quality": 40, "method": 2},
}


@dataclass(frozen=True)
class Task:
    """A task that the local GPU has done."""

    id: str
    vehicle: str
    orders: Orders
    mount: ObjectStore

    def opened(self) -> Opened:
        """Return poster and evidence, decoded."""
        return open_task(self.id, self.vehicle, self.orders, mount=self.mount, limits=LIMITS)

    def stored(self, *, lossless: bool = False) -> Poster:
        """Do as `store_result` does; `lossless`: for a style that takes no JPEG."""
        task = (self.id, self.vehicle, self.orders)
        rules: dict[str, Any] = {"thresholds": Thresholds(), "producer": "", "lossless": lossless}
        return poster_of(*task, mount=self.mount, limits=LIMITS, **rules)


@dataclass(frozen=True)
class Copied:
    """An app's copy: bytes, dE00 on the badge, and the worst score as a share of its limit."""

    name: str
    size: int
    mean: float
    p99: float
    share: float

    def __str__(self) -> str:
        return f"{self.size:9,} badge {self.mean:.2f}, {self.p99:.2f}, worst {self.share:.2f}"


def main(*, every: bool) -> int:
    """Print the tables, those of every paint in every style as well; 1 when a limit is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        kept = _compared(next(_tasks(Path(folder), all_scenes()[:1])))
        if every:
            kept |= _app_copies(_tasks(Path(folder), [*all_scenes()[:1], *styled_scenes()[::4]]))
    return told(kept)


def _compared(task: Task) -> dict[str, bool]:
    """Time both ways in turns."""
    seconds = []
    for _ in range(_RUNS):
        (sizes, former), (poster, ours) = timed(partial(_former, task)), timed(task.stored)
        seconds.append((former, ours))
    before, now = map(statistics.median, zip(*seconds, strict=True))
    master, app, _ = poster.copies
    print(f"CPU seconds of one poster, medians of {_RUNS} in turns, and bytes")
    growth, share = len(master.data) / sizes["PNG"], len(app.data) / sizes["WEBP"]
    print(f"{'':10}{'CPU':>6}{'master':>12}{'app copy':>12}")
    print(f"{'former':10}{before:6.2f}{sizes['PNG']:12,}{sizes['WEBP']:12,}")
    print(f"{'now':10}{now:6.2f}{len(master.data):12,}{len(app.data):12,}  {app.name}")
    exact, once = timed(partial(task.stored, lossless=True))
    fallback = exact.copies[1]
    print(f"{'lossless':10}{once:6.2f}{len(master.data):12,}{len(fallback.data):12,}  once")
    print(f"{'ratio':10}{now / before:6.2f}{growth:12.3f}{share:12.3f}")
    return {
        f"at most {_MOST_SECONDS} s of CPU": now <= _MOST_SECONDS,
        f"master at most {_MOST_GROWTH} of the former": growth <= _MOST_GROWTH,
    }


def _former(task: Task) -> dict[str, int]:
    """Encode, decode and judge as it was done; return the sizes."""
    opened, packet = task.opened(), xmp(producer="", produce_id=task.id)
    thumbnail(opened.picture, xmp=packet)
    files = {"PNG": _encoded(opened.picture, packet, "PNG")}
    for lossy in ("JPEG", "WEBP"):
        files[lossy] = _encoded(opened.picture, packet, lossy)
        master = _decoded("master", files["PNG"], lossless=True)
        app = _decoded("app", files[lossy], lossless=lossy == "WEBP")
        judge(opened.evidence, [master, app], Thresholds())
    return {name: len(data) for name, data in files.items()}


def _encoded(picture: Image.Image, packet: bytes, kind: str) -> bytes:
    out = io.BytesIO()
    labelled = {} if kind == "PNG" else {"xmp": packet}
    picture.save(out, kind, **_FORMER[kind], **labelled)
    return out.getvalue()


def _decoded(name: str, data: bytes, *, lossless: bool) -> Delivered:
    return Delivered(name, data, np.asarray(pictures.decode(data, LIMITS)), lossless)


def _app_copies(tasks: Iterator[Task]) -> dict[str, bool]:
    """Print each app's copy beside a JPEG of quality 95, with what the badge and all scores say."""
    made: list[tuple[Copied, Copied]] = []
    for task in tasks:
        made.append((_app_copy(task), _former_jpeg(task)))
        print(f"{'; quality 95: '.join(map(str, made[-1]))}  {task.id}", flush=True)
    for name, copies in zip(("now", "quality 95"), zip(*made, strict=True), strict=True):
        sizes = [copy.size for copy in copies]
        worst = [max(getattr(copy, of) for copy in copies) for of in ("mean", "p99", "share")]
        print(
            f"{name:10} {min(sizes):,} to {max(sizes):,} bytes, {statistics.mean(sizes):,.0f} "
            f"in the mean; at worst badge mean {worst[0]:.2f}, p99 {worst[1]:.2f}, "
            f"{worst[2]:.2f} of a limit"
        )
    largest = max(ours.size for ours, _ in made)
    return {
        f"every app's copy below {_MOST_APP_BYTES:,} bytes": largest < _MOST_APP_BYTES,
        "every one a JPEG": {ours.name for ours, _ in made} == {"poster.jpg"},
    }


def _app_copy(task: Task) -> Copied:
    poster = task.stored()
    scores = {name.removeprefix("app."): s for name, s in poster.verdict.scores.items()}
    return _copied(poster.app_copy, len(poster.copies[1].data), scores)


def _former_jpeg(task: Task) -> Copied:
    opened = task.opened()
    data = _encoded(opened.picture, xmp(producer="", produce_id=task.id), "JPEG")
    inspection = Inspection(opened.evidence, Thresholds())
    found = inspection.found_in(_decoded("app", data, lossless=False))
    return _copied("poster.jpg", len(data), found.scores)


def _copied(name: str, size: int, scores: Mapping[str, float]) -> Copied:
    # A score may have more than one measure: halo_dark and halo_bright.
    shares = [
        scores[each] / limit
        for limited, limit in asdict(Thresholds().lossy).items()
        for each in scores
        if each == limited or each.startswith(f"{limited}_")
    ]
    return Copied(name, size, scores["badge_mean"], scores["badge_p99"], max(shares))


def _tasks(folder: Path, scenes: list[GalleryScene]) -> Iterator[Task]:
    """Have the local GPU make each scene with each paint."""
    bundle, studio = BundledVehicles(folder / "mount"), Studio(folder)
    vehicles = [each.reference for each in parse_catalogue(bundle.catalogue()).leading()]
    bundle.supply(" ".join(vehicles))
    for scene in scenes:
        plate = painted(scene)
        for vehicle in vehicles:
            studio.compose(scene, plate, vehicle)
            orders = Orders(scene.season, scene.weather, scene.time_of_day)
            yield Task(task_of(scene, vehicle), vehicle, orders, mounted(folder / "mount"))
