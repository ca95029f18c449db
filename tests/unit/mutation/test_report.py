"""The report on planted faults: what is counted, what is named, and when it says no."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tools.mutation.run import (
    EQUIVALENT,
    Change,
    Fault,
    change_of,
    faults_in,
    known_equivalents,
    report,
)
from tools.mutation.trials import Reach, quickest_of_each_file, untried

if TYPE_CHECKING:
    from pathlib import Path

DIFF = """# a.b.x_f__mutmut_3: survived
--- a/b.py
+++ a/b.py
@@ -1,3 +1,3 @@
 def f(x: int) -> int:
-    return x + 1
+    return x - 1
"""
CHANGE = Change("a.b.x_f", "return x + 1", "return x - 1")


def faults(*codes: int | None) -> list[Fault]:
    return [Fault(f"a.b.x_f__mutmut_{number}", code) for number, code in enumerate(codes)]


def test_a_diff_says_where_and_what() -> None:
    assert change_of(DIFF) == CHANGE


def test_faults_are_read_from_every_file_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    codes = {"a.b.x_f__mutmut_1": 1, "a.b.x_f__mutmut_2": None}
    (tmp_path / "a" / "b.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))

    assert faults_in(tmp_path) == [Fault(name, code) for name, code in codes.items()]


def test_what_was_noticed_is_not_tried_again(tmp_path: Path) -> None:
    codes = {"a.b.x_f__mutmut_1": 1, "a.b.x_f__mutmut_2": 0, "a.c.x_g__mutmut_1": None}
    meta = tmp_path / "b.py.meta"
    meta.write_text(json.dumps({"exit_code_by_key": {**codes, "a.b.x_f__mutmut_3": 33}}))

    assert untried(meta, ["a.b*"]) == ["a.b.x_f__mutmut_2", "a.b.x_f__mutmut_3"]
    assert untried(meta, []) == ["a.b.x_f__mutmut_2", "a.c.x_g__mutmut_1", "a.b.x_f__mutmut_3"]


@pytest.mark.parametrize("where", ["functions.sweep.use_case.x_f", "shared.jobs.sweep.xǁAǁf"])
def test_the_modules_own_tests_come_first_and_then_the_fast_ones(where: str) -> None:
    seconds = {"u/test_far.py::a": 0.1, "u/test_sweep.py::b": 0.4, "u/test_sweep.py::c": 0.2}
    reach = Reach({where: list(seconds)}, seconds)
    order = ["u/test_sweep.py::c", "u/test_sweep.py::b", "u/test_far.py::a"]

    assert reach.order(f"{where}__mutmut_7") == order
    assert reach.order("functions.other.use_case.x_f__mutmut_1") == []


def test_of_each_file_the_quickest_test_is_taken() -> None:
    seconds = {"a::1": 0.2, "a::2": 0.1, "b::1": 0.3}
    items: list[Any] = [SimpleNamespace(nodeid=n, path=n[0]) for n in seconds]

    found = quickest_of_each_file(items, Reach({}, seconds))
    assert {item.nodeid for item in found} == {"a::2", "b::1"}


@pytest.mark.parametrize(
    ("codes", "status"),
    [((1,) * 9 + (0,), 0), ((1,) * 8 + (0,), 1), ((1,) * 8 + (33,), 1), ((36, 3, -9), 0), ((), 0)],
)
def test_nine_in_ten_are_to_be_noticed(codes: tuple[int, ...], status: int) -> None:
    found = faults(*codes)

    assert report(found, {each: CHANGE for each in found if each.is_unnoticed}, {}) == status


def test_what_nobody_can_see_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    found = faults(1, 0)

    assert report(found, {found[1]: CHANGE}, {CHANGE: "the same"}) == 0
    said = capsys.readouterr().out
    assert "1 of     1 noticed  a.b" in said
    assert "return x - 1" not in said


def test_a_name_that_fits_no_fault_any_more_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(faults(1), {}, {CHANGE: "the same"}) == 1
    assert "return x - 1" in capsys.readouterr().err


def test_names_for_modules_that_were_not_tried_are_let_be() -> None:
    elsewhere = Change("c.d.x_g", "a", "b")

    assert report(faults(1), {}, {elsewhere: "the same"}) == 0


def test_each_named_one_has_a_reason() -> None:
    found = known_equivalents(EQUIVALENT)
    assert found
    assert all(len(reason) > 20 for reason in found.values())
