"""What an asked-for sun does on the ground: shadows of trees, poles and rails to one side."""

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from local.painter.colour import Array
from local.painter.ground import has_water
from local.painter.noise import coarse_fbm, enlarge
from local.painter.planting import HEIGHTS, Sprites, Stand, kinds_of, posts_of, railed
from local.painter.road import flat, outward
from local.painter.scene import STAND, Scene

_SPRITE = 192
_POLE = 0.13  # half a pole, in metres
_STEP = 2  # the mask is made at half the size


def paint_shadows(scene: Scene, stands: tuple[Stand, ...], sprites: Sprites) -> None:
    """Darken the ground where the sun does not reach it, and brighten it towards a low sun."""
    if scene.light.cast is None:
        return
    canvas, light, top = scene.canvas, scene.light, scene.ground_top
    right, ahead, _ = flat(scene)
    near = right[::_STEP, ::_STEP], ahead[::_STEP]
    mask = _poles(scene, near[0].shape)
    for stand in (*_off_stage(scene), *stands):
        _tree(scene, mask, near, stand, sprites)
    full = enlarge(mask, canvas.height - top, canvas.width)
    if railed(scene):
        full = np.maximum(full, _fence(scene))
    # Little of a shadow lies where the car stands.
    away = (right / 3.4) ** 2 + ((ahead - STAND) / 3.4) ** 2
    kept = np.asarray(1 - 0.88 * np.exp(-(away**2)), np.float32)
    full = full * kept * np.exp(-ahead / 260)
    if has_water(scene):
        past, scale = outward(scene)
        full = full * (1 - 0.7 * np.clip((past - 1.5) * scale, 0, 1))
    share = np.clip(full, 0, 1) * np.float32(0.80 if light.low else 0.86)
    area = canvas.rgb[top:]
    area *= 1 - share[..., None] * (1 - light.dimmed)
    if light.low:
        across = (canvas.columns / canvas.width - 0.5) * np.float32(2 * light.side)
        area *= 1 + np.clip(across, -1, 1)[..., None] * np.array([0.075, 0.05, 0.02], np.float32)


def _off_stage(scene: Scene) -> Iterable[Stand]:
    """Stand trees outside the picture, whose crowns throw their shade into it beyond the car.

    Where the middle of the shade lies: metres ahead; small trees for what is near.
    """
    rng, light, kind = scene.rng("off stage"), scene.light, kinds_of(scene)[0]
    across, along = light.cast or (0.0, 0.0)
    half = 0.5 * scene.canvas.width / scene.lens
    for middle, small in ((14.5, 0.40), (21.0, 0.6), (32.0, 0.9), (50.0, 1.0)):
        height = HEIGHTS[kind] * small * float(rng.uniform(0.85, 1.1))
        place = (
            light.side
            * half
            * middle
            * float(rng.uniform(*((-0.1, 0.75) if light.low else (0.4, 0.9))))
        )
        crown = 0.6 * height
        right, ahead = place - across * crown, middle - along * crown
        hidden = abs(right) - 0.3 * height > half * max(ahead, 0.0)
        if hidden and rng.random() < 0.85:
            yield Stand(kind, 0, right, ahead, height)


def _tree(
    scene: Scene, mask: Array, ground: tuple[Array, Array], stand: Stand, sprites: Sprites
) -> None:
    """Throw one tree's outline on the ground; `ground` holds metres right and ahead."""
    across, along = scene.light.cast or (0.0, 0.0)
    reach = float(np.hypot(across, along))
    box = _reached(scene, mask.shape, stand)
    right, ahead = ground[0][box] - stand.right, ground[1][box[0]] - stand.ahead
    up = (right * across + ahead * along) / np.float32(reach * reach)
    aside = (right * along - ahead * across) / np.float32(reach)
    picture = sprites[stand.kind][stand.number % len(sprites[stand.kind])]
    alpha = np.asarray(picture.getchannel("A").resize((_SPRITE, _SPRITE)), np.float32)
    column = ((aside / stand.height + 0.5) * _SPRITE).astype(np.int32)
    row = ((1 - up / stand.height) * _SPRITE).astype(np.int32)
    inside = (column >= 0) & (column < _SPRITE) & (row >= 0) & (row < _SPRITE)
    values = alpha[np.clip(row, 0, _SPRITE - 1), np.clip(column, 0, _SPRITE - 1)] / 255
    np.maximum(mask[box], np.where(inside, values, 0).astype(np.float32), out=mask[box])


def _reached(scene: Scene, shape: tuple[int, ...], stand: Stand) -> tuple[slice, slice]:
    """Return rows and columns of the mask that a tree's shadow can reach."""
    across, along = scene.light.cast or (0.0, 0.0)
    half = stand.height * 0.55
    ends = ((0.0, 0.0), (across * stand.height, along * stand.height))
    corners = [
        scene.seen(stand.right + x + a * half, 0.0, max(stand.ahead + z + b * half, 2.0))
        for x, z in ends
        for a in (-1, 1)
        for b in (-1, 1)
    ]
    columns = np.clip([x / _STEP for x, _ in corners], 0, shape[1])
    rows = np.clip([(y - scene.ground_top) / _STEP for _, y in corners], 0, shape[0])
    return (
        slice(int(rows.min()), int(np.ceil(rows.max())) + 1),
        slice(int(columns.min()), int(np.ceil(columns.max())) + 1),
    )


def _poles(scene: Scene, shape: tuple[int, ...]) -> Array:
    """Throw the shadows of the poles; returns the mask that others are added to."""
    fine = 4
    picture = Image.new("L", (shape[1] * fine, shape[0] * fine))
    pen = ImageDraw.Draw(picture)
    across, along = scene.light.cast or (0.0, 0.0)
    size = float(np.hypot(across, along))
    for right, ahead, height in posts_of(scene):
        x, z = along / size * _POLE, -across / size * _POLE
        tip = right + across * height, ahead + along * height
        foot = [(right - x, ahead - z), (right + x, ahead + z)]
        head = [(tip[0] + x, tip[1] + z), (tip[0] - x, tip[1] - z)]
        places = (scene.seen(a, 0.0, max(b, 2.0)) for a, b in foot + head)
        outline = [(u * fine / _STEP, (v - scene.ground_top) * fine / _STEP) for u, v in places]
        pen.polygon(outline, fill=235)
    small = picture.resize((shape[1], shape[0]), Image.Resampling.BOX)
    return np.array(small, np.float32) / np.float32(255)


def _fence(scene: Scene) -> Array:
    """Return the shadow of the rail on the open side, where it falls on the ground [rows,w]."""
    across, along = scene.light.cast or (0.0, 0.0)
    turn = scene.turn
    step = (across * np.cos(turn) - along * np.sin(turn)) * (
        -scene.flank if scene.crossing else scene.side
    )
    past, scale = outward(scene)
    low, high = sorted((0.75 + 0.46 * float(step), 0.75 + 0.72 * float(step)))
    inside = np.clip(np.minimum(past - low, high - past) * scale + 0.5, 0, 1)
    worn = 0.7 + 0.3 * coarse_fbm(scene.rng("fence"), past.shape, (20, 30), 2)
    return np.asarray(inside * worn * 0.9, np.float32)
