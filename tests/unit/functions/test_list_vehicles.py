"""GET /v1/vehicles: what is listed, and how long a caller may keep the list."""

from __future__ import annotations

import pytest

from functions.list_vehicles.use_case import Listed, list_vehicles
from shared.vehicles.catalogue import Catalogue, VehicleEntry
from shared.vehicles.sidecar import Titles
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore

_ENTRY = VehicleEntry(
    model="roadster",
    generation="g2",
    paint="blue",
    version="a" * 12,
    titles=Titles(zh="跑车", en="Roadster"),
    sizes=(960, 640),
    preview="uploads/reports/vehicles/roadster/g2/blue/aaaaaaaaaaaa/light.png",
)
_CATALOGUE = Catalogue(vehicles=(_ENTRY,))


def ask(clock: FakeClock, known: str = "", catalogue: Catalogue = _CATALOGUE) -> Listed:
    mount = FakeObjectStore(clock)
    return list_vehicles(known, link_seconds=3600, catalogue=catalogue, mount=mount, clock=clock)


def test_each_vehicle_has_its_names_version_sizes_and_a_preview() -> None:
    clock = FakeClock()
    listed = ask(clock)

    body = listed.body()
    assert body is not None
    (vehicle,) = body["vehicles"]
    preview, views = vehicle.pop("preview"), vehicle.pop("views")
    assert vehicle == {
        "model": "roadster",
        "generation": "g2",
        "paint": "blue",
        "version": "a" * 12,
        "titles": {"zh": "跑车", "en": "Roadster"},
        "sizes": [960, 640],
    }
    assert views.keys() == {""}
    assert "classic" in views[""]["4:5"]
    assert _ENTRY.preview in preview["url"]
    assert listed.headers()["Cache-Control"] == "private, max-age=300"


def test_a_vehicle_without_a_preview_has_none() -> None:
    catalogue = Catalogue(vehicles=(_ENTRY.model_copy(update={"preview": ""}),))

    body = ask(FakeClock(), catalogue=catalogue).body()

    assert body is not None
    assert body["vehicles"][0]["preview"] is None


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
def test_a_caller_who_has_the_list_gets_304(form: str) -> None:
    clock = FakeClock()
    tag = ask(clock).etag
    clock.advance(60)

    again = ask(clock, form.format(tag))

    assert (again.status, again.body(), again.etag) == (304, None, tag)


def test_a_change_of_the_catalogue_changes_the_tag() -> None:
    clock = FakeClock()
    tag = ask(clock).etag
    newer = Catalogue(vehicles=(_ENTRY.model_copy(update={"version": "b" * 12}),))

    assert ask(clock, tag, newer).status == 200


def test_a_list_that_is_kept_never_holds_a_dead_link() -> None:
    clock = FakeClock()
    first = ask(clock)
    assert first.view is not None
    preview = first.view.vehicles[0].preview
    assert preview is not None
    for _ in range(120):
        answer = ask(clock, first.etag)
        if answer.status == 200:
            break
        assert clock.now().timestamp() + answer.max_age < preview.expires_at.timestamp()
        clock.advance(60)
    else:
        pytest.fail("the tag never changes")
