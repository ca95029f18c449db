"""Freeze a vehicle render: every size it will ever be placed at, made once, named by its bytes.

Node and quality gate read the same frozen file, and nobody resamples a car again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, PngImagePlugin

from shared.core.errors import PictureError
from shared.pictures.colour import colours_of
from shared.pictures.contents import contents_of
from shared.vehicles.resample import Bytes, Floats, Planes, Shrink, premultiplied, shrink_planes
from shared.vehicles.sidecar import FrozenSize, Pass, PassName, Sidecar

LADDER = (960, 880, 800, 720, 640)
# Layouts put members of a set near and far: steps of a sixth, from 40 % of a poster's width on.
SET_LADDER = (960, 800, 680, 560, 480, 400)
_LEVEL, _SET_LEVEL = 6, 2
_PASS_MODES: dict[PassName, str] = {
    "shadow_sun": "L", "shadow_sky": "L", "reflection": "RGBA", "lamps": "RGB",
}  # fmt: skip
_MAX_SIDE = 8192
_MIN_OPAQUE_SHARE = 0.5


@dataclass(frozen=True)
class FrozenVehicle:
    """The sidecar with its sizes, and the files it names."""

    sidecar: Sidecar
    files: tuple[tuple[str, bytes], ...]

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`."""
        return self.sidecar.reference


def widths_of(sidecar: Sidecar) -> tuple[int, ...]:
    """Return the sizes that a render is frozen at, in pixels."""
    ladder = SET_LADDER if sidecar.view else LADDER
    return tuple(width for width in ladder if width <= sidecar.px_size[0])


def freeze(
    render: Image.Image,
    badge: Image.Image,
    sidecar: Sidecar,
    *,
    widths: Sequence[int] | None = None,
    passes: Mapping[PassName, bytes] | None = None,
) -> FrozenVehicle:
    """Make the size ladder of one render; raises PictureError on a render that cannot be used.

    `passes` are the files (PNG) that `sidecar.passes` tells of; they are kept as they are.
    """
    rgba, mask = _checked_arrays(render, badge, sidecar)
    asked = widths_of(sidecar) if widths is None else widths
    steps = [Shrink(sidecar.px_size, width) for width in asked if width <= sidecar.px_size[0]]
    if not steps:
        least = min(asked or LADDER)
        msg = f"the render is {sidecar.px_size[0]} px wide; at least {least} are needed"
        raise PictureError(msg)
    level = _SET_LEVEL if sidecar.view else _LEVEL
    planes, coverage = premultiplied(rgba), mask.astype(np.float32)
    sizes: list[FrozenSize] = []
    files: list[tuple[str, bytes]] = []
    for step in steps:
        size, pair = _freeze_size(planes, coverage, step, level)
        sizes.append(size)
        files.extend(pair)
    facts: dict[str, object] = {"version": sidecar.version or sidecar.sha256[:12]}
    camera = sidecar.camera and sidecar.camera.measured(*sidecar.px_size)
    facts |= {"sizes": tuple(sizes), "camera": camera}
    if sidecar.passes:
        facts["passes"], kept = _freeze_passes(sidecar.passes, passes or {})
        files.extend(kept)
    return FrozenVehicle(sidecar.model_copy(update=facts), tuple(files))


def freeze_bytes(
    render_png: bytes,
    badge_png: bytes,
    sidecar: Sidecar,
    *,
    widths: Sequence[int] | None = None,
    passes: Mapping[PassName, bytes] | None = None,
) -> FrozenVehicle:
    """Freeze a render from its files, which must be the ones the sidecar was written for."""
    if hashlib.sha256(render_png).hexdigest() != sidecar.sha256:
        raise PictureError("render.png is not the file the sidecar's sha256 names")
    colours = colours_of(contents_of(render_png))
    if colours.profile:
        msg = f"the render has the colours of '{colours.name}'; convert it to sRGB first"
        raise PictureError(msg)
    render, badge = open_png(render_png), open_png(badge_png)
    return freeze(render, badge, sidecar, widths=widths, passes=passes)


