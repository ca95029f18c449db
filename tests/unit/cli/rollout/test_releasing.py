"""Calls move a share at a time, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.rollout.releasing import Release, ReleaseStoppedError
from shared.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.function_compute import Place, WatchedCloud

NAMES = ("one", "two")


def release(
    cloud: WatchedCloud, check: Callable[[str, str], str] = lambda _n, _q: "", alias: str = "live"
) -> Release:
    return Release(cloud, NAMES, alias, check, tell=lambda _: None)


def versions(cloud: WatchedCloud) -> list[tuple[str, object]]:
    return [(row["version"], row["shares"]) for row in release(cloud).status()]


def test_calls_move_in_shares_and_a_new_version_is_checked_before(place: Place) -> None:
    place.deploy()
    seen: list[tuple[str, list[tuple[str, object]]]] = []

    def check(name: str, qualifier: str) -> str:
        if name == "one":
            seen.append((qualifier, versions(place.cloud)))
        return ""

    release(place.cloud, check).run("next", [10, 50, 100], 0)

    assert seen == [
        ("2", [("1", {}), ("1", {})]),
        ("live", [("1", {"2": "10%"})] * 2),
        ("live", [("1", {"2": "50%"})] * 2),
        ("live", [("2", {}), ("2", {})]),
    ]


def test_back_in_the_middle_ends_the_release(place: Place) -> None:
    place.deploy()
    moving = release(place.cloud)
    new = dict.fromkeys(NAMES, "2")
    for name in NAMES:
        place.cloud.call("publish_function_version", name, body={"description": ""})
    moving.share(new, 10)

    assert moving.back() == {"one": "1", "two": "1"}
    assert versions(place.cloud) == [("1", {}), ("1", {})]


def test_back_after_it_goes_to_the_version_before_and_no_further(place: Place) -> None:
    place.deploy()
    for name in ("second", "third"):
        release(place.cloud).run(name, [100], 0)

    assert release(place.cloud).back() == {"one": "2", "two": "2"}
    with pytest.raises(NotFoundError, match=r"no version before; .*: git checkout TAG; poster"):
        release(place.cloud).back()
    assert versions(place.cloud) == [("2", {}), ("2", {})]


def test_a_version_that_does_not_run_gets_no_call(place: Place) -> None:
    place.deploy()
    place.cloud.changing.clear()
    broken = release(place.cloud, lambda name, _: "it crashes" if name == "two" else "")

    with pytest.raises(ReleaseStoppedError, match=r"two\.2 does not run: .*; nothing calls"):
        broken.run("next", [10, 100], 0)

    assert {each.split()[0] for each in place.cloud.changing} == {"publish_function_version"}


def test_what_fails_under_way_goes_back(place: Place) -> None:
    place.deploy()
    broken = release(place.cloud, lambda _, qualifier: "it crashes" if qualifier == "live" else "")

    with pytest.raises(ReleaseStoppedError, match="all calls are back"):
        broken.run("next", [50, 100], 0)

    assert versions(place.cloud) == [("1", {}), ("1", {})]


def test_without_an_alias_the_next_command_is_said_and_nothing_is_published(place: Place) -> None:
    place.deploy()
    place.cloud.changing.clear()
    other = release(place.cloud, alias="other")

    for ask in (lambda: other.run("next", [100], 0), other.back):
        with pytest.raises(NotFoundError, match=r"FUNCTION_QUALIFIER=other .*: poster rollout dep"):
            ask()
    assert place.cloud.changing == []
