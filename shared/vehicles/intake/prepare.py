"""From the delivered files to pixels that can be frozen: straight, sRGB, repaired, cropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from shared.core.errors import PictureError
from shared.pictures.colour import Colours, to_srgb
from shared.vehicles.intake.alpha import (
    AlphaMeasures,
    decontaminated,
    form_of,
    fringe_of,
    measure_alpha,
    repaired_alpha,
    to_straight,
)
from shared.vehicles.intake.findings import Finding, fault, note, repair
from shared.vehicles.intake.pictures import Decoded, Limits, Words, decode_mask, decode_render

if TYPE_CHECKING:
    from shared.vehicles.delivered import DeliveredSidecar
    from shared.vehicles.intake.edges import Bytes, Flags

_MARGIN = 20
_FRINGE_CODES, _WIDE_BAND, _BROAD_SHARE, _LEAST_WIDTH, _GOOD_WIDTH = 20.0, 4.0, 0.002, 960, 1600
_SECOND_SHARE = 0.01
_GRID_PX = 240
# Of what is covered: a clean rim is a hundredth. It also bounds the work on the rim.
_MOST_PARTLY = 0.15


@dataclass(frozen=True)
class Prepared:
    """The car's pixels (straight sRGB RGBA, cropped), where they lay in the file, its size."""

    rgba: Bytes
    offset: tuple[int, int]
    delivered: tuple[int, int]


def prepare(
    render: bytes,
    mask: bytes | None,
    given: DeliveredSidecar,
    limits: Limits,
    findings: list[Finding],
) -> Prepared:
    """Return what is to be frozen, adding what was found; PictureError when nothing can be."""
    decoded = decode_render(render, limits)
    findings.extend(_turn(decoded))
    rgba = _with_alpha(decoded, mask, limits, findings)
    delivered = (rgba.shape[1], rgba.shape[0])
    rgba, offset = _cropped(rgba, findings)
    fine = _fine(decoded, rgba.shape, offset)
    rgba = _straight(rgba, fine, given, decoded.multiplied, findings)
    if fine is not None:
        findings.append(_loss(rgba, fine))
    rgba = _clean(_in_srgb(rgba, decoded.colours, findings), given, findings)
    findings.extend(_check_shape(rgba[..., 3]))
    return Prepared(rgba, offset, delivered)


def _turn(decoded: Decoded) -> list[Finding]:
    if decoded.turned:
        words = f"turned upright, as its EXIF orientation {decoded.turned} says"
        return [repair("turned", words)]
    if decoded.unknown_turn:
        words = "its EXIF orientation is none of 1 to 8; the picture is taken as it lies"
        return [note("orientation_unknown", words)]
    return []


def _in_srgb(rgba: Bytes, colours: Colours, findings: list[Finding]) -> Bytes:
    if not colours.profile:
        return rgba
    name = colours.name
    findings.append(repair("profile", f"converted from '{name}' to sRGB", profile=name))
    codes = to_srgb(Image.fromarray(np.ascontiguousarray(rgba[..., :3])), colours)
    return np.dstack([np.asarray(codes), rgba[..., 3]])


def _with_alpha(
    decoded: Decoded, mask: bytes | None, limits: Limits, findings: list[Finding]
) -> Bytes:
    pixels = decoded.pixels
    has_alpha = pixels.shape[2] == 4 and int(pixels[..., 3].min()) < 255
    if has_alpha:
        if mask is not None:
            findings.append(note("mask_unused", "the render has alpha; the mask is not used"))
        return pixels
    if mask is None:
        raise PictureError("has no alpha; export RGBA, or deliver the coverage as {paint}.mask.png")
    coverage = decode_mask(mask, limits)
    if coverage.shape != pixels.shape[:2]:
        msg = f"has {_size(pixels)} pixels and its mask {_size(coverage)}; they must be the same"
        raise PictureError(msg)
    return np.dstack([pixels[..., :3], coverage])


def _size(pixels: Bytes) -> str:
    return f"{pixels.shape[1]}x{pixels.shape[0]}"


def _cropped(rgba: Bytes, findings: list[Finding]) -> tuple[Bytes, tuple[int, int]]:
    solid = rgba[..., 3] >= 128
    if not solid.any():
        raise PictureError("shows nothing: no pixel is more covered than not")
    if solid[0].any() or solid[-1].any() or solid[:, 0].any() or solid[:, -1].any():
        words = "the car is cut off at the picture's edge; render it with some pixels to spare"
        findings.append(fault("cut_off", words))
    seen = rgba[..., 3] >= 8
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    covered, partly = int(seen.sum()), int((seen & (rgba[..., 3] < 250)).sum())
    if partly > _MOST_PARTLY * covered:
        raise PictureError(
            f"is half transparent over {partly / covered:.0%} of what it shows; render the car "
            "opaque, without shadow and background"
        )
    top, left = max(0, int(rows[0]) - _MARGIN), max(0, int(columns[0]) - _MARGIN)
    bottom, right = int(rows[-1]) + 1 + _MARGIN, int(columns[-1]) + 1 + _MARGIN
    return np.ascontiguousarray(rgba[top:bottom, left:right]), (left, top)


def _fine(decoded: Decoded, shape: tuple[int, ...], offset: tuple[int, int]) -> Words | None:
    """Return the part of the 16 bits that was cropped to."""
    if decoded.fine is None:
        return None
    (left, top), (height, width) = offset, shape[:2]
    return decoded.fine[top : top + height, left : left + width]


def _loss(rgba: Bytes, fine: Words) -> Finding:
    """Say what rounding to 8 bits has changed, where nothing else has."""
    solid = rgba[..., 3] == 255
    off = np.abs(fine[solid][:, :3] / np.float32(257) - rgba[solid][:, :3])
    words = "16 bits a channel rounded to 8"
    most, mean = round(float(off.max(initial=0)), 3), round(float(off.mean()) if off.size else 0, 3)
    return repair("depth", words, most_codes_off=most, mean_codes_off=mean)


