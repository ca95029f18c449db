"""The studio: a provider that people can sign in with, and an address that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cli.preflight import cloud
from local.cloud.serving import LoopbackServer, every_path
from shared.core.errors import UpstreamUnavailableError
from tests.unit.cli.preflight.case import ABOUT, Services, found, levels, world

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def test_a_studio_that_is_well_asks_for_nothing(well: dict[str, str], services: Services) -> None:
    for check in ("sign-in", "studio"):
        assert levels(found(world(services, well), check)) == {"ok"}, check


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"issuer": "https://elsewhere.example.com"}, "calls itself https://elsewhere"),
        ({"response_types_supported": ["token"]}, "no code flow"),
        ({"response_types_supported": None}, "no code flow"),
        ({"code_challenge_methods_supported": ["plain"]}, "S256"),
        ({"token_endpoint": "http://identity.maker.example.com/token"}, "token_endpoint"),
        ({"jwks_uri": None}, "jwks_uri"),
    ],
)
def test_what_a_provider_lacks_is_named(
    changed: dict[str, Any], part: str, well: dict[str, str], services: Services
) -> None:
    services.about = ABOUT | changed
    (line,) = found(world(services, well), "sign-in")
    assert line.level == "failure"
    assert part in line.what
    assert line.remedy


@pytest.mark.parametrize(
    ("change", "check"), [({"about": "x"}, "sign-in"), ({"alive": "x"}, "studio")]
)
def test_who_does_not_answer_is_named(
    change: dict[str, str], check: str, well: dict[str, str], services: Services
) -> None:
    for name in change:
        setattr(services, name, UpstreamUnavailableError("example.com does not answer"))
    (line,) = found(world(services, well), check)
    assert (line.level, "does not answer" in line.what) == ("failure", True)


def test_a_studio_that_fails_is_a_failure_unless_it_is_not_deployed_yet(
    well: dict[str, str], services: Services
) -> None:
    services.alive = 412
    (line,) = found(world(services, well), "studio")
    assert (line.level, "answers 412" in line.what) == ("failure", True)
    assert found(world(services, well, before=True), "studio") == []


def test_what_is_fetched_is_read_and_no_redirect_is_followed() -> None:
    from starlette.responses import PlainTextResponse, RedirectResponse

    async def respond(request: Request) -> Response:
        if request.url.path == "/about":
            return PlainTextResponse("told")
        return RedirectResponse("/about")

    with LoopbackServer(every_path(respond)) as server:
        assert cloud.fetch(f"{server.url}/about") == (200, b"told")
        assert cloud.fetch(f"{server.url}/")[0] == 307
    with pytest.raises(UpstreamUnavailableError, match=r"127\.0\.0\.1 does not answer"):
        cloud.fetch(server.url)
