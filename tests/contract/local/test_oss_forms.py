"""Uploads by form and requests of browsers, as OSS takes and refuses them."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import oss2
import pytest
import requests

from local.cloud.oss.app import create_oss_app
from local.cloud.oss.signature_v4 import sign_text
from local.cloud.oss.store import BucketStore
from local.cloud.serving import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.cloud.oss.objects import ObjectEvent

KEY_ID, SECRET, REGION, STUDIO = "key", "secret", "cn-shanghai", "https://studio.example.com"
NOW = datetime(2026, 11, 30, 8, tzinfo=timezone.utc)


class Service:
    """A served bucket and its events."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.store = BucketStore(folder, ["mount"], clock=lambda: self.now)
        self.events: list[ObjectEvent] = []
        self.store.subscribe(self.events.append)
        app = create_oss_app(
            self.store, keys={KEY_ID: SECRET}, region=REGION, clock=lambda: self.now
        )
        self.server = LoopbackServer(app)

    @property
    def bucket(self) -> Any:
        """Return the vendor's client."""
        return oss2.Bucket(oss2.AuthV4(KEY_ID, SECRET), self.server.url, "mount", region=REGION)

    def post(
        self,
        *conditions: Any,
        data: bytes = b"picture",
        until: datetime = NOW + timedelta(hours=1),
        fields: dict[str, str] | None = None,
    ) -> requests.Response:
        """Return the answer to a form."""
        scope = f"20261130/{REGION}/oss/aliyun_v4_request"
        policy = {"expiration": until.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "conditions": conditions}
        encoded = base64.b64encode(json.dumps(policy).encode()).decode()
        form = {
            "key": "a.png",
            "policy": encoded,
            "x-oss-signature-version": "OSS4-HMAC-SHA256",
            "x-oss-credential": f"{KEY_ID}/{scope}",
            "x-oss-date": "20261130T080000Z",
            "x-oss-signature": sign_text(encoded, scope, SECRET),
            **(fields or {}),
        }
        return self.send(list(form.items()), data)

    def send(
        self, form: list[tuple[str, str]], data: bytes, name: str = "file"
    ) -> requests.Response:
        """Return the answer to these fields and this file."""
        files = {name: ("汽车.png", data, "image/png")}
        return requests.post(f"{self.server.url}/mount", form, files=files, timeout=5)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    service = Service(tmp_path)
    monkeypatch.setattr(oss2.auth, "datetime", Stopped, raising=False)
    with service.server:
        yield service


class Stopped(datetime):
    """The vendor's client signs at that moment."""

    @classmethod
    def utcnow(cls) -> Stopped:
        """Return the moment."""
        return cls(2026, 11, 30, 8)


def code_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.text.partition("<Code>")[2].partition("</Code>")[0]


def test_a_policys_signature_is_that_of_the_vendors_client_for_browsers() -> None:
    policy = (
        '{"expiration":"2026-11-30T09:00:00.000Z","conditions":[{"bucket":"mount"},'
        '["content-length-range",7,7],["eq","$key","uploads/vehicles/a/b/c.png"]]}'
    )
    encoded = base64.b64encode(policy.encode()).decode()
    signed = sign_text(encoded, f"20261130/{REGION}/oss/aliyun_v4_request", "local-secret-key")
    # As getSignatureV4 of ali-oss 6.23.0 (npm) has it.
    assert signed == "52630dc4a3293fee4aa892062633d16933799130b05f94b6588fb4658147d4c5"


def test_a_form_writes_an_object_and_its_event_is_told(service: Service) -> None:
    answer = service.post(fields={"key": "uploads/${filename}", "Content-Type": "image/png"})
    assert (answer.status_code, answer.content) == (204, b"")
    found = service.bucket.get_object("uploads/汽车.png")
    assert (found.read(), found.content_type) == (b"picture", "image/png")
    assert answer.headers["etag"].strip('"') == found.etag
    told = [(each.event_name, each.key, each.size) for each in service.events]
    assert told == [("ObjectCreated:PostObject", "uploads/汽车.png", 7)]


@pytest.mark.parametrize(("asked", "status"), [("200", 200), ("201", 201), ("500", 204)])
def test_the_form_says_which_status_a_success_has(
    service: Service, asked: str, status: int
) -> None:
    answer = service.post(fields={"success_action_status": asked})
    assert answer.status_code == status
    assert ("<Key>a.png</Key>" in answer.text) == (status == 201)


@pytest.mark.parametrize(
    "condition",
    [
        {"bucket": "mount"},
        ["eq", "$key", "a.png"],
        ["starts-with", "$key", "a"],
        ["in", "$key", ["b.png", "a.png"]],
        ["not-in", "$key", ["b.png"]],
        ["content-length-range", 7, 7],
    ],
)
def test_a_form_that_keeps_to_its_policy_is_taken(service: Service, condition: Any) -> None:
    assert service.post(condition).status_code == 204


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"bucket": "state"}, (403, "AccessDenied")),
        (["eq", "$key", "b.png"], (403, "AccessDenied")),
        (["eq", "$x-oss-meta-a", "1"], (403, "AccessDenied")),
        (["starts-with", "$key", "b"], (403, "AccessDenied")),
        (["in", "$key", ["b.png"]], (403, "AccessDenied")),
        (["not-in", "$key", ["a.png"]], (403, "AccessDenied")),
        (["content-length-range", 8, 9], (400, "EntityTooSmall")),
        (["content-length-range", 0, 6], (400, "EntityTooLarge")),
        (["content-length-range", 9, 8], (400, "InvalidPolicyDocument")),
        (["content-length-range", 0, "test"], (400, "InvalidPolicyDocument")),
        (["ends-with", "$key", "png"], (400, "InvalidPolicyDocument")),
        (["in", "$key", "a.png"], (400, "InvalidPolicyDocument")),
        (["$key"], (400, "InvalidPolicyDocument")),
        (7, (400, "InvalidPolicyDocument")),
    ],
)
def test_a_form_against_its_policy_is_refused(
    service: Service, condition: Any, code: tuple[int, str]
) -> None:
    assert code_of(service.post(condition)) == code
    assert service.events == []


