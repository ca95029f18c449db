"""A recalled vehicle: never again in a new poster, and taken back from the old ones."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cli.operate import vehicles
from cli.operate.ports import Ports
from functions.show_poster.use_case import show_poster
from local.printed import Say
from shared.core.errors import ConflictError, InvalidRequestError, NotFoundError
from shared.jobs.recalling import FAILURE_CODE, Progress, read_progress, take_back
from shared.jobs.record import JobStatus
from shared.vehicles import register
from shared.vehicles.catalogue import CATALOGUE_KEY
from shared.vehicles.register import Decision, read_catalogue
from tests.fakes.clock import START, FakeClock
from tests.fakes.counting_store import CountingStore
from tests.fakes.job_store import FakeJobStore
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.poster import poster
from tests.unit.functions.own_posters import Owner, finished
from tests.unit.functions.world import sample_trip, twice_at_once

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord
    from tests.unit.functions.world import World

_DECISION = Decision(by="anna", at=START, reason="the wheels are wrong")


def operate(world: World, *arguments: str) -> tuple[int, str]:
    """Run a command over the world; return its exit status and what it printed."""
    ports = Ports(world.jobs, world.state, world.clock, world.mount)
    return poster("vehicles", *arguments, given=ports)


def recall(world: World, *more: str) -> str:
    status, text = operate(world, "recall", vehicle(world), "--reason", _DECISION.reason, *more)
    assert status == 0, text
    return text


def vehicle(world: World) -> str:
    return world.catalogue.vehicles[0].reference


@pytest.fixture
def fleet(world: World) -> dict[str, str]:
    """Return jobs by how they stand: shared and told, kept to oneself, open, failed, another's."""
    owner = Owner(world)
    found = {
        "shared": finished(world, share=True).job_id,
        "own": finished(world, distance_km=2).job_id,
        "failed": finished(world, distance_km=3, status="failed").job_id,
        "open": world.submit(sample_trip(distance_km=4)).job_id,
    }
    other = finished(world, share=True, distance_km=5)
    changed = other.model_copy(update={"vehicle": "citycar/g1/black/0123456789ab"})
    for key in world.state.keys(f"jobs/{other.job_id}/"):
        record = json.loads(world.state.objects[key].data)
        record["vehicle"] = changed.vehicle
        world.state.put(key, json.dumps(record).encode())
    world.clock.advance(120)
    owner.announce()
    return {**found, "other": other.job_id}


def test_posters_are_withdrawn_and_open_jobs_end_with_the_reason(
    world: World, fleet: dict[str, str]
) -> None:
    text = recall(world)

    records = {name: world.record(job_id) for name, job_id in fleet.items()}
    assert not records["shared"].is_shared
    assert records["own"].status is JobStatus.SUCCEEDED
    failure = records["open"].failure
    assert failure is not None
    assert (failure.code, _DECISION.reason in failure.detail) == (FAILURE_CODE, True)
    assert records["other"].is_shared
    words = ["5 jobs looked at, 4 made", "1 shared posters are withdrawn", "1 posters are not"]
    words += [
        "1 open jobs are ended",
        "1 have no poster",
        f"{fleet['shared']}  succeeded  poster.w",
    ]
    assert [word for word in words if word not in text] == []
    assert world.state.keys("recalls/") == []


def test_others_are_told_and_no_longer_shown_the_poster(
    world: World, fleet: dict[str, str]
) -> None:
    recall(world)
    world.clock.advance(120)

    told: Any = Owner(world).announce()

    assert [each for each in told if "withdrawn" in each and fleet["shared"] in each]
    with pytest.raises(NotFoundError):
        show_poster(fleet["shared"], link_seconds=60, jobs=world.jobs, results=world.state)


def test_a_dry_run_lists_the_same_and_changes_nothing(world: World, fleet: dict[str, str]) -> None:
    before = world.snapshot()

    text = recall(world, "--dry-run")

    assert world.snapshot() == before
    assert "1 shared posters would be withdrawn" in text
    assert "1 open jobs would be ended" in text
    assert [name for name in ("shared", "own", "failed", "open") if fleet[name] not in text] == []
    assert fleet["other"] not in text


def test_a_second_recall_and_two_at_once_change_nothing_more(
    world: World, fleet: dict[str, str]
) -> None:
    quiet = Say(console=Console(file=io.StringIO()))
    ports = Ports(world.jobs, world.state, world.clock, world.mount)

    twice_at_once(
        lambda: vehicles.recall(vehicle(world), "wheels", by="anna", ports=ports, say=quiet)
    )
    before = world.snapshot()

    assert "1 shared posters are withdrawn" in recall(world)

    assert world.snapshot() == before
    assert len(fleet) == 5


def test_a_cut_recall_goes_on_where_it_was(world: World, fleet: dict[str, str]) -> None:
    seen = sorted(fleet.values())[2]
    kept = Progress(after=seen, seen=3, made_with_it=2, withdrawn=2)
    key = f"recalls/{vehicle(world)}.json"
    world.state.put(key, kept.model_dump_json().encode())

    text = recall(world)

    assert f"going on behind {seen}, after 3 jobs" in text
    assert "5 jobs looked at" in text
    world.state.put(key, b"{of another release}")
    assert read_progress(vehicle(world), state=world.state) == Progress()


def test_a_driver_cannot_show_a_recalled_car_again(world: World, fleet: dict[str, str]) -> None:
    recall(world)

    for name in ("shared", "own"):
        with pytest.raises(ConflictError, match="recalled"):
            Owner(world).share(fleet[name], to=True)
        assert not world.record(fleet[name]).is_shared


