"""The HTTP front door, over a real socket."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.cloud.fc.domain_auth import AuthConfigError, parse
from local.cloud.fc.gateway import create_gateway_app, match_route
from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.spec import AsyncConfig, FunctionSpec, HttpTrigger, Route
from local.cloud.identity.keys import Identity, new_signing_key
from local.cloud.serving import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from tests.unit.local.cloud.fc.conftest import HostMaker, MovableClock

SOON = 5.0
ROUTES = (
    Route("/v1/trips", "submit", ("POST",)),
    Route("/v1/jobs/*", "read", ("GET",)),
    Route("/v1/jobs/health", "health"),
    Route("/v1/jobs/*", "erase", ("DELETE",)),
    Route("/v1/jobs/*/review", "review", ("POST",)),
    Route("/v1/*", "other"),
)


@pytest.mark.parametrize(
    ("method", "path", "function"),
    [
        ("POST", "/v1/trips", "submit"),
        ("GET", "/v1/jobs/j1", "read"),
        ("GET", "/v1/jobs/j1/files", "read"),
        ("DELETE", "/v1/jobs/j1", "erase"),
        ("GET", "/v1/jobs/health", "health"),
        ("GET", "/v1/jobs", "other"),
        ("PUT", "/v1/anything", "other"),
        ("POST", "/v1/jobs/j1/review", "review"),
        ("GET", "/v1/jobs/j1/review/more", "read"),
    ],
)
def test_an_exact_route_wins_then_the_longest_prefix(method: str, path: str, function: str) -> None:
    assert match_route(ROUTES, method, path).function == function


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/trips", 404),
        ("GET", "/", 404),
        ("GET", "/v1/trips", 405),
        ("PUT", "/v1/jobs/j", 405),
        ("GET", "/v1/jobs/j1/review", 405),
        ("POST", "/v1/jobs/a/b/review", 405),
    ],
)
def test_no_route_is_404_and_no_method_is_405(method: str, path: str, status: int) -> None:
    with pytest.raises(RefusedError) as caught:
        match_route(ROUTES, method, path)
    assert caught.value.status == status


def http_function(
    name: str = "submit", methods: tuple[str, ...] = ("POST", "GET"), auth: str = "anonymous"
) -> FunctionSpec:
    return FunctionSpec(
        name,
        f"{name}.handler",
        async_config=AsyncConfig(0),
        http_triggers=(HttpTrigger("http", auth, methods),),
    )


class Switch:
    """One served address whose application each test chooses."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def switch() -> Iterator[tuple[Switch, str]]:
    switch = Switch()
    with LoopbackServer(switch) as server:
        yield switch, server.url


@pytest.fixture
def serve(hosts: HostMaker, clock: MovableClock, switch: tuple[Switch, str]) -> Callable[..., str]:
    def start(handler: Any, function: FunctionSpec | None = None, **options: Any) -> str:
        hosts.handlers["submit"] = handler
        host = hosts.started(function or http_function())
        route = Route("/v1/trips*", "submit")
        switch[0].app = create_gateway_app(host, [route], clock=clock, **options)
        return switch[1]

    return start


def echo(event: bytes, context: Any) -> dict[str, Any]:
    return {"statusCode": 200, "body": event.decode()}


def test_a_request_becomes_an_event_and_the_answer_a_response(serve: Callable[..., str]) -> None:
    url = serve(echo)
    response = requests.post(
        f"{url}/v1/trips/%E6%B2%AA?a=1&a=2",
        data='{"x": "沪"}'.encode(),
        headers={"content-type": "application/json", "x-car-id": "c1"},
        timeout=SOON,
    )
    event = response.json()
    assert event["rawPath"] == "/v1/trips/%E6%B2%AA"
    assert event["requestContext"]["http"]["path"] == "/v1/trips/沪"
    assert event["queryParameters"] == {"a": "1,2"}
    assert event["headers"]["X-Car-Id"] == "c1"
    assert (event["body"], event["isBase64Encoded"]) == ('{"x": "沪"}', False)
    assert event["requestContext"]["requestId"] == response.headers["X-Fc-Request-Id"]
    assert event["requestContext"]["domainName"] == "127.0.0.1"


def test_status_and_headers_are_the_functions(serve: Callable[..., str]) -> None:
    def handler(event: bytes, context: Any) -> dict[str, Any]:
        return {"statusCode": 202, "headers": {"Retry-After": "5"}, "body": "{}"}

    response = requests.post(f"{serve(handler)}/v1/trips", timeout=SOON)
    assert (response.status_code, response.headers["Retry-After"]) == (202, "5")
    assert response.headers["Content-Type"] == "application/json"


def test_a_204_has_no_body(serve: Callable[..., str]) -> None:
    response = requests.post(
        f"{serve(lambda event, context: {'statusCode': 204, 'body': 'no'})}/v1/trips", timeout=SOON
    )
    assert (response.status_code, response.content) == (204, b"")


def test_a_failing_function_is_502_and_says_nothing_of_why(serve: Callable[..., str]) -> None:
    def handler(event: bytes, context: Any) -> None:
        raise ValueError("the secret reason")

    response = requests.post(f"{serve(handler)}/v1/trips", timeout=SOON)
    assert (response.status_code, response.text) == (502, "Internal Server Error")
    assert "X-Fc-Request-Id" in response.headers


