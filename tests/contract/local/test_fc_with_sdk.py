"""The invocation API as its clients see it: the unmodified fc2 package, and an ACS3 signer.

The signer follows the public description of the V3 request structure and signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import uuid
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import fc2
import pytest
import requests

from local.cloud.fc.context import Account, ContextFactory, Credentials
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.invocation_api import create_fc_app
from local.cloud.fc.spec import AsyncConfig, FunctionSpec
from local.cloud.serving import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY, SECRET = "local-access-key", "local-secret-key"
SOON = 5.0


class Platform:
    """A served host with three functions: one echoes, one fails, one is capped to nothing."""

    def __init__(self, root: Path) -> None:
        self.seen: list[bytes] = []
        self.late = timedelta()
        functions = [
            FunctionSpec("demo-echo", "echo.handler", async_config=AsyncConfig(0)),
            FunctionSpec("fails", "fails.handler"),
            FunctionSpec("full", "full.handler", reserved_concurrency=0),
        ]
        self.host = FunctionHost(
            {function.name: function for function in functions},
            root=root,
            context_factory=ContextFactory(Account("1", "cn-shanghai", Credentials("k", "s"))),
            clock=self.clock,
            load=lambda spec: self.fails if spec.handler == "fails.handler" else self.echo,
            parallel=1,
        )
        app = create_fc_app(self.host, keys={KEY: SECRET}, clock=self.clock)
        self.server = LoopbackServer(app)

    def clock(self) -> datetime:
        return datetime.now(timezone.utc) + self.late

    def echo(self, event: bytes, context: Any) -> bytes:
        self.seen.append(event)
        return b"heard " + event

    def fails(self, event: bytes, context: Any) -> bytes:
        raise ValueError("out of paint")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(tmp_path_factory.mktemp("fc"))
    with platform.host, platform.server:
        yield platform


@pytest.fixture
def platform(served: Platform) -> Platform:
    served.seen.clear()
    served.late = timedelta()
    return served


def old_client(platform: Platform, secret: str = SECRET, **options: Any) -> Any:
    return fc2.Client(
        endpoint=platform.server.url,
        accessKeyID=options.get("key", KEY),
        accessKeySecret=secret,
        securityToken=options.get("token", ""),
        Timeout=SOON,
    )


@pytest.fixture(autouse=True)
def quiet_sdk(caplog: pytest.LogCaptureFixture) -> None:
    # fc2 writes every refused request to the root logger.
    caplog.set_level(logging.CRITICAL)


@pytest.mark.parametrize("qualifier", [None, "LATEST"])
def test_fc2_invokes_a_function_of_a_service_synchronously(
    platform: Platform, qualifier: str | None
) -> None:
    answer = old_client(platform).invoke_function(
        "service", "demo-echo", payload=b"hello", qualifier=qualifier
    )
    assert answer.data == b"heard hello"
    assert answer.headers["X-Fc-Request-Id"]


def test_fc2_signs_its_security_token_too(platform: Platform) -> None:
    client = old_client(platform, token="sts-token")
    assert client.invoke_function("service", "demo-echo", payload=b"x").data == b"heard x"


def test_fc2_starts_an_asynchronous_run_and_the_task_id_is_refused_the_second_time(
    platform: Platform,
) -> None:
    client = old_client(platform)
    headers = {
        "x-fc-invocation-type": "Async",
        "x-fc-stateful-async-invocation-id": "j1-p1",
    }
    assert client.invoke_function("s", "demo-echo", payload=b"1", headers=headers).data == b""
    with pytest.raises(fc2.FcError) as caught:
        client.invoke_function("s", "demo-echo", payload=b"2", headers=headers)
    assert caught.value.status_code == 409
    assert caught.value.err_code == "StatefulAsyncInvocationAlreadyExists"
    assert platform.host.drain(SOON)
    assert platform.seen == [b"1"]


def test_fc2_sees_a_function_error_as_status_200(platform: Platform) -> None:
    with pytest.raises(fc2.FcError) as caught:
        old_client(platform).invoke_function("s", "fails", payload=b"")
    assert caught.value.status_code == 200
    assert "out of paint" in caught.value.message


@pytest.mark.parametrize(
    ("function", "payload", "status", "code"),
    [
        ("nobody", b"", 404, "FunctionNotFound"),
        ("demo-echo", b"x" * 131_073, 400, "EntityTooLarge"),
    ],
)
def test_fc2_reads_the_code_of_a_refusal(
    platform: Platform, function: str, payload: bytes, status: int, code: str
) -> None:
    headers = {"x-fc-invocation-type": "Async"}
    with pytest.raises(fc2.FcError) as caught:
        old_client(platform).invoke_function("s", function, payload=payload, headers=headers)
    assert (caught.value.status_code, caught.value.err_code) == (status, code)


@pytest.mark.parametrize(
    ("options", "code"),
    [({"secret": "wrong"}, "SignatureNotMatch"), ({"key": "unknown"}, "InvalidAccessKeyID")],
)
def test_fc2_with_wrong_keys_is_refused(
    platform: Platform, options: dict[str, str], code: str
) -> None:
    with pytest.raises(fc2.FcError) as caught:
        old_client(platform, **options).invoke_function("s", "demo-echo", payload=b"")
    assert (caught.value.status_code, caught.value.err_code) == (403, code)
    assert platform.seen == []


def test_a_clock_a_quarter_of_an_hour_off_is_refused(platform: Platform) -> None:
    platform.late = timedelta(minutes=16)
    with pytest.raises(fc2.FcError) as caught:
        old_client(platform).invoke_function("s", "demo-echo", payload=b"")
    assert (caught.value.status_code, caught.value.err_code) == (403, "AccessDenied")
    response = invoke(platform, "demo-echo", b"")
    assert (response.status_code, response.json()["errorCode"]) == (403, "AccessDenied")


def acs3(
    method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
) -> dict[str, str]:
    """Sign a request by the documented canonical form; return all its headers."""
    digest = hashlib.sha256(body).hexdigest()
    headers = {
        "x-acs-action": "InvokeFunction",
        "x-acs-version": "2023-03-30",
        "x-acs-date": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-content-sha256": digest,
        "content-type": "application/octet-stream",
        **headers,
    }
    names = sorted(headers)
    canonical_query = "&".join(
        f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(query.items())
    )
    canonical_headers = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    signed = ";".join(names)
    request = f"{method}\n{path}\n{canonical_query}\n{canonical_headers}\n{signed}\n{digest}"
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
    signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    authorization = (
        f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={signed},Signature={signature}"
    )
    return {**headers, "Authorization": authorization}


def invoke(
    platform: Platform, function: str, body: bytes, *, sent: bytes | None = None, **headers: Any
) -> requests.Response:
    path = f"/2023-03-30/functions/{quote(function)}/invocations"
    query = {"qualifier": "LATEST"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named["host"] = platform.server.url.removeprefix("http://")
    signed = acs3("POST", path, query, named, body)
    return requests.post(
        platform.server.url + path,
        params=query,
        headers=signed,
        data=body if sent is None else sent,
        timeout=SOON,
    )


def test_a_signed_call_runs_the_function_and_returns_its_answer(platform: Platform) -> None:
    response = invoke(platform, "demo-echo", b"hello")
    assert (response.status_code, response.content) == (200, b"heard hello")
    assert response.headers["X-Fc-Request-Id"]
    assert "X-Fc-Error-Type" not in response.headers


def test_a_function_of_a_service_is_called_by_both_names(platform: Platform) -> None:
    assert invoke(platform, "service$demo-echo", b"x").content == b"heard x"


def test_a_signed_asynchronous_call_is_202_and_empty_and_409_when_repeated(
    platform: Platform,
) -> None:
    headers: dict[str, Any] = {"x_fc_invocation_type": "Async", "x_fc_async_task_id": "j2-p1"}
    first = invoke(platform, "demo-echo", b"1", **headers)
    again = invoke(platform, "demo-echo", b"2", **headers)
    assert (first.status_code, first.content) == (202, b"")
    assert again.status_code == 409
    assert set(again.json()) >= {"errorCode", "errorMessage"}
    assert platform.host.drain(SOON)
    assert platform.seen == [b"1"]


def test_a_function_error_is_status_200_with_a_header(platform: Platform) -> None:
    response = invoke(platform, "fails", b"")
    assert response.status_code == 200
    assert response.headers["X-Fc-Error-Type"] == "UnhandledInvocationError"
    assert response.json()["errorMessage"] == "out of paint"


@pytest.mark.parametrize(
    ("function", "status", "code"),
    [("nobody", 404, "FunctionNotFound"), ("full", 429, "ResourceExhausted")],
)
def test_a_refusal_has_the_code_in_its_body(
    platform: Platform, function: str, status: int, code: str
) -> None:
    response = invoke(platform, function, b"")
    assert (response.status_code, response.json()["errorCode"]) == (status, code)


def test_a_token_header_may_be_signed_with_the_rest(platform: Platform) -> None:
    assert invoke(platform, "demo-echo", b"", x_acs_security_token="sts").status_code == 200


def test_another_body_than_the_signed_one_is_refused(platform: Platform) -> None:
    response = invoke(platform, "demo-echo", b"one", sent=b"two")
    assert response.status_code == 400
    assert platform.seen == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"x-acs-action": "DeleteFunction"}, 403, "SignatureNotMatch"),
        ({"x-acs-extra": "unsigned"}, 403, "SignatureNotMatch"),
        ({"x-acs-signature-nonce": ""}, 400, "MissingRequiredHeader"),
        ({"Authorization": ""}, 400, "MissingRequiredHeader"),
        ({"Authorization": "ACS3-HMAC-SHA256 nonsense"}, 400, "InvalidArgument"),
    ],
)
def test_a_call_changed_after_it_was_signed_is_refused(
    platform: Platform, change: dict[str, str], status: int, code: str
) -> None:
    path = "/2023-03-30/functions/demo-echo/invocations"
    host = {"host": platform.server.url.removeprefix("http://")}
    headers = {**acs3("POST", path, {}, host, b""), **change}
    response = requests.post(platform.server.url + path, headers=headers, timeout=SOON)
    assert (response.status_code, response.json()["errorCode"]) == (status, code)
    assert platform.seen == []


def test_the_qualifier_is_covered_by_the_signature(platform: Platform) -> None:
    path = "/2023-03-30/functions/demo-echo/invocations"
    host = {"host": platform.server.url.removeprefix("http://")}
    headers = acs3("POST", path, {"qualifier": "LATEST"}, host, b"")
    response = requests.post(
        f"{platform.server.url}{path}?qualifier=prod", headers=headers, timeout=SOON
    )
    assert response.json()["errorCode"] == "SignatureNotMatch"


@pytest.mark.parametrize(
    ("path", "key"),
    [("/2016-08-15/services", "ErrorCode"), ("/2023-03-30/functions", "errorCode")],
)
def test_a_path_that_is_not_an_invocation_is_refused_in_its_own_spelling(
    platform: Platform, path: str, key: str
) -> None:
    response = requests.get(platform.server.url + path, timeout=SOON)
    assert json.loads(response.text)[key] == "PathNotSupported"
