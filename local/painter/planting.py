"""Where trees, poles and bushes stand: decided before they and their shadows are painted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from local.painter.ground import has_water
from local.painter.noise import Generator
from local.painter.road import FAR_EDGE, NEAR_EDGE, OPEN_METRES, lane_of
from local.painter.scene import Scene
from local.painter.trees import Kind, tree

Sprites = dict[Kind, list[Image.Image]]
# How near trees may hide the sky on the side of a low sun of open ground.
_SUNNY_METRES = 33.0
HEIGHTS: dict[Kind, float] = {
    "broadleaf": 8.5, "blossom": 6.0, "willow": 7.5, "poplar": 11.0, "conifer": 11.0,
    "bare": 8.5, "palm": 9.0, "bamboo": 9.0, "bush": 1.6,
}  # fmt: skip


@dataclass(frozen=True)
class Stand:
    """A tree on the ground: metres right and ahead of the eye's foot, and its height."""

    kind: Kind
    number: int  # which of the kind's sprites
    right: float
    ahead: float
    height: float
    flipped: bool = False


def sprites_of(scene: Scene) -> Sprites:
    """Paint two trees of each kind that the scene has, and two bushes."""
    sprites = {kind: [tree(scene, kind, f"{i}") for i in range(2)] for kind in kinds_of(scene)}
    sprites["bush"] = [tree(scene, "bush", f"{i}") for i in range(2)]
    return sprites


def planted(scene: Scene) -> tuple[Stand, ...]:
    """Return the trees near by, far to near."""
    if scene.open_ground:
        return tuple(sorted(_scattered(scene), key=lambda each: -each.ahead))
    if scene.facts.setting == "oldtown" and not scene.crossing:
        return ()
    return tuple(_row(scene) if scene.crossing else _avenue(scene))


def posts_of(scene: Scene) -> tuple[tuple[float, float, float], ...]:
    """Return where slim poles stand on the sun's side: metres right, ahead, and their height."""
    if scene.light.cast is None:
        return ()
    rng, half = scene.rng("posts"), 0.5 * scene.canvas.width / scene.lens
    places = (
        (scene.light.side * (half * ahead * low + float(rng.uniform(0, 1.5))), ahead, 6.5)
        for ahead, low in ((12.5, 1.15), (17.5, 1.1), (25.0, 0.9), (37.0, 0.9), (58.0, 0.85))
    )
    return tuple(each for each in places if not _in_water(scene, each[0], each[1]))


def _in_water(scene: Scene, right: float, ahead: float) -> bool:
    """Whether a place may lie in the water of the open side."""
    if not has_water(scene):
        return False
    if scene.open_ground:
        return ahead > OPEN_METRES
    metres = scene.across(right, ahead)
    if scene.crossing:
        return metres < lane_of(scene).far_edge - 1.0
    return metres > NEAR_EDGE + 1.0


def railed(scene: Scene) -> bool:
    """Whether a guard rail runs along the open side, where the land falls away."""
    setting = scene.facts.setting
    falls = has_water(scene) or setting == "mountain"
    return falls and not scene.open_ground and setting not in {"oldtown", "sea", "desert"}


def kinds_of(scene: Scene) -> tuple[Kind, ...]:
    """Choose the trees of a scene: the avenue's first, then what is mixed in."""
    facts = scene.facts
    if facts.setting == "bamboo":
        return ("bamboo",)
    if "palms" in facts.features:
        return ("palm",)
    if facts.setting == "desert":
        return ("poplar",) if "poplars" in facts.features else ("bush",)
    return _seasonal_kinds(scene)


def _seasonal_kinds(scene: Scene) -> tuple[Kind, ...]:
    season, setting = scene.facts.season, scene.facts.setting
    if scene.snowy or season == "winter":
        mild = setting in {"city", "oldtown", "lake", "river", "sea"}
        return ("bare", "conifer") if mild else ("conifer", "bare")
    if setting in {"mountain", "ice"}:
        return ("conifer", "blossom" if season == "spring" else "broadleaf")
    if season == "spring":
        return ("blossom", "willow" if has_water(scene) else "broadleaf")
    if season == "summer" and setting in {"lake", "river"}:
        return ("willow", "broadleaf")
    return ("poplar",) if setting == "grassland" else ("broadleaf", "poplar")