def test_an_answer_that_breaks_the_contract_is_502(serve: Callable[..., str]) -> None:
    response = requests.post(
        f"{serve(lambda event, context: {'statusCode': 'fine'})}/v1/trips", timeout=SOON
    )
    assert (response.status_code, response.json()["errorCode"]) == (502, "BadResponse")


def test_any_caller_may_ask_for_an_asynchronous_run_and_choose_its_task_id(
    serve: Callable[..., str], hosts: HostMaker
) -> None:
    seen: list[Any] = []
    url = serve(lambda event, context: seen.append(json.loads(event)))
    headers = {"X-Fc-Invocation-Type": "Async", "X-Fc-Async-Task-Id": "t1"}
    first = requests.post(f"{url}/v1/trips", headers=headers, timeout=SOON)
    again = requests.post(f"{url}/v1/trips", headers=headers, timeout=SOON)
    assert (first.status_code, first.content) == (202, b"")
    assert again.status_code == 409
    assert hosts.made[0].drain(SOON)
    assert [event["rawPath"] for event in seen] == ["/v1/trips"]


def test_an_asynchronous_run_takes_no_more_than_128_kb(serve: Callable[..., str]) -> None:
    response = requests.post(
        f"{serve(echo)}/v1/trips",
        data=b"x" * 131_072,
        headers={"X-Fc-Invocation-Type": "Async", "Content-Type": "text/plain"},
        timeout=SOON,
    )
    assert (response.status_code, response.json()["errorCode"]) == (400, "EntityTooLarge")


def test_a_body_over_32_mb_never_reaches_the_function(
    serve: Callable[..., str], hosts: HostMaker
) -> None:
    response = requests.post(
        f"{serve(echo)}/v1/trips", data=b"x" * (32 * 1024 * 1024 + 1), timeout=30
    )
    assert (response.status_code, response.json()["errorCode"]) == (400, "EntityTooLarge")
    assert hosts.made[0].invocations() == ()


@pytest.mark.parametrize(
    ("path", "headers"), [("/v1/trips", {"X-Big": "x" * 8192}), ("/v1/trips?" + "q" * 4096, {})]
)
def test_large_headers_and_long_paths_are_refused(
    serve: Callable[..., str], path: str, headers: dict[str, str]
) -> None:
    response = requests.get(serve(echo) + path, headers=headers, timeout=SOON)
    assert (response.status_code, response.json()["errorCode"]) == (400, "InvalidArgument")


def test_a_method_the_trigger_lacks_is_405_although_the_route_takes_any(
    serve: Callable[..., str],
) -> None:
    response = requests.put(f"{serve(echo)}/v1/trips", timeout=SOON)
    assert (response.status_code, response.json()["errorCode"]) == (405, "MethodNotAllowed")


def test_a_path_without_a_route_is_404(serve: Callable[..., str]) -> None:
    response = requests.get(f"{serve(echo)}/nothing", timeout=SOON)
    assert (response.status_code, response.json()["errorCode"]) == (404, "DomainRouteNotFound")


def test_a_signed_trigger_is_not_open_to_the_unsigned(serve: Callable[..., str]) -> None:
    url = serve(echo, http_function(auth="function"), keys={"ak": "sk"})
    response = requests.get(f"{url}/v1/trips", timeout=SOON)
    assert (response.status_code, response.json()["errorCode"]) == (400, "MissingRequiredHeader")


def test_a_trigger_whose_jwt_cannot_be_checked_cannot_be_served(
    hosts: HostMaker, clock: MovableClock
) -> None:
    host = hosts(http_function(auth="jwt"))
    with pytest.raises(AuthConfigError, match="authInfo"):
        create_gateway_app(host, [Route("/*", "submit")], clock=clock)


@pytest.mark.parametrize("by_trigger", [True, False])
def test_a_token_is_checked_where_the_trigger_or_the_domain_asks_for_it(
    serve: Callable[..., str], hosts: HostMaker, *, by_trigger: bool
) -> None:
    identity = Identity(new_signing_key(), "cars")
    declared = {
        "jwks": json.loads(identity.jwks()),
        "tokenLookup": "header:Authorization:Bearer ",
        "claimPassBy": "header:sub:x-driver",
        "whitelist": ["/v1/trips/open"],
    }
    if by_trigger:
        triggers = (HttpTrigger("http", "jwt", ("GET",), declared),)
        url = serve(echo, replace(http_function(), http_triggers=triggers))
    else:
        config = {"authType": "jwt", "authInfo": json.dumps(declared)}
        url = serve(echo, check=parse(config))
    refused = requests.get(f"{url}/v1/trips", timeout=SOON)
    assert (refused.status_code, refused.json()["errorMessage"]) == (
        401,
        "the jwt token is missing",
    )
    assert hosts.made[0].invocations() == ()
    headers = {"Authorization": f"Bearer {identity.token('driver-1')}", "X-Driver": "driver-2"}
    passed = requests.get(f"{url}/v1/trips", headers=headers, timeout=SOON).json()
    assert passed["headers"]["X-Driver"] == "driver-1"
    assert requests.get(f"{url}/v1/trips/open", timeout=SOON).status_code == 200
