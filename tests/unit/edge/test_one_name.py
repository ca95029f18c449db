"""A driver has one name, whichever way it comes: by token, in a header, in an uploaded line."""

from __future__ import annotations

import json
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from client.trip_posters.calling import header_text
from shared.core.callers import Caller
from shared.core.errors import InvalidRequestError
from shared.core.naming import name_of
from shared.edge.events.http_request import HttpRequest, decode_http
from shared.edge.http_fields import idempotency_key
from shared.edge.identity import driver_of
from shared.settings.uploads import UploadSettings
from shared.uploads.entry import drivers_named, drivers_named_in_text

SERVICE = Caller(tenant="default", subject="backend", scopes=frozenset({"service"}))
NAMES = ["driver-1", "司机一", "José", "auth0|5f7c", "Ω", "한국", "a b", "Straße", "😀", "x" * 255]
# Each is no name by token, header or upload.
NO_NAMES = {
    "nothing": "",
    "only spaces": "  ",
    "a space behind": "driver-1 ",
    "a wide space before": "\u3000司机一",
    "too long": "司" * 256,
    "a line break": "driver\n1",
    "a zero byte": "driver\x00",
    "a control character": "driver\x8f",
    "a character without width": "driver\u200b1",
    "a direction mark": "driver\u202e1",
    "a joiner": "driver\u200d1",
    "a soft hyphen": "driver\u00ad1",
    "a private character": "driver\ue000",
    "half a surrogate pair": "driver\ud800",
    "a character that was lost": "driver\ufffd",
}


def request(**headers: str) -> HttpRequest:
    """Return the request of an event as the platform gives it."""
    event = {
        "version": "v1",
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"http": {"method": "GET", "path": "/v1/jobs"}},
    }
    return decode_http(json.dumps(event).encode())


def driver(value: str) -> str:
    """Return the driver that a service names with this header."""
    return driver_of(SERVICE, request(X_Driver_Id=value).headers)


def as_latin_1(text: str, encoding: str = "utf-8") -> str:
    """Return bytes as a gateway hands them on that takes headers for Latin-1."""
    return text.encode(encoding).decode("latin-1")


def _forms(name: str) -> dict[str, str]:
    nfd = unicodedata.normalize("NFD", name)
    return {
        "text": name,
        "decomposed": nfd,
        "bytes": as_latin_1(name),
        "decomposed bytes": as_latin_1(nfd),
        "extended": f"UTF-8''{quote(name, safe='')}",
        "extended, with a language": f"utf-8'zh-CN'{quote(nfd, safe='')}",
        "by the client": header_text(name),
        "decomposed, by the client": header_text(nfd),
        "white space around": f" \t{name} ",
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_header_names_the_same_driver_in_every_form(name: str) -> None:
    for form, value in _forms(name).items():
        assert driver(value) == name, form


@pytest.mark.parametrize("name", NAMES)
def test_an_uploaded_line_and_a_token_name_it_too(name: str) -> None:
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, name)
        for escaped in (True, False):
            line = json.dumps({"driver": written}, ensure_ascii=escaped)
            assert drivers_named(line.encode()) == {name}
            assert drivers_named(line.encode()[:-1] + b", broken") == {name}
        assert drivers_named_in_text(f"司机： {written} \n".encode()) == {name}
        assert name_of(written) == name


def test_text_that_a_client_sent_as_latin_1_is_taken_as_text() -> None:
    assert driver(as_latin_1("José", "latin-1")) == "José"


@pytest.mark.parametrize("kind", NO_NAMES)
def test_what_is_no_name_is_refused_and_told_what_to_send(kind: str) -> None:
    text = NO_NAMES[kind]
    assert name_of(text) is None
    encoded = quote(text.encode("utf-8", "surrogatepass"), safe="")
    # White space around a header is not part of it; half a pair is no JSON, so no event.
    as_text = text == text.strip() and "\ud800" not in text
    for value in (f"UTF-8''{encoded}", *([text] if as_text else [])):
        with pytest.raises(InvalidRequestError) as caught:
            driver(value)
        (problem,) = caught.value.problems
        assert problem.pointer == "/headers/X-Driver-Id"
        assert "printable characters" in problem.detail or not value


@pytest.mark.parametrize(
    "value",
    [
        "driver-1,driver-1",
        "a, b",
        quote("司机一"),
        "100%41",
        "=?UTF-8?B?5Y+45py65LiA?=",
        unicodedata.normalize("NFD", "José,José"),
    ],
)
def test_a_header_that_may_mean_two_names_is_refused(value: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        driver(value)
    assert "UTF-8''" in caught.value.problems[0].detail
    assert driver(header_text(value)) == unicodedata.normalize("NFC", value)


@pytest.mark.parametrize(
    "value",
    ["UTF-8''%E5%8F", "UTF-8''司机", "UTF-8'%41", "UTF-8''%zz", "utf-8''a b", "UTF-8'a'b'c"],
)
def test_a_broken_encoding_is_refused(value: str) -> None:
    with pytest.raises(InvalidRequestError):
        driver(value)


@given(st.text(max_size=300))
def test_whatever_is_a_name_arrives_by_the_client_as_that_name(text: str) -> None:
    name = name_of(text)
    if name is not None:
        sent = header_text(text)
        assert sent.isascii()
        assert driver(sent) == name


def test_a_key_of_a_request_is_read_in_the_same_way() -> None:
    key = "订单 4711, 50%41"
    for sent in (key, as_latin_1(key), header_text(key)):
        assert idempotency_key(request(Idempotency_Key=sent)) == key
    with pytest.raises(InvalidRequestError):
        idempotency_key(request(Idempotency_Key="UTF-8''%FF"))


def test_the_tenant_of_uploads_has_the_form_of_a_tokens_tenant() -> None:
    read = UploadSettings.model_validate({"UPLOAD_TENANT": "Cafe\u0301"})
    assert read.tenant == name_of("Caf\u00e9")
    with pytest.raises(ValidationError, match="printable characters"):
        UploadSettings.model_validate({"UPLOAD_TENANT": " maker"})
