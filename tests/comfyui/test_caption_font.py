"""The caption font holds what a caption can say."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from comfyui.custom_nodes.trip_poster.lettering import FONT, FONTS, covered
from shared.core.tables import table
from shared.prompts import template
from shared.prompts.landmarks import landmarks_of
from shared.trips import places
from tools.subset_font import (
    big5_level_1,
    characters,
    face_characters,
    gb2312,
    gb2312_level_1,
)

LANDMARKS = json.loads((Path(template.__file__).parent / "landmarks.json").read_bytes())


def missing(text: str) -> set[str]:
    return set(text) - covered() - {" "}


@pytest.mark.parametrize("path", sorted(FONTS.glob("*.?[ot]*f*")), ids=lambda path: path.name)
def test_the_characters_read_from_the_file_are_those_of_its_map(path: Path) -> None:
    with TTFont(path) as font:
        mapped = {chr(code) for code in font.getBestCmap()}
    assert covered(path) == mapped


@pytest.mark.parametrize("path", sorted(FONTS.glob("*.woff")), ids=lambda path: path.name)
@pytest.mark.slow
def test_a_style_s_face_is_the_one_the_script_makes_of_todays_names(path: Path) -> None:
    with TTFont(path) as font:
        names = {str(record) for record in font["name"].names if record.nameID == 4}
        glyphs = font["glyf"]
        drawn = {code: glyphs[name] for code, name in font.getBestCmap().items()}
    assert len(names) == 1
    assert gb2312_level_1() <= covered(path) <= face_characters()
    assert [chr(code) for code, glyph in drawn.items() if not glyph.numberOfContours] == [
        chr(code) for code in (0x20, 0xA0) if code in drawn
    ]


@pytest.mark.parametrize(("wanted", "count"), [(gb2312(), 7445), (big5_level_1(), 5401)])
def test_all_of_a_standard_is_there(wanted: set[str], count: int) -> None:
    assert len(wanted) >= count
    assert missing("".join(wanted)) == set()


def test_the_font_is_the_one_the_script_makes_of_todays_landmarks() -> None:
    assert missing("".join(characters())) == set()


def test_every_city_and_every_landmark_can_be_set() -> None:
    cities = {city: sights for province in LANDMARKS.values() for city, sights in province.items()}
    assert len(cities) > 300
    named = "".join([*LANDMARKS, *cities, *itertools.chain(*cities.values())])
    assert missing(named) == set()
    assert landmarks_of("湖州市")


def test_nearly_every_city_of_the_tables_of_places_can_be_set() -> None:
    folder = Path(places.__file__).parent
    divisions = json.loads((folder / "divisions.json").read_bytes())["provinces"]
    abroad = json.loads((folder / "world.json").read_bytes())["cities"]
    # Districts are not shown: their city is.
    counties = (
        name for below in divisions.values() for line in below.values() for name in line.split()
    )
    shown = [each.partition("/")[0] for each in counties if each[-1] != "区"]
    shown += [city for below in divisions.values() for city in below]
    assert missing("".join(shown)) <= {"/"}
    lacking = [row for row in abroad if missing(row.partition(";")[0])]
    assert len(lacking) < 0.001 * len(abroad)


def test_every_phrase_of_a_title_can_be_set() -> None:
    phrases = "".join(table(template.__file__, "template_words")["titles"].values())
    assert missing(phrases + "·") == set()


def test_the_line_and_traditional_names_can_be_set() -> None:
    assert missing("一二三四五六七八九十月年日 · 0123456789") == set()
    assert missing("蘇州廣東臺灣長城龍門頤和園黃鶴樓遊覽聖誕灣區") == set()


def test_every_glyph_has_an_outline_or_is_a_space() -> None:
    with TTFont(FONT) as font:
        outlines = font["CFF "].cff.topDictIndex[0].CharStrings
        names = font.getBestCmap()
        blank = [chr(code) for code, name in names.items() if outlines[name].bytecode is None]
    assert blank == []


def test_the_font_ships_with_its_licence_and_stays_small() -> None:
    licence = (FONT.parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(path.name in licence for path in FONTS.glob("*.?[ot]*f*"))
    assert FONT.stat().st_size < 4_000_000
