"""The format of a poster is read leniently, and a trip is never refused for it."""

from __future__ import annotations

import json

import pytest

from shared.trips.fields import no_choices
from shared.trips.format_words import read_format
from shared.trips.reading import read_trip
from shared.trips.text_form import read_trip_text

TRIP = {"ended_at": "2024-05-05", "end": "湖州市"}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("4:5", "4:5"),
        ("4：5", "4:5"),
        ("9/16", "9:16"),
        ("1080x1350", "4:5"),
        ("1080×1920px", "9:16"),
        ("１：１", "1:1"),
        ("16比9", "16:9"),
        ("竖版", "4:5"),
        ("豎屏", "9:16"),
        ("手机壁纸", "9:16"),
        ("方形", "1:1"),
        ("横版", "16:9"),
        ("Portrait", "4:5"),
        ("Instagram story", "9:16"),
        ("landscape", "16:9"),
    ],
)
def test_words_ratios_and_sizes_are_formats(text: str, form: str) -> None:
    assert read_format(text) == form
    read = read_trip({**TRIP, "format": text})
    assert read.trip.format == form
    assert "/format" not in {warned.field for warned in read.warnings}


@pytest.mark.parametrize("value", ["3:4", "A4", "0:0", "16:0", "∞", 45, 0.8, ["4:5"], {}, True])
def test_what_is_no_format_is_warned_of_and_the_styles_own_is_used(value: object) -> None:
    read = read_trip({**TRIP, "format": value}, choices=no_choices)
    assert read.trip.format is None
    [warned] = [each for each in read.warnings if each.field == "/format"]
    assert "9:16" in warned.reason
    assert warned.assumed == "the style's own format"
    assert str(value) not in warned.reason or value == "3:4"


@pytest.mark.parametrize("value", [None, "", "无"])
def test_no_format_is_no_fault(value: object) -> None:
    read = read_trip({**TRIP, "format": value})
    assert read.trip.format is None
    assert "/format" not in {warned.field for warned in read.warnings}


@pytest.mark.parametrize("label", ["版式", "画幅", "海报比例", "Aspect ratio", "format"])
def test_the_text_form_has_labels_for_it(label: str) -> None:
    read = read_trip_text(f"结束时间：2024-05-05\n终点：湖州市\n{label}：16:9\n")
    assert read.trip.format == "16:9"
    assert json.loads(read.trip.model_dump_json())["format"] == "16:9"
