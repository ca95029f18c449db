"""Path tracing of all lights and paints at once: light is linear, so its parts are kept apart.

A path's throughput is multiplied with the radiance of every group of lights it meets, and added
to the pixel under two more keys: how often the path was scattered below the varnish of the paint
(0, 1, 2 or more times; the paint's colour is a factor put in later), and whether its light came
off the ground (the ground's reflectance, likewise).
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import drjit as dr  # type: ignore[import-not-found]  # comes with mitsuba
import mitsuba as mi
import numpy as np
from scipy.stats import qmc

from . import lights
from .camera import Camera
from .ground import LAMP_COLOURS, Ground
from .render import CarScene
from .shapes import Floats

BOUNCES = 5
DIMENSIONS = 2 + 6 * (BOUNCES + 1)
CHANNELS = 3 * len(lights.GROUPS)
SLOTS = 6  # (0, 1, 2 scatterings by the paint) x (off the ground or not)
BRIGHTEST = 2.0  # a rough metal's sample is held to this weight
_FIRST_SUN, _STREET = 3 * len(lights.SKIES), 3 * (len(lights.SKIES) + len(lights.SUNS))


@dataclass
class Path:
    """Paths on their way; the field names are Dr.Jit's."""

    pixel: Any = None
    weight: Any = None
    origin: Any = None
    direction: Any = None
    paints: Any = None
    mirrored: Any = None  # only mirror reflections since the eye or the last scattering

    DRJIT_STRUCT: ClassVar[dict[str, Any]] = {
        "pixel": mi.UInt32, "weight": mi.Color3f, "origin": mi.Point3f,
        "direction": mi.Vector3f, "paints": mi.UInt32, "mirrored": mi.Bool,
    }  # fmt: skip

    def ray(self) -> Any:
        """The ray that goes on from here."""
        return mi.Ray3f(self.origin, self.direction)


