"""Rendering with Mitsuba: the car alone, its coverage, and the emblem's part of it."""

from __future__ import annotations

import math
from typing import Any

import drjit as dr  # type: ignore[import-not-found]  # comes with mitsuba
import mitsuba as mi
import numpy as np

from .camera import Camera
from .mesh import Floats, Mesh
from .studio import ground_shades, materials, studio_sky

SAMPLES_A_PASS = 16
GROUND_RADIUS = 60.0
BRIGHTEST = 6.0  # samples are held below this, so that edges of highlights stay smooth


def _shape(name: str, mesh: Mesh, bsdf: dict[str, Any]) -> Any:
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(bsdf)
    if name == "light":
        properties["glow"] = mi.load_dict(
            {
                "type": "area",
                "radiance": {"type": "rgb", "value": [1.15, 1.18, 1.22]},
                "sampling_weight": 0.02,  # nearly all light comes from the sky
            }
        )
    shape = mi.Mesh(
        name, len(mesh.points), len(mesh.faces),
        has_vertex_normals=True, has_vertex_texcoords=mesh.uv is not None, props=properties,
    )  # fmt: skip
    values = mi.traverse(shape)
    values["vertex_positions"] = np.ravel(mesh.points).astype(np.float32)
    values["vertex_normals"] = np.ravel(mesh.normals).astype(np.float32)
    values["faces"] = np.ravel(mesh.faces).astype(np.uint32)
    if mesh.uv is not None:
        values["vertex_texcoords"] = np.ravel(mesh.uv).astype(np.float32)
    values.update()
    return shape


def _sensor(camera: Camera) -> dict[str, Any]:
    """A level sensor whose film is cropped; the principal point is the film's middle."""
    x0, y0, width, height = camera.crop
    film_width = 2 * max(-x0, x0 + width)
    film_height = 2 * max(-y0, y0 + height)
    eye = [float(c) for c in camera.eye]
    view = mi.ScalarTransform4f().look_at(origin=eye, target=[0, 0, eye[2]], up=[0, 0, 1])
    return {
        "type": "perspective",
        "fov": math.degrees(2 * math.atan(film_width / 2 / camera.focal_px)),
        "fov_axis": "x",
        "near_clip": 1.0,
        "sampler": {"type": "multijitter", "sample_count": SAMPLES_A_PASS},
        "to_world": view,
        "film": {
            "type": "hdrfilm", "width": film_width, "height": film_height,
            "crop_offset_x": film_width // 2 + x0, "crop_offset_y": film_height // 2 + y0,
            "crop_width": width, "crop_height": height,
            "rfilter": {"type": "box"}, "pixel_format": "rgba",
        },
    }  # fmt: skip


def _ground() -> dict[str, Any]:
    # A disk's first texture coordinate is the distance from its middle.
    shades = np.ascontiguousarray(ground_shades(GROUND_RADIUS), dtype=np.float32)
    return {"type": "bitmap", "bitmap": mi.Bitmap(shades), "raw": True, "wrap_mode": "clamp"}


def load_scene(car: dict[str, Mesh], paint: str, camera: Camera) -> Any:
    """Load the car over a ground that only reflections and shadows see."""
    bsdfs = materials(paint)
    sky = np.ascontiguousarray(studio_sky(), dtype=np.float32)
    upright = mi.ScalarTransform4f().rotate([1, 0, 0], 90)
    scene: dict[str, Any] = {
        "type": "scene",
        "sensor": _sensor(camera),
        "sky": {"type": "envmap", "bitmap": mi.Bitmap(sky), "to_world": upright},
        "ground": {
            "type": "disk",
            "to_world": mi.ScalarTransform4f().scale([GROUND_RADIUS, GROUND_RADIUS, 1]),
            "bsdf": {"type": "diffuse", "reflectance": _ground()},
        },
    }
    for name, mesh in car.items():
        scene[name] = _shape(name, mesh, bsdfs[name])
    return mi.load_dict(scene)


class CarOnly(mi.SamplingIntegrator):  # type: ignore[misc]
    """Path tracing of what the eye meets first on the car; ground and sky count as empty."""

    def __init__(self, props: Any) -> None:
        super().__init__(props)
        self.inner = mi.load_dict({"type": "path", "max_depth": 7, "rr_depth": 5})

    def sample(self, scene: Any, sampler: Any, ray: Any, medium: Any, active: Any) -> Any:
        """Return the radiance, whether the car was met, and the emblem's coverage."""
        first = scene.ray_intersect(ray, active)
        names = {shape.id(): shape for shape in scene.shapes()}
        met = active & first.is_valid() & (first.shape != mi.ShapePtr(names["ground"]))
        light, _, _ = self.inner.sample(scene, sampler, ray, medium, met)
        emblem = (first.shape == mi.ShapePtr(names["badge_face"])) | (
            first.shape == mi.ShapePtr(names["badge_ring"])
        )
        colour = dr.select(met, dr.clip(light, 0.0, BRIGHTEST), 0.0)
        return colour, met, [dr.select(met & emblem, 1.0, 0.0)]

    def aov_names(self) -> list[str]:
        """Name the extra channel."""
        return ["emblem"]


def render_layers(scene: Any, samples: int) -> tuple[Floats, Floats, Floats]:
    """Render straight linear colour (h, w, 3), coverage (h, w), emblem coverage (h, w)."""
    integrator = CarOnly(mi.Properties())
    total: Floats | None = None
    passes = max(1, samples // SAMPLES_A_PASS)
    for seed in range(passes):
        image = np.array(mi.render(scene, integrator=integrator, spp=SAMPLES_A_PASS, seed=seed))
        total = image.astype(np.float64) if total is None else total + image
    assert total is not None  # noqa: S101  (there is at least one pass)
    layers = total / passes
    alpha = layers[..., 3]
    colour = layers[..., :3] / np.maximum(alpha, 1e-6)[..., None]
    return colour, alpha, layers[..., 4]
