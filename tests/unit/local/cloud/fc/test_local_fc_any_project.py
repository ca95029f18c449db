"""Another project's s.yaml, run by the command: functions that know nothing of this project."""

from __future__ import annotations

import base64
import io
import json
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import oss2
import pytest
import requests

from cli.rollout.cloud import FunctionCompute
from local.cloud.fc.interpreters import NoInterpreterError, interpreter
from local.cloud.identity import keys
from shared.settings.credentials import Credentials
from tests.architecture.source_files import ROOT
from tests.fakes.web_function import SERVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEMPLATE = """
edition: 3.0.0
name: greetings
resources:
  hello:
    component: fc3
    props:
      functionName: hello
      runtime: python3.10
      handler: index.handler
      code: ./hello
      environmentVariables: {GREETING: "${env('GREETING', 'Hello')}"}
      triggers:
        - triggerName: http
          triggerType: http
          triggerConfig: {authType: anonymous, methods: [GET]}
  tick:
    component: fc3
    props:
      functionName: tick
      runtime: python3.12
      handler: index.handler
      code: {src: ./tick}
      environmentVariables: {BOOK: "${env('BOOK')}"}
      triggers:
        - triggerName: each-second
          triggerType: timer
          triggerConfig: {cronExpression: "@every 1s", enable: true, payload: now}
        - triggerName: upload
          triggerType: oss
          sourceArn: acs:oss:cn-shanghai:1234567890123456:letters
          triggerConfig:
            events: ["oss:ObjectCreated:*"]
            filter: {key: {prefix: in/, suffix: .txt}}
  site:
    component: fc3
    props:
      functionName: site
      runtime: custom.debian10
      code: ./site
      customRuntimeConfig: {command: [/var/fc/lang/python3.10/bin/python3], args: [server.py]}
      instanceConcurrency: 10
      triggers:
        - triggerName: http
          triggerType: http
          triggerConfig: {authType: anonymous, methods: [GET, POST]}
  domain:
    component: fc3-domain
    props:
      domainName: hello.example.com
      routeConfig:
        routes: [{functionName: hello, path: /greet/*}]
"""
HELLO = """
import json, os
def handler(event, context):
    asked = json.loads(event)
    if asked["rawPath"].endswith("/nobody"):
        raise LookupError("nobody is there")
    words = f"{os.environ['GREETING']}, {asked['rawPath'].rsplit('/', 1)[1]}"
    return {"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": words}
"""
_KEYS = Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET)
TICK = """
import os
def handler(event, context):
    with open(os.environ["BOOK"], "ab") as book:
        book.write(event + b"\\n")
    return context.function.name
"""


@contextmanager
def running(asked: list[str], addresses: int, **env: str) -> Iterator[dict[str, str]]:
    """Run the command until the block ends; yield the addresses that it prints."""
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "local.cloud.fc", *asked],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(addresses)]
        yield {line[0]: line[1] for line in lines}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.fixture(scope="module", name="urls")
