"""The passes of a member of a set: read, held against the car, and put where they belong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from shared.core.errors import PictureError
from shared.vehicles.freeze import encode_png
from shared.vehicles.intake.findings import Finding, fault, note, proposal
from shared.vehicles.intake.pictures import Limits, decode_mask, decode_render
from shared.vehicles.sidecar import Box, Pass, PassName, Sidecar

if TYPE_CHECKING:
    from shared.vehicles.delivered import DeliveredPass, DeliveredSidecar, Delivery
    from shared.vehicles.intake.edges import Bytes

# All lights of a view share these files: one that its sidecar does not tell of has no use for it.
_SHARED: tuple[PassName, ...] = ("shadow_sky", "lamps")
_SHADOWS: tuple[PassName, ...] = ("shadow_sun", "shadow_sky")
# Of the box's width and height: how far its picture may be from its shape.
_SHAPE = 0.03
_DARK, _MOST_WIDTHS, _OPPOSITE = 250, 15, 0.03
# Degrees beside the view's axis from which a light is from a side at all.
_SIDE_SINE = 0.35


@dataclass
class Passes:
    """What the sidecar is to say of them, and their files (PNG)."""

    told: dict[PassName, Pass] = field(default_factory=dict)
    files: dict[PassName, bytes] = field(default_factory=dict)


def read_passes(
    delivery: Delivery, given: DeliveredSidecar, sidecar: Sidecar, limits: Limits,
    offset: tuple[int, int], findings: list[Finding],
) -> Passes:  # fmt: skip
    """Return the passes in pixels of the cropped picture, adding what was found."""
    delivered, said = dict(delivery.passes), given.passes or {}
    found = Passes()
    for name in sorted(delivered.keys() | said.keys()):
        place, data = said.get(name), delivered.get(name)
        if data is None:
            words = f"the sidecar tells of the pass {name}, which is not there; deliver it, or "
            findings.append(fault("pass_missing", f"{words}take it out of the sidecar"))
        elif place is None and name in _SHARED:
            continue
        elif place is None:
            words = f"the pass {name} says nowhere it lies; give `passes.{name}.box`"
            findings.append(fault("pass_unplaced", words))
        else:
            _take(name, data, place, sidecar, limits, offset, found, findings)
    return found


def _take(
    name: PassName, data: bytes, place: DeliveredPass, sidecar: Sidecar, limits: Limits,
    offset: tuple[int, int], found: Passes, findings: list[Finding],
) -> None:  # fmt: skip
    if place.sha256 is None:
        words = f"nothing says that the pass {name} is of this render; give `passes.{name}.sha256`"
        findings.append(proposal("pass_binding_proposed", f"{words}, or approve it"))
    elif place.sha256 != hashlib.sha256(data).hexdigest():
        words = f"the sidecar's sha256 of {name} names another file; deliver the one of this render"
        findings.append(fault("pass_of_another", words))
        return
    try:
        pixels = _pixels(name, data, limits)
    except PictureError as error:
        findings.append(fault("pass_picture", f"the pass {name} {error}"))
        return
    (left, top), (x0, y0, x1, y1) = offset, place.box
    box = (x0 - left, y0 - top, x1 - left, y1 - top)
    findings.extend(_check(name, pixels, box, sidecar))
    frozen = encode_png(pixels)
    digest = hashlib.sha256(frozen).hexdigest()
    found.told[name] = Pass(file=f"passes/{name}.png", sha256=digest, box=box)
    found.files[name] = frozen


def _pixels(name: PassName, data: bytes, limits: Limits) -> Bytes:
    if name in _SHADOWS:
        return decode_mask(data, limits)
    pixels = decode_render(data, limits).pixels
    if name == "lamps":
        return np.ascontiguousarray(pixels[..., :3])
    if pixels.shape[2] != 4:
        raise PictureError("has no alpha; export it as RGBA")
    return pixels


def _check(name: PassName, pixels: Bytes, box: Box, sidecar: Sidecar) -> list[Finding]:
    found: list[Finding] = []
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    if width < 1 or height < 1 or width > _MOST_WIDTHS * sidecar.px_size[0]:
        words = f"the box of {name} has no sensible size; it reads left, top, right, bottom"
        return [fault("pass_box", words)]
    if abs(pixels.shape[1] * height / (pixels.shape[0] * width) - 1) > _SHAPE:
        words = f"the box of {name} is {width}x{height} and its picture {pixels.shape[1]}x"
        words += f"{pixels.shape[0]} pixels; they must have one shape"
        found.append(fault("pass_shape", words))
    if not _is_below_the_car(name, box, sidecar):
        words = f"the pass {name} does not lie on the ground at the car's tyres; is its box in "
        found.append(fault("pass_box", f"{words}pixels of the delivered render?"))
    if name in _SHADOWS and int(pixels.min()) > _DARK:
        words = f"the pass {name} shows no shadow; 255 is unshadowed, darker what is left of light"
        found.append(fault("pass_empty", words))
    elif name == "shadow_sun":
        found.extend(_check_side(pixels, box, sidecar))
    return found


def _is_below_the_car(name: PassName, box: Box, sidecar: Sidecar) -> bool:
    x0, y0, x1, y1 = box
    columns, rows = zip(*sidecar.contacts, strict=True)
    middle = sum(columns) / 4
    if not x0 <= middle <= x1 or y1 <= sidecar.horizon_y:
        return False
    return name not in _SHADOWS or y0 <= sum(rows) / 4 <= y1


def _check_side(pixels: Bytes, box: Box, sidecar: Sidecar) -> list[Finding]:
    """Hold the side that the sun's shadow falls to against the stated azimuth."""
    sine = float(np.sin(np.radians(sidecar.light.azimuth_deg)))
    share = 1 - pixels.astype(np.float64) / 255
    columns = share.sum(axis=0)
    middle = float((columns * (np.arange(columns.size) + 0.5)).sum() / max(columns.sum(), 1e-9))
    at = box[0] + middle * (box[2] - box[0]) / pixels.shape[1]
    off = (at - sum(x for x, _ in sidecar.contacts) / 4) / sidecar.px_size[0]
    side = "right" if off > 0 else "left"
    if abs(sine) < _SIDE_SINE:
        return []
    if abs(off) < _OPPOSITE:
        return [note("shadow_short", "the sun's shadow falls to no side", off=round(off, 3))]
    # 90 degrees is a light from the picture's right, whose shadow falls to the left.
    if off * sine < 0:
        return []
    words = f"the pass shadow_sun falls to the {side}, and light.azimuth_deg says that the light "
    words += f"comes from there; correct the azimuth ({sidecar.light.azimuth_deg:g}) or the pass"
    return [fault("shadow_side", words, off_in_widths=round(off, 3))]