def mount_files(vehicle: FrozenVehicle) -> Iterator[tuple[str, bytes]]:
    """Yield (key, bytes) for the mount; the sidecar last, so that what it names is there."""
    folder = f"input/vehicles/{vehicle.reference}"
    for name, data in vehicle.files:
        yield f"{folder}/{name}", data
    yield f"{folder}/sidecar.json", vehicle.sidecar.to_json()


def open_png(data: bytes) -> Image.Image:
    """Decode a PNG of bounded size; raises PictureError."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) > _MAX_SIDE:
                raise PictureError(f"the picture is larger than {_MAX_SIDE} px on one side")
            picture.load()
            return picture.copy()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureError("the picture is not a readable PNG") from error


def _checked_arrays(
    render: Image.Image, badge: Image.Image, sidecar: Sidecar
) -> tuple[Bytes, Bytes]:
    if render.size != sidecar.px_size or badge.size != sidecar.px_size:
        msg = f"render {render.size}, badge {badge.size} and px_size {sidecar.px_size} differ"
        raise PictureError(msg)
    if render.mode != "RGBA":
        raise PictureError(f"the render must be RGBA of 8 bits, not {render.mode}")
    rgba, mask = np.array(render), np.array(badge.convert("L"))
    covered, opaque = int((rgba[..., 3] > 0).sum()), int((rgba[..., 3] == 255).sum())
    if opaque == 0 or opaque < _MIN_OPAQUE_SHARE * covered:
        msg = "most of the car is not fully opaque; a render with coverage alpha is needed"
        raise PictureError(msg)
    return rgba, mask


def _freeze_passes(
    told: Mapping[PassName, Pass], given: Mapping[PassName, bytes]
) -> tuple[dict[PassName, Pass], list[tuple[str, bytes]]]:
    frozen: dict[PassName, Pass] = {}
    files: list[tuple[str, bytes]] = []
    for name in sorted(told):
        data, own = given.get(name, b""), told[name]
        if hashlib.sha256(data).hexdigest() != own.sha256:
            raise PictureError(f"the pass {name} is not the file the sidecar's sha256 names")
        if open_png(data).mode != _PASS_MODES[name]:
            raise PictureError(f"the pass {name} must have the form {_PASS_MODES[name]} of 8 bits")
        frozen[name] = own.model_copy(update={"file": f"passes/{name}.png"})
        files.append((frozen[name].file, data))
    return frozen, files


def _freeze_size(
    planes: Planes, badge: Floats, step: Shrink, level: int
) -> tuple[FrozenSize, list[tuple[str, bytes]]]:
    car, coverage = shrink_planes(planes, step), step.apply(badge)
    mask = np.where((coverage >= 127.5) & (car[..., 3] == 255), 255, 0).astype(np.uint8)
    if not mask.any():
        raise PictureError(f"no badge is left at width {step.width}")
    name, badge_name = f"sizes/{step.width}.png", f"sizes/{step.width}.badge.png"
    data, badge_data = encode_png(car, level=level), encode_png(mask, level=level)
    size = FrozenSize(
        width=step.size[0],
        height=step.size[1],
        scale=step.width / step.master[0],
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        badge_file=badge_name,
        badge_sha256=hashlib.sha256(badge_data).hexdigest(),
    )
    return size, [(name, data), (badge_name, badge_data)]


def encode_png(array: Bytes, *, level: int = _LEVEL) -> bytes:
    """Encode an 8-bit array as a PNG tagged sRGB; equal pixels give equal bytes."""
    tag = PngImagePlugin.PngInfo()
    tag.add(b"sRGB", b"\x01")  # rendering intent: relative colorimetric
    out = io.BytesIO()
    Image.fromarray(array).save(out, "PNG", pnginfo=tag, compress_level=level)
    return out.getvalue()
