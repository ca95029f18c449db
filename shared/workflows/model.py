"""What a workflow folder holds: workflow_api.json, a graph, and inputs.json, what may be set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict, Field, field_validator

from shared.core.models import Lenient, Strict

Value = int | float | str
Link = tuple[str, int]


class _Model(Strict):
    model_config = ConfigDict(populate_by_name=True)


class Meta(Lenient):
    """What an editor keeps beside a node; only the title matters here."""

    title: str = ""


class GraphNode(_Model):
    """One node of a graph in API format."""

    class_type: str = Field(min_length=1)
    inputs: dict[str, bool | int | float | str | Link]
    meta: Meta = Field(default=Meta(), alias="_meta")

    @property
    def links(self) -> tuple[Link, ...]:
        """The outputs this node reads: (node id, slot)."""
        return tuple(value for value in self.inputs.values() if isinstance(value, tuple))


class Target(_Model):
    """One place a value goes to."""

    title: str = Field(pattern=r"^(in|out):[a-z][a-z0-9_]*$")
    class_type: str = Field(alias="class", min_length=1)
    input: str = Field(min_length=1)


class InputSpec(_Model):
    """One named input of a workflow: its type, what is allowed, and where it goes."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: Literal["int", "float", "string", "choice"]
    required: bool
    default: Value | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    max_length: int = Field(default=512, ge=1, le=4096)
    choices: tuple[str, ...] = ()
    targets: tuple[Target, ...] = Field(min_length=1)

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        re.compile(pattern or "")
        return pattern


class InputSchema(_Model):
    """inputs.json."""

    schema_: Literal[1] = Field(alias="schema")
    inputs: tuple[InputSpec, ...]


@dataclass(frozen=True)
class Workflow:
    """A checked workflow: every link leads somewhere, every titled node can be set.

    `digest` is the SHA-256 of its two files: which version made a picture.
    """

    name: str
    nodes: dict[str, GraphNode]
    inputs: tuple[InputSpec, ...]
    digest: str