def _avenue(scene: Scene) -> Iterator[Stand]:
    """Line the closed side with trees; leave the open side to the view."""
    rng, kinds = scene.rng("avenue"), kinds_of(scene)
    gap = {"grassland": 26.0, "desert": 19.0}.get(scene.facts.setting, 8.5)
    z = 150.0
    while z > 13:
        kind = kinds[0] if rng.random() < 0.72 else kinds[-1]
        x = -scene.side * (-FAR_EDGE + float(rng.uniform(1.3, 2.6)))
        yield _stand(scene, rng, kind, x, z)
        if rng.random() < 0.5 and scene.facts.setting != "city" and not scene.snowy:
            far_x = -scene.side * (-FAR_EDGE + float(rng.uniform(3.5, 9.0)))
            yield _stand(scene, rng, "bush", far_x, z - 1)
        if rng.random() < 0.22 and not scene.snowy:
            yield _stand(scene, rng, "bush", scene.side * (NEAR_EDGE + 1.3), z)
        z -= gap * float(rng.uniform(0.8, 1.2)) * (0.45 + 0.55 * min(z / 40, 1.6))


def _row(scene: Scene) -> Iterator[Stand]:
    """Plant trees in groups beyond a road that runs across the view."""
    rng, kinds, lane = scene.rng("row"), kinds_of(scene), lane_of(scene)
    thin = has_water(scene) or scene.facts.setting in {"grassland", "desert", "mountain", "sea"}
    z = 130.0
    while z > -30:
        kind = kinds[0] if rng.random() < 0.72 else kinds[-1]
        out = lane.far_edge - float(rng.uniform(0.4, 0.9) if thin else rng.uniform(1.5, 5.0))
        stand = _stand(scene, rng, kind, scene.flank * out, z)
        bush = _stand(scene, rng, "bush", scene.flank * (out - 0.5), z - 2)
        if rng.random() < (0.45 if thin else 0.75) and _shown(scene, stand):
            yield stand
        if rng.random() < 0.4 and not scene.snowy and not thin and _shown(scene, bush):
            yield bush
        z -= float(rng.uniform(4.5, 9.0)) * (1.6 if thin else 1.0)


def _scattered(scene: Scene) -> Iterator[Stand]:
    """Scatter trees around open ground, most of them on the closed side, none in another."""
    rng, kinds, water = scene.rng("scattered"), kinds_of(scene), has_water(scene)
    sparse = water or scene.snowy or scene.facts.setting in {"grassland", "desert", "sea", "ice"}
    taken: list[tuple[float, float]] = []
    for index in range(14 if sparse else 34):
        kind = kinds[0] if rng.random() < 0.7 else kinds[-1]
        ahead = float(1 / rng.uniform(1 / (OPEN_METRES - 1 if water else 80), 1 / 17))
        edge = 0.5 * scene.canvas.width / scene.lens * ahead
        way = scene.side if index % 3 == 0 else -scene.side
        low = 0.75 if water or ahead < 24 else 0.3
        stand = _rooted(scene, rng, kind, way * edge * float(rng.uniform(low, 1.15)), ahead)
        if scene.light.low and way == scene.light.side and ahead < _SUNNY_METRES:
            continue
        apart = all(np.hypot(stand.right - x, ahead - z) > 0.6 * stand.height for x, z in taken)
        if apart and _shown(scene, stand):
            taken.append((stand.right, ahead))
            yield stand


def _shown(scene: Scene, stand: Stand) -> bool:
    """Whether a tree stands in the picture, and not on a side that is to stay quiet."""
    if stand.ahead < 9:
        return False
    x = scene.seen(stand.right, 0.0, stand.ahead)[0] / scene.canvas.width
    quiet = scene.facts.asked.quiet
    if stand.ahead < 60 and (("left" in quiet and x < 0.42) or ("right" in quiet and x > 0.58)):
        return False
    return -0.2 < x < 1.2


def _stand(scene: Scene, rng: Generator, kind: Kind, x: float, z: float) -> Stand:
    """Stand a tree by the road: metres right of the lane's middle, and along it."""
    return _rooted(scene, rng, kind, *scene.placed(x, z))


def _rooted(scene: Scene, rng: Generator, kind: Kind, right: float, ahead: float) -> Stand:
    number = int(rng.integers(2))
    height = HEIGHTS[kind] * float(rng.uniform(0.82, 1.15))
    flipped = bool(rng.random() < 0.5) and scene.light.diffuse > 0.6
    return Stand(kind, number, right, ahead, height, flipped)
