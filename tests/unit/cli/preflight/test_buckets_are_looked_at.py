"""Both buckets and what must lie in them: well, and each in its own trouble."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cli.preflight.mount_checks import weights
from shared.core.errors import (
    AccountError,
    UpstreamRejectedError,
)
from shared.styles import styles
from shared.vehicles.catalogue import CATALOGUE_KEY, Catalogue
from tests.fakes.clock import START
from tests.fakes.object_store import FakeObjectStore
from tests.unit.cli.preflight.case import VEHICLE, Services, found, levels, world

if TYPE_CHECKING:
    from cli.preflight.findings import Level
    from shared.styles import Style


class VersionedBucket(FakeObjectStore):
    """A bucket as versioning makes it: the condition is ignored."""

    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        """Write, whatever is there."""
        self.put(key, data)
        return True


def test_a_bucket_that_lets_a_second_writer_win_is_a_failure(
    well: dict[str, str], services: Services
) -> None:
    services.state = VersionedBucket()

    state, mount = found(world(services, well), "create-if-absent")

    assert (state.level, mount.level) == ("failure", "ok")
    assert "do not go live" in state.remedy


def test_the_probe_leaves_nothing_behind(well: dict[str, str], services: Services) -> None:
    before = services.mount.keys()

    found(world(services, well), "create-if-absent")

    assert services.state.keys() == []
    assert services.mount.keys() == before


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_versioning_is_a_failure_suspended_or_not(
    well: dict[str, str], services: Services, status: str
) -> None:
    services.versioning = status

    assert levels(found(world(services, well), "versioning")) == {"failure"}


def test_versioning_that_may_not_be_read_is_a_warning_with_the_command(
    well: dict[str, str], services: Services
) -> None:
    services.versioning = AccountError("403")

    lines = found(world(services, well), "versioning")

    assert levels(lines) == {"warning"}
    assert "get-bucket-versioning --bucket maker-state" in lines[0].remedy


@pytest.mark.parametrize(
    ("seconds", "level"),
    [
        (0, "ok"),
        (-20, "ok"),
        (60, "warning"),
        (-60, "warning"),
        (400, "failure"),
        (-400, "failure"),
    ],
)
def test_a_clock_that_is_off_is_noticed(
    well: dict[str, str], services: Services, seconds: int, level: Level
) -> None:
    services.date = START + timedelta(seconds=seconds)

    (line,) = found(world(services, well), "clock")
    assert line.level == level


def test_a_missing_date_is_a_warning_and_a_skewed_request_a_failure(
    well: dict[str, str], services: Services
) -> None:
    services.date = None
    assert levels(found(world(services, well), "clock")) == {"warning"}

    services.versioning = UpstreamRejectedError("RequestTimeTooSkewed: over 15 minutes off")
    (line,) = found(world(services, well), "clock")
    assert line.level == "failure"
    assert "NTP" in line.remedy


@pytest.mark.parametrize(
    ("origins", "level"),
    [(("https://posters.maker.example.com",), "ok"), ((), "warning"), (("*",), "failure")],
)
def test_the_studios_pages_alone_may_upload(
    well: dict[str, str], services: Services, origins: tuple[str, ...], level: Level
) -> None:
    services.origins = origins

    (line,) = found(world(services, well), "uploads by browsers")

    assert line.level == level
    assert level == "ok" or "deploy/cors/mount.xml" in line.remedy


def test_a_default_vehicle_that_is_not_there_is_named_with_what_is(
    well: dict[str, str], services: Services
) -> None:
    seen = world(services, well)
    other = replace(seen, variables={**seen.variables, "DEFAULT_VEHICLE": "citycar/g1/blak"})

    (line,) = found(other, "vehicles")

    assert line.level == "failure"
    assert "did you mean 'citycar/g1/black'?" in line.what


def test_a_vehicle_whose_files_are_gone_is_a_failure(
    well: dict[str, str], services: Services
) -> None:
    services.mount.delete(f"input/vehicles/{VEHICLE.reference}/sidecar.json")
    (line,) = found(world(services, well), "vehicles")
    assert "are not on the mount" in line.what

    services.mount.put(CATALOGUE_KEY, Catalogue().to_json())
    (line,) = found(world(services, well), "vehicles")
    assert "none yet" in line.remedy


def test_the_weights_of_a_style_are_those_that_it_sets() -> None:
    assert set(weights(styles()["sdxl_photoreal"])) == {
        ("checkpoints", "sd_xl_base_1.0.safetensors"),
        ("loras", "trip_poster_style.safetensors"),
        ("controlnet", "controlnet_depth_sdxl.safetensors"),
    }
    assert list(weights(styles()["photoreal"])) == []


def test_weights_that_are_missing_are_a_failure_once_the_style_is_offered(
    well: dict[str, str], services: Services
) -> None:
    services.mount.put("models/loras/trip_poster_styles.safetensors", b"")
    assert "failure" not in levels(found(world(services, well), "models"))

    offered = {**styles(), "sdxl_photoreal": _offered("sdxl_photoreal")}
    services.styles = lambda: offered
    lines = [line for line in found(world(services, well), "models") if line.level == "failure"]
    assert len(lines) == 3
    assert any("did you mean 'trip_poster_styles.safetensors'?" in line.what for line in lines)

    for folder, name in weights(offered["sdxl_photoreal"]):
        services.mount.put(f"models/{folder}/{name}", b"")
    assert "failure" not in levels(found(world(services, well), "models"))


def _offered(name: str) -> Style:
    return styles()[name].model_copy(update={"offered": True})


def test_a_node_pack_of_another_release_on_the_mount_is_a_failure(
    well: dict[str, str], services: Services
) -> None:
    services.mount.put("custom_nodes/trip_poster/ground.py", b"of last month")
    services.mount.delete("custom_nodes/trip_poster/save.py")

    (line,) = found(world(services, well), "node pack on the mount")

    assert line.level == "failure"
    assert "ground.py" in line.what
    assert "save.py" in line.what
