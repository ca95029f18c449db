"""How the two invokers take what goes wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from shared.adapters.deadline import Deadline
from shared.adapters.fc2_invoker import Fc2Invoker
from shared.adapters.fc3_invoker import Fc3Invoker, acs3_authorization
from shared.core.errors import UpstreamRejectedError, UpstreamUnavailableError
from shared.settings.credentials import Credentials
from tests.fakes import rude_server as rude
from tests.fakes.rude_server import RudeServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.ports import FunctionInvoker
    from tests.fakes.rude_server import Manner

ACCEPTED = rude.answer(202)
TEMPORARY = Credentials("the-key", "the-secret", "the-token")


def invoker(kind: str, url: str, *, deadline_seconds: float = 5.0) -> FunctionInvoker:
    if kind == "fc3":
        return Fc3Invoker(
            endpoint=url,
            credentials=lambda: TEMPORARY,
            timeout_seconds=2.0,
            deadline_seconds=deadline_seconds,
        )
    return Fc2Invoker(
        endpoint=url,
        service="svc",
        credentials=lambda: TEMPORARY,
        timeout_seconds=2.0,
        deadline_seconds=deadline_seconds,
    )


@pytest.fixture(params=["fc3", "fc2"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def invoke(kind: str, url: str, *, deadline_seconds: float = 5.0) -> None:
    it = invoker(kind, url, deadline_seconds=deadline_seconds)
    it.invoke("paint_trip", {"job_id": "j", "字": "值"}, task_id="j-p1")


def test_the_request_is_asynchronous_json_with_a_task_id(kind: str) -> None:
    with RudeServer(ACCEPTED) as server:
        invoke(kind, server.url)
        (request,) = server.requests
    path, task_header = {
        "fc3": ("/2023-03-30/functions/paint_trip/invocations", "x-fc-async-task-id"),
        "fc2": (
            "/2016-08-15/services/svc.LATEST/functions/paint_trip/invocations",
            "x-fc-stateful-async-invocation-id",
        ),
    }[kind]
    assert (request.method, urlsplit(request.target).path) == ("POST", path)
    assert request.headers["x-fc-invocation-type"] == "Async"
    assert request.headers[task_header] == "j-p1"
    assert json.loads(request.body) == {"job_id": "j", "字": "值"}


@pytest.mark.parametrize(
    "trouble",
    [
        rude.html_502(),
        rude.answer_json(429, {"ErrorCode": "ResourceExhausted"}),
        rude.answer_json(503, {"ErrorCode": "Busy"}, X_Fc_Error_Type="FcCommonError"),
        rude.reset,
        rude.hang_up,
    ],
)
def test_what_may_have_arrived_is_sent_again_under_the_same_task_id(
    kind: str, trouble: Manner
) -> None:
    already = rude.answer_json(409, {"ErrorCode": "Exists"}, X_Fc_Error_Type="FcCommonError")
    with RudeServer(trouble, already) as server:
        invoke(kind, server.url)
        assert len(server.requests) == 2


@pytest.mark.parametrize("manner", [rude.hang, rude.drip_headers, rude.html_502()])
def test_lasting_trouble_is_unavailable_at_the_deadline(kind: str, manner: Manner) -> None:
    with RudeServer(manner) as server, pytest.raises(UpstreamUnavailableError):
        invoke(kind, server.url, deadline_seconds=0.3)


def test_nobody_there_is_unavailable(kind: str) -> None:
    with pytest.raises(UpstreamUnavailableError):
        invoke(kind, rude.closed_port(), deadline_seconds=0.3)


@pytest.mark.parametrize(
    "refusal",
    [
        rude.answer_json(403, {"ErrorCode": "SignatureNotMatch"}, X_Fc_Error_Type="FcCommonError"),
        rude.answer(400, b"<html>"),
        rude.answer_json(200, {"ran": "at once"}),
        rude.answer_json(200, {"errorMessage": "x"}, X_Fc_Error_Type="UnhandledInvocationError"),
    ],
)
def test_a_refusal_or_a_synchronous_run_is_final(kind: str, refusal: Manner) -> None:
    with RudeServer(refusal) as server:
        with pytest.raises(UpstreamRejectedError):
            invoke(kind, server.url)
        assert len(server.requests) == 1


@pytest.mark.parametrize("how", rude.spoiled(202))
def test_an_invocation_is_queued_however_the_rest_of_the_answer_is_spoiled(
    kind: str, how: str
) -> None:
    with RudeServer(rude.spoiled(202)[how]) as server:
        invoke(kind, server.url)
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
def test_a_refusal_by_a_clock_of_another_time_is_repeated_at_its_time_and_then_kept(
    kind: str, status: int, hours: int
) -> None:
    there = datetime.now(timezone.utc) + timedelta(hours=hours)
    refusal = rude.answer(status, Date=format_datetime(there, usegmt=True))
    with RudeServer(refusal, ACCEPTED) as server:
        it = invoker(kind, server.url)
        for count in (1, 2):
            it.invoke("paint_trip", {}, task_id=f"j-p{count}")
        _, mended, later = [signed_at(each.headers) for each in server.requests]
    assert abs(mended - there) < timedelta(minutes=1)
    assert abs(later - there) < timedelta(minutes=1)


@pytest.mark.parametrize("told", ["", "soon", "Fri, 31 Dec 9999999999 23:59:59 GMT", "now"])
def test_a_refusal_that_no_other_clock_explains_is_final(kind: str, told: str) -> None:
    now = format_datetime(datetime.now(timezone.utc), usegmt=True)
    with RudeServer(rude.answer(403, Date=now if told == "now" else told)) as server:
        with pytest.raises(UpstreamRejectedError):
            invoke(kind, server.url)
        assert len(server.requests) == 1


def test_a_service_whose_clock_runs_wild_is_left_at_the_deadline(kind: str) -> None:
    days = [f"{day} Nov 2030 00:00:00 GMT" for day in range(1, 9)]
    with RudeServer(*(rude.answer(403, Date=day) for day in days)) as server:
        with pytest.raises(UpstreamUnavailableError):
            invoke(kind, server.url)
        assert len(server.requests) == 4


def signed_at(headers: Mapping[str, str]) -> datetime:
    if "x-acs-date" in headers:
        return datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(
            tzinfo=timezone.utc
        )
    return parsedate_to_datetime(headers["date"])


class Everything(logging.Handler):
    """Keeps the text of every record, and its arguments."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.getMessage()} {record.__dict__}")


