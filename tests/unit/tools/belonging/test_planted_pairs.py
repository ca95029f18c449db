"""The command's faults on a few plates: right pairs pass, each fault has its own measure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from local.printed import Say
from local.stack import ROOT
from tools.belonging.cars import members_of
from tools.belonging.counting import report
from tools.belonging.faults import FAULTS, Fault
from tools.belonging.plates import SIZE, Plate, listed_plates, painted_plates
from tools.belonging.trying import Outcome, outcomes

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

_RED = ROOT / "comfyui" / "vehicles" / "citycar" / "g1" / "red"
# Light, hour, and how the road runs: one view stands along three of them, and across the last.
_WANTED = {
    ("low_left", "dusk", 37.0),
    ("day_right", "day", 37.0),
    ("night", "night", 37.0),
    ("overcast", "day", -37.0),
}


def plates() -> list[Plate]:
    """Return one plate of each that is wanted."""
    found: dict[tuple[str, str, float | None], Plate] = {}
    for plate in painted_plates(160, 5):
        truth = plate.truth
        found.setdefault((truth.light, truth.time_of_day.value, truth.heading), plate)
    return [found[each] for each in sorted(_WANTED)]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """Try one right pair and every fault on each of the plates."""
    mount = tmp_path_factory.mktemp("mount")
    members = members_of(_RED)
    return [each for plate in plates() for each in outcomes(plate, members, mount, 1)]


def test_right_pairs_are_not_called_strange(tried: list[Outcome]) -> None:
    right = [each for each in tried if not each.fault]
    assert len(right) >= 3
    assert [each for each in right if each.failed or each.trouble] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_caught_by_the_measure_named_for_it(
    fault: Fault, tried: list[Outcome]
) -> None:
    own = [each for each in tried if each.fault == fault.name]
    assert own
    assert [each for each in own if not each.caught] == []


def test_the_report_counts_and_judges(
    tried: list[Outcome], capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(tried, Say())
    said = capsys.readouterr().out
    assert "right pairs: 0 called strange, 0.0%" in said
    assert said.count("100%") >= 2 * len(FAULTS)


def test_other_plates_are_read_from_a_list(tmp_path: Path) -> None:
    wide = painted_plates(1, 1)[0].png()
    (tmp_path / "dunes.png").write_bytes(wide)
    listed = {"file": "dunes.png", "light": "low_left", "horizon": 0.56, "heading": 37}
    path = tmp_path / "plates.json"
    path.write_text(json.dumps({"plates": [listed]}))

    (plate,) = listed_plates(path)

    assert plate.truth.heading == 37
    assert plate.png()[16:24] == b"".join(side.to_bytes(4, "big") for side in SIZE)
    path.write_text(json.dumps({"plates": [{**listed, "light": "noon"}]}))
    with pytest.raises(ValidationError, match="light"):
        listed_plates(path)
