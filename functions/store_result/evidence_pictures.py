"""Pictures for whoever reviews a poster: what the gate has looked at, and where.

They lie beside the poster, are never delivered and so bear no visible mark. Codes of the overlays
are few, hence palettes: a few kilobytes each. The same evidence gives the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from shared.jobs.record import EvidenceKept
from shared.quality.edges import REACHED
from shared.results.copies import Copy, plate_copy
from shared.results.files import DIFFERENCE, PROTECTED, SEAMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.quality.colour import Bytes, Mask
    from shared.quality.evidence import Box, Evidence
    from shared.quality.truth import Truth, Window

_PNG = "image/png"
# By code: red, green, blue, alpha. 0 is where nothing is.
_PROTECTED = ((0, 0, 0, 0), (0, 170, 90, 110), (230, 0, 120, 150))
_SEAMS = ((0, 0, 0, 0), (0, 140, 255, 90), (255, 150, 0, 200))
_MARGIN, _GAIN = 8, 32


@dataclass(frozen=True)
class EvidencePictures:
    """The pictures, and what the record says of them."""

    copies: tuple[Copy, ...]
    kept: EvidenceKept


def evidence_pictures(
    evidence: Evidence, truth: Truth, master: Bytes, *, xmp: bytes
) -> EvidencePictures:
    """Return plate, protected pixels, difference at the badge, and seams.

    `master` [H,W,3] are the delivered pixels. The difference is that of the badge's box alone.
    """
    size = (master.shape[1], master.shape[0])
    box = _badge_box(truth, size)
    light = evidence.car.light
    bare = evidence.plate if evidence.bare is None else evidence.bare
    copies = (
        plate_copy(Image.fromarray(bare), xmp=xmp),
        _overlay(PROTECTED, _PROTECTED, (truth.opaque, truth.protected_badge), truth.window, size),
        _difference(truth, master, box),
        _overlay(SEAMS, _SEAMS, (np.abs(truth.distance) < REACHED, truth.band), truth.window, size),
    )
    where = None if light is None else (light.azimuth_deg, light.elevation_deg)
    return EvidencePictures(copies, EvidenceKept(size=size, badge_box=box, car_light=where))


def _badge_box(truth: Truth, size: tuple[int, int]) -> Box:
    """Return left, top, right and bottom of the badge with some pixels around it."""
    rows, columns = np.nonzero(truth.protected_badge)
    left, top = truth.window.left, truth.window.top
    return (
        max(left + int(columns.min()) - _MARGIN, 0),
        max(top + int(rows.min()) - _MARGIN, 0),
        min(left + int(columns.max()) + 1 + _MARGIN, size[0]),
        min(top + int(rows.max()) + 1 + _MARGIN, size[1]),
    )


def _difference(truth: Truth, master: Bytes, box: Box) -> Copy:
    """Return how far the car's opaque pixels are off the render, the worst colour, times 32.

    All black where none differs.
    """
    shown = truth.window.cut(master).astype(np.int16)
    off = np.abs(shown - truth.car[..., :3]).max(axis=-1)
    off[~truth.opaque] = 0
    whole = np.zeros(master.shape[:2], dtype=np.uint8)
    truth.window.cut(whole)[...] = np.minimum(off * _GAIN, 255)
    x0, y0, x1, y1 = box
    picture = Image.fromarray(whole[y0:y1, x0:x1])
    return Copy(DIFFERENCE, _PNG, *picture.size, _png(picture))


def _overlay(
    name: str,
    colours: Sequence[tuple[int, int, int, int]],
    masks: Sequence[Mask],
    window: Window,
    size: tuple[int, int],
) -> Copy:
    """Return a picture of the poster's size with a code for each mask; later ones lie on top."""
    codes = np.zeros((size[1], size[0]), dtype=np.uint8)
    for code, mask in enumerate(masks, start=1):
        window.cut(codes)[mask] = code
    picture = Image.fromarray(codes).convert("P")
    picture.putpalette([part for colour in colours for part in colour[:3]])
    alpha = bytes(colour[3] for colour in colours)
    return Copy(name, _PNG, *size, _png(picture, bits=2, transparency=alpha))


def _png(picture: Image.Image, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6, **how)
    return out.getvalue()
