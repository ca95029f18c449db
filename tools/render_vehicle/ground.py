"""The ground about the car: how much of each light reaches it, as maps and by points."""

from collections.abc import Callable
from typing import Any

import drjit as dr  # type: ignore[import-not-found]  # comes with mitsuba
import mitsuba as mi
import numpy as np
from scipy import ndimage
from scipy.stats import qmc

from .lights import STREET, SUNS, StreetLamp, Sun, lamp_place, street_power, sun_direction
from .render import CarScene
from .shapes import Floats

REACH = 15.0  # metres the maps run from the car's middle
CELLS = 500
_LIFT = 1e-3  # points stand this high, so that tyres do not hide them from below


def _shares(at: Floats, rays: int, aim: Callable[[Any, Any, Any], tuple[Any, Any]],
            car: CarScene) -> Floats:  # fmt: skip
    """Return the share of rays that get past the car, for points (..., 2) on the ground."""
    x, y = np.ascontiguousarray(at.reshape(-1, 2).T, dtype=np.float32)
    origin = mi.Point3f(mi.Float(x), mi.Float(y), mi.Float(_LIFT))
    total = dr.zeros(mi.Float, len(x))
    # All points take the same rays: steps instead of noise, too small to be seen.
    net = qmc.Sobol(2, scramble=True, seed=2).random(rays)
    for pair in net.tolist():
        towards, far = aim(origin, *(dr.opaque(mi.Float, value) for value in pair))
        ray = mi.Ray3f(origin, towards)
        ray.maxt = far
        total += dr.select(car.scene.ray_test(ray), 0.0, 1.0)
        dr.eval(total)
    return np.asarray(np.array(total).reshape(at.shape[:-1]) / rays, dtype=np.float64)


def sky_shares(car: CarScene, at: Floats, rays: int) -> Floats:
    """Return the part of an even sky's light that reaches points (..., 2) of the ground."""

    def aim(_: Any, u: Any, v: Any) -> tuple[Any, Any]:
        return mi.warp.square_to_cosine_hemisphere(mi.Point2f(u, v)), mi.Float(dr.inf)

    return _shares(at, rays, aim, car)


def sun_shares(car: CarScene, sun: Sun, heading_deg: float, at: Floats, rays: int) -> Floats:
    """Return the visible part of a sun's disk from points (..., 2) of the ground."""
    frame = mi.Frame3f(mi.Vector3f(*sun_direction(sun, heading_deg).tolist()))
    size = float(np.radians(sun.radius_deg))

    def aim(_: Any, u: Any, v: Any) -> tuple[Any, Any]:
        spot = mi.warp.square_to_uniform_disk(mi.Point2f(u, v)) * size
        return dr.normalize(frame.n + frame.s * spot.x + frame.t * spot.y), mi.Float(dr.inf)

    return _shares(at, rays, aim, car)


def _lamp_shares(car: CarScene, at: Floats, lamp: StreetLamp, heading_deg: float,
                 rays: int) -> Floats:  # fmt: skip
    place = mi.Point3f(*lamp_place(lamp, heading_deg).tolist())

    def aim(origin: Any, u: Any, v: Any) -> tuple[Any, Any]:
        spot = mi.warp.square_to_uniform_disk(mi.Point2f(u, v)) * lamp.radius_m
        offset = place + mi.Vector3f(spot.x, spot.y, 0.0) - origin
        far = dr.norm(offset)
        return offset / far, far

    return _shares(at, rays, aim, car)


def street_light(car: CarScene, at: Floats, heading_deg: float,
                 rays: int) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the street lamps' light on points (..., 2), with and without the car."""
    lit, clear = np.zeros(at.shape[:-1]), np.zeros(at.shape[:-1])
    for lamp, power in zip(STREET, street_power(), strict=True):
        place = lamp_place(lamp, heading_deg)
        far = ((at - place[:2]) ** 2).sum(axis=-1) + place[2] ** 2
        here = power * place[2] / far**1.5 / np.pi
        lit += here * _lamp_shares(car, at, lamp, heading_deg, rays)
        clear += here
    return lit, clear


class Ground:
    """Maps of the light on the ground about the car, looked up where paths meet it."""

    def __init__(self, car: CarScene, heading_deg: float,
                 lamps: Callable[[Floats], Floats]) -> None:  # fmt: skip
        """`lamps` gives the own lamps' white and red light for points (..., 2)."""
        line = (np.arange(CELLS) + 0.5) / CELLS * 2 * REACH - REACH
        at = np.stack(np.meshgrid(line, line), axis=-1)  # rows are y
        coarse = at[2::5, 2::5]
        sky = ndimage.zoom(sky_shares(car, coarse, 64), 5, order=1, mode="nearest", grid_mode=True)
        maps = [sky, *(sun_shares(car, sun, heading_deg, at, 8) for sun in SUNS.values())]
        maps.append(street_light(car, at, heading_deg, 4)[0])
        data = np.concatenate([np.stack(maps, axis=-1), lamps(at)], axis=-1)
        self.map = mi.Texture2f(mi.TensorXf(data.astype(np.float32)), wrap_mode=dr.WrapMode.Clamp)

    def shares(self, x: Any, y: Any) -> list[Any]:
        """Return the sky's, the suns', the street's and the own lamps' light at points."""
        return list(self.map.eval(mi.Point2f(x / (2 * REACH) + 0.5, y / (2 * REACH) + 0.5)))


LAMP_COLOURS = {"beam": (1.0, 0.99, 0.97), "tail": (1.0, 0.03, 0.02)}
