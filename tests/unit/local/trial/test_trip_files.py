"""A trip's file is read by the end of its name, in any case, and the same by every command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from local.client import CarApp, RefusedError
from local.trip_file import is_json, trip_in
from shared.core.errors import MalformedRequestError
from tests.fakes.poster import poster

EXAMPLES = Path(__file__).parents[4] / "examples" / "trips"


def sent(monkeypatch: pytest.MonkeyPatch, trip: Path, style: str = "") -> object:
    """Return what the demonstration's app would send of a file."""
    bodies: list[object] = []

    class Accepted:
        job_id = "j1"

    class Posters:
        def submit(self, body: object, **_: object) -> Accepted:
            bodies.append(body)
            return Accepted()

    monkeypatch.setattr(CarApp, "posters", Posters())
    CarApp("http://127.0.0.1:1", "token").send(trip, key="k", style=style)
    return bodies[0]


@pytest.mark.parametrize("name", ["article_trip.txt", "may_day.json"])
@pytest.mark.parametrize("style", ["", "ink_wash"])
def test_the_end_of_the_name_counts_in_any_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, style: str
) -> None:
    known = EXAMPLES / name
    for end in (known.suffix.upper(), known.suffix.title()):
        path = tmp_path / f"trip{end}"
        shutil.copy(known, path)
        assert is_json(path) == (known.suffix == ".json")
        assert trip_in(path) == trip_in(known)
        assert sent(monkeypatch, path, style) == sent(monkeypatch, known, style)


@pytest.mark.parametrize("name", ["trip.md", "trip", "trip.csv", "trip.txt.bak"])
def test_any_other_end_is_refused_in_the_same_words_by_demo_and_try(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    shutil.copy(EXAMPLES / "article_trip.txt", path)
    said = "a trip is a .json or a .txt file"
    with pytest.raises(MalformedRequestError, match=said):
        trip_in(path)
    with pytest.raises(RefusedError, match=said) as caught:
        CarApp("http://127.0.0.1:1", "token").send(path, key="k")
    assert str(caught.value) == f"{path}: {said}"
    status, text = poster("try", str(path), "--data", str(tmp_path))
    assert status == 2
    assert f"{path}: {said}" in text