def _urls(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("greetings")
    for path, text in (
        ("s.yaml", TEMPLATE),
        ("hello/index.py", HELLO),
        ("tick/index.py", TICK),
        ("site/server.py", SERVER),
    ):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(dedent(text), "utf-8")
    asked = ["--template", str(folder / "s.yaml"), "--data", str(folder / "data"), "--port", "0"]
    with running(asked, 5, GREETING="Good morning", BOOK=str(book)) as urls:
        yield urls


@pytest.fixture(scope="module", name="book")
def _book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("book") / "events.jsonl"


def test_a_web_function_serves_whatever_path_at_its_own_address(urls: dict[str, str]) -> None:
    answer = requests.post(f"{urls['site']}/any/where?x=1", data=b"body", timeout=30)
    told = answer.json()
    assert (told["method"], told["path"], told["body"]) == ("POST", "/any/where?x=1", "body")
    assert Path(told["cwd"]).name == "site"


def soon(found: Callable[[], bool]) -> bool:
    end = time.monotonic() + 15
    while not found() and time.monotonic() < end:
        time.sleep(0.05)
    return found()


def test_an_http_function_answers_at_its_own_address_and_through_the_domain(
    urls: dict[str, str],
) -> None:
    assert requests.get(f"{urls['hello']}/Ada", timeout=10).text == "Good morning, Ada"
    assert requests.get(f"{urls['domain']}/greet/Bo", timeout=10).text == "Good morning, Bo"
    assert requests.get(f"{urls['domain']}/elsewhere", timeout=10).status_code == 404


def test_a_function_that_raises_is_a_502_with_fcs_header(urls: dict[str, str]) -> None:
    answer = requests.get(f"{urls['hello']}/nobody", timeout=10)
    assert answer.status_code == 502
    assert answer.headers["X-Fc-Error-Type"] == "UnhandledInvocationError"


def test_a_timer_runs_in_the_environment_of_its_own_function(
    urls: dict[str, str], book: Path
) -> None:
    assert urls
    assert soon(lambda: book.exists() and b"each-second" in book.read_bytes())
    first = json.loads(book.read_text("utf-8").splitlines()[0])
    assert (first["triggerName"], first["payload"]) == ("each-second", "now")


def test_an_object_in_the_bucket_starts_the_function_whose_trigger_fits(
    urls: dict[str, str], book: Path
) -> None:
    auth = oss2.AuthV4(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET)
    bucket = oss2.Bucket(auth, urls["oss"], "letters", region=keys.REGION)
    bucket.put_object("out/no.txt", b"x")
    bucket.put_object("in/yes.txt", b"x")
    assert soon(lambda: book.exists() and b"in/yes.txt" in book.read_bytes())
    assert b"out/no.txt" not in book.read_bytes()


@pytest.mark.slow
def test_without_a_template_it_runs_what_is_deployed_also_after_a_restart(tmp_path: Path) -> None:
    try:
        found = interpreter("python3.10")
    except NoInterpreterError as error:
        pytest.skip(str(error))
    asked = ["--data", str(tmp_path / "data"), "--port", "0"]
    here = {"HOME": str(Path.home()), "PATH": str(found.parent)}
    with running(asked, 3, **here) as urls:
        deploy_hello(FunctionCompute(urls["api"], keys.REGION, _KEYS))
        assert requests.get(f"{urls['domain']}/greet/Bo", timeout=20).text == "Welcome, Bo"
    with running(asked, 3, **here) as urls:
        assert requests.get(f"{urls['domain']}/greet/Ada", timeout=20).text == "Welcome, Ada"


def deploy_hello(cloud: FunctionCompute) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", HELLO)
    function = {
        "functionName": "hello",
        "runtime": "python3.10",
        "handler": "index.handler",
        "timeout": 20,
        "environmentVariables": {"GREETING": "Welcome"},
        "code": {"zipFile": base64.b64encode(packed.getvalue()).decode()},
    }
    cloud.call("create_function", body=function)
    config = json.dumps({"authType": "anonymous", "methods": ["GET"]})
    trigger = {"triggerName": "http", "triggerType": "http", "triggerConfig": config}
    cloud.call("create_trigger", "hello", body=trigger)
    routes = {"routes": [{"path": "/greet/*", "functionName": "hello"}]}
    domain = {"domainName": "hello.example.com", "protocol": "HTTP", "routeConfig": routes}
    cloud.call("create_custom_domain", body=domain)


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("none.yaml", [], "none.yaml"),
        ("s.yaml", [], "hello: code: ./hello is no folder"),
        ("empty.yaml", ["--bucket", "Not_One"], "The bucket name 'Not_One' is not valid"),
    ],
)
def test_what_cannot_be_run_ends_the_command_with_its_words(
    tmp_path: Path, name: str, more: list[str], words: str
) -> None:
    (tmp_path / "s.yaml").write_text(TEMPLATE.replace("${env('BOOK')}", ""), "utf-8")
    (tmp_path / "empty.yaml").write_text("edition: 3.0.0\n", "utf-8")
    asked = ["--template", str(tmp_path / name), "--data", str(tmp_path / "data"), "--port", "0"]
    ended = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "local.cloud.fc", *asked, *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert words in ended.stdout
