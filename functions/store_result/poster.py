"""From a task's files to the delivered copies: verify, label, encode, measure."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from functions.store_result.evidence_pictures import EvidencePictures, evidence_pictures
from functions.store_result.fine_blocks import fine_blocks
from functions.store_result.framing import arrangement_of, frame_of
from shared.core.choice import Choice
from shared.core.errors import PictureError
from shared.jobs.record import Composition, JobRecord
from shared.ports import ObjectStore
from shared.prompts.words import fact_words
from shared.quality.colour import Bytes
from shared.quality.evidence import Box, Caption, Car, Claims, Delivered, Evidence, Orders
from shared.quality.gate import Inspection, Verdict, declared_boxes
from shared.quality.lettering import around
from shared.quality.thresholds import Thresholds
from shared.results import label, pictures, task_files
from shared.results.copies import Copy, app_copy, master_copy, thumbnail, view_of
from shared.results.label import Marked
from shared.results.pictures import PictureLimits
from shared.results.task_files import Placement, TaskFiles
from shared.styles import styles
from shared.vehicles.files import FrozenFiles, read_frozen
from shared.workflows.task_workflow import shown_facts


@dataclass(frozen=True)
class Poster:
    """The copies to store, the app's copy among them, and what the gate found on their bytes.

    `vehicle` is the render that the task has set in, `choice` why, where it chose one of a set.
    `view` makes a small JPEG without any lettering, for a model to look at; `missing_characters`
    are those of title and place that the font lacks, and the poster with it. `evidence` makes the
    pictures for reviewers.
    """

    copies: tuple[Copy, ...]
    app_copy: str
    verdict: Verdict
    view: Callable[[], bytes]
    evidence: Callable[[], EvidencePictures]
    missing_characters: tuple[str, ...] = ()
    vehicle: str = ""
    choice: Choice | None = None


@dataclass(frozen=True)
class Opened:
    """A task's poster as it is to be encoded, and what it is judged by."""

    picture: Image.Image
    evidence: Evidence
    missing_characters: tuple[str, ...]
    vehicle: str
    choice: Choice | None


def make_poster(
    record: JobRecord,
    *,
    mount: ObjectStore,
    limits: PictureLimits,
    thresholds: Thresholds,
    producer: str,
) -> Poster:
    """Return the labelled, measured poster of the job's task; see `poster_of`."""
    facts, look = shown_facts(record), styles().get(record.painted_style)
    return poster_of(
        record.task_id,
        record.vehicle,
        Orders(facts.season.value, facts.weather.value, facts.time_of_day.value),
        composition=record.composition,
        style=record.painted_style,
        mount=mount,
        limits=limits,
        thresholds=thresholds,
        producer=producer,
        lossless=look is not None and not look.takes_jpeg,
    )


def wanted_words(record: JobRecord) -> dict[str, str]:
    """Return what the poster has to show, in the words of its prompt; nothing of the driver."""
    facts, look = shown_facts(record), styles().get(record.painted_style)
    season, weather, hour = fact_words(facts.season, facts.weather, facts.time_of_day)
    style_words = look.style_words if look else ""
    return {"season": season, "weather": weather, "time_of_day": hour, "style": style_words}


def poster_of(
    task_id: str,
    vehicle: str,
    orders: Orders,
    *,
    mount: ObjectStore,
    limits: PictureLimits,
    thresholds: Thresholds,
    producer: str,
    composition: Composition | None = None,
    style: str = "",
    lossless: bool = False,
) -> Poster:
    """Return the labelled, measured poster of a task; PictureError when it cannot be used.

    The task may set in any member of the composition, in its layout; without one the vehicle
    alone. `style` gives the mark its face. `lossless`: the app's copy may not be a JPEG, whatever
    the badge; one that a JPEG would spoil is made anew without loss all the same.
    """
    opened = open_task(
        task_id,
        vehicle,
        orders,
        composition=composition,
        style=style,
        mount=mount,
        limits=limits,
    )
    xmp = label.xmp(producer=producer, produce_id=task_id)
    poster, inspection = opened.picture, Inspection(opened.evidence, thresholds)
    master, small = master_copy(poster, xmp=xmp), thumbnail(poster, xmp=xmp)
    exact = inspection.found_in(_delivered("master", master, limits, lossless=True))
    for without_loss in (True,) if lossless else (False, True):
        fine = None if without_loss else fine_blocks(opened.evidence)
        app = app_copy(poster, xmp=xmp, lossless=without_loss, fine=fine)
        found = inspection.found_in(_delivered("app", app, limits, lossless=without_loss))
        if not found.failures:
            break
    verdict = inspection.verdict([exact, found])
    view = functools.partial(_unlettered, poster, opened.evidence)
    evidence = functools.partial(
        evidence_pictures, opened.evidence, inspection.truth, np.asarray(poster), xmp=xmp
    )
    return Poster(
        (master, app, small),
        app.name,
        verdict,
        view,
        evidence,
        opened.missing_characters,
        opened.vehicle,
        opened.choice,
    )


