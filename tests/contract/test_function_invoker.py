"""What every FunctionInvoker promises, on the fake and on both generations of the platform."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from shared.adapters.fc2_invoker import Fc2Invoker
from shared.adapters.fc3_invoker import Fc3Invoker
from shared.core.errors import UpstreamRejectedError
from shared.settings.credentials import Credentials
from tests.contract.conftest import KEY
from tests.fakes.invoker import FakeInvoker

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.ports import FunctionInvoker
    from tests.contract.conftest import ServedFunctions

_numbers = itertools.count()


@dataclass
class Bench:
    """An invoker, and what ran once everything has run."""

    invoker: FunctionInvoker
    ran: Callable[[], list[tuple[str, dict[str, str]]]]


def adapter(kind: str, url: str, *, credentials: Credentials = KEY) -> FunctionInvoker:
    if kind == "fc3":
        return Fc3Invoker(
            endpoint=url, credentials=lambda: credentials, prefix="stack-", timeout_seconds=5
        )
    return Fc2Invoker(
        endpoint=url,
        service="trip-poster",
        credentials=lambda: credentials,
        prefix="stack-",
        timeout_seconds=5,
    )


@pytest.fixture(params=["fake", "fc3", "fc2"])
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "fake":
        return _fake()
    served: ServedFunctions = request.getfixturevalue("functions")
    served.ran.clear()

    def ran() -> list[tuple[str, dict[str, str]]]:
        assert served.host.drain(5)
        return list(served.ran)

    return Bench(adapter(request.param, served.url), ran)


def _fake() -> Bench:
    done: list[tuple[str, dict[str, str]]] = []
    invoker = FakeInvoker(
        {"paint_trip": lambda payload: done.append(("paint_trip", dict(payload)))}
    )

    def ran() -> list[tuple[str, dict[str, str]]]:
        invoker.run()
        return done

    return Bench(invoker, ran)


@pytest.fixture
def task_id() -> str:
    return f"j-p{next(_numbers)}"


def test_an_invoked_function_runs_with_its_payload(bench: Bench, task_id: str) -> None:
    bench.invoker.invoke("paint_trip", {"job_id": "j", "note": "行程"}, task_id=task_id)
    assert bench.ran() == [("paint_trip", {"job_id": "j", "note": "行程"})]


def test_the_same_task_id_runs_once_and_counts_as_done(bench: Bench, task_id: str) -> None:
    bench.invoker.invoke("paint_trip", {"n": "1"}, task_id=task_id)
    bench.invoker.invoke("paint_trip", {"n": "1"}, task_id=task_id)
    assert bench.ran() == [("paint_trip", {"n": "1"})]


def test_another_task_id_runs_again(bench: Bench, task_id: str) -> None:
    bench.invoker.invoke("paint_trip", {"n": "1"}, task_id=task_id)
    bench.invoker.invoke("paint_trip", {"n": "2"}, task_id=f"{task_id}-again")
    assert [payload["n"] for _, payload in bench.ran()] == ["1", "2"]


@pytest.mark.parametrize("kind", ["fc3", "fc2"])
def test_an_unknown_function_is_refused(
    functions: ServedFunctions, task_id: str, kind: str
) -> None:
    with pytest.raises(UpstreamRejectedError, match="404"):
        adapter(kind, functions.url).invoke("fly", {}, task_id=task_id)


@pytest.mark.parametrize("kind", ["fc3", "fc2"])
def test_a_wrong_secret_is_refused(functions: ServedFunctions, task_id: str, kind: str) -> None:
    wrong = Credentials(KEY.access_key_id, "wrong")
    with pytest.raises(UpstreamRejectedError, match="403"):
        adapter(kind, functions.url, credentials=wrong).invoke("paint_trip", {}, task_id=task_id)


@pytest.mark.parametrize("kind", ["fc3", "fc2"])
def test_temporary_credentials_are_signed_with_their_token(
    functions: ServedFunctions, task_id: str, kind: str
) -> None:
    temporary = Credentials(KEY.access_key_id, KEY.access_key_secret, "a-token")
    functions.ran.clear()
    adapter(kind, functions.url, credentials=temporary).invoke("paint_trip", {}, task_id=task_id)
    assert functions.host.drain(5)
    assert len(functions.ran) == 1
