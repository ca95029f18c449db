"""Functions in processes of their own: what they get, their limits, how their errors come back."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.context import ContextFactory, Credentials, function_environment
from local.cloud.fc.instances import Instances, inherited
from local.cloud.fc.interpreters import NoInterpreterError, interpreter
from local.cloud.fc.running import Runner
from local.cloud.fc.spec import FunctionSpec
from local.cloud.fc.unpacking import remove, unpack
from tests.architecture.source_files import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.cloud.fc.context import Account

CODE = """
import importlib.util, json, os, pathlib, signal, subprocess, sys, tempfile, time
from helper import WORD

def show(event, context):
    print("noise")
    return {
        "event": event.decode(), "word": WORD, "name": context.function.name, "pid": os.getpid(),
        "context": getattr(getattr(context, "credentials", None), "access_key_id", None),
        "environment": dict(os.environ), "path": sys.path[0],
        "packages": [n for n in ("pydantic", "local") if importlib.util.find_spec(n)],
        "cwd": os.getcwd(), "stdin": sys.stdin.read(), "scratch": tempfile.gettempdir(),
    }

def modern(event, context):
    context.getLogger().warning("heard")
    return bytes([255]) + context.function.qualifier.encode()

def fail(event, context):
    raise LookupError("nobody")

def act(event, context):
    asked = json.loads(event)
    if "exit" in asked:
        os._exit(asked["exit"])
    time.sleep(asked.get("pause", 0))
    if "sleep" in asked:
        helper = subprocess.Popen(["sleep", "60"])
        pathlib.Path(asked["pid"]).write_text(f"{os.getpid()} {helper.pid}")
        time.sleep(asked["sleep"])
    kept = b"x" * (asked.get("memory", 0) * 1024 * 1024)
    for number, size in enumerate(asked.get("files", [])):
        pathlib.Path(tempfile.gettempdir(), str(number)).write_bytes(b"x" * (size * 1024 * 1024))
    return os.getpid()
"""
FUNCTION = FunctionSpec("shown", "index.show", "python3.11", timeout_s=20)
TIRED = "Process exited unexpectedly before completing request"


class Deployed:
    """A function's code, the instances that run it, and what came of it."""

    def __init__(self, folder: Path, account: Account, **options: Any) -> None:
        self.folder = folder
        role = Credentials("role-key", "role-secret", "role-token")
        self.contexts = ContextFactory(account, lambda _: role)

        def environment(function: FunctionSpec) -> dict[str, str]:
            return function_environment(function, self.contexts.account_of(function))

        self.instances = Instances(folder, **{"environment": environment, **options})
        self.runner = Runner(self.instances, self.contexts)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as target:
            target.writestr("index.py", CODE)
            target.writestr("helper.py", "WORD = '行程'\n")
            target.writestr("broken.py", "import nothing_of_this_name\n")
        unpack(packed.getvalue(), folder / "code")

    def run(self, method: str = "show", asked: object = "hello", **settings: Any) -> Any:
        function = replace(
            FUNCTION, handler=f"index.{method}", code=str(self.folder / "code"), **settings
        )
        return self.result(function, asked)

    def result(self, function: FunctionSpec, asked: object) -> Any:
        event = asked if isinstance(asked, str) else json.dumps(asked)
        result = self.runner.run(function, event.encode(), "r-1")
        self.last = result
        return json.loads(result.body)


@pytest.fixture(name="deploy")
def _deploy(tmp_path: Path, account: Account) -> Iterator[Callable[..., Deployed]]:
    made: list[Deployed] = []

    def deploy(**options: Any) -> Deployed:
        made.append(Deployed(tmp_path / str(len(made)), account, python=_python, **options))
        return made[-1]

    yield deploy
    for each in made:
        each.instances.stop()
        remove(each.folder / "code")


@pytest.fixture(name="deployed")
def _deployed(deploy: Callable[..., Deployed]) -> Deployed:
    return deploy()


def _python(_: str) -> Path:
    return Path(sys.executable)