def open_task(
    task_id: str,
    vehicle: str,
    orders: Orders,
    *,
    mount: ObjectStore,
    limits: PictureLimits,
    composition: Composition | None = None,
    style: str = "",
) -> Opened:
    """Return a task's poster with its mark, and what it is judged by; PictureError if unusable."""
    source = _Source(mount, task_files.read_task_files(mount, task_id), limits)
    placement = task_files.read_placement(mount, source.files)
    if placement.vehicle not in {vehicle, *(composition.members if composition else ())}:
        msg = "the task put another vehicle into the picture"
        raise PictureError(msg)
    arrangement = arrangement_of(placement, composition, style)
    frozen = read_frozen(mount, placement.vehicle, placement.width, max_bytes=limits.max_bytes)
    caption = placement.caption.boxes if placement.caption else ()
    corners = arrangement.mark if arrangement else ()
    marked = _marked(source.picture("poster"), placement.car_box, caption, corners, style)
    missing = placement.caption.missing if placement.caption else ()
    evidence = _evidence(orders, source, placement, frozen, marked)
    return Opened(
        marked.picture,
        replace(
            evidence,
            frame=frame_of(arrangement),
            alternatives=max(len(composition.members) - 1, 0) if composition else None,
            open_ground=composition is not None and composition.ground == "open",
        ),
        missing,
        placement.vehicle,
        placement.choice,
    )


def _unlettered(poster: Image.Image, evidence: Evidence) -> bytes:
    """Put the plate back where lettering and mark stand: words stay with us."""
    shown, plate = poster.copy(), Image.fromarray(evidence.plate)
    for box in declared_boxes(evidence):
        x0, y0, x1, y1 = (
            min(max(at, 0), most) for at, most in zip(box, (*plate.size, *plate.size), strict=True)
        )
        if x0 < x1 and y0 < y1:
            shown.paste(plate.crop((x0, y0, x1, y1)), (x0, y0))
    return view_of(shown)


@dataclass(frozen=True)
class _Source:
    """The pictures a task has left."""

    mount: ObjectStore
    files: TaskFiles
    limits: PictureLimits

    def picture(self, role: str) -> Image.Image:
        """Return a picture, checked against task.json and decoded within the limits."""
        most = self.limits.max_bytes
        data = task_files.read_file(self.mount, self.files, role, max_bytes=most)
        return pictures.decode(data, self.limits)

    def pixels(self, role: str) -> Bytes | None:
        """Return a picture as an array; None when task.json names none of that role."""
        if not task_files.has_file(self.files, role):
            return None
        return np.asarray(self.picture(role))


def _marked(
    picture: Image.Image, car: Box, caption: Sequence[Box], corners: Sequence[str], style: str
) -> Marked:
    """Set the mark clear of the car and of all the lettering's block, else of each of its lines."""
    block = [around(caption)] if caption else []
    try:
        return label.stamp(picture, clear_of=[car, *block], corners=corners, style=style)
    except PictureError:
        return label.stamp(picture, clear_of=[car, *caption], corners=corners, style=style)


def _evidence(
    orders: Orders, source: _Source, placement: Placement, frozen: FrozenFiles, marked: Marked
) -> Evidence:
    limits = source.limits
    sidecar = frozen.sidecar
    car = Car(
        pixels=np.asarray(pictures.decode(frozen.car, limits, mode="RGBA")),
        badge=np.asarray(pictures.decode(frozen.badge, limits, mode="L")),
        scale=frozen.size.scale,
        contacts=sidecar.contacts,
        horizon_y=sidecar.horizon_y,
        badge_box=sidecar.badge_box,
        light=sidecar.light,
        camera=sidecar.camera,
    )
    said = placement.caption
    return Evidence(
        plate=np.asarray(source.picture("plate")),
        bare=source.pixels("bare"),
        car=car,
        claims=Claims.of(placement),
        caption=Caption(said.boxes, said.ink, said.scrim) if said else None,
        mark_box=marked.box,
        orders=orders,
    )


def _delivered(name: str, copy: Copy, limits: PictureLimits, *, lossless: bool) -> Delivered:
    pixels = np.asarray(pictures.decode(copy.data, limits))
    return Delivered(name=name, data=copy.data, pixels=pixels, lossless=lossless)
