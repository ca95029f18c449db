"""People sign in to the studio, and its pages ask the interface with their own tokens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

from local.own_people import STUDIO_CLIENT, people

if TYPE_CHECKING:
    from local.stack import LocalStack

SMALL_PICTURES = True


def _tokens(stack: LocalStack, hint: str) -> dict[str, Any]:
    """Return what a client of the identity service gets for a person."""
    about = requests.get(
        f"{stack.urls['identity']}/.well-known/openid-configuration", timeout=10
    ).json()
    back, verifier = f"{stack.studio}/signed-in", generate_token(48)
    session = OAuth2Session(
        STUDIO_CLIENT, redirect_uri=back, scope="openid profile",
        token_endpoint_auth_method="none", code_challenge_method="S256",
    )  # fmt: skip
    url, state = session.create_authorization_url(
        about["authorization_endpoint"], code_verifier=verifier, prompt="none", login_hint=hint
    )
    sent = requests.get(url, allow_redirects=False, timeout=10).headers["Location"]
    assert sent.startswith(f"{back}?")
    told: dict[str, Any] = session.fetch_token(
        about["token_endpoint"], authorization_response=sent, code_verifier=verifier, state=state
    )
    return told


def test_the_studio_is_reached_without_a_token_and_everything_else_is_not(
    stack: LocalStack,
) -> None:
    first = requests.get(f"{stack.studio}/alive", timeout=60)
    assert first.status_code == 200
    assert first.headers["X-Fc-Request-Id"]
    host = requests.get(f"{stack.urls['app']}/", allow_redirects=False, timeout=10)
    assert (host.status_code, host.headers["Location"]) == (303, "/studio")
    assert requests.get(f"{stack.urls['app']}/other", timeout=10).status_code == 404
    assert requests.get(f"{stack.urls['app']}/v1/jobs", timeout=10).status_code == 401
    begun = time.monotonic()
    requests.get(f"{stack.studio}/alive", timeout=10)
    assert time.monotonic() - begun < 1
    assert len(stack.web.starts) == 1


def test_it_has_its_own_settings_and_no_key_of_the_functions(stack: LocalStack) -> None:
    requests.get(f"{stack.studio}/alive", timeout=60)
    function = stack.host.function("trip-poster-studio")
    assert function.environment["STUDIO_URL"] == stack.studio
    assert function.environment["STUDIO_OIDC_ISSUER"] == stack.urls["identity"]
    assert len(function.environment["STUDIO_SESSION_KEY"]) >= 32
    assert not {"ID_KEY", "EAS_TOKEN", "DASHSCOPE_API_KEY"} & {*function.environment}


@pytest.mark.parametrize("person", people(), ids=lambda person: person.hint)
def test_everybody_gets_a_token_that_the_interface_takes(person: Any, stack: LocalStack) -> None:
    token = _tokens(stack, person.hint)["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["name"], claims["scope"]) == (person.name, person.role.scope)
    answer = requests.get(
        f"{stack.urls['app']}/v1/styles", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    assert answer.status_code == 200, answer.text


def test_two_reviewers_are_two_people(stack: LocalStack) -> None:
    told = [_tokens(stack, f"reviewer.{name}")["id_token"] for name in ("anna", "bo")]
    claims = [jwt.decode(each, options={"verify_signature": False}) for each in told]
    assert [each["name"] for each in claims] == ["Anna", "Bo"]
    assert len({each["sub"] for each in claims}) == 2