def is_running(pid: int) -> bool:
    """Say whether a process runs; one that nobody has asked about since its end does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def soon(found: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not found() and time.monotonic() < end:
        time.sleep(0.02)
    return found()


def test_a_function_sees_its_code_and_its_own_variables_and_nothing_of_this_machine(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "x")
    settings: dict[str, Any] = {"environment": {"COLOUR": "red"}, "runtime": "python3.12"}
    told, again = (deployed.run(**settings) for _ in range(2))
    assert told == again, "the instance is kept for the next event"
    assert (told["event"], told["word"], told["name"]) == ("hello", "行程", "shown")
    assert (told["packages"], told["stdin"]) == ([], "")
    code = str(deployed.folder / "code")
    assert told["path"] == told["cwd"] == code
    variables = told["environment"]
    assert variables.pop("TMPDIR") == variables.pop("HOME") == told["scratch"]
    assert variables.pop("FC_INSTANCE_ID") in told["scratch"]
    assert variables == {
        "COLOUR": "red",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "FC_ACCOUNT_ID": "1234567890123456",
        "FC_REGION": "cn-shanghai",
        "FC_FUNCTION_NAME": "shown",
        "FC_FUNCTION_HANDLER": "index.show",
        "FC_FUNCTION_MEMORY_SIZE": "512",
        "FC_FUNCTION_VERSION": "LATEST",
        "FC_FUNC_CODE_PATH": code,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "role-key",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "role-secret",
        "ALIBABA_CLOUD_SECURITY_TOKEN": "role-token",
    }
    assert [each.function for each in deployed.instances.starts] == ["shown"]
    assert 0 < deployed.instances.starts[0].ms < 20_000
    assert not (deployed.folder / "code" / "__pycache__").exists()


def test_with_packages_and_this_shell_where_that_is_wanted(
    deploy: Callable[..., Deployed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    told = deploy(bare=False, environment=lambda _: inherited()).run(runtime="python3.10")
    assert "pydantic" in told["packages"]
    assert told["environment"]["TZ"] == "Asia/Shanghai"
    assert told["context"] == "role-key"


def test_bytes_and_errors_come_back_as_they_are_and_the_log_goes_to_the_file(
    deployed: Deployed,
) -> None:
    function = replace(FUNCTION, handler="index.modern", code=str(deployed.folder / "code"))
    result = deployed.runner.run(function, b"", "r-1")
    assert (result.body, result.error_type) == (b"\xffLATEST", None)
    assert "heard" in (deployed.folder / "functions.log").read_text("utf-8")
    told = deployed.run("fail")
    assert deployed.last.error_type == "UnhandledInvocationError"
    assert (told["errorType"], told["errorMessage"]) == ("LookupError", "nobody")
    assert told["stackTrace"][-1][2] == "in fail"


@pytest.mark.parametrize(
    ("handler", "kind"),
    [("index.none", "HandlerNotFound"), ("broken.handler", "ImportModuleError")],
)
def test_a_handler_that_cannot_be_had_is_answered_as_fc_does(
    deployed: Deployed, handler: str, kind: str
) -> None:
    function = replace(FUNCTION, handler=handler, code=str(deployed.folder / "code"))
    assert deployed.result(function, "")["errorType"] == kind
    assert deployed.instances.starts == []


def test_a_process_that_ends_is_an_error_and_the_next_event_gets_another(
    deployed: Deployed,
) -> None:
    assert deployed.run("act", {"exit": 3})["errorMessage"].startswith(TIRED)
    assert deployed.run("act", {}) > 1
    assert len(deployed.instances.starts) == 2


def test_more_memory_or_disk_than_a_function_has_ends_its_instance(deployed: Deployed) -> None:
    small: dict[str, Any] = {"memory_mb": 128, "disk_mb": 2}
    told = deployed.run("act", {"memory": 200}, **small)
    assert (told["errorType"], told["errorMessage"][: len(TIRED)]) == ("FunctionOOMError", TIRED)
    fits = deployed.run("act", {"files": [1]}, **small)
    assert deployed.run("act", {"files": [3]}, **small)["errorType"] == "OSError"
    assert deployed.run("act", {}, **small) == fits, "a write that fails leaves the instance"
    told = deployed.run("act", {"files": [2, 2]}, **small)
    assert told["errorType"] == "FunctionDiskFullError"
    assert list((deployed.folder / "scratch").iterdir()) == []


def test_there_are_as_many_instances_as_events_at_a_time(deployed: Deployed) -> None:
    with ThreadPoolExecutor(3) as pool:
        at_once = {*pool.map(lambda _: deployed.run("act", {"pause": 1}), range(3))}
    assert len(at_once) == len(deployed.instances.starts) == 3
    assert deployed.run("act", {}) in at_once


def test_a_busy_instance_is_named_and_killed_at_its_event(deployed: Deployed) -> None:
    warm = deployed.run("act", {})
    assert deployed.instances.busy() == (), "it is idle"
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(deployed.run, "act", {"pause": 30})
        assert soon(lambda: len(deployed.instances.busy()) == 1)
        deployed.instances.busy()[0].kill()
        assert answer.result(10)["errorMessage"].startswith(TIRED)
    assert not is_running(warm)
    assert deployed.instances.busy() == ()


@pytest.mark.slow
def test_a_timeout_ends_the_instance_and_what_it_started(
    deployed: Deployed, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    warm = deployed.run("act", {}, timeout_s=2)
    told = deployed.run("act", {"sleep": 30, "pid": str(pids)}, timeout_s=2)
    assert told == {"errorMessage": "Function timed out after 2 seconds"}
    assert pids.read_text().startswith(f"{warm} ")
    assert deployed.last.timed_out
    assert soon(lambda: not any(is_running(int(pid)) for pid in pids.read_text().split()))
    assert soon(lambda: list((deployed.folder / "scratch").iterdir()) == [])


def test_a_changed_function_is_run_anew_and_an_idle_instance_does_not_stay(
    deploy: Callable[..., Deployed],
) -> None:
    deployed = deploy(idle_s=0.3)
    first = deployed.run("act", {})
    changed = deployed.run("act", {}, environment={"COLOUR": "blue"})
    assert changed != first
    assert not is_running(first)
    assert soon(lambda: not is_running(changed))
    assert deployed.run("act", {}, environment={"COLOUR": "blue"}) != changed


PARENT = """
import sys, pathlib
from local.cloud.fc.context import Account, ContextFactory, Credentials
from local.cloud.fc.instances import Instances
from local.cloud.fc.running import Runner
from local.cloud.fc.spec import FunctionSpec
folder, event = sys.argv[1:]
function = FunctionSpec("f", "index.act", "python3.11", 60, code=f"{folder}/code")
found = Instances(pathlib.Path(folder), lambda _: {}, python=lambda _: pathlib.Path(sys.executable))
contexts = ContextFactory(Account("1", "cn-shanghai", Credentials("", "")))
Runner(found, contexts).run(function, event.encode(), "r")
"""


def test_no_instance_survives_a_killed_parent(deployed: Deployed, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    event = json.dumps({"sleep": 30, "pid": str(pids)})
    command = [sys.executable, "-c", PARENT, str(deployed.folder), event]
    with subprocess.Popen(command, cwd=ROOT) as parent:  # noqa: S603 - ourselves
        assert soon(lambda: pids.exists() and " " in pids.read_text())
        instance, _ = map(int, pids.read_text().split())
        assert is_running(instance)
        parent.kill()
    assert soon(lambda: not is_running(instance))


def test_the_interpreter_is_one_of_the_runtime_or_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert interpreter(f"python3.{sys.version_info.minor}") == Path(sys.executable)
    shim, good = tmp_path / "python3.99", tmp_path / ".pyenv/versions/3.98.1/bin/python3.98"
    for path, script in ((shim, "exit 127"), (good, "echo Python 3.98.1")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert interpreter("python3.98") == good
    with pytest.raises(NoInterpreterError, match=r"python3\.99 that runs; install one"):
        interpreter("python3.99")
    assert interpreter("python3.99", fallback=True) == Path(sys.executable)
