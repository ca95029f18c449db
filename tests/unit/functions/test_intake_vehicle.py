"""Vehicle renders that were uploaded: in any order, twice, at once, and what comes of them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from shared.core.errors import UnfinishedError
from shared.quality.thresholds import Thresholds
from shared.vehicles import register
from shared.vehicles.files import read_frozen
from shared.vehicles.register import Decision, read_catalogue
from shared.vehicles.uploads import RenderName
from tests.fakes import renders
from tests.fakes.clock import START
from tests.fakes.renders import LIMITS, NAME
from tests.unit.functions.trials import Intake
from tests.unit.functions.world import twice_at_once

if TYPE_CHECKING:
    from shared.vehicles.catalogue import VehicleEntry
    from shared.vehicles.uploads import Part

pytestmark = pytest.mark.usefixtures("kept_trials")


class Studio(Intake):
    def current(self, name: RenderName = NAME) -> VehicleEntry | None:
        """Return what new jobs get."""
        return read_catalogue(self.mount).resolve(name.model, name.generation, name.paint)


@pytest.fixture
def studio() -> Studio:
    return Studio()


def test_a_good_delivery_is_what_new_jobs_get(studio: Studio) -> None:
    assert studio.deliver(renders.good_files()) == {"yes": 1}

    entry = studio.current()
    assert entry is not None
    frozen = read_frozen(studio.mount, entry.reference, 960, max_bytes=10_000_000)
    assert frozen.sidecar.version == entry.version
    assert entry.sizes == (960, 880, 800, 720, 640)
    assert entry.preview in studio.mount.objects
    report = studio.report()
    assert (report["verdict"], report["version"]) == ("yes", entry.version)
    text = studio.mount.objects[entry.preview.replace("light.png", "report.txt")].data.decode()
    assert "YES. New posters show this render" in text


@pytest.mark.parametrize("order", list(itertools.permutations([".png", ".badge.png", ".json"])))
@pytest.mark.slow
def test_files_may_come_in_any_order_each_with_its_event(
    studio: Studio, order: tuple[str, ...]
) -> None:
    files = renders.good_files().uploads()
    seen = []
    for part in order:
        key = NAME.path.join(("uploads/vehicles/", part))
        studio.put({key: files[key]})
        seen.append(studio.hear(key))

    assert seen[-1] == {"yes": 1}
    entry = studio.current()
    assert entry is not None
    assert studio.report(entry.version)["verdict"] == "yes"


def test_a_render_alone_waits_for_an_operator(studio: Studio) -> None:
    verdict = studio.deliver(renders.good_files().without("badge", "sidecar"))

    assert verdict == {"yes_with_proposals": 1}
    assert studio.current() is None
    version = studio.report()["version"]
    reference = f"{NAME.path}/{version}"
    register.approve(reference, Decision(by="anna", at=START), mount=studio.mount)
    entry = studio.current()
    assert entry is not None
    assert entry.version == version


def test_a_refused_delivery_changes_nothing_but_its_report(studio: Studio) -> None:
    studio.deliver(renders.good_files())
    before = studio.current()

    assert studio.deliver(renders.files(pitch_deg=20.0)) == {"no": 1}

    assert studio.current() == before
    refused = [k for k in studio.mount.keys("uploads/reports/") if k.endswith("report.txt")]
    texts = [studio.mount.objects[key].data.decode() for key in refused]
    assert any("NO. Nothing was changed" in text and "pitched by 20.0" in text for text in texts)


@pytest.mark.slow
def test_a_render_that_no_gate_would_let_pass_is_refused_before_any_trip(studio: Studio) -> None:
    studio.thresholds = Thresholds(contact_high=0.01)

    assert studio.deliver(renders.good_files()) == {"no": 1}

    assert studio.current() is None
    assert studio.mount.keys("input/") == []
    report = studio.report()
    assert [each["code"] for each in report["reasons"] if each["kind"] == "fault"] == [
        "gate_contact_high"
    ]
    (key,) = [k for k in studio.mount.keys("uploads/reports/") if k.endswith("report.txt")]
    text = studio.mount.objects[key].data.decode()
    assert "every poster would fail the gate: contact_high is 0." in text
    assert "(limit: at most 0.01)" in text


@pytest.mark.slow
def test_a_render_that_passes_on_some_grounds_only_waits_for_an_operator(studio: Studio) -> None:
    studio.thresholds = Thresholds(contact_high=0.39)

    assert studio.deliver(renders.good_files()) == {"yes_with_proposals": 1}

    assert studio.current() is None
    (reason,) = [each for each in studio.report()["reasons"] if each["kind"] == "proposal"]
    assert reason["text"].endswith("(on snow under clouds)")


def test_the_same_event_again_changes_nothing(studio: Studio) -> None:
    keys = studio.put(renders.good_files().uploads())
    studio.hear(*keys)
    before = studio.everything()

    studio.clock.advance(3600)
    for key in keys:
        studio.hear(key)

    assert studio.everything() == before


def test_two_events_at_once_do_what_one_does(studio: Studio) -> None:
    keys = studio.put(renders.good_files().uploads())
    twice_at_once(lambda: studio.hear(*keys))
    at_once = studio.everything()

    studio.hear(*keys)

    assert studio.everything() == at_once
    assert len(studio.mount.keys(register.FOLDER)) == 1


@pytest.mark.slow
def test_two_paints_at_once_are_both_offered(studio: Studio) -> None:
    paints = [RenderName("roadster", "g2", paint) for paint in ("blue", "green")]
    keys = [studio.put(renders.good_files().uploads(name)) for name in paints]
    waiting = iter(keys)

    twice_at_once(lambda: studio.hear(*next(waiting)))

    assert [studio.current(name) is not None for name in paints] == [True, True]


@pytest.mark.slow
def test_the_event_of_an_older_upload_that_comes_late_changes_nothing(studio: Studio) -> None:
    studio.deliver(renders.good_files())
    other = renders.files(titles={"zh": "新", "en": "New"})
    keys = studio.put(other.uploads())
    studio.hear(keys[0])
    newest = studio.current()

    studio.hear(*keys)

    assert studio.current() == newest
    assert newest is not None
    assert newest.titles.en == "New"


def test_an_older_render_uploaded_again_is_offered_again(studio: Studio) -> None:
    studio.deliver(renders.good_files())
    first = studio.current()
    studio.deliver(renders.files(titles={"zh": "新", "en": "New"}))
    assert studio.current() != first

    studio.deliver(renders.good_files())

    assert studio.current() == first


def test_exactly_the_recalled_files_are_refused_when_they_come_again(studio: Studio) -> None:
    studio.deliver(renders.good_files())
    entry = studio.current()
    assert entry is not None
    decision = Decision(by="anna", at=START, reason="wrong wheels")
    register.recall(entry.reference, decision, mount=studio.mount)

    assert studio.deliver(renders.good_files()) == {"no": 1}

    assert studio.current() is None
    assert "wrong wheels" in studio.report()["reasons"][0]["text"]


def test_empty_files_and_folders_are_not_there_yet(studio: Studio) -> None:
    studio.put({NAME.upload(".png"): b"", NAME.upload(".json"): b"{}"})

    assert studio.hear(NAME.upload(".png")) == {"waiting": 1}
    assert studio.mount.keys("uploads/reports/") == []


def test_a_name_that_is_no_vehicles_is_told_how_to_be(studio: Studio) -> None:
    key = "uploads/vehicles/Road Ster/blue.png"

    assert studio.hear(key) == {"misnamed": 1}

    (report,) = studio.mount.keys("uploads/reports/")
    text = studio.mount.objects[report].data.decode()
    assert key in text
    assert "MODEL/GENERATION/PAINT.png" in text


def test_a_quoted_key_is_understood(studio: Studio) -> None:
    keys = studio.put(renders.good_files().uploads())

    assert studio.hear(*(quote(key, safe="") for key in keys)) == {"yes": 1}


def test_a_file_that_is_too_large_is_refused_without_being_read(studio: Studio) -> None:
    keys = studio.put(renders.good_files().uploads())
    small = type(LIMITS)(max_bytes=1000, max_pixels=LIMITS.max_pixels)

    found = [studio.hear(*keys, limits=small) for _ in range(2)]

    assert found == [{"no": 1}] * 2
    assert "1000 are the most" in studio.report()["reasons"][0]["text"]


@pytest.mark.parametrize("part", [".png", ".badge.png", ".json"])
def test_a_file_that_is_said_to_be_packed_is_refused_and_taken_in_without_that(
    studio: Studio, part: Part
) -> None:
    studio.put(renders.good_files().uploads())
    packed = NAME.upload(part)
    plain = studio.mount.objects[packed]
    studio.mount.objects[packed] = replace(plain, encoding="gzip")

    assert studio.hear(packed) == {"no": 1}
    (reason,) = studio.report()["reasons"]
    assert reason["code"] == "packed"
    assert f"{packed} is stored with Content-Encoding: gzip; upload the file" in reason["text"]

    studio.mount.objects[packed] = replace(plain, encoding="identity")
    assert studio.hear(packed) == {"yes": 1}


def test_files_that_change_while_they_are_read_are_read_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = studio.put(renders.good_files().uploads())
    other = renders.files(titles={"zh": "新", "en": "New"})
    plain = studio.mount.get
    swapped: list[list[str]] = []

    def get(key: str, *, max_bytes: int | None = None) -> bytes | None:
        data = plain(key, max_bytes=max_bytes)
        if key == keys[0] and not swapped:
            swapped.append(studio.put(other.uploads()))
        return data

    monkeypatch.setattr(studio.mount, "get", get)

    assert studio.hear(keys[0]) == {"yes": 1}
    entry = studio.current()
    assert entry is not None
    assert entry.titles.en == "New"


def test_files_that_never_hold_still_are_left_to_the_next_try(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = studio.put(renders.good_files().uploads())
    plain = studio.mount.get

    def get(key: str, *, max_bytes: int | None = None) -> bytes | None:
        studio.clock.advance(timedelta(seconds=1).total_seconds())
        studio.mount.put(keys[0], b"new bytes each time" + str(studio.clock.now()).encode())
        return plain(key, max_bytes=max_bytes)

    monkeypatch.setattr(studio.mount, "get", get)

    with pytest.raises(UnfinishedError):
        studio.hear(keys[0])
    assert studio.mount.keys("input/") == []
