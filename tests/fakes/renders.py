"""Renders to deliver: a drawn car, whole or with a planted defect, as the studio's files."""

from __future__ import annotations

import functools
import hashlib
import io
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image

from shared.vehicles.delivered import Delivery
from shared.vehicles.intake.pictures import Limits
from shared.vehicles.uploads import RenderName
from tests.comfyui import small_car

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

Bytes: TypeAlias = "NDArray[np.uint8]"
NAME = RenderName("roadster", "g2", "blue")
LIMITS = Limits(max_bytes=64_000_000, max_pixels=16_000_000)
_TIMES, _SPARE = 6, 40


@functools.cache
def car() -> Bytes:
    """Return the drawn car six times as large, on a canvas with room: straight sRGB RGBA."""
    drawn = small_car.render((30, 60, 160))
    wide, high = drawn.width * _TIMES, drawn.height * _TIMES
    # Premultiplied while it is enlarged, so that the rim keeps the paint's colour.
    large = np.asarray(drawn.resize((wide, high), Image.Resampling.NEAREST)).copy()
    large[..., 3] = _sharp(drawn, (wide, high))
    large[large[..., 3] == 0] = 0
    return np.pad(large, ((_SPARE, _SPARE), (_SPARE, _SPARE), (0, 0)))


def _sharp(drawn: Image.Image, size: tuple[int, int]) -> Bytes:
    """Return the coverage enlarged, its rim about a pixel wide again."""
    smooth = drawn.getchannel("A").resize(size, Image.Resampling.BICUBIC)
    values = np.asarray(smooth, dtype=np.float32)
    return np.rint(np.clip((values - 127.5) * _TIMES + 127.5, 0, 255)).astype(np.uint8)


def badge() -> Bytes:
    """Return the badge's mask on the same canvas."""
    size = (small_car.SIZE[0] * _TIMES, small_car.SIZE[1] * _TIMES)
    mask = np.asarray(small_car.badge().resize(size, Image.Resampling.NEAREST))
    return np.pad(mask, _SPARE)


def moved(point: tuple[float, float]) -> tuple[float, float]:
    """Carry a point of the small drawing into the canvas."""
    return (point[0] * _TIMES + _SPARE, point[1] * _TIMES + _SPARE)


def card(render: bytes, **changes: Any) -> dict[str, Any]:
    """Return the whole sidecar of a render; None leaves a field out."""
    rows, columns = np.nonzero(badge())
    fields: dict[str, Any] = {
        "sha256": hashlib.sha256(render).hexdigest(),
        "px_size": [car().shape[1], car().shape[0]],
        "titles": {"zh": "跑车 蓝", "en": "Roadster, blue"},
        "contacts": [moved(point) for point in small_car.CONTACTS],
        "horizon_y": moved((0, 16))[1],
        "pitch_deg": 0,
        "camera_height_m": 1.3,
        "light": {"azimuth_deg": 120, "elevation_deg": 45, "softness": 0.3, "cct_k": 6000},
        "badge_box": [
            int(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        ],
    }
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def png(pixels: Bytes, **options: Any) -> bytes:
    """Encode a picture."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1, **options)
    return out.getvalue()


@dataclass(frozen=True)
class Files:
    """What a studio uploads; None is a file that is not delivered."""

    render: bytes
    badge: bytes | None = None
    mask: bytes | None = None
    sidecar: bytes | None = None

    def delivery(self, version: str = "0" * 12) -> Delivery:
        """Return the files as intake gets them."""
        return Delivery(NAME, version, self.render, self.mask, self.badge, self.sidecar)

    def without(self, *names: str) -> Files:
        """Return the delivery without some files."""
        gone: dict[str, Any] = dict.fromkeys(names)
        return replace(self, **gone)

    def uploads(self, name: RenderName = NAME) -> Mapping[str, bytes]:
        """Return the files by their keys in the bucket."""
        found = {
            name.upload(".png"): self.render,
            name.upload(".mask.png"): self.mask,
            name.upload(".badge.png"): self.badge,
            name.upload(".json"): self.sidecar,
        }
        return {key: data for key, data in found.items() if data is not None}


@functools.cache
def _plain() -> bytes:
    return png(car())


@functools.cache
def _badge() -> bytes:
    return png(badge())


@functools.cache
def good_files() -> Files:
    """Return a delivery without any fault."""
    return files()


def files(
    change: Callable[[Bytes], Bytes] | None = None, *, options: Any = None, **changes: Any
) -> Files:
    """Return a delivery whose render and sidecar were changed on purpose."""
    changed = change is not None or options
    pixels = change(car().copy()) if change else car()
    render = png(pixels, **(options or {})) if changed else _plain()
    return Files(render, _badge(), None, json.dumps(card(render, **changes)).encode())
