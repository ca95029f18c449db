"""The command: its lines, its JSON, its status, and that it keeps secrets to itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cli.preflight import cloud
from cli.preflight.findings import Finding, without_secrets
from cli.preflight.world import Options, world_of
from shared import bootstrap
from shared.core.errors import AccountError, UpstreamRejectedError, UpstreamUnavailableError
from tests.fakes import rude_server
from tests.fakes.poster import poster
from tests.unit.cli.preflight.case import Services, found, world

if TYPE_CHECKING:
    from pathlib import Path

    from cli.preflight.world import World


def preflight(seen: World, *arguments: str) -> tuple[int, str]:
    """Run the command on a configuration; return its status and what it printed."""
    bootstrap.reset()
    return poster("preflight", *arguments, given=seen)


def test_a_fit_configuration_ends_with_status_0(well: dict[str, str], services: Services) -> None:
    status, text = preflight(world(services, well, spend=True))

    assert status == 0
    assert "0 failure" in text.splitlines()[-1]


def test_warnings_alone_leave_the_status_at_0(well: dict[str, str], services: Services) -> None:
    status, text = preflight(world(services, {**well, "LABEL_PRODUCER": ""}))

    assert status == 0
    assert "warning keys: LABEL_PRODUCER" in text


def test_one_failure_makes_the_status_1(well: dict[str, str], services: Services) -> None:
    services.versioning = "Enabled"

    status, text = preflight(world(services, well))

    assert status == 1
    assert "failure versioning:" in text
    assert "→ make a new bucket" in text


def test_words_that_it_does_not_know_are_usage() -> None:
    status, text = poster("preflight", "--ofline")

    assert status == 2
    assert "No such option: --ofline" in text


def test_without_a_local_stack_it_is_said_how_to_start_one(tmp_path: Path) -> None:
    status, text = poster("preflight", "--data", str(tmp_path))

    assert status == 1
    assert f"start one: poster up --data {tmp_path}" in text


def test_offline_asks_nobody(well: dict[str, str], services: Services) -> None:
    def never() -> Any:
        pytest.fail("a service was asked")

    asked: dict[str, Any] = {
        **dict.fromkeys(("state", "mount", "queue", "scene_model", "prompt_model"), never),
        **dict.fromkeys(("bucket", "function", "knock"), lambda _: never()),
    }
    ports = replace(services.ports(), **asked)
    seen = replace(world(services, well, offline=True), ports=ports)

    status, text = preflight(seen)

    assert status == 0
    assert "services were not asked" in text


def test_json_is_one_list_of_findings(well: dict[str, str], services: Services) -> None:
    services.hook = 204

    status, text = preflight(world(services, well), "--json")

    lines = json.loads(text)
    assert status == 0
    assert {"check", "level", "what", "remedy"} == set(lines[0])
    warned = {each["check"] for each in lines if each["level"] == "warning"}
    assert warned == {"models", "DashScope", "announcements"}


def test_no_secret_is_ever_printed(well: dict[str, str], services: Services) -> None:
    secret = well["EAS_TOKEN"]
    services.depth = UpstreamUnavailableError(f"asked with {secret}")
    services.hook = UpstreamUnavailableError(f"signed with {well['COMMUNITY_SECRETS']}")
    seen = world(services, well)

    for arguments in ((), ("--json",)):
        text = preflight(seen, *arguments)[1]
        shown = [name for name in seen.secrets() if name in text]
        assert "asked with ***" in text
        assert shown == []


def test_secrets_are_covered_wherever_a_message_quotes_them() -> None:
    finding = Finding("x", "failure", "got sk-123456", "use sk-123456")

    assert without_secrets(finding, ["sk-123456", "s"]) == Finding(
        "x", "failure", "got ***", "use ***"
    )


def test_from_outside_the_public_endpoints_are_taken(well: dict[str, str]) -> None:
    inside = world_of(Options(), well).variables
    outside = world_of(Options(outside=True), well).variables

    assert inside["OSS_ENDPOINT"] == "https://oss-cn-shanghai-internal.aliyuncs.com"
    assert outside["OSS_ENDPOINT"] == "https://oss-cn-shanghai.aliyuncs.com"
    assert "-internal" not in outside["FC_ENDPOINT"]


def test_an_empty_post_is_told_by_its_status_whatever_the_body() -> None:
    manners = (rude_server.answer(401), rude_server.answer(307, location="/x"))
    with rude_server.RudeServer(*manners) as server:
        assert [cloud.knock(server.url), cloud.knock(server.url)] == [401, 307]

    assert [(each.method, each.body) for each in server.requests] == [("POST", b"")] * 2
    assert not any(name.startswith("webhook-") for each in server.requests for name in each.headers)


def test_a_receiver_that_is_not_there_is_named_by_its_host_alone() -> None:
    with pytest.raises(UpstreamUnavailableError, match=r"^127\.0\.0\.1 does not answer") as raised:
        cloud.knock("http://127.0.0.1:9/path?secret=1")

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, "AccessDenied", AccountError),
        (403, "RequestTimeTooSkewed", UpstreamRejectedError),
        (404, "NoSuchBucket", UpstreamRejectedError),
    ],
)
def test_a_bucket_that_refuses_is_told_apart(
    well: dict[str, str], services: Services, status: int, code: str, error: type[Exception]
) -> None:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()
    with rude_server.RudeServer(rude_server.answer(status, body)) as server:
        seen = world(services, {**well, "OSS_ENDPOINT": server.url})
        with seen.entered(), pytest.raises(error) as raised:
            cloud.bucket_facts("maker-state")

    assert type(raised.value) is error
    assert well["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] not in str(raised.value)


def test_a_bucket_that_does_not_answer_is_unavailable(
    well: dict[str, str], services: Services
) -> None:
    seen = world(services, {**well, "OSS_ENDPOINT": "http://127.0.0.1:9"})
    seen = replace(seen, ports=replace(seen.ports, bucket=cloud.bucket_facts))

    (line,) = [*found(seen, "clock")]

    assert line.level == "failure"
    assert "does not answer for maker-state" in line.what