class Tracer:
    """Traces one view; sums are kept on the arrays' device until `result`."""

    def __init__(self, car: CarScene, camera: Camera, ground: Ground) -> None:
        self.car, self.camera, self.ground = car, camera, ground
        heading = camera.view.heading_deg
        self.heading = mi.Float(heading)
        skies, colours = lights.paint_skies()
        self.sky = mi.Texture2f(mi.TensorXf(skies.astype(np.float32)), wrap_mode=dr.WrapMode.Repeat)
        self.sky_rows = skies.shape[0]
        self.suns = [
            (lights.sun_direction(sun, heading), sun, mi.Color3f(*lights.tint(sun.cct_k).tolist()))
            for sun in lights.SUNS.values()
        ]
        self.warm = mi.Color3f(*lights.tint(lights.STREET_CCT).tolist())
        powers = zip(lights.STREET, lights.street_power(), strict=True)
        self.street = [(lights.lamp_place(lamp, heading), lamp, power) for lamp, power in powers]
        self.off_ground = colours  # what a white ground shows of each group in the open
        count = math.prod(camera.size)
        self.sums = dr.zeros(mi.Float, count * SLOTS * CHANNELS)
        self.facts = dr.zeros(mi.Float, count * 8)  # hits, emblem, albedo, normal
        self.done = 0
        self.net = qmc.Sobol(DIMENSIONS, scramble=True, seed=1).random(1024)

    def sample(self) -> None:
        """Trace one more sample of every pixel."""
        self.numbers = mi.Float(self.net[self.done % len(self.net)].astype(np.float32))
        pixel = dr.arange(mi.UInt32, math.prod(self.camera.size))
        ray = self._eye_ray(pixel)
        found = self.car.scene.ray_intersect_preliminary(ray)
        dr.eval(found, ray)
        index = dr.compress(found.is_valid())
        pixel, found = dr.gather(mi.UInt32, pixel, index), dr.gather(type(found), found, index)
        ray = self._eye_ray(pixel)
        one = mi.Color3f(1.0)
        path = Path(pixel, one, ray.o, ray.d, mi.UInt32(0), one.x < 0)
        self._note(path, found)
        every = mi.BSDFContext()
        every.type_mask = int(mi.BSDFFlags.All) & ~int(mi.BSDFFlags.DeltaReflection)
        mirror = mi.BSDFContext()
        mirror.type_mask = int(mi.BSDFFlags.DeltaReflection)
        for context, whole in ((every, True), (mirror, False)):
            on, alive = self._scatter(path, found, 0, context, whole=whole)
            self._follow(on, alive)
        self.done += 1

    def _number(self, pixel: Any, dimension: int) -> Any:
        """One coordinate of a point of the sample's net, shifted by the pixel."""
        shift = mi.sample_tea_float32(pixel, mi.UInt32(dimension))
        moved = shift + dr.gather(mi.Float, self.numbers, mi.UInt32(dimension))
        return moved - dr.floor(moved)

    def _eye_ray(self, pixel: Any) -> Any:
        width = self.camera.crop[2]
        row = pixel // width
        x = mi.Float(pixel - row * width) + self._number(pixel, 0) + float(self.camera.crop[0])
        y = mi.Float(row) + self._number(pixel, 1) + float(self.camera.crop[1])
        forward, right = (mi.Vector3f(*axis.tolist()) for axis in self.camera.axes)
        up = mi.Vector3f(0, 0, -1 if self.camera.mirrored else 1)
        focal = mi.Float(self.camera.focal_px)
        direction = dr.normalize(forward + right * (x / focal) - up * (y / focal))
        origin = mi.Point3f(*self.camera.eye.tolist())
        if self.camera.mirrored:  # the mirror is the ground: nothing below it is seen
            origin = origin - direction * (origin.z / direction.z)
        return mi.Ray3f(origin, direction)

    def _note(self, path: Path, found: Any) -> None:
        """Count the hit, the emblem, and what guides the denoiser."""
        si = found.compute_surface_interaction(path.ray())
        emblem = self.car.look_up(self.car.badge, si.shape, si.is_valid())
        painted = self.car.look_up(self.car.painted, si.shape, si.is_valid())
        albedo = si.bsdf().eval_diffuse_reflectance(si)
        albedo = dr.select(painted, -1.0, albedo)  # negative: the share of paint
        values = [mi.Float(1.0), dr.select(emblem, 1.0, 0.0), albedo[0], albedo[1], albedo[2],
                  si.sh_frame.n[0], si.sh_frame.n[1], si.sh_frame.n[2]]  # fmt: skip
        for place, value in enumerate(values):
            dr.scatter_add(self.facts, value, path.pixel * 8 + place)
        dr.eval(self.facts)

    def _add(self, path: Path, first: int, colour: Any, active: Any, *,
             painted: Any = False, ground: int = 0) -> None:  # fmt: skip
        slot = dr.minimum(path.paints + dr.select(painted, mi.UInt32(1), 0), 2) * 2 + ground
        start = (path.pixel * SLOTS + slot) * CHANNELS + first
        for place in range(3):
            dr.scatter_add(self.sums, colour[place], start + place, active)

    def _follow(self, path: Path, alive: Any) -> None:
        for bounce in range(1, BOUNCES + 1):
            index = dr.compress(alive)
            if len(index) == 0:
                return
            path = dr.gather(Path, path, index)
            found = self.car.scene.ray_intersect_preliminary(path.ray())
            hit = self._escaped(path, found)
            dr.eval(self.sums, hit, found, path)
            index = dr.compress(hit)
            if len(index) == 0:
                return
            path, found = dr.gather(Path, path, index), dr.gather(type(found), found, index)
            path, alive = self._scatter(path, found, bounce, mi.BSDFContext())

    def _escaped(self, path: Path, found: Any) -> Any:
        """Add what a path meets beyond the car; return which paths meet the car."""
        down = path.direction.z < -1e-4
        far = dr.select(down, -path.origin.z / path.direction.z, dr.inf)
        hit = found.is_valid() & (found.t < far)
        away = ~hit
        self._add_ground(path, dr.select(away & down, far, 0.0), away & down)
        self._add_sky(path, away & ~down)
        return hit

    def _add_ground(self, path: Path, far: Any, active: Any) -> None:
        point = path.origin + path.direction * far
        shares = self.ground.shares(point.x, point.y)
        # Towards the horizon the air takes on the colour of the sky's foot.
        air = 1.0 - dr.exp(-far / 220.0)
        for place in range(len(lights.SKIES)):
            open_ground = mi.Color3f(*self.off_ground[place].tolist())
            self._add(path, 3 * place, path.weight * open_ground * shares[0], active, ground=1)
            self._add(path, 3 * place, path.weight * open_ground * (0.12 * air), active)
        for place, (_, _, colour) in enumerate(self.suns):
            self._add(path, _FIRST_SUN + 3 * place, path.weight * colour * shares[1 + place],
                      active, ground=1)  # fmt: skip
        self._add(path, _STREET, path.weight * self.warm * shares[5], active, ground=1)
        for place, (lamp, colour) in enumerate(LAMP_COLOURS.items()):
            first = _STREET + 3 * (1 + lights.LAMPS.index(lamp))
            self._add(path, first, path.weight * mi.Color3f(*colour) * shares[6 + place], active,
                      ground=1)  # fmt: skip

    def _add_sky(self, path: Path, active: Any) -> None:
        direction = path.direction
        azimuth = self.heading + 180.0 - dr.rad2deg(dr.atan2(direction.y, direction.x))
        up = dr.rad2deg(dr.safe_asin(direction.z)) / 90.0
        edge = 0.5 / self.sky_rows
        colours = self.sky.eval(mi.Point2f(azimuth / 360.0, dr.clip(up, edge, 1.0 - edge)), active)
        for place in range(len(lights.SKIES)):
            colour = mi.Color3f(*colours[3 * place : 3 * place + 3])
            self._add(path, 3 * place, path.weight * colour, active)
        # Suns and lamps were asked for at each rough hit; only mirrors still have to show them.
        shown = active & path.mirrored
        for place, (towards, sun, colour) in enumerate(self.suns):
            bright = _sun_disk(dr.dot(direction, mi.Vector3f(*towards.tolist())), sun.radius_deg)
            self._add(path, _FIRST_SUN + 3 * place, path.weight * colour * bright, shown)
        for at, _, power in self.street:
            offset = mi.Point3f(*at.tolist()) - path.origin
            along = dr.dot(offset, direction)
            aside = dr.sqrt(dr.maximum(dr.squared_norm(offset) - along * along, 0.0))
            bright = power / 36.0 * 45.0 * dr.exp(-dr.square(aside / 0.4))
            self._add(path, _STREET, path.weight * self.warm * bright, shown & (along > 0))

    def _scatter(self, path: Path, found: Any, bounce: int, context: Any, *,
                 whole: bool = True) -> tuple[Path, Any]:  # fmt: skip
        """Light the paths' hits by suns and lamps, and choose where they go on."""
        si = found.compute_surface_interaction(path.ray())
        active = si.is_valid()
        bsdf = si.bsdf()
        painted = self.car.look_up(self.car.painted, si.shape, active)
        if whole:
            self._add_glow(path, si, active)
            if bounce <= 1:
                self._add_suns(path, si, bsdf, bounce, painted, context)
        else:
            active &= self.car.look_up(self.car.split, si.shape, active)
        start = 2 + 6 * bounce
        numbers = [self._number(path.pixel, start + k) for k in range(3)]
        drawn, weight = bsdf.sample(context, si, numbers[0], mi.Point2f(*numbers[1:]), active)
        weight = path.weight * dr.minimum(weight, BRIGHTEST)
        diffuse = mi.has_flag(drawn.sampled_type, mi.BSDFFlags.DiffuseReflection)
        through = mi.has_flag(drawn.sampled_type, mi.BSDFFlags.Null)
        mirror = mi.has_flag(drawn.sampled_type, mi.BSDFFlags.DeltaReflection)
        ray = si.spawn_ray(si.to_world(drawn.wo))
        on = Path(
            path.pixel, weight, ray.o, ray.d,
            path.paints + dr.select(painted & diffuse, mi.UInt32(1), 0),
            mirror | (through & path.mirrored),
        )  # fmt: skip
        alive = active & (dr.max(weight) > 1e-3)
        dr.eval(self.sums, on, alive)
        return on, alive

    def _add_glow(self, path: Path, si: Any, active: Any) -> None:
        lamp = self.car.look_up(self.car.lamp, si.shape, active)
        glow = self.car.look_up(self.car.glow, si.shape, active)
        for kind in range(1, len(lights.LAMPS) + 1):
            self._add(path, _STREET + 3 * kind, path.weight * glow, active & (lamp == kind))

    def _add_suns(self, path: Path, si: Any, bsdf: Any, bounce: int, painted: Any,
                  context: Any) -> None:  # fmt: skip
        start = 2 + 6 * bounce + 3
        spot = mi.warp.square_to_uniform_disk(
            mi.Point2f(self._number(path.pixel, start), self._number(path.pixel, start + 1))
        )

        def reach(towards: Any, far: Any) -> Any:
            local = si.to_local(towards)
            value = bsdf.eval(context, si, local)
            wanted = dr.max(value) > 0
            ray = si.spawn_ray(towards)
            ray.maxt = far
            return dr.select(wanted & ~self.car.scene.ray_test(ray, wanted), value, 0.0)

        for place, (towards, sun, colour) in enumerate(self.suns):
            frame = mi.Frame3f(mi.Vector3f(*towards.tolist()))
            size = np.radians(sun.radius_deg)
            aim = dr.normalize(frame.n + (frame.s * spot.x + frame.t * spot.y) * size)
            strength = float(np.pi / towards[2])
            light = path.weight * colour * reach(aim, dr.inf) * strength
            self._add(path, _FIRST_SUN + 3 * place, light, dr.max(light) > 0, painted=painted)
        for spot_place, lamp, power in self.street:
            at = mi.Point3f(*spot_place.tolist())
            at = at + mi.Vector3f(spot.x, spot.y, 0.0) * lamp.radius_m
            offset = at - si.p
            far = dr.norm(offset)
            light = path.weight * self.warm * reach(offset / far, far) * (power / dr.square(far))
            self._add(path, _STREET, light, dr.max(light) > 0, painted=painted)

    def result(self) -> tuple[Floats, Floats]:
        """Return (height, width, paints 3, ground 2, groups, 3) and facts (height, width, 8).

        Light is divided by the hits: straight, not weighted by coverage; facts[..., 0] is coverage.
        """
        height, width = self.camera.size
        sums = np.array(self.sums).reshape(height * width, -1)
        facts = np.array(self.facts).reshape(height * width, 8)
        hits = np.maximum(facts[:, :1], 1.0)
        sums /= hits
        facts[:, :2] /= self.done
        facts[:, 2:] /= hits
        light = sums.reshape(height, width, 3, 2, len(lights.GROUPS), 3)
        return light, facts.reshape(height, width, 8)


def _sun_disk(cosine: Any, radius_deg: float) -> Any:
    """A sun's radiance by the cosine off its middle, for mirrors: a clipped disk in a soft glow."""
    off = dr.rad2deg(dr.safe_acos(cosine))
    disk = 60.0 * dr.exp(-dr.square(off / (1.6 * radius_deg)))
    return disk + 5.0 * dr.exp(-dr.square(off / 4.0)) + 0.9 * dr.exp(-dr.square(off / 14.0))
