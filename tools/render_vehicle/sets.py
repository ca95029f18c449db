"""The files of a set: pictures, emblem masks, passes and sidecars."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .lights import LIGHTS, Light
from .mixing import denoise, glare, guides, mix, painted
from .picture import Bytes, eight_bits, finish, mask_box, save_picture
from .shapes import Floats
from .store import Groups, Mask, load_groups, load_masks
from .studio import pigment
from .vehicle import Vehicle, read_vehicle

MIRRORED = ("overcast", "dusk", "night")  # lights whose pictures get a reflection pass


@dataclass(frozen=True)
class Traced:
    """One view as traced: the picture's light, the mirror's, and the passes."""

    name: str
    groups: Groups
    mirror: Groups
    masks: dict[str, Mask]
    contacts: Floats  # the tyres' on the ground, metres
    vehicle: Vehicle

    @staticmethod
    def load(cache: Path, name: str) -> Traced:
        """Read what `trace` left."""
        return Traced(
            name, load_groups(cache / f"{name}.npz"), load_groups(cache / f"{name}.mirror.npz"),
            load_masks(cache / f"{name}.masks.npz"), np.load(cache / "contacts.npy"),
            read_vehicle(cache / "vehicle.json"),
        )  # fmt: skip

    def colour(self, paint: str) -> Floats:
        """The base colour of a paint."""
        return np.array(self.vehicle.paints[paint].colour)


@dataclass(frozen=True)
class Mixed:
    """A light's share of a view, ready for any paint."""

    groups: Groups
    parts: Floats
    glare: Floats

    @staticmethod
    def of(groups: Groups, light: Light) -> Mixed:
        return Mixed(groups, mix(groups, light), glare(groups, light))

    def picture(self, paint: Floats) -> Bytes:
        """Return the clean RGBA picture in a paint of this base colour."""
        colour = self.groups.filled(painted(self.parts, pigment(paint)))
        clean = denoise(colour, *guides(self.groups, paint)) + self.glare
        coverage = self.groups.spread(self.groups.facts[:, 0].astype(np.float64))
        return finish(clean, coverage)


def _mirror_box(traced: Traced) -> list[int]:
    """The mirror camera's frame in pixels of the picture."""
    shrink = round(traced.groups.camera.focal_px / traced.mirror.camera.focal_px)
    x, y, width, height = traced.mirror.camera.crop
    x0, y0 = x * shrink - traced.groups.camera.crop[0], y * shrink - traced.groups.camera.crop[1]
    return [x0, y0, x0 + width * shrink, y0 + height * shrink]


def _entry(file: Path, digest: str, box: list[int]) -> dict[str, Any]:
    return {"file": file.name, "sha256": digest, "box": box}


def _write_masks(traced: Traced, light_name: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Write the passes of a light that no paint changes; return their entries."""
    light = LIGHTS[light_name]
    wanted = {"shadow_sky": ("sky", f"{traced.name}.shadow_sky.png")}
    if light.shadow:
        wanted["shadow_sun"] = (light.shadow, f"{traced.name}.{light_name}.shadow_sun.png")
    if light.facts["lamps"]:
        wanted["lamps"] = ("lamps", f"{traced.name}.lamps.png")
    entries = {}
    for name, (key, file_name) in wanted.items():
        mask = traced.masks.get(key)
        if mask is not None:
            digest = save_picture(folder / file_name, mask.values)
            entries[name] = _entry(folder / file_name, digest, list(mask.box))
    return entries


def write_light(traced: Traced, light_name: str, paints: list[str], out: Path) -> None:
    """Write a light's members: picture, emblem mask, reflection and sidecar in each paint."""
    light = LIGHTS[light_name]
    mixed = Mixed.of(traced.groups, light)
    mirror = Mixed.of(traced.mirror, light) if light_name in MIRRORED else None
    for paint in paints:
        folder = out / traced.vehicle.model / traced.vehicle.generation / paint
        folder.mkdir(parents=True, exist_ok=True)
        passes = _write_masks(traced, light_name, folder)
        if mirror is not None:
            file = folder / f"{traced.name}.{light_name}.reflection.png"
            digest = save_picture(file, mirror.picture(traced.colour(paint)))
            passes["reflection"] = _entry(file, digest, _mirror_box(traced))
        _write_member(traced, mixed, light_name, paint, folder, passes)


def _write_member(traced: Traced, mixed: Mixed, light_name: str, paint: str, folder: Path,
                  passes: dict[str, dict[str, Any]]) -> None:  # fmt: skip
    picture = mixed.picture(traced.colour(paint))
    emblem = mixed.groups.spread(mixed.groups.facts[:, 1].astype(np.float64))
    mask = np.minimum(eight_bits(emblem), picture[..., 3])
    stem = f"{traced.name}.{light_name}"
    digest = save_picture(folder / f"{stem}.png", picture)
    save_picture(folder / f"{stem}.badge.png", mask)
    facts = _facts(traced, light_name, paint, picture, mask)
    facts |= {"sha256": digest, "passes": passes}
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    (folder / f"{stem}.json").write_text(f"{text}\n", encoding="utf-8")


def _facts(traced: Traced, light_name: str, paint: str, picture: Bytes,
           mask: Bytes) -> dict[str, Any]:  # fmt: skip
    camera, light, vehicle = traced.groups.camera, LIGHTS[light_name], traced.vehicle
    return {
        "schema": 1, "model": vehicle.model, "generation": vehicle.generation, "paint": paint,
        "view": traced.name, "lit": light_name,
        "titles": {"zh": vehicle.paints[paint].zh, "en": vehicle.paints[paint].en},
        "px_size": [picture.shape[1], picture.shape[0]],
        "sha256": "", "colourspace": "srgb", "alpha": "coverage",
        "contacts": [[round(float(c), 2) for c in point]
                     for point in camera.project(traced.contacts)],
        "roof_y": mask_box(picture[..., 3])[1],
        "horizon_y": round(camera.horizon_y, 2),
        "pitch_deg": 0.0,
        "camera_height_m": camera.view.height_m,
        "camera": {
            "heading_deg": camera.view.heading_deg, "focal_px": round(camera.focal_px, 3),
            "principal_x": float(-camera.crop[0]),
        },
        "light": light.facts | {"sun_to_sky": round(light.sun_to_sky(), 2)},
        "badge_box": mask_box(mask),
        "provenance": vehicle.provenance,
    }  # fmt: skip
