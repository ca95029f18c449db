"""What differs is called, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.rollout.deploying import checksum, code_store, remove
from cli.rollout.wanted import TemplateError
from tests.fakes.function_compute import timer, zipped
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.function_compute import Place


def test_all_is_created_once_and_then_nothing_differs(place: Place) -> None:
    first = place.deploy()

    assert first[:2] == ["create_function", "create_function"]
    assert "create_custom_domain" in first
    assert "create_trigger one" in first
    assert place.deploy() == []


@pytest.mark.parametrize(
    "changed",
    [{"memorySize": 1024}, {"timeout": 31}, {"environmentVariables": {"COLOUR": "blue"}}],
)
def test_one_changed_setting_is_one_update(place: Place, changed: dict[str, object]) -> None:
    place.deploy()
    place.want("two", config={**place.wants("two").config, **changed})

    assert place.deploy() == ["update_function two"]
    assert place.deploy() == []


def test_a_variable_that_is_wanted_no_more_goes(place: Place) -> None:
    place.deploy()
    place.want("two", config={**place.wants("two").config, "environmentVariables": {"SIZE": "2"}})

    assert place.deploy() == ["update_function two"]
    found = place.cloud.call("get_function", "two")
    assert found["environmentVariables"] == {"SIZE": "2"}


def test_other_code_is_put_and_one_update(place: Place, tmp_path: Path) -> None:
    place.deploy()
    place.stored.clear()
    place.want(
        "two", code=zipped(tmp_path / "other.zip", "def handler(event, context): return 'x'")
    )

    assert place.deploy() == ["update_function two"]
    assert len(place.stored) == 1


def test_retries_and_ends_belong_to_the_latest_and_to_the_alias(place: Place) -> None:
    place.deploy()

    for qualifier in ("LATEST", "live"):
        found = place.cloud.call("get_async_invoke_config", "one", qualifier=qualifier)
        assert found["maxAsyncRetryAttempts"] == 2
    assert place.cloud.call("get_async_invoke_config", "one", qualifier="1") is None


def test_what_is_configured_no_more_is_removed(place: Place) -> None:
    place.deploy()
    place.want("one", ends=None, cap=None)

    assert place.deploy() == [
        "delete_async_invoke_config one",
        "delete_async_invoke_config one",
        "delete_concurrency_config one",
    ]


def test_a_removed_trigger_is_removed(place: Place) -> None:
    place.deploy()
    place.want("one", triggers={})

    assert place.deploy() == ["delete_trigger one clock"]
    assert place.deploy() == []


def test_a_changed_trigger_is_updated(place: Place) -> None:
    place.deploy()
    changed = {**timer("live"), "triggerConfig": timer("live")["triggerConfig"].replace("4", "5")}
    place.want("one", triggers={"clock": changed})

    assert place.deploy() == ["update_trigger one clock"]
    assert place.deploy() == []


def test_an_alias_stays_where_it_was_moved_to(place: Place) -> None:
    place.deploy()
    place.want("two", config={**place.wants("two").config, "timeout": 31})
    place.deploy()

    assert place.cloud.call("get_alias", "two", "live")["versionId"] == "1"


def test_all_can_be_removed_and_once_more(place: Place) -> None:
    place.deploy()

    place.cloud.changing.clear()
    assert len(remove(place.cloud, place.wanted)) == 3
    assert place.cloud.changing == [
        "delete_custom_domain posters.localhost",
        "delete_trigger one clock",
        *("delete_alias one live", "delete_function_version one 1", "delete_function one"),
        *("delete_alias two live", "delete_function_version two 1", "delete_function two"),
    ]
    assert remove(place.cloud, place.wanted) == []
    assert place.cloud.call("get_function", "one") is None


def test_a_zip_is_put_once(tmp_path: Path) -> None:
    store, path = FakeObjectStore(), zipped(tmp_path / "a.zip", "x = 1\n")
    put = code_store("state", store)

    assert put(path) == put(path)
    assert put(path)[0] == "state"
    assert store.get(put(path)[1]) == path.read_bytes()


def test_without_a_zip_the_next_command_is_said(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"none\.zip: .*: poster build$"):
        checksum(tmp_path / "none.zip")