def _straight(
    rgba: Bytes,
    fine: Words | None,
    given: DeliveredSidecar,
    multiplied: bool,
    findings: list[Finding],
) -> Bytes:
    evidence = form_of(rgba)
    form = evidence.form
    if multiplied and not (given.alpha_form or evidence.clear):
        form = "premultiplied"
    if given.alpha_form and given.alpha_form != form:
        if evidence.clear:
            words = f"the sidecar says {given.alpha_form} alpha, the rim is {form}; correct one"
            findings.append(fault("alpha_form", words, **evidence.measured()))
        else:
            form = given.alpha_form
    if form == "straight":
        words = (
            "straight alpha" if evidence.clear else "straight alpha; here it makes no difference"
        )
        findings.append(note("alpha_straight", words, **evidence.measured()))
        return rgba
    words = f"{form.replace('_', ', ')} alpha made straight"
    findings.append(repair("alpha_premultiplied", words, **evidence.measured()))
    has_alpha = fine is not None and fine.shape[2] == 4
    return to_straight(rgba, form, fine if has_alpha else None)


def _clean(rgba: Bytes, given: DeliveredSidecar, findings: list[Finding]) -> Bytes:
    before = measure_alpha(np.ascontiguousarray(rgba[..., 3]))
    alpha = repaired_alpha(np.ascontiguousarray(rgba[..., 3]), before)
    changed = int((alpha != rgba[..., 3]).sum())
    if changed:
        words = "alpha repaired: opaque inside, empty outside"
        inside, haze = round(before.inside_not_opaque, 4), round(before.haze, 4)
        measured = {"pixels": changed, "inside_not_opaque": inside, "haze": haze}
        findings.append(repair("alpha_repaired", words, **measured))
    rgba = np.dstack([rgba[..., :3], alpha])
    findings.extend(_check_alpha(measure_alpha(alpha), before, given))
    fringe = fringe_of(rgba)
    if fringe <= _FRINGE_CODES:
        return rgba
    words = "an old background tinted the edge; its colours are taken from the paint beside them"
    rgba = decontaminated(rgba)
    left = round(fringe_of(rgba), 1)
    findings.append(repair("fringe", words, codes_before=round(fringe, 1), codes_after=left))
    return rgba


def _check_alpha(
    now: AlphaMeasures, before: AlphaMeasures, given: DeliveredSidecar
) -> list[Finding]:
    found: list[Finding] = []
    if max(now.shadow, before.shadow) > _BROAD_SHARE:
        words = "a shadow or haze is part of the picture; render without ground and background"
        found.append(fault("soft_background", words, share=round(before.shadow, 4)))
    if now.see_through > _BROAD_SHARE:
        words = "glass or paint lets the scene through"
        share = round(now.see_through, 4)
        if given.see_through:
            found.append(note("see_through", f"{words}, as the sidecar says", share=share))
        else:
            words += "; render it opaque, or say `see_through` in the sidecar"
            found.append(fault("see_through", words, share=share))
    if now.band > _WIDE_BAND:
        words = (
            f"the edge is {now.band:.1f} px soft; render it sharp, {_WIDE_BAND:g} px are the most"
        )
        found.append(fault("soft_edge", words, px=round(now.band, 2)))
    return found


def _check_shape(alpha: Bytes) -> list[Finding]:
    found: list[Finding] = []
    solid = alpha >= 128
    columns = np.flatnonzero(solid.any(axis=0))
    width = int(columns[-1] - columns[0]) + 1 if columns.size else 0
    if width < _LEAST_WIDTH:
        words = f"the car is {width} px wide; {_LEAST_WIDTH} are the least, 1920 is good"
        found.append(fault("too_small", words, px=width))
    elif width < _GOOD_WIDTH:
        found.append(note("small", f"the car is {width} px wide; 1920 is better", px=width))
    second = _second_piece(solid)
    if second > _SECOND_SHARE:
        words = "there is a second thing in the picture; render the car alone"
        found.append(fault("second_thing", words, share_of_largest=round(second, 3)))
    return found


def _second_piece(solid: Flags) -> float:
    """Return the second largest piece's size as a share of the largest, on a coarse grid."""
    step = max(1, solid.shape[1] // _GRID_PX)
    rows, columns = (length // step * step for length in solid.shape)
    cells = solid[:rows, :columns].reshape(rows // step, step, columns // step, step)
    sizes = sorted(_pieces(np.asarray(cells.any((1, 3)))), reverse=True)
    return sizes[1] / sizes[0] if len(sizes) > 1 else 0.0


def _pieces(grid: Flags) -> list[int]:
    """Return the cells of each piece, joined at corners too: by the runs of each row."""
    sizes: list[int] = []
    joined: list[int] = []
    above: list[tuple[int, int, int]] = []
    for row in np.diff(np.pad(grid, ((0, 0), (1, 1))).astype(np.int8)):
        edges, here = np.flatnonzero(row).tolist(), []
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            piece = len(sizes)
            sizes.append(end - start)
            joined.append(piece)
            for first, last, other in above:
                if first <= end and start <= last:
                    one, to = _root(other, joined), _root(piece, joined)
                    sizes[to] += sizes[one] if one != to else 0
                    joined[one] = to
            here.append((start, end, piece))
        above = here
    return [size for piece, size in enumerate(sizes) if joined[piece] == piece]


def _root(piece: int, joined: list[int]) -> int:
    while joined[piece] != piece:
        joined[piece] = joined[joined[piece]]
        piece = joined[piece]
    return piece
