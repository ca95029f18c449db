"""Files come under the right names, and what became of them is told."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from shared.uploads import names
from shared.vehicles.reports import Delivered, IntakeReport, Reason
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.poster import poster

EXAMPLES = Path(__file__).parents[3] / "examples" / "uploads"
_KEY = "uploads/trips/trips.csv"
_NOW = ["--wait", "0"]


def summary(store: FakeObjectStore, **changes: Any) -> None:
    """Put the report that ingest_upload would write."""
    data = (EXAMPLES / "trips.csv").read_bytes()
    etag = hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
    folder = names.report_folder(_KEY, names.upload_id(_KEY, etag, len(data)))
    told = {"ended": "read", "accepted": 2, "known": 0, "refused": 0, **changes}
    store.put(f"{folder}summary.json", json.dumps(told).encode())
    row = {"line": 3, "outcome": "refused", "reason": "invalid"}
    store.put(f"{folder}part-000002.jsonl", f"{json.dumps(row)}\n".encode())


def test_a_file_of_trips_is_put_and_its_report_told() -> None:
    store = FakeObjectStore()
    summary(store)

    status, text = poster("upload", str(EXAMPLES / "trips.csv"), given=store)

    assert status == 0
    assert store.get(_KEY) == (EXAMPLES / "trips.csv").read_bytes()
    assert "accepted  2" in text
    assert "uploads/reports/trips/trips.csv/u" in text


def test_lines_that_became_nothing_are_named_and_end_with_1() -> None:
    store = FakeObjectStore()
    summary(store, refused=1)

    status, text = poster("upload", str(EXAMPLES / "trips.csv"), given=store)

    assert status == 1
    assert "line 3: invalid" in text


def test_without_a_report_yet_the_next_command_is_told() -> None:
    status, text = poster("upload", str(EXAMPLES / "trips.csv"), *_NOW, given=FakeObjectStore())

    assert status == 1
    assert "the same again does no harm: poster upload" in text


def test_json_is_all_that_standard_output_has() -> None:
    store = FakeObjectStore()
    summary(store)

    status, text = poster("upload", str(EXAMPLES / "trips.csv"), "--json", given=store)

    told = json.loads(text[text.index("[") :])
    assert status == 0
    assert (told[0]["ended"], told[0]["accepted"]) == ("read", 2)


def test_another_name_is_given_to_one_file_alone(tmp_path: Path) -> None:
    store = FakeObjectStore()
    other = tmp_path / "b.jsonl"
    other.write_text("{}")

    poster("upload", str(other), "--name", "may.jsonl", *_NOW, given=store)
    assert store.get("uploads/trips/may.jsonl") == b"{}"
    both = [str(other), str(EXAMPLES / "trips.csv")]
    status, text = poster("upload", *both, "--name", "may.jsonl", given=store)
    assert (status, "--name is for one file" in text) == (2, True)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("trips.xlsx", b"PK", "a spreadsheet is exported as CSV"),
        ("night.json", b'{"style_words": "x", "workflow": "y"}', "poster styles check night"),
        ("front.png", b"x", "--vehicle MODEL/GENERATION/PAINT"),
    ],
)
def test_what_has_no_place_there_is_refused_before_anything_is_put(
    name: str, content: bytes, words: str, tmp_path: Path
) -> None:
    store, path = FakeObjectStore(), tmp_path / "Up" / name
    path.parent.mkdir()
    path.write_bytes(content)

    status, text = poster("upload", str(path), *_NOW, given=store)

    assert (status, words in text) == (2, True), text
    assert store.keys() == []


@pytest.mark.parametrize("verdict", ["yes", "yes with proposals", "no"])
def test_a_render_is_put_last_and_its_verdict_told(verdict: Any, tmp_path: Path) -> None:
    store, folder = FakeObjectStore(), tmp_path / "citycar" / "g3" / "teal"
    folder.mkdir(parents=True)
    files = {name: folder / f"front.noon{name}" for name in (".png", ".badge.png", ".json")}
    for name, path in files.items():
        path.write_bytes(name.encode())
    keys = {name: f"uploads/vehicles/citycar/g3/teal/front.noon{name}" for name in files}
    report = IntakeReport(
        vehicle="citycar/g3/teal",
        member="front.noon",
        version="0123456789ab",
        uploaded_at="2026-11-23T08:00:00+08:00",
        verdict=verdict,
        reasons=(Reason(kind="note", code="x", text="well lit"),),
        delivered=tuple(
            Delivered(key=keys[name], bytes=1, sha256=hashlib.sha256(name.encode()).hexdigest())
            for name in files
        ),
    )
    place = "uploads/reports/vehicles/citycar/g3/teal/0123456789ab/report.json"
    store.put(place, report.model_dump_json(by_alias=True).encode())

    status, text = poster("upload", *map(str, files.values()), given=store)

    put = [line.split()[1].rstrip(",") for line in text.splitlines() if line.startswith("put ")]
    assert put == [keys[".badge.png"], keys[".json"], keys[".png"]]
    assert status == (0 if verdict == "yes" else 1)
    assert "note: well lit" in text
    offers = "poster vehicles approve citycar/g3/teal/0123456789ab" in text
    assert offers == (verdict == "yes with proposals")


def test_a_mended_sidecar_alone_is_told_of_with_its_render(tmp_path: Path) -> None:
    store, folder = FakeObjectStore(), tmp_path / "citycar" / "g3" / "teal"
    folder.mkdir(parents=True)
    path = folder / "front.noon.json"
    path.write_text(json.dumps({"horizon_y": 140, "model": "citycar"}))
    key = "uploads/vehicles/citycar/g3/teal/front.noon.json"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    report = IntakeReport(
        vehicle="citycar/g3/teal",
        member="front.noon",
        version="0123456789ab",
        uploaded_at="2026-11-23T08:00:00+08:00",
        verdict="yes",
        reasons=(),
        delivered=(Delivered(key=key, bytes=1, sha256=digest),),
    )
    place = "uploads/reports/vehicles/citycar/g3/teal/0123456789ab/report.json"
    store.put(place, report.model_dump_json(by_alias=True).encode())

    status, text = poster("upload", str(path), given=store)

    assert status == 0
    assert store.get(key) == path.read_bytes()
    assert "yes" in text


def test_a_sidecar_in_another_folder_is_no_trip_and_names_its_own_paint(tmp_path: Path) -> None:
    store, path = FakeObjectStore(), tmp_path / "Mended" / "front.noon.json"
    path.parent.mkdir()
    told = {"model": "citycar", "generation": "g3", "paint": "teal", "horizon_y": 140}
    path.write_text(json.dumps(told))

    status, text = poster("upload", str(path), *_NOW, given=store)

    assert (status, store.keys()) == (2, [])
    assert text.endswith(f"poster upload {path} --wait 0 --vehicle citycar/g3/teal\n")


def test_a_set_of_one_lies_beside_the_folder(tmp_path: Path) -> None:
    store, path = FakeObjectStore(), tmp_path / "teal.png"
    path.write_bytes(b"x")

    poster("upload", str(path), "--vehicle", "citycar/g3/teal", *_NOW, given=store)

    assert store.keys() == ["uploads/vehicles/citycar/g3/teal.png"]
