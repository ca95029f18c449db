"""Web functions: what their servers are sent, how their answers go back, when they end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.context import ContextFactory, function_environment
from local.cloud.fc.gateway import create_gateway_app
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.interpreters import interpreter, start_command
from local.cloud.fc.spec import FunctionSpec, HttpTrigger, Route, function_of
from local.cloud.fc.variables import SpecError
from local.cloud.fc.web_instances import WebInstances
from local.cloud.fc.web_server import WebServer
from local.cloud.oss.store import utc_now
from local.cloud.serving import LoopbackServer
from tests.architecture.source_files import ROOT
from tests.fakes.web_function import SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cloud.fc.context import Account

_METHODS = ("GET", "POST", "PUT", "HEAD", "DELETE")
SITE = FunctionSpec(
    "site",
    "site.handler",
    "custom.debian10",
    timeout_s=20,
    http_triggers=(HttpTrigger("http", "anonymous", _METHODS),),
    server=WebServer(command=(sys.executable, "server.py")),
    concurrency=4,
)


class Cloud:
    """A web function behind the gateway of a domain."""

    def __init__(self, folder: Path, account: Account, **options: Any) -> None:
        (folder / "code").mkdir(parents=True)
        (folder / "code" / "server.py").write_text(SERVER)
        self.function = replace(SITE, code=str(folder / "code"))
        self.functions = {"site": self.function}
        self.web = WebInstances(folder, lambda each: function_environment(each, account), **options)
        self.host = FunctionHost(
            self.functions,
            root=folder / "fc",
            context_factory=ContextFactory(account),
            clock=utc_now,
            load=lambda spec: pytest.fail(f"{spec.name} is no handler"),
            web=self.web,
        ).start()
        routes = [Route("/site", "site"), Route("/site/*", "site")]
        self.server = LoopbackServer(create_gateway_app(self.host, routes, clock=utc_now)).start()

    def set(self, **changed: Any) -> None:
        self.function = self.functions["site"] = replace(self.function, **changed)

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(connection):
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer, answer.read()

    def told(self, path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
        answer, body = self.ask(path, method, **more)
        assert answer.status == 200, body
        told: dict[str, Any] = json.loads(body)
        return told

    def stop(self) -> None:
        self.server.stop()
        self.host.stop()
        self.web.stop()


@pytest.fixture
def cloud(tmp_path: Path, account: Account) -> Iterator[Cloud]:
    made = Cloud(tmp_path, account)
    yield made
    made.stop()


def _headers(told: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in told["headers"]}


def test_a_request_reaches_the_server_as_it_was_sent(cloud: Cloud) -> None:
    told = cloud.told(
        "/site/a%20b/%E6%9D%AD?x=1&x=2&y=",
        "POST",
        body=b"one\xff",
        Authorization="Bearer me",
        Cookie="a=1; b=2",
        Host="posters.example.com",
        X_Forwarded_For="10.0.0.9",
        X_Fc_Request_Id="forged",
    )
    assert told["method"] == "POST"
    assert told["path"] == "/site/a%20b/%E6%9D%AD?x=1&x=2&y="
    assert told["body"].encode("latin-1") == b"one\xff"
    heard = _headers(told)
    assert heard["authorization"] == "Bearer me"
    assert heard["cookie"] == "a=1; b=2"
    assert heard["host"] == "posters.example.com"
    assert heard["x-forwarded-for"] == "10.0.0.9, 127.0.0.1"
    assert heard["x-forwarded-proto"] == "http"
    assert heard["x-fc-request-id"].startswith("1-")


def test_the_server_is_told_what_the_platform_tells_it(cloud: Cloud, account: Account) -> None:
    answer, body = cloud.ask("/site")
    heard = _headers(json.loads(body))
    assert heard["x-fc-request-id"] == answer.headers["X-Fc-Request-Id"]
    assert heard["x-fc-control-path"] == "/http-invoke"
    assert heard["x-fc-function-name"] == "site"
    assert heard["x-fc-access-key-id"] == account.credentials.access_key_id
    told = json.loads(body)
    assert told["cwd"] == told["environment"]["FC_FUNC_CODE_PATH"] == cloud.function.code
    assert told["environment"]["FC_FUNCTION_NAME"] == "site"
    assert int(told["environment"]["FC_CUSTOM_LISTEN_PORT"]) > 1023
    assert "PYTHONPATH" not in told["environment"]


def test_a_newer_runtime_has_the_keys_in_its_environment_alone(cloud: Cloud) -> None:
    cloud.set(runtime="custom.debian11")
    told = cloud.told("/site")
    assert "x-fc-access-key-id" not in _headers(told)
    assert told["environment"]["ALIBABA_CLOUD_ACCESS_KEY_ID"] == "key"


def test_an_answer_comes_back_with_every_header_but_the_platforms(cloud: Cloud) -> None:
    answer, body = cloud.ask("/site?status=403&told=1")
    assert answer.status == 403
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert answer.headers["Content-Length"] == str(len(body))
    assert "X-Fc-Status" not in answer.headers
    head, nothing = cloud.ask("/site", "HEAD")
    assert (head.status, nothing) == (200, b"")
    assert int(head.headers["Content-Length"]) > 0


def test_an_answer_comes_back_piece_by_piece(cloud: Cloud) -> None:
    cloud.ask("/site")
    with socket.create_connection(("127.0.0.1", cloud.server.port), timeout=10) as asking:
        begun = time.monotonic()
        asking.sendall(b"GET /site?pieces=0.6 HTTP/1.1\r\nHost: x\r\n\r\n")
        seen = b""
        while b"first" not in seen:
            seen += asking.recv(4096)
        assert b"second" not in seen
        assert time.monotonic() - begun < 0.5


def test_nothing_is_started_before_the_first_request_and_one_serves_all(cloud: Cloud) -> None:
    assert not cloud.web.starts
    assert len({cloud.told("/site")["pid"] for _ in range(3)}) == 1
    (start,) = cloud.web.starts
    assert start.function == "site"
    assert start.ms > 0


def test_an_instance_takes_as_many_requests_at_a_time_as_its_function_says(cloud: Cloud) -> None:
    cloud.set(concurrency=3)
    cloud.ask("/site")
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(cloud.told, ["/site?sleep=0.7"] * 4))
    assert sorted(
        len([x for x in told if x["pid"] == pid]) for pid in {x["pid"] for x in told}
    ) == [
        1,
        3,
    ]


def test_a_reserved_concurrency_counts_instances(cloud: Cloud) -> None:
    cloud.set(concurrency=2, reserved_concurrency=1)
    cloud.ask("/site")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(cloud.ask, ["/site?sleep=0.7"] * 3))
    assert sorted(answer.status for answer, _ in answers) == [200, 200, 429]


def test_a_dead_instance_is_replaced_at_the_next_request(cloud: Cloud) -> None:
    first = cloud.told("/site")
    os.kill(first["pid"], signal.SIGKILL)
    _wait_until_it_takes_nothing(first)
    second = cloud.told("/site")
    answer, body = cloud.ask("/site?exit=3")
    assert answer.status == 502
    assert json.loads(body)["errorMessage"].startswith("Process exited unexpectedly before")
    _wait_until_it_takes_nothing(second)
    assert len({first["pid"], second["pid"], cloud.told("/site")["pid"]}) == 3


def test_what_breaks_on_the_way_breaks_the_callers_connection_too(cloud: Cloud) -> None:
    with pytest.raises((http.client.HTTPException, OSError)):
        cloud.ask("/site?pieces=0&break=1")


def test_a_server_that_ends_at_its_start_is_told_in_the_platforms_words(cloud: Cloud) -> None:
    cloud.set(environment={"FAIL": "1"})
    answer, body = cloud.ask("/site")
    told = json.loads(body)
    assert (answer.status, told["errorCode"]) == (412, "CAExited")
    assert "exited unexpectedly(code 1, message:operation not permitted)" in told["errorMessage"]
    assert "no settings" in told["errorMessage"]


def test_a_command_that_is_nowhere_is_told_in_the_platforms_words(cloud: Cloud) -> None:
    cloud.set(server=WebServer())
    answer, body = cloud.ask("/site")
    assert answer.status == 412
    assert (
        "(code 2, message:no such file or directory) with start" in json.loads(body)["errorMessage"]
    )


def test_a_server_that_never_listens_is_told_in_the_platforms_words(
    tmp_path: Path, account: Account
) -> None:
    cloud = Cloud(tmp_path / "late", account, start_s=0.4)
    cloud.set(environment={"LATE_SECONDS": "9"})
    answer, body = cloud.ask("/site")
    cloud.stop()
    assert answer.status == 412
    assert json.loads(body)["errorCode"] == "FunctionNotStarted"
    assert "Function instance health check failed on port" in json.loads(body)["errorMessage"]


def test_a_health_check_is_waited_for(cloud: Cloud) -> None:
    cloud.set(server=replace(cloud.function.server, health_path="/alive?status=204"))
    assert cloud.told("/site")["pid"]


def test_a_request_that_takes_too_long_ends_the_instance(cloud: Cloud) -> None:
    cloud.set(timeout_s=1.0)
    pid = cloud.told("/site")["pid"]
    begun = time.monotonic()
    answer, body = cloud.ask("/site?sleep=20")
    assert time.monotonic() - begun < 5
    assert answer.status == 504
    assert json.loads(body)["errorMessage"] == "Function timed out after 1 seconds"
    assert cloud.told("/site")["pid"] != pid
    assert [each.outcome for each in cloud.host.invocations()][1] == "TimedOut"


@pytest.mark.parametrize(
    ("asked", "kind"), [("memory", "FunctionOOMError"), ("disk", "FunctionDiskFullError")]
)
@pytest.mark.slow
def test_an_instance_over_its_limits_is_ended(asked: str, kind: str, cloud: Cloud) -> None:
    cloud.set(memory_mb=128, disk_mb=512)
    pid = cloud.told("/site")["pid"]
    size = {"memory": 200, "disk": 600}[asked]
    answer, body = cloud.ask(f"/site?{asked}={size}&sleep=3")
    assert (answer.status, json.loads(body)["errorCode"]) == (502, kind)
    assert cloud.told("/site")["pid"] != pid


def test_an_update_counts_for_the_next_request(cloud: Cloud) -> None:
    first = cloud.told("/site")["pid"]
    cloud.set(environment={"WORD": "new"})
    told = cloud.told("/site")
    assert (told["environment"]["WORD"], told["pid"] == first) == ("new", False)
    _wait_until_dead(first)


def test_an_idle_instance_ends(tmp_path: Path, account: Account) -> None:
    cloud = Cloud(tmp_path / "idle", account, idle_s=0.2)
    pid = cloud.told("/site")["pid"]
    _wait_until_dead(pid)
    cloud.stop()


def test_an_event_is_posted_to_invoke(cloud: Cloud) -> None:
    result = cloud.host.invoke_sync("site", b"event")
    told = json.loads(result.body)
    assert (told["method"], told["path"], told["body"]) == ("POST", "/invoke", "event")
    assert _headers(told)["x-fc-control-path"] == "/invoke"
    assert _headers(told)["content-type"] == "application/octet-stream"


def test_an_asynchronous_request_is_refused(cloud: Cloud) -> None:
    answer, body = cloud.ask("/site", X_Fc_Invocation_Type="Async")
    assert (answer.status, json.loads(body)["errorCode"]) == (400, "InvalidArgument")


def test_no_instance_survives_the_stack_or_its_killed_parent(cloud: Cloud, tmp_path: Path) -> None:
    pid = cloud.told("/site")["pid"]
    cloud.web.stop()
    _wait_until_dead(pid)
    command = [sys.executable, "-c", _PARENT, cloud.function.code, str(tmp_path / "child")]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert parent.stdout
    orphan = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _wait_until_dead(orphan)


_PARENT = """
import sys, time
from pathlib import Path
from local.cloud.fc.spec import FunctionSpec
from local.cloud.fc.web_instances import WebInstances
from local.cloud.fc.web_server import WebServer
web = WebInstances(Path(sys.argv[2]), lambda _: {})
server = WebServer(command=(sys.executable, "server.py"))
instance = web.take(FunctionSpec("site", "a.b", "custom", code=sys.argv[1], server=server))
print(instance._process.pid, flush=True)
time.sleep(60)
"""


def _wait_until_dead(pid: int) -> None:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        with suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail(f"{pid} lives on")


def _wait_until_it_takes_nothing(told: dict[str, Any]) -> None:
    """Wait for the last of its threads: as long as one ends, its port takes connections."""
    address = ("127.0.0.1", int(told["environment"]["FC_CUSTOM_LISTEN_PORT"]))
    end = time.monotonic() + 5
    with suppress(OSError):
        while time.monotonic() < end:
            socket.create_connection(address, timeout=1).close()
            time.sleep(0.02)
        pytest.fail(f"{address} goes on listening")


def test_a_definition_is_read_as_the_vendors_schema_has_it() -> None:
    found = function_of(
        "site",
        {
            "functionName": "site",
            "runtime": "custom.debian10",
            "instanceConcurrency": 20,
            "customRuntimeConfig": {
                "command": ["/var/fc/lang/python3.10/bin/python3"],
                "args": ["-m", "site"],
                "port": 8080,
                "healthCheckConfig": {"httpGetUrl": "/alive"},
            },
        },
    )
    python = "/var/fc/lang/python3.10/bin/python3"
    assert found.server == WebServer((python,), ("-m", "site"), 8080, "/alive")
    assert (found.concurrency, found.is_web, found.handler) == (20, True, "index.handler")


@pytest.mark.parametrize("runtime", ["custom.debian9", "custom-container", "python2.7"])
def test_another_runtime_is_refused(runtime: str) -> None:
    with pytest.raises(SpecError, match="runtime"):
        function_of("site", {"functionName": "site", "runtime": runtime, "handler": "a.b"})


def test_the_platforms_python_is_one_of_here() -> None:
    own = "{}.{}".format(*sys.version_info)
    named = f"/var/fc/lang/python{own}/bin/python3"
    found = str(interpreter(f"python{own}").absolute())
    assert start_command([named, "-m", "x"]) == [found, "-S", "-X", "utf8", "-m", "x"]
    assert start_command([named, "x"], bare=False)[1:] == ["-X", "utf8", "x"]
    assert start_command(["/usr/bin/env", "sh"]) == ["/usr/bin/env", "sh"]
