"""A drawn car on a drawn road, shadowed, composed, labelled and encoded: a poster that passes."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from shared.quality.colour import decode, encode
from shared.quality.evidence import Car, Claims, Delivered, Evidence, Orders
from shared.quality.gate import Verdict, judge
from shared.quality.thresholds import Thresholds
from shared.results.copies import app_copy, master_copy
from shared.results.label import stamp, xmp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

WIDTH, HEIGHT = 576, 720
HORIZON = 403
CAR = (480, 228)
X, Y = 48, 363
CONTACTS = ((425.0, 175.0), (245.0, 215.0), (95.0, 195.0), (290.0, 163.0))
PACKET = xmp(producer="", produce_id="j-test-1")
_N = 4


@cache
def car_pixels(paint: tuple[int, int, int] = (150, 22, 28)) -> Bytes:
    """Draw the car with exact coverage alpha: four times too large, then area means."""
    big = Image.new("RGBA", (CAR[0] * _N, CAR[1] * _N), (*paint, 0))
    pen = ImageDraw.Draw(big)

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * _N, y * _N) for x, y in points]

    dark = tuple(c // 2 for c in paint)
    body = at(
        (10, 150), (30, 75), (125, 70), (200, 15), (375, 12), (455, 65), (470, 130), (185, 200)
    )
    pen.polygon(body, fill=(*paint, 255))
    pen.polygon(at((210, 30), (360, 26), (420, 66), (170, 72)), fill=(*dark, 255))
    for (x, y), half in zip(CONTACTS[:3], (30, 38, 24), strict=True):
        pen.ellipse(at((x - 26, y - 2 * half), (x + 26, y + 3)), fill=(18, 18, 20, 255))
    pen.ellipse(at((70, 92), (126, 144)), fill=(166, 120, 116, 255))
    pen.ellipse(at((76, 98), (120, 138)), fill=(128, 64, 96, 255))
    planes = np.asarray(big, dtype=np.float64).reshape(CAR[1], _N, CAR[0], _N, 4)
    alpha = planes[..., 3].mean(axis=(1, 3))
    light = decode(np.asarray(big)[..., :3]).reshape(CAR[1], _N, CAR[0], _N, 3)
    sums = (light * planes[..., 3:]).mean(axis=(1, 3))
    colour = encode(sums / np.maximum(alpha, 1e-9)[..., None])
    return np.dstack([colour, np.rint(alpha)]).astype(np.uint8)


@cache
def badge_mask() -> Bytes:
    """Return the badge: the disc's opaque pixels."""
    mask = Image.new("L", CAR)
    ImageDraw.Draw(mask).ellipse((71, 93, 125, 143), fill=255)
    return np.asarray(mask)


@cache
def bare_plate() -> Bytes:
    """Draw a spring day: blue sky, green fields, a grey road, a little grain."""
    canvas = np.empty((HEIGHT, WIDTH, 3))
    canvas[:HORIZON] = np.linspace((110, 165, 220), (205, 225, 235), HORIZON)[:, None]
    canvas[HORIZON:] = (150, 148, 144)
    canvas[HORIZON - 60 : HORIZON + 30] = (96, 150, 70)
    canvas[HORIZON + 30 :] += np.linspace(-25, 12, HEIGHT - HORIZON - 30)[:, None, None]
    grain = np.random.default_rng(5).normal(0, 1.2, canvas.shape)
    return np.clip(np.rint(canvas + grain), 0, 255).astype(np.uint8)