@pytest.fixture
def root_log() -> Iterator[Everything]:
    root, handler, before = logging.getLogger(), Everything(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.mark.parametrize(
    "manner",
    [
        ACCEPTED,
        rude.answer_json(403, {"ErrorCode": "no"}),
        rude.answer_json(500, {"ErrorCode": "no"}),
        rude.answer_json(200, {"errorMessage": "x"}, X_Fc_Error_Type="UnhandledInvocationError"),
    ],
)
def test_no_secret_ever_reaches_a_log_handler(
    kind: str, manner: Manner, root_log: Everything
) -> None:
    with RudeServer(manner) as server:
        try:
            invoke(kind, server.url, deadline_seconds=1.0)
        except (UpstreamRejectedError, UpstreamUnavailableError) as error:
            root_log.texts.append(repr(error))
        sent = server.requests[0].headers["authorization"]
    logging.getLogger().debug("a line of somebody else")
    everything = "\n".join(root_log.texts)
    assert "a line of somebody else" in everything
    for secret in ("the-token", "the-secret", sent, sent[-20:]):
        assert secret not in everything


def test_the_vendor_package_does_log_the_token_when_it_is_left_alone(root_log: Everything) -> None:
    """The reason for the filter; when this fails, the filter may go."""
    it = Fc2Invoker(
        endpoint="http://127.0.0.1:9",
        service="svc",
        credentials=lambda: TEMPORARY,
        timeout_seconds=1.0,
    )
    client = it._client(deadline=_never())
    client._build_common_headers("POST", "/path", {"x-fc-invocation-type": "Async"})
    assert "the-token" in "\n".join(root_log.texts)


def _never() -> Deadline:
    return Deadline.within(60)


def test_the_acs3_signature_is_the_documented_one() -> None:
    """Recomputed step by step from the vendor's page on request structure and signature."""
    headers = {
        "host": "1.cn-shanghai.fc.aliyuncs.com",
        "x-acs-date": "2026-11-22T21:45:41Z",
        "x-acs-version": "2023-03-30",
    }
    signed = acs3_authorization(
        "POST",
        "/2023-03-30/functions/f/invocations",
        query={"qualifier": "LATEST", "a b": "c/d"},
        headers=headers,
        digest="e3b0c442",
        credentials=Credentials("id", "secret"),
    )
    canonical = (
        "POST\n/2023-03-30/functions/f/invocations\na%20b=c%2Fd&qualifier=LATEST\n"
        "host:1.cn-shanghai.fc.aliyuncs.com\nx-acs-date:2026-11-22T21:45:41Z\n"
        "x-acs-version:2023-03-30\n\nhost;x-acs-date;x-acs-version\ne3b0c442"
    )
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(b"secret", text.encode(), hashlib.sha256).hexdigest()
    assert signed == (
        "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;x-acs-date;x-acs-version,"
        f"Signature={signature}"
    )
