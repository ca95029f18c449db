"""Each style letters in its own face: whole lines, well broken, where the layout has room."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from comfyui.custom_nodes.trip_poster.breaking import broken
from comfyui.custom_nodes.trip_poster.calm import Unrest
from comfyui.custom_nodes.trip_poster.caption import write_caption
from comfyui.custom_nodes.trip_poster.colour import to_floats
from comfyui.custom_nodes.trip_poster.errors import PictureInputError
from comfyui.custom_nodes.trip_poster.layout import Room, room_of
from comfyui.custom_nodes.trip_poster.lettering import FONT, FONTS, covered
from comfyui.custom_nodes.trip_poster.poster_nodes import TripPosterCaption
from comfyui.custom_nodes.trip_poster.typefaces import PLAIN, setting_of
from shared.quality.lettering import contrast, occlusion, overlap, unreadability
from shared.styles import styles
from shared.trips import places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Box = tuple[int, int, int, int]

OFFERED = ("photoreal", "ink_wash", "gouache", "anime", "retro_poster", "night_neon")
SIZES = {"4:5": (576, 720), "9:16": (540, 960), "1:1": (640, 640), "16:9": (960, 540)}
TITLES = ("西湖", "拙政园·一路向前", "呼伦贝尔草原上的秋天与远方", "Mont-Saint-Michel au printemps")
LINE = "苏州市 · 十月"


def sky(size: tuple[int, int]) -> NDArray[np.uint8]:
    rows = np.linspace((40, 90, 170), (215, 225, 235), size[1])[:, None]
    grain = np.random.default_rng(2).normal(0, 3, (size[1], size[0], 1))
    return np.clip(rows + grain, 0, 255).astype(np.uint8)


def car(size: tuple[int, int], middle: float = 0.5, width: float = 0.7) -> Box:
    x0, x1 = round((middle - width / 2) * size[0]), round((middle + width / 2) * size[0])
    return (x0, round(0.9 * size[1]) - round(0.45 * (x1 - x0)), x1, round(0.9 * size[1]))


def test_every_offered_style_has_a_face_of_its_own() -> None:
    assert {name for name, look in styles().items() if look.offered} == set(OFFERED)
    faces = {setting_of(each).title.font for each in OFFERED}
    assert len(faces) == len(OFFERED)
    assert {path.stem for path in faces} == {path.stem for path in FONTS.glob("*.?[ot]*f*")}
    assert setting_of("no such style") == setting_of("") == PLAIN


@pytest.mark.parametrize("style", OFFERED)
def test_a_line_is_set_in_one_face_whole(style: str) -> None:
    own = setting_of(style)
    here = own.for_texts("西湖", "杭州市 · 五月")
    assert (here.title, here.line) == (own.title, own.line)
    lacking = min(covered() - covered(own.title.font), default="")
    rare = own.for_texts(f"西湖{lacking}", "杭州市 · 五月")
    assert rare.title.font == FONT
    assert rare.line == own.line


@pytest.mark.parametrize("style", OFFERED)
def test_nearly_all_places_are_set_in_the_style_s_own_face(style: str) -> None:
    table = json.loads((Path(places.__file__).parent / "divisions.json").read_text("utf-8"))
    names = [city for below in table["provinces"].values() for city in below]
    lost = [name for name in names if not setting_of(style).title.holds(f"{name} · 五月")]
    assert len(names) > 300
    assert len(lost) < 0.03 * len(names)


@pytest.mark.parametrize(
    ("style", "title", "form"), [*itertools.product(OFFERED, TITLES, ("9:16", "16:9"))]
)
def test_every_style_reads_in_every_format_and_keeps_clear_of_the_car(
    style: str, title: str, form: str
) -> None:
    size = SIZES[form]
    wide = form == "16:9"
    where = car(size, 0.7, 0.5) if wide else car(size)
    room = (
        Room((0.06, 0.08, 0.44, 0.6), "left") if wide else Room((0.08, 0.05, 0.92, 0.3), "middle")
    )
    plate = sky(size)
    poster, facts = write_caption(plate, [where], title, LINE, style=style, room=room)
    boxes: list[Box] = [tuple(each) for each in facts["boxes"]]
    x0, y0, x1, y1 = (
        round(share * side) for share, side in zip(room.box, (*size, *size), strict=True)
    )
    assert all(x0 <= a and y0 <= b and c <= x1 and d <= y1 for a, b, c, d in boxes)
    assert overlap(boxes, where, where) == 0
    assert contrast(poster, plate, boxes, tuple(facts["ink"])) >= 4.5
    a, b, c, d = where
    assert np.array_equal(poster[b:d, a:c], plate[b:d, a:c])


def test_without_room_in_the_layout_s_box_the_caption_stands_above_the_car() -> None:
    size = SIZES["4:5"]
    where = car(size)
    low = Room((0.1, 0.6, 0.9, 0.9), "middle")
    poster, facts = write_caption(sky(size), [where], TITLES[1], LINE, room=low)
    plain, expected = write_caption(sky(size), [where], TITLES[1], LINE)
    assert facts == expected
    assert np.array_equal(poster, plain)


def test_a_caption_below_the_car_has_its_scrim_there() -> None:
    size = SIZES["9:16"]
    where: Box = (60, 300, 480, 500)
    room = Room((0.1, 0.6, 0.9, 0.95), "middle")
    plate = np.random.default_rng(1).integers(60, 190, (size[1], size[0], 3), dtype=np.uint8)
    poster, facts = write_caption(plate, [where], TITLES[0], LINE, style="anime", room=room)
    assert facts["scrim"][1] >= where[3]
    assert facts["scrim"][3] == size[1]
    assert np.array_equal(poster[: where[3]], plate[: where[3]])


@pytest.mark.parametrize("align", ["left", "middle", "right"])
def test_lines_keep_to_the_edge_that_the_layout_names(align: str) -> None:
    size = SIZES["4:5"]
    room = Room((0.1, 0.05, 0.9, 0.3), align)
    _, facts = write_caption(sky(size), [car(size)], TITLES[2], LINE, style="gouache", room=room)
    boxes = facts["boxes"]
    edges = {"left": [a for a, *_ in boxes], "right": [c for _, _, c, _ in boxes]}
    edges["middle"] = [(a + c) // 2 for a, _, c, _ in boxes]
    assert len(boxes) == 3
    assert max(edges[align]) - min(edges[align]) <= 1
    assert max(edges["left"]) - min(edges["left"]) > 1 or align == "left"


def test_within_its_room_the_caption_goes_where_the_picture_is_calm() -> None:
    size = SIZES["9:16"]
    busy = sky(size)
    noise = np.random.default_rng(1).integers(0, 256, (200, size[0], 3), dtype=np.uint8)
    busy[:200] = noise
    room = Room((0.1, 0.02, 0.9, 0.5), "middle")
    _, calm = write_caption(sky(size), [car(size)], TITLES[0], "", style="ink_wash", room=room)
    _, moved = write_caption(busy, [car(size)], TITLES[0], "", style="ink_wash", room=room)
    assert calm["boxes"][0][1] < 40
    assert moved["boxes"][0][1] >= 195
    # The gate's own measures, which share nothing with the node's, say the same.
    before, after = ([tuple(each) for each in facts["boxes"]] for facts in (calm, moved))
    assert unreadability(busy, busy, after) < 0.2 * unreadability(busy, busy, before)
    assert occlusion(busy, after) < 0.7 * occlusion(busy, before)


def test_unrest_is_nought_on_a_flat_ground_and_grows_with_contrast() -> None:
    flat = np.full((200, 200, 3), 90, dtype=np.uint8)
    striped = flat.copy()
    striped[100:] = np.repeat(np.arange(25, dtype=np.uint8)[:, None] % 2 * 60 + 60, 8, axis=0)[
        None, :200
    ].reshape(1, 200, 1)
    unrest = Unrest(striped)
    assert Unrest(flat).under((10, 10, 190, 190)) == 0
    assert unrest.under((10, 10, 190, 60)) < 0.2 < unrest.under((10, 130, 190, 190))
    assert unrest.under((199, 199, 260, 260)) > 0


@pytest.mark.parametrize(
    ("text", "count", "expected"),
    [
        ("拙政园·一路向前", 2, ["拙政园", "一路向前"]),
        ("呼伦贝尔草原上的秋天", 2, ["呼伦贝尔草", "原上的秋天"]),
        ("Mont-Saint-Michel au printemps", 2, ["Mont-Saint-Michel", "au printemps"]),
        ("洱海 2026 春", 2, ["洱海", "2026 春"]),
        ("湖畔一", 2, None),
        ("去《红楼》里看雪", 2, ["去《红楼》", "里看雪"]),
        ("一程山水，一程诗酒", 2, ["一程山水，", "一程诗酒"]),
        ("西湖", 1, ["西湖"]),
        ("西湖", 3, None),
    ],
)
def test_lines_are_broken_at_pauses_and_never_leave_one_character_alone(
    text: str, count: int, expected: list[str] | None
) -> None:
    assert broken(text, count, len) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "{",
        "[]",
        "{}",
        '{"lettering": {"box": [0, 0, 1], "align": "left"}}',
        '{"lettering": {"box": [0, 0, 1, 2], "align": "left"}}',
        '{"lettering": {"box": [0, 0, 1, 1], "align": "centre"}}',
    ],
)
def test_a_layout_of_another_form_is_refused(wrong: str) -> None:
    with pytest.raises(PictureInputError, match="layout"):
        room_of(wrong)


def test_the_node_takes_style_and_layout() -> None:
    size = SIZES["4:5"]
    where = car(size)
    layout: dict[str, Any] = {"lettering": {"box": [0.1, 0.05, 0.9, 0.3], "align": "right"}}
    _, text = TripPosterCaption().run(
        to_floats(sky(size))[None],
        json.dumps({"car_box": where, "badge_box": where}),
        TITLES[0],
        LINE,
        style="ink_wash",
        layout=json.dumps(layout),
    )
    caption = json.loads(text)["caption"]
    assert caption["ink"] in [[*setting_of("ink_wash").light], [*setting_of("ink_wash").dark]]
    assert caption["boxes"][0][2] == round(0.9 * size[0])
    assert room_of(" ") is None


def test_all_fonts_together_stay_small() -> None:
    files = [*FONTS.glob("*.otf"), *FONTS.glob("*.woff")]
    assert len(files) == len(OFFERED)
    assert sum(path.stat().st_size for path in files) < 8_200_000
