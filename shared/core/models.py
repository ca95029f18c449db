"""What our pydantic models have in common: frozen, built when first used, and how strict."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, ValidationError

from shared.core.errors import Warned

_M = TypeVar("_M", bound=BaseModel)
# Written with what only another release knows of it.
StoredWarning = Annotated[Warned, PlainSerializer(vars, return_type=dict[str, Any])]


class Strict(BaseModel):
    """Of a shape that is ours: an unknown field is a fault; no error quotes a value."""

    model_config = ConfigDict(
        frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True
    )


class Stored(Strict):
    """Of what two releases read and write side by side: what only the other one knows is kept.

    Whoever reads such a thing from outside says `extra="forbid"`, and so does its schema.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": False})


class Lenient(Strict):
    """Of a shape that others may add to: only what is used is read."""

    model_config = ConfigDict(extra="ignore")


class View(Strict):
    """What goes out over HTTP."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return self.model_dump(mode="json")


def known(kind: type[_M], data: bytes | None) -> _M | None:
    """Return what stored bytes say; None for nothing, and for what another release has written."""
    try:
        return None if data is None else kind.model_validate_json(data)
    except ValidationError:
        return None


def checked(
    kind: type[_M], data: bytes, fault: Exception, extra: Literal["ignore"] | None = None
) -> _M:
    """Return what bytes say; raise the fault where they have not the form of the kind."""
    try:
        return kind.model_validate_json(data, extra=extra)
    except ValidationError:
        raise fault from None


def first_fault(error: ValidationError, whole: str) -> str:
    """Return the first field that is wrong, or `whole`, and what is wrong with it."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or whole}: {first['msg']}"
