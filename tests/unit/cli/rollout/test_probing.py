"""What is a fault of a version, and what is none."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from cli.bundle.harmless import fault, harmless_event
from cli.rollout.probing import faults, probe
from cli.rollout.refused import CloudBusyError
from local.cloud.fc.interpreters import NoInterpreterError, interpreter
from tests.fakes.function_compute import zipped

if TYPE_CHECKING:
    from pathlib import Path

    from cli.rollout.cloud import FunctionCompute
    from tests.fakes.function_compute import Place

_UNHANDLED = "UnhandledInvocationError"


def _error(kind: str, words: str = "no") -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": words}).encode()


@pytest.mark.parametrize(
    ("body", "error_type", "words"),
    [
        (b"{}", "", ""),
        (b'{"statusCode": 401, "body": "who are you"}', "", ""),
        (b'{"statusCode": 500, "body": "oh"}', "", "it answers 500: oh"),
        (_error("MalformedRequestError"), _UNHANDLED, ""),
        (_error("UpstreamUnavailableError"), _UNHANDLED, ""),
        (_error("ImportModuleError"), _UNHANDLED, "ImportModuleError: no"),
        (_error("SettingsError"), _UNHANDLED, "SettingsError: no"),
        (_error("Any"), _UNHANDLED, "Any: no"),
        (b'{"errorMessage": "exited"}', _UNHANDLED, "exited"),
        (b"<html>", _UNHANDLED, _UNHANDLED),
    ],
)
def test_only_what_is_its_own_is_a_fault(body: bytes, error_type: str, words: str) -> None:
    assert fault(body, error_type) == words


@dataclass
class Busy:
    """Is at its cap some times."""

    times: int
    asked: list[tuple[str, bytes, str]] = field(default_factory=list)

    def invoke(self, name: str, event: bytes, qualifier: str) -> tuple[bytes, str]:
        self.asked.append((name, event, qualifier))
        if len(self.asked) <= self.times:
            raise CloudBusyError("one.live: ResourceExhausted")
        return b"{}", ""


def _probe(busy: Busy, pauses: tuple[float, ...]) -> str:
    return probe(cast("FunctionCompute", busy), "one", "live", http=False, pauses=pauses)


def test_a_function_at_its_cap_is_asked_again() -> None:
    busy = Busy(2)

    assert _probe(busy, (0, 0)) == ""
    assert busy.asked == [("one", harmless_event(http=False), "live")] * 3


def test_one_that_stays_at_its_cap_is_told_with_the_next_command() -> None:
    assert _probe(Busy(9), (0, 0)).endswith("ResourceExhausted; ask again: poster rollout check")


def test_each_function_is_checked_at_its_qualifier() -> None:
    asked: set[tuple[Any, ...]] = set()

    def check(*what: str) -> str:
        asked.add(what)
        return "broken" if what[0] == "two" else ""

    assert faults(check, {"one": "1", "two": "7"}) == {"two": "broken"}
    assert asked == {("one", "1"), ("two", "7")}


def test_a_version_that_does_not_start_is_seen_beside_one_that_does(
    place: Place, tmp_path: Path
) -> None:
    try:
        interpreter("python3.10")
    except NoInterpreterError as error:
        pytest.skip(str(error))
    place.deploy()
    place.want("two", code=zipped(tmp_path / "bad.zip", "raise RuntimeError('no')\n"))
    place.deploy()

    assert probe(place.cloud, "two", "live", http=False) == ""
    found = probe(place.cloud, "two", "LATEST", http=False)
    assert found == "ImportModuleError: Unable to import module 'index'"
