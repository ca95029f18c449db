"""What every group of settings is."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _words(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class Group(BaseModel):
    """Settings that a function reads together; each field's alias is its variable."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore", populate_by_name=False)


def variable(name: str, description: str, default: Any = ..., **rules: Any) -> Any:
    """Return the field of a variable of the environment; one without a default has to be set."""
    return Field(default, alias=name, description=description, **rules)
