"""No effect without a kill point: every port's, and every function's that has any.

The journeys of all `test_kill_points_*.py` are taken once, whole: their modules name them in
`JOURNEYS`. A function or a port that comes is missed here until a journey has it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest

from functions.list_styles.use_case import list_styles
from functions.list_vehicles.use_case import list_vehicles
from functions.list_wall.use_case import list_wall
from functions.read_health.use_case import read_health
from functions.show_poster.use_case import show_poster
from local.cloud.fc.spec import load_stack
from local.stack import ROOT
from shared import ports
from shared.jobs.control import read_control
from shared.jobs.wall_pages import Wanted
from tests.fakes.wired import wired
from tests.unit.functions.dying import keep_posters, take
from tests.unit.functions.killable import (
    LOOKS,
    WITHOUT_EFFECTS,
    Fuse,
    KillableWorld,
    effects_of,
)
from tests.unit.functions.own_posters import Owner, finished
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

pytestmark = pytest.mark.slow

ONLY_LOOKING = {
    "export_driver",
    "list_jobs",
    "list_styles",
    "list_vehicles",
    "list_wall",
    "read_erasure",
    "read_health",
    "read_job",
    "show_poster",
}
_HERE = ROOT / "tests" / "unit" / "functions"


def _journeys() -> Iterable[Any]:
    for path in sorted(_HERE.glob("test_kill_points*.py")):
        if path.stem != "test_kill_points_cover_everything":
            module = importlib.import_module(f"tests.unit.functions.{path.stem}")
            yield from getattr(module, "JOURNEYS", ())


@pytest.fixture(scope="module")
def acted(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    with pytest.MonkeyPatch.context() as patch:
        keep_posters(patch)
        for number, journey in enumerate(_journeys()):
            folder: Path = tmp_path_factory.mktemp(f"journey-{number}")
            fuse = Fuse()
            take(journey, folder, fuse)
            found |= fuse.acted
    return found


def _protocols() -> set[str]:
    return {name for name in ports.HOME_OF if getattr(getattr(ports, name), "_is_protocol", False)}


def test_functions_that_only_look_have_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_posters(monkeypatch)
    fuse = Fuse()
    world = KillableWorld(tmp_path, fuse)
    job_id = world.submit(sample_trip(share=True), key="one").job_id
    world.run_until_quiet()
    owner = Owner(world)
    erasure_id = owner.erase(finished(world, distance_km=1).job_id).erasure_id
    before, fuse.acted = world.snapshot(), set()
    looks: dict[str, Callable[[], object]] = {
        "read_job": lambda: world.read(job_id),
        "list_jobs": owner.page,
        "list_styles": lambda: list_styles(default="photoreal"),
        "list_vehicles": lambda: list_vehicles(
            "", link_seconds=60, catalogue=world.catalogue, mount=world.mount, clock=world.clock
        ),
        "list_wall": lambda: list_wall(
            "maker",
            Wanted(),
            cursor="",
            limit=60,
            id_key=b"k" * 32,
            link_seconds=60,
            jobs=world.jobs,
            results=world.state,
        ),
        "read_health": lambda: wired(read_health, world)(
            "maker", control=lambda: read_control(world.state)
        ),
        "export_driver": owner.export,
        "read_erasure": lambda: owner.receipt(erasure_id),
        "show_poster": lambda: show_poster(
            job_id, link_seconds=60, jobs=world.jobs, results=world.state
        ),
    }
    assert set(looks) == ONLY_LOOKING
    for look in looks.values():
        assert world.process(look)
    assert fuse.acted == set()
    assert world.snapshot() == before


def test_every_port_says_what_only_looks() -> None:
    assert _protocols() == set(LOOKS) | WITHOUT_EFFECTS
    for name, looks in LOOKS.items():
        port = getattr(ports, name)
        assert looks <= {method for method in vars(port) if not method.startswith("_")}
        assert effects_of(port)


def test_every_effect_of_every_port_is_in_some_journey(acted: set[tuple[str, str]]) -> None:
    wanted = {f"{name}.{each}" for name in LOOKS for each in effects_of(getattr(ports, name))}
    assert wanted - {effect for _, effect in acted} == set()


def test_every_function_with_effects_is_in_some_journey(acted: set[tuple[str, str]]) -> None:
    deployed = load_stack(ROOT / "s.yaml", {}).functions.values()
    functions = {each.handler.partition(".")[0] for each in deployed if not each.is_web}
    assert functions - ONLY_LOOKING - {function for function, _ in acted} == set()