def test_a_policy_ends_and_a_signature_is_good_for_seven_days_at_most(service: Service) -> None:
    assert code_of(service.post(until=NOW)) == (403, "AccessDenied")
    service.now = NOW + timedelta(days=7)
    assert code_of(service.post(until=NOW + timedelta(days=9))) == (403, "AccessDenied")
    service.now = NOW - timedelta(minutes=16)
    assert code_of(service.post()) == (403, "RequestTimeTooSkewed")


def test_a_form_may_forbid_to_overwrite(service: Service) -> None:
    forbid = {"x-oss-forbid-overwrite": "true"}
    assert service.post(fields=forbid).status_code == 204
    assert code_of(service.post(data=b"another", fields=forbid)) == (409, "FileAlreadyExists")
    assert code_of(service.post(fields={"x-oss-forbid-overwrite": "abc"})) == (
        400,
        "InvalidArgument",
    )
    assert service.post(data=b"another").status_code == 204


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"x-oss-signature": "0" * 64}, (403, "SignatureDoesNotMatch")),
        ({"x-oss-signature": ""}, (400, "InvalidArgument")),
        ({"x-oss-signature-version": "OSS3"}, (400, "InvalidArgument")),
        ({"x-oss-credential": f"other/20261130/{REGION}/oss/aliyun_v4_request"},
         (403, "InvalidAccessKeyId")),
        ({"x-oss-credential": f"{KEY_ID}/20261130/cn-beijing/oss/aliyun_v4_request"},
         (400, "InvalidArgument")),
        ({"x-oss-security-token": "stolen"}, (403, "InvalidSecurityToken")),
        ({"OSSAccessKeyId": KEY_ID}, (501, "NotImplemented")),
        ({"callback": "e30="}, (501, "NotImplemented")),
        ({"key": ""}, (400, "InvalidArgument")),
    ],
)  # fmt: skip
def test_a_form_that_is_not_signed_so_is_refused(
    service: Service, changed: dict[str, str], code: tuple[int, str]
) -> None:
    assert code_of(service.post(fields=changed)) == code
    assert service.events == []


def test_what_is_no_form_is_refused_and_read_to_its_end(service: Service) -> None:
    assert code_of(service.send([("key", "a")], b"1")) == (403, "AccessDenied")
    assert code_of(service.send([("key", "x" * 20_000)], b"1" * 3_000_000)) == (
        400,
        "MalformedPOSTRequest",
    )
    assert code_of(service.send([("key", "a")], b"1", "picture")) == (400, "MalformedPOSTRequest")
    body = b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n--b--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = requests.post(f"{service.server.url}/mount", body, headers=kind, timeout=5)
    assert code_of(answer) == (400, "IncorrectNumberOfFilesInPOSTRequest")
    bare = {"Content-Type": "multipart/form-data"}
    answer = requests.post(f"{service.server.url}/mount", body, headers=bare, timeout=5)
    assert code_of(answer) == (400, "MalformedPOSTRequest")
    assert service.events == []


def preflight(service: Service, origin: str, method: str, headers: str = "") -> Any:
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    asked |= {"Access-Control-Request-Headers": headers} if headers else {}
    return requests.options(f"{service.server.url}/mount/a", headers=asked, timeout=5)


def test_without_rules_no_page_of_another_origin_may_ask(service: Service) -> None:
    assert code_of(preflight(service, STUDIO, "POST")) == (403, "AccessForbidden")
    with pytest.raises(oss2.exceptions.NoSuchCors):
        service.bucket.get_bucket_cors()


def test_a_page_may_ask_what_the_buckets_rules_allow(service: Service) -> None:
    rule = oss2.models.CorsRule(
        allowed_origins=[STUDIO],
        allowed_methods=["POST", "GET"],
        allowed_headers=["x-oss-*"],
        expose_headers=["ETag"],
        max_age_seconds=600,
    )
    service.bucket.put_bucket_cors(oss2.models.BucketCors([rule]))
    assert service.bucket.get_bucket_cors().rules[0].allowed_origins == [STUDIO]

    allowed = preflight(service, STUDIO, "POST", "X-Oss-Meta-A, x-oss-date")
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == STUDIO
    assert allowed.headers["Access-Control-Allow-Headers"] == "x-oss-meta-a, x-oss-date"
    assert allowed.headers["Access-Control-Max-Age"] == "600"
    for refused in [(f"{STUDIO}.evil.test", "POST"), (STUDIO, "PUT"), (STUDIO, "POST", "x-other")]:
        assert code_of(preflight(service, *refused)) == (403, "AccessForbidden")

    answered = requests.post(f"{service.server.url}/mount", headers={"Origin": STUDIO}, timeout=5)
    assert answered.headers["Access-Control-Allow-Origin"] == STUDIO
    elsewhere = {"Origin": "https://other.example.com"}
    answered = requests.post(f"{service.server.url}/mount", headers=elsewhere, timeout=5)
    assert "Access-Control-Allow-Origin" not in answered.headers

    assert "Vary" not in answered.headers
    service.bucket.put_bucket_cors(oss2.models.BucketCors([rule], response_vary=True))
    assert requests.get(f"{service.server.url}/mount/a", timeout=5).headers["Vary"] == "Origin"

    service.bucket.delete_bucket_cors()
    assert preflight(service, STUDIO, "POST").status_code == 403