@cache
def shaded_plate() -> Bytes:
    """Multiply a soft shadow under the car into the plate, in linear light."""
    sheet = Image.new("L", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(sheet)
    pen.polygon([(x + X, y + Y + 4) for x, y in CONTACTS], fill=170)
    for x, y in CONTACTS:
        pen.ellipse((x + X - 34, y + Y - 12, x + X + 34, y + Y + 12), fill=230)
    soft = sheet.resize((WIDTH // 3, HEIGHT // 3), Image.Resampling.BOX)
    shadow = np.asarray(soft.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)) / 255.0
    return encode(decode(bare_plate()) * (1 - 0.9 * shadow[..., None]))


def composed(plate: Bytes, car: Bytes, *, x: int = X, y: int = Y, linear: bool = True) -> Bytes:
    """Lay the car over the plate by the plain formula, everywhere, without tricks."""
    out = plate.copy()
    part = out[y : y + car.shape[0], x : x + car.shape[1]]
    share = car[..., 3:] / 255.0
    if linear:
        part[:] = encode(share * decode(car[..., :3]) + (1 - share) * decode(part))
    else:
        part[:] = np.rint(share * car[..., :3] + (1 - share) * part).astype(np.uint8)
    return out


def the_car(pixels: Bytes | None = None) -> Car:
    """Return the frozen car as the gate reads it; the render is placed at its own size."""
    return Car(
        pixels=car_pixels() if pixels is None else pixels,
        badge=badge_mask(),
        scale=1.0,
        contacts=CONTACTS,
        horizon_y=float(HORIZON - Y),
        badge_box=(70, 92, 126, 144),
    )


def claims(y: int = Y) -> Claims:
    """Return what a right placement.json says."""
    return Claims(
        x=X,
        y=y,
        height=CAR[1],
        scale=1.0,
        horizon_y=HORIZON,
        contact_y=y + 215,
        canvas=(WIDTH, HEIGHT),
        car_box=(X + 10, y + 12, X + 470, y + 219),
        badge_box=(X + 70, y + 92, X + 126, y + 144),
    )


@dataclass(frozen=True)
class Case:
    """Evidence, and the poster's pixels as they are about to be encoded."""

    evidence: Evidence
    poster: Bytes

    def delivered(self) -> list[Delivered]:
        """Return master and app copy as the product encodes them; once for the same pixels."""
        return [*_encoded(self.poster.tobytes(), self.poster.shape[:2])]

    def delivered_anew(self) -> list[Delivered]:
        """Return the same copies, encoded again."""
        return [*_encoded.__wrapped__(self.poster.tobytes(), self.poster.shape[:2])]

    def verdict(self, copies: Sequence[Delivered] | None = None) -> Verdict:
        """Judge the copies, the product's own ones by default."""
        return judge(self.evidence, copies or self.delivered(), Thresholds())

    def repainted(self, poster: Bytes) -> Case:
        """Return the case with other pixels, under the same evidence."""
        return replace(self, poster=marked(poster))


@lru_cache(8)
def _encoded(pixels: bytes, shape: tuple[int, int]) -> tuple[Delivered, ...]:
    picture = Image.frombytes("RGB", shape[::-1], pixels)
    master = master_copy(picture, xmp=PACKET)
    app = app_copy(picture, xmp=PACKET, lossless=False)
    return (
        delivered("master", master.data, lossless=True),
        delivered("app", app.data, lossless=False),
    )


def delivered(name: str, data: bytes, *, lossless: bool) -> Delivered:
    """Decode a file as the gate gets it."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    return Delivered(name, data, pixels, lossless)


def marked(poster: Bytes) -> Bytes:
    """Stamp the visible label."""
    return np.asarray(stamp(Image.fromarray(poster), clear_of=[claims().car_box]).picture)


def clean(car: Bytes | None = None, plate: Bytes | None = None, bare: Bytes | None = None) -> Case:
    """Return a case that passes every gate; the one without any wishes is made once."""
    if car is None and plate is None and bare is None:
        return _plain()
    return _made(
        car_pixels() if car is None else car,
        shaded_plate() if plate is None else plate,
        bare_plate() if bare is None else bare,
    )


@cache
def _plain() -> Case:
    return _made(car_pixels(), shaded_plate(), bare_plate())


def _made(pixels: Bytes, ground: Bytes, bare: Bytes) -> Case:
    box = stamp(Image.fromarray(ground), clear_of=[claims().car_box]).box
    evidence = Evidence(
        plate=ground,
        bare=bare,
        car=the_car(pixels),
        claims=claims(),
        caption=None,
        mark_box=box,
        orders=Orders("spring", "clear", "day"),
    )
    return Case(evidence, marked(composed(ground, pixels)))
