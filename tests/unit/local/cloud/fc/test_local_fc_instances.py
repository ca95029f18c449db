"""Handlers in processes of their own: what they get, and how their errors come back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.context import ContextFactory
from local.cloud.fc.instances import Instances
from local.cloud.fc.running import Runner
from local.cloud.fc.spec import FunctionSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cloud.fc.context import Account
    from local.cloud.fc.running import InvocationResult

CODE = """
import importlib.util, json, os, sys
from helper import WORD

def show(event, context):
    print("noise")
    return {
        "event": event.decode(), "word": WORD, "name": context.function.name, "pid": os.getpid(),
        "key": context.credentials.access_key_id, "colour": os.environ["COLOUR"],
        "packages": importlib.util.find_spec("pydantic") is not None,
    }

def modern(event, context):
    context.getLogger().warning("heard")
    return bytes([255]) + context.function.qualifier.encode()

def fail(event, context):
    raise LookupError("nobody")

def leave(event, context):
    os._exit(3)
"""


@pytest.fixture(params=[True, False], ids=["bare", "with packages"])
def bare(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(name="instances")
def _instances(tmp_path: Path, *, bare: bool) -> Iterator[Instances]:
    (tmp_path / "index.py").write_text(CODE, "utf-8")
    (tmp_path / "helper.py").write_text("WORD = '行程'\n", "utf-8")
    found = Instances(
        tmp_path,
        Path(sys.executable),
        log=tmp_path / "log",
        environment={"COLOUR": "red"},
        bare=bare,
    )
    yield found
    found.stop()


def run(
    instances: Instances, account: Account, method: str, runtime: str = "python3.10"
) -> InvocationResult:
    function = FunctionSpec("shown", f"index.{method}", runtime, timeout_s=20)
    return Runner(instances, ContextFactory(account)).run(function, b"hello", "r-1")


def test_a_handler_gets_its_event_context_environment_and_the_files_beside_it(
    instances: Instances, account: Account, *, bare: bool
) -> None:
    first, second = (json.loads(run(instances, account, "show").body) for _ in range(2))
    assert first == second, "the instance is kept for the next event"
    told: dict[str, Any] = first
    assert (told["event"], told["word"], told["name"]) == ("hello", "行程", "shown")
    assert (told["key"], told["colour"]) == ("key", "red")
    assert told["packages"] is not bare


def test_bytes_come_back_as_they_are_and_the_log_goes_to_the_file(
    instances: Instances, account: Account, tmp_path: Path
) -> None:
    result = run(instances, account, "modern", "python3.12")
    assert (result.body, result.error_type) == (b"\xffLATEST", None)
    assert "heard" in (tmp_path / "log").read_text("utf-8")


def test_an_error_has_the_type_and_stack_of_the_function(
    instances: Instances, account: Account
) -> None:
    result = run(instances, account, "fail")
    told = json.loads(result.body)
    assert result.error_type == "UnhandledInvocationError"
    assert (told["errorType"], told["errorMessage"]) == ("LookupError", "nobody")
    assert told["stackTrace"][-1][2] == "in fail"


def test_a_handler_that_is_not_there_is_answered_as_fc_does(
    instances: Instances, account: Account
) -> None:
    assert json.loads(run(instances, account, "none").body)["errorType"] == "HandlerNotFound"


def test_a_process_that_ends_is_an_error_and_the_next_event_gets_another(
    instances: Instances, account: Account
) -> None:
    assert (
        "ended before it answered"
        in json.loads(run(instances, account, "leave").body)["errorMessage"]
    )
    assert run(instances, account, "show").error_type is None
