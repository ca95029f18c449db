"""What commands print is whole, however wide the terminal and whatever stands in it."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from local.printed import columns, command_console, print_facts, print_table

_LONG = "dead/announcements/" + "j" * 200 + "-1-ready.json"


@pytest.mark.parametrize("width", [1, 20, 80, 300])
def test_no_cell_is_cut_or_broken(width: int) -> None:
    out = io.StringIO()

    print_table(Console(file=out, width=width), [("11-23 08:00", _LONG, "reason")])

    assert out.getvalue() == f"11-23 08:00  {_LONG}  reason\n"


def test_words_that_look_like_markup_stay(capsys: pytest.CaptureFixture[str]) -> None:
    console = command_console()

    print_facts(console, {"sending": "paused by anna: [red] :car: [/]"})
    console.print(f"/tmp/[a]/{_LONG}")

    assert capsys.readouterr().out == (
        f"sending  paused by anna: [red] :car: [/]\n/tmp/[a]/{_LONG}\n"
    )


def test_chinese_characters_take_two_columns() -> None:
    shown = columns([("无锡", "a"), ("Wuxi", "b")]).plain

    assert shown == "无锡  a\nWuxi  b"


def test_figures_are_flush_right() -> None:
    shown = columns([("", "jobs"), ("day", "7"), ("week", "49")], right=True).plain

    assert shown.splitlines() == ["      jobs", "day      7", "week    49"]


def test_a_table_without_rows_is_its_heads() -> None:
    out = io.StringIO()

    print_table(Console(file=out), [], heads=("campaign", "status"))

    assert out.getvalue() == "campaign  status\n"


_CELLS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1)


@given(st.lists(st.tuples(_CELLS, _CELLS, _CELLS), min_size=1, max_size=6))
def test_every_cell_is_found_again_in_its_column(rows: list[tuple[str, str, str]]) -> None:
    lines = columns(rows).plain.split("\n")

    start = max(cell_len(first) for first, _, _ in rows) + 2
    for row, line in zip(rows, lines, strict=True):
        assert all(cell in line for cell in row)
        assert line.startswith(row[0] + " " * (start - cell_len(row[0])) + row[1])