def test_a_job_accepted_by_an_old_catalogue_ends_when_its_poster_is_stored(world: World) -> None:
    record = world.rendered()
    register.recall(record.vehicle, _DECISION, mount=world.mount)

    stored = world.store(record.task_id)

    assert stored.failure is not None
    assert stored.failure.code == FAILURE_CODE
    assert world.state.keys("results/") == []


def test_new_jobs_are_refused_or_get_the_newest_good_version(world: World) -> None:
    world.mount.put(CATALOGUE_KEY, world.catalogue.to_json())
    recall(world)

    world.catalogue = read_catalogue(world.mount)

    with pytest.raises(InvalidRequestError, match="/vehicle"):
        world.submit(sample_trip(distance_km=9))


@pytest.mark.parametrize("name", ["x", "a/b/c", "a/b/c/0123456789ab", "../x/y/0123456789ab"])
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_an_unknown_vehicle_is_a_readable_error(
    world: World, name: str, more: tuple[str, ...]
) -> None:
    before = world.snapshot()

    status, text = operate(world, "recall", name, "--reason", "x", *more)

    assert status == 1
    assert f"there is no vehicle {name}" in text
    assert world.snapshot() == before


def test_requests_grow_with_the_jobs_and_one_page_is_held() -> None:
    clock = FakeClock()
    state = CountingStore(clock, page_size=20)
    for number in range(60):
        state.put(f"jobs/j{number:031d}/000001.json", b'{"vehicle": "a/b/c/0"}')

    found = take_back(
        "x/y/z/0123456789ab",
        _DECISION,
        jobs=FakeJobStore(state, clock=clock),
        state=state,
        mount=FakeObjectStore(clock),
        clock=clock,
        tell=lambda _: None,
    )

    assert (found.seen, found.made_with_it) == (60, 0)
    # How far a cut run came, three pages, a read for each job.
    assert len(state.asked) == 1 + 3 + 60


def test_versions_are_listed_with_how_they_stand(world: World) -> None:
    entry = world.catalogue.vehicles[0]
    register.enter(entry, uploaded_at=START, offered=False, mount=world.mount)

    assert "waits for approval" in operate(world, "list")[1]
    status, text = operate(world, "approve", entry.reference)
    assert (status, "new jobs get it" in text) == (0, True)
    assert "approved" in operate(world, "list")[1]
    recall(world)
    assert "recalled" in operate(world, "list")[1]
    assert operate(world, "approve", entry.reference)[0] == 1


def edited(world: World, job_id: str, **fields: Any) -> None:
    """Change what every record of a job says; `result__vehicle` is a field of its result."""
    for key in world.state.keys(f"jobs/{job_id}/"):
        record = json.loads(world.state.objects[key].data)
        shown = fields.get("result__vehicle")
        if shown and record.get("result"):
            record["result"]["vehicle"] = shown
        record |= {name: value for name, value in fields.items() if "__" not in name}
        world.state.put(key, json.dumps(record).encode())


def plan(*members: str, of: JobRecord | None = None) -> dict[str, Any]:
    """Return the composition of a job that any of these may be set in for."""
    told = {"format": "4:5", "layout": "", "view": "front_left", "ground": "open", "light": ""}
    if of is not None and of.composition is not None:
        told = of.composition.model_dump(mode="json")
    return {**told, "members": members, "lights": [f"l{n}" for n in range(len(members))]}


def other_member(world: World) -> str:
    """Return the reference of another render of the same car."""
    return vehicle(world).rpartition("/")[0] + "/0123456789ab"


def test_only_posters_that_show_the_recalled_member_are_withdrawn(
    world: World, fleet: dict[str, str]
) -> None:
    edited(world, fleet["shared"], composition=plan(vehicle(world), other_member(world)))
    edited(world, fleet["shared"], result__vehicle=other_member(world))
    recall(world)
    assert world.record(fleet["shared"]).is_shared

    world.mount.put(f"input/vehicles/{other_member(world)}/sidecar.json", b"{}")
    status, text = operate(world, "recall", other_member(world), "--reason", "wheels")

    assert status == 0, text
    assert not world.record(fleet["shared"]).is_shared
    # The other job still open or failed was planned for no such render.
    assert "1 made with this version" in text


def test_an_open_job_goes_on_while_a_member_is_left_and_ends_without_one(
    world: World, fleet: dict[str, str]
) -> None:
    edited(world, fleet["open"], composition=plan(vehicle(world), other_member(world)))
    recall(world)
    assert not world.record(fleet["open"]).status.is_closed

    world.mount.put(f"input/vehicles/{other_member(world)}/sidecar.json", b"{}")
    operate(world, "recall", other_member(world), "--reason", "wheels")

    failure = world.record(fleet["open"]).failure
    assert failure is not None
    assert failure.code == FAILURE_CODE


def test_a_poster_that_shows_a_recalled_member_is_painted_anew_without_it(world: World) -> None:
    record = world.rendered()
    members = plan(vehicle(world), other_member(world), of=record)
    edited(world, record.job_id, composition=members)
    register.recall(vehicle(world), _DECISION, mount=world.mount)

    after = world.store(record.task_id)

    assert after.status is JobStatus.RENDERED
    assert after.ended is not None
    assert after.ended.reason == "the render that was set in was recalled by its maker"
    assert after.composition is not None
    assert after.composition.members == (other_member(world),)
    assert after.composition.lights == ("l1",)


def test_a_poster_ends_that_no_member_is_left_for(world: World) -> None:
    record = world.rendered()
    members = plan(vehicle(world), other_member(world), of=record)
    edited(world, record.job_id, composition=members)
    for reference in (vehicle(world), other_member(world)):
        register.recall(reference, _DECISION, mount=world.mount)

    after = world.store(record.task_id)

    assert after.failure is not None
    assert after.failure.code == FAILURE_CODE
