"""Shapes of a graph in API format, and of a node class's declaration."""

from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]
Prompt: TypeAlias = dict[str, Node]
NodeClasses: TypeAlias = dict[str, type]


def is_link(value: object) -> bool:
    """Tell whether an input is read from another node: [node id, slot]."""
    return isinstance(value, list)


def declared(node_class: Any) -> dict[str, tuple[Any, dict[str, Any], bool]]:
    """Return input name -> (type or choices, options, required)."""
    types: dict[str, dict[str, Any]] = node_class.INPUT_TYPES()
    found = {}
    for group in ("required", "optional"):
        for name, config in types.get(group, {}).items():
            options = config[1] if len(config) > 1 else {}
            found[name] = (config[0], options, group == "required")
    return found


def hidden(node_class: Any) -> dict[str, str]:
    """Return input name -> kind of the inputs ComfyUI itself fills in."""
    kinds: dict[str, str] = node_class.INPUT_TYPES().get("hidden", {})
    return kinds


def lazy(node_class: Any) -> set[str]:
    """Return the inputs that are worked out only when the node asks for them."""
    return {name for name, (_, options, _) in declared(node_class).items() if options.get("lazy")}


def is_output(node_class: Any) -> bool:
    """Tell whether a class is an output node: only those make a graph run."""
    return bool(getattr(node_class, "OUTPUT_NODE", False))
