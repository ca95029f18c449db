"""What requests have in common: a JSON body of a model, a header, a number in the query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from shared.core import naming
from shared.core.errors import (
    InvalidRequestError,
    MalformedRequestError,
    PayloadTooLargeError,
    Problem,
)

if TYPE_CHECKING:
    from shared.edge.events.http_request import HttpRequest

_M = TypeVar("_M", bound=BaseModel)


def json_body(
    request: HttpRequest,
    model: type[_M],
    allowed: Mapping[str, str],
    *,
    max_bytes: int,
    whole: str = "",
) -> _M:
    """Return the body; every refusal names the field and what `allowed` says of it.

    `whole` is said of a body that no single field is to blame for.
    """
    if len(request.body) > max_bytes:
        raise PayloadTooLargeError(f"the body has at most {max_bytes} bytes")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise MalformedRequestError("send Content-Type: application/json")
    try:
        return model.model_validate_json(request.body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        raise MalformedRequestError("the body is not JSON in UTF-8")
    found: dict[str, str] = {}
    for fault in faults:
        found.setdefault(str(fault["loc"][0]) if fault["loc"] else "", fault["type"])
    problems = tuple(_problem(name, code, allowed, whole) for name, code in found.items())
    raise InvalidRequestError(problems=problems)


def idempotency_key(request: HttpRequest) -> str | None:
    """Return the Idempotency-Key header, None without one."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return None
    key = naming.name_in_header(given)
    if key is None:
        problem = Problem("/headers/Idempotency-Key", naming.RULE)
        raise InvalidRequestError(problems=(problem,))
    return key


def number(request: HttpRequest, name: str, *, default: int, most: int, least: int = 1) -> int:
    """Return a whole number from `least` to `most` out of the query."""
    given = request.query.get(name)
    if given is None:
        return default
    plain = given.isascii() and given.isdigit() and len(given) <= 9
    if not plain or not least <= int(given) <= most:
        raise InvalidRequestError(problems=(Problem(f"/query/{name}", f"{least} to {most}"),))
    return int(given)


def word(request: HttpRequest, name: str, allowed: Collection[str]) -> str:
    """Return a word out of the query that is one of these, "" where none is given."""
    given = request.query.get(name, "")
    if given and given not in allowed:
        words = f"one of: {', '.join(sorted(allowed))}"
        problem = Problem(f"/query/{name}", words, "literal_error")
        raise InvalidRequestError(problems=(problem,))
    return given


def _problem(name: str, code: str, allowed: Mapping[str, str], whole: str) -> Problem:
    if not name:
        return Problem("", whole or f"an object; allowed: {', '.join(allowed)}", code)
    if name not in allowed:
        # An unknown name was sent by somebody: nothing of it is repeated but plain letters.
        plain = name if name.isascii() and name.isidentifier() and len(name) <= 40 else "?"
        return Problem(f"/{plain}", f"is not known; allowed: {', '.join(allowed)}", code)
    return Problem(f"/{name}", f"allowed: {allowed[name]}", code)
