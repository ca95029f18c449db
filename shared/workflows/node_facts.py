"""What a ComfyUI says of its node classes: GET /object_info, in both of its spellings.

Shapes observed on ComfyUI 0.0.8 to 0.33: a choice is `[["a", "b"], {...}]` or
`["COMBO", {"options": ["a", "b"]}]`; several types in one word are joined by commas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.core.errors import WorkflowError

ANY = "*"
_WIDGETS = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "COLOR"})
# Inputs whose parts arrive under dotted names; only ComfyUI itself can judge them.
_DYNAMIC = ("COMFY_DYNAMICCOMBO", "COMFY_AUTOGROW", "COMFY_DYNAMICSLOT")


@dataclass(frozen=True)
class InputFacts:
    """One input: its type, what is allowed, and whether a widget can hold a literal."""

    kind: str
    required: bool
    choices: tuple[Any, ...] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kinds(self) -> frozenset[str]:
        """The types a link may bring."""
        return frozenset(self.kind.split(","))

    @property
    def is_dynamic(self) -> bool:
        """Whether the input stands for several, under dotted names."""
        return self.kind.startswith(_DYNAMIC)

    @property
    def takes_literal(self) -> bool:
        """Whether a value may stand in the graph itself."""
        if self.options.get("forceInput") or self.options.get("force_input"):
            return False
        return self.is_dynamic or bool(self.kinds & _WIDGETS)

    @property
    def lists_files(self) -> bool:
        """Whether the choices are a server's files: another server has others."""
        if self.choices is None:
            return False
        uploads = any(str(name).endswith("_upload") for name in self.options)
        return uploads or all("." in str(choice) for choice in self.choices)


@dataclass(frozen=True)
class NodeFacts:
    """One node class: its inputs in order, and the types of its outputs."""

    inputs: Mapping[str, InputFacts]
    outputs: tuple[str, ...]
    output_names: tuple[str, ...]
    is_output: bool
    deprecated: bool = False


Catalogue = dict[str, NodeFacts]


def read_object_info(data: bytes) -> Catalogue:
    """Return class -> facts from the body of GET /object_info; WorkflowError if it is none."""
    try:
        classes = json.loads(data)
        return {name: _node(entry) for name, entry in classes.items()}
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        msg = f"this is no object_info of a ComfyUI: {type(error).__name__}"
        raise WorkflowError(msg) from error


def _node(entry: Mapping[str, Any]) -> NodeFacts:
    outputs = tuple(_kind(kind) for kind in entry["output"])
    return NodeFacts(
        inputs=dict(_inputs(entry["input"])),
        outputs=outputs,
        output_names=tuple(map(str, entry.get("output_name") or outputs)),
        is_output=bool(entry.get("output_node")),
        deprecated=bool(entry.get("deprecated")),
    )


def _inputs(groups: Mapping[str, Any]) -> Iterator[tuple[str, InputFacts]]:
    for group in ("required", "optional"):
        for name, spec in (groups.get(group) or {}).items():
            options = spec[1] if len(spec) > 1 and isinstance(spec[1], dict) else {}
            yield name, _input(spec[0], options, required=group == "required")


def _input(kind: Any, options: dict[str, Any], *, required: bool) -> InputFacts:
    listed = kind if isinstance(kind, list) else options.get("options")
    named = _kind(kind)
    choices = tuple(listed) if named == "COMBO" and isinstance(listed, list) else None
    return InputFacts(named, required, choices, options)


def _kind(kind: Any) -> str:
    return "COMBO" if isinstance(kind, list) else str(kind)
