"""How a token calls a person: shown to colleagues in a refusal, and never logged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from local.cloud.identity.keys import ISSUER
from local.own_keys import AUDIENCE, load_keys
from shared.core.callers import Caller
from shared.core.errors import ConflictError
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest
from shared.edge.identity import verify
from shared.settings import read
from shared.settings.identity import IdentitySettings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "shown"), [("王丽", "王丽"), ("", ""), (" odd", ""), ("x" * 256, ""), ("a\nb", "")]
)
def test_the_name_is_the_tokens_where_it_is_one(tmp_path: Path, name: str, shown: str) -> None:
    keys = load_keys(tmp_path)
    variables = {"JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE, "JWT_JWKS": keys.jwks()}
    token = keys.token("s-1", "reviewer", name=name)

    caller = verify({"authorization": f"Bearer {token}"}, read(IdentitySettings, variables))

    assert (caller.subject, caller.name) == ("s-1", shown)


@pytest.mark.parametrize("scope", ["reviewer", "studio", "operator"])
def test_staff_sees_all_jobs(scope: str) -> None:
    caller = Caller("maker", "s", frozenset({scope}))
    assert caller.is_staff
    assert caller.sees_all


def test_a_service_sees_all_and_is_no_staff_and_a_driver_is_neither() -> None:
    service, driver = (Caller("maker", "s", frozenset({each})) for each in ("service", "driver"))
    assert (service.sees_all, service.is_staff) == (True, False)
    assert (driver.sees_all, driver.is_staff) == (False, False)


def _answered(error: ConflictError) -> tuple[dict[str, Any], list[Any]]:
    @http_entry
    def handler(_: HttpRequest) -> HttpResponse:
        raise error

    event = {"version": "v1", "requestContext": {"http": {"method": "PUT", "path": "/"}}}
    with capture_logs() as lines:
        answer = handler(json.dumps(event).encode(), object())
    return json.loads(answer["body"]), lines


def test_a_refusal_tells_its_members_and_logs_none_of_them() -> None:
    body, lines = _answered(
        ConflictError("claimed", "王丽 is looking", claimed_by="王丽", until="later")
    )

    assert body == {
        "type": "about:blank",
        "title": "Not possible any more",
        "status": 409,
        "code": "claimed",
        "detail": "王丽 is looking",
        "claimed_by": "王丽",
        "until": "later",
    }
    assert "王丽" not in repr(lines)
    (line,) = [each for each in lines if each["event"] == "request.refused"]
    assert (line["error"], line["code"], line["detail"]) == ("ConflictError", "claimed", "")


def test_a_refusal_without_members_is_logged_with_its_detail() -> None:
    body, lines = _answered(ConflictError("job_ended", "the job has ended"))

    assert body["detail"] == "the job has ended"
    assert [each["detail"] for each in lines if each["event"] == "request.refused"] == [
        "the job has ended"
    ]
