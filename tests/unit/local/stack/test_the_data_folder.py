"""A folder has one stack, on the same ports each time; what a dead one left does no harm."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette

from local.cloud.serving import LoopbackServer, PortTakenError
from local.data_folder import FolderTakenError, Ports, held, is_held
from local.one_process import ADDRESS_FILE, address_file, read_addresses
from tests.architecture.source_files import ROOT
from tests.fakes.poster import poster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOLDER = """
import sys, pathlib
from local.data_folder import held
with held(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has a stack's folder."""
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", _HOLDER, str(tmp_path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def _local(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own: it says for the whole process where logs go."""
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("command", ["up", "demo"])
@pytest.mark.slow
def test_a_second_stack_on_a_folder_is_refused_with_what_to_do(
    command: str, holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    (tmp_path / ADDRESS_FILE).write_text("the other's")

    ran = _local(command, "--data", str(tmp_path))

    assert ran.returncode == 1
    assert f"another local stack runs on {tmp_path}: " in ran.stderr
    assert ran.stderr.endswith(f"name another folder: poster {command} --data {tmp_path}-2\n")
    assert (tmp_path / ADDRESS_FILE).read_text() == "the other's"


def test_the_lock_of_a_killed_process_is_gone_though_its_files_stay(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    told = {"urls": {}, "environment": {}, "folder": str(tmp_path)}
    (tmp_path / ADDRESS_FILE).write_text(json.dumps(told))
    assert read_addresses(tmp_path) is not None

    holder.send_signal(signal.SIGKILL)
    holder.wait()

    assert read_addresses(tmp_path) is None
    with held(tmp_path):
        assert is_held(tmp_path)


@pytest.mark.parametrize("left", ["", "{", "[]", '{"urls": {}}', '{"environment": {}}'])
def test_what_another_version_or_a_crash_has_left_is_no_running_stack(
    left: str, tmp_path: Path
) -> None:
    (tmp_path / ADDRESS_FILE).write_text(left)

    assert read_addresses(tmp_path) is None


def test_a_running_stack_is_found_by_a_copy_of_its_addresses(tmp_path: Path) -> None:
    folder, copy = tmp_path / "stack", tmp_path / "copy"
    copy.mkdir()
    with held(folder), address_file(folder, {"app": "http://127.0.0.1:1"}, {"A": "b"}):
        (copy / ADDRESS_FILE).write_bytes((folder / ADDRESS_FILE).read_bytes())
        found = read_addresses(copy)
        assert found is not None
        assert found.urls == {"app": "http://127.0.0.1:1"}
        assert found.environment["A"] == "b"
    assert read_addresses(copy) is None


def test_two_stacks_in_one_process_cannot_have_one_folder(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(FolderTakenError), held(tmp_path):
        pass


def _served(ports: Ports) -> LoopbackServer:
    return ports.server("oss", Starlette())


def test_the_next_start_has_the_same_port(tmp_path: Path) -> None:
    ports = Ports(tmp_path, {})
    with _served(ports) as first:
        ports.keep({"oss": first})

    with _served(Ports(tmp_path, {})) as second:
        assert second.port == first.port


def test_a_port_that_was_taken_is_exchanged_said_and_kept(tmp_path: Path) -> None:
    with LoopbackServer(Starlette()) as other:
        (tmp_path / "ports.json").write_text(json.dumps({"oss": other.port}))
        ports = Ports(tmp_path, {})
        with _served(ports) as server:
            ports.keep({"oss": server})

        assert server.port != other.port
        assert ports.exchanged == [f"port {other.port} of oss was taken; it is {server.port} now"]
        assert json.loads((tmp_path / "ports.json").read_text()) == {"oss": server.port}


def test_a_port_that_was_asked_for_is_never_exchanged(tmp_path: Path) -> None:
    with LoopbackServer(Starlette()) as other, pytest.raises(PortTakenError):
        _served(Ports(tmp_path, {"oss": other.port}))


@pytest.mark.parametrize("left", ["", "[]", '{"oss": "many"}', '{"oss": -1}', '{"oss": 99999}'])
def test_a_spoilt_file_of_ports_counts_as_none(left: str, tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(left)

    with _served(Ports(tmp_path, {})) as server:
        assert server.port > 0


@pytest.mark.parametrize("port", ["65536", "-1", "http", "8000.5"])
def test_what_is_no_port_is_refused(port: str) -> None:
    status, text = poster("up", f"--port={port}")

    assert status == 2
    assert "Invalid value for '--port'" in text


@pytest.mark.slow
def test_a_port_that_is_taken_is_refused_with_the_whole_next_command(tmp_path: Path) -> None:
    with LoopbackServer(Starlette()) as other:
        ran = _local("up", "--data", str(tmp_path), f"--port={other.port}")

    assert ran.returncode == 1
    again = f"poster up --data {tmp_path} --port 0"
    assert ran.stderr.endswith(f"port {other.port}: Address already in use; any other: {again}\n")


@pytest.mark.slow
def test_ctrl_c_ends_the_stack_with_130(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "cli", "up", "--json", "--data", str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
        # As in a terminal: what a script has begun in the background would not hear it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as up:  # fmt: skip
        try:
            assert up.stdout is not None
            up.stdout.readline()
            up.send_signal(signal.SIGINT)
            assert up.wait(30) == 130
        finally:
            up.kill()

    assert not is_held(tmp_path)


@pytest.mark.slow
def test_a_folder_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ran = _local("demo", "--data", str(tmp_path / "file"))

    assert ran.returncode == 2
    assert ran.stderr == f"--data {tmp_path / 'file'}: Not a directory; see: poster demo --help\n"
