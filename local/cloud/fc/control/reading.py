"""How bodies of the control API are read, refused and answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from local.cloud.fc.refusals import RefusedError


class Input(BaseModel):
    """A body, or a part of one."""

    # The SDK sends what it knows; what FC does not know it leaves out.
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            raise ValueError("must be an object")
        return {name: value for name, value in values.items() if value is not None}


_Kind = TypeVar("_Kind", bound=Input)


def read(kind: type[_Kind], values: Mapping[str, Any]) -> _Kind:
    """Read one body; raise RefusedError 400 for the first field that is wrong."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        problem = first["msg"].removeprefix("Value error, ")
        raise invalid(f"{where}: {problem}" if where else problem) from None


def wire(value: BaseModel, *, always: Collection[str] = ()) -> dict[str, Any]:
    """Return what was set of an input, as the API answers it, and these fields in any case.

    Assumed: what nobody has set is not answered; the vendor's tool takes all else for a change.
    """
    told = value.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    if not always:
        return told
    whole = value.model_dump(mode="json", by_alias=True, include=set(always))
    return {**whole, **told}


def invalid(message: str) -> RefusedError:
    """Make the refusal of an argument."""
    return RefusedError(400, "InvalidArgument", message)
