"""The register: nothing is lost when two write at once, and the newest good upload counts."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared.core.errors import ConflictError, NotFoundError
from shared.vehicles import register
from shared.vehicles.catalogue import CATALOGUE_KEY, Catalogue, VehicleEntry
from shared.vehicles.register import Decision, read_catalogue
from shared.vehicles.sidecar import Titles
from tests.fakes.clock import START
from tests.fakes.counting_store import CountingStore
from tests.fakes.object_store import FakeObjectStore

_YES = Decision(by="anna", at=START, reason="wheels")


def entry(version: str, paint: str = "blue") -> VehicleEntry:
    titles = Titles(zh="跑车", en="Roadster")
    return VehicleEntry(
        model="roadster", generation="g2", paint=paint, version=version * 12, titles=titles
    )


def put(mount: FakeObjectStore, version: str, *, minutes: int, offered: bool = True) -> str:
    """Enter a version and return its reference."""
    one = entry(version)
    at = START + timedelta(minutes=minutes)
    register.enter(one, uploaded_at=at, offered=offered, mount=mount)
    return one.reference


def current(mount: FakeObjectStore) -> str | None:
    found = read_catalogue(mount).resolve("roadster", "g2", "blue")
    return None if found is None else found.version[0]


def test_the_newest_upload_counts_whatever_was_entered_last() -> None:
    mount = FakeObjectStore()
    put(mount, "b", minutes=2)
    put(mount, "a", minutes=1)

    assert current(mount) == "b"


def test_an_older_render_uploaded_again_is_the_newest() -> None:
    mount = FakeObjectStore()
    for version, minutes in (("a", 1), ("b", 2), ("a", 3)):
        put(mount, version, minutes=minutes)

    assert current(mount) == "a"


def test_a_guessed_version_waits_for_its_approval() -> None:
    mount = FakeObjectStore()
    put(mount, "a", minutes=1)
    guessed = put(mount, "b", minutes=2, offered=False)
    assert current(mount) == "a"

    register.approve(guessed, _YES, mount=mount)

    assert current(mount) == "b"


def test_a_recalled_version_gives_way_to_the_newest_good_one_for_good() -> None:
    mount = FakeObjectStore()
    put(mount, "a", minutes=1)
    bad = put(mount, "b", minutes=2)

    first = register.recall(bad, _YES, mount=mount)
    again = register.recall(bad, Decision(by="bo", at=START, reason="other"), mount=mount)
    put(mount, "b", minutes=3)

    assert current(mount) == "a"
    assert first == again == register.recall_of(bad, mount=mount)
    for decide in (register.approve, register.refuse):
        with pytest.raises(ConflictError, match="recalled") as refused:
            decide(bad, _YES, mount=mount)
        assert refused.value.code == "version_recalled"


def test_nothing_that_was_never_taken_in_can_be_approved() -> None:
    with pytest.raises(NotFoundError):
        register.approve("roadster/g2/blue/" + "a" * 12, _YES, mount=FakeObjectStore())


def test_bundled_vehicles_stand_in_until_there_is_an_upload_and_after_its_recall() -> None:
    mount = FakeObjectStore()
    base = Catalogue(vehicles=(entry("0"), entry("1", "red")))
    mount.put(CATALOGUE_KEY, base.to_json())
    assert read_catalogue(mount) == base

    uploaded = put(mount, "a", minutes=1)
    assert [each.version[0] for each in read_catalogue(mount).vehicles] == ["a", "1"]
    register.recall(uploaded, _YES, mount=mount)

    assert read_catalogue(mount) == base
    register.recall(entry("0").reference, _YES, mount=mount)
    assert current(mount) is None


def test_two_at_once_never_lose_an_entry() -> None:
    mount = FakeObjectStore()
    start = threading.Barrier(8)

    def enter(number: int) -> None:
        start.wait(timeout=10)
        one = entry("a", f"paint{number}")
        register.enter(one, uploaded_at=START, offered=True, mount=mount)
        register.write_snapshot(mount)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(8)))

    assert [each.paint for each in read_catalogue(mount).vehicles] == [
        f"paint{number}" for number in range(8)
    ]


def test_an_old_a_lost_and_a_broken_snapshot_change_nothing() -> None:
    mount = FakeObjectStore()
    put(mount, "a", minutes=1)
    register.write_snapshot(mount)
    put(mount, "b", minutes=2)
    assert current(mount) == "b"
    register.write_snapshot(mount)

    mount.put(register.SNAPSHOT_KEY, b"{broken")
    assert current(mount) == "b"
    mount.delete(register.SNAPSHOT_KEY)
    assert current(mount) == "b"


def test_with_a_snapshot_reading_costs_three_requests_however_many_there_are() -> None:
    mount = CountingStore()
    for number in range(40):
        one = entry("a", f"paint{number}")
        register.enter(one, uploaded_at=START, offered=True, mount=mount)
    register.write_snapshot(mount)
    mount.asked.clear()

    assert len(read_catalogue(mount).vehicles) == 40
    assert sorted(mount.asked) == sorted([register.FOLDER, register.SNAPSHOT_KEY, CATALOGUE_KEY])


def test_foreign_objects_in_the_registers_folder_are_passed_over() -> None:
    mount = FakeObjectStore()
    put(mount, "a", minutes=1)
    for name in ("x", "entries/a.json", "approved/b", "recalled/", "entries/a/b/c/d.json"):
        mount.put(register.FOLDER + name, b"?")

    assert current(mount) == "a"
