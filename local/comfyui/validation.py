"""Judge a graph as POST /prompt does, with the same words in the same envelope.

The shapes were observed on ComfyUI 0.33.
"""

import inspect
import traceback
from dataclasses import dataclass, field
from typing import Any

from local.comfyui.graph import NodeClasses, Prompt, declared, is_link, is_output

Fault = dict[str, Any]

_LONGEST_LIST = 20


@dataclass
class Verdict:
    """Which output nodes may run, and what is wrong with the others."""

    outputs: list[str] = field(default_factory=list)
    error: Fault | None = None
    node_errors: dict[str, Fault] = field(default_factory=dict)

    def envelope(self) -> dict[str, Any]:
        """Return the body of the 400 answer."""
        return {"error": self.error, "node_errors": self.node_errors}


def fault(kind: str, message: str, details: str, **extra: Any) -> Fault:
    return {"type": kind, "message": message, "details": details, "extra_info": extra}


def validate(prompt: Prompt, classes: NodeClasses) -> Verdict:
    """Judge a graph; literals are coerced in place, as ComfyUI does."""
    for node_id, node in prompt.items():
        missing = _missing_class(node_id, node, classes)
        if missing:
            return Verdict(error=missing)
    candidates = [key for key, node in prompt.items() if is_output(classes[node["class_type"]])]
    if not candidates:
        return Verdict(error=fault("prompt_no_outputs", "Prompt has no outputs", ""))
    judge = _Judge(prompt, classes)
    verdict = Verdict(outputs=[key for key in candidates if judge.accepts(key)])
    verdict.node_errors = judge.node_errors(candidates)
    if not verdict.outputs:
        words = [
            f"{each['message']}: {each['details']}"
            for key in candidates
            for each in judge.faults.get(key, [])
        ]
        message = "Prompt outputs failed validation"
        verdict.error = fault("prompt_outputs_failed_validation", message, "\n".join(words))
    return verdict


def _missing_class(node_id: str, node: dict[str, Any], classes: NodeClasses) -> Fault | None:
    kind = node.get("class_type")
    if kind in classes:
        return None
    title = node.get("_meta", {}).get("title")
    if kind is None:
        shown = title or f"ID #{node_id}"
        message = f"Node '{shown}' has no class_type. "
        message += "The workflow may be corrupted or a custom node is missing."
    else:
        message = f"Node '{title or kind}' not found. The custom node may not be installed."
    extra = {"node_id": node_id, "class_type": kind, "node_title": title or kind}
    return fault("missing_node_type", message, f"Node ID '#{node_id}'", **extra)


class _Judge:
    """Follows the links from an output node upwards, once for each node."""

    def __init__(self, prompt: Prompt, classes: NodeClasses) -> None:
        self._prompt = prompt
        self._classes = classes
        self._valid: dict[str, bool] = {}
        self._path: list[str] = []
        self.faults: dict[str, list[Fault]] = {}

    def accepts(self, output: str) -> bool:
        """Tell whether an output node and all it needs are valid."""
        try:
            return self._node(output)
        # ComfyUI answers whatever goes wrong here with the exception's text.
        except Exception as error:  # noqa: BLE001
            self._path.clear()
            self._valid[output] = False
            self._raised("exception_during_validation", "node", output, error)
            return False

    def node_errors(self, outputs: list[str]) -> dict[str, Fault]:
        """Return node id -> its errors and the outputs that hang on it."""
        return {
            key: {
                "errors": faults,
                "dependent_outputs": [out for out in outputs if key in self._needs(out, set())],
                "class_type": self._prompt[key]["class_type"],
            }
            for key, faults in self.faults.items()
            if faults
        }

    def _needs(self, key: str, seen: set[str]) -> set[str]:
        if key in seen or key not in self._prompt:
            return seen
        seen.add(key)
        for value in self._prompt[key].get("inputs", {}).values():
            if is_link(value) and value:
                self._needs(str(value[0]), seen)
        return seen

    def _node(self, key: str) -> bool:
        if key in self._path:
            self._cycle(key)
            return False
        if key in self._valid:
            return self._valid[key]
        self._path.append(key)
        inputs = self._prompt[key]["inputs"]
        node_class: Any = self._classes[self._prompt[key]["class_type"]]
        results = [
            self._input(key, name, spec, inputs) for name, spec in declared(node_class).items()
        ]
        self._custom(key, node_class, inputs)
        self._path.pop()
        self._valid[key] = all(results) and not self.faults.get(key)
        return self._valid[key]

    def _input(
        self, key: str, name: str, spec: tuple[Any, dict[str, Any], bool], inputs: dict[str, Any]
    ) -> bool:
        kind, _, required = spec
        if name not in inputs:
            if required:
                message = "Required input is missing"
                self._add(key, fault("required_input_missing", message, name, input_name=name))
            return not required
        if is_link(inputs[name]):
            return self._link(key, name, kind, inputs[name])
        self._literal(key, name, spec, inputs)
        return True

    def _link(self, key: str, name: str, kind: Any, value: list[Any]) -> bool:
        info = {"input_name": name, "input_config": self._config(key, name)}
        if len(value) != 2:
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            bad = fault("bad_linked_input", message, name, **info, received_value=value)
            return self._add(key, bad)
        source, slot = value
        source_class: Any = self._classes[self._prompt[source]["class_type"]]
        received = source_class.RETURN_TYPES[slot]
        if received != kind and "*" not in (received, kind):
            details = f"{name}, received_type({received}) mismatch input_type({kind})"
            message = "Return type mismatch between linked nodes"
            extra = {**info, "received_type": received, "linked_node": value}
            return self._add(key, fault("return_type_mismatch", message, details, **extra))
        try:
            return self._node(source)
        except Exception as error:  # noqa: BLE001 - as for an output: the answer tells of it
            self._valid[source] = False
            self.faults[source] = []  # what was found before it is not told
            self._raised("exception_during_inner_validation", "inner node", source, error)
            return False

    def _literal(
        self, key: str, name: str, spec: tuple[Any, dict[str, Any], bool], inputs: dict[str, Any]
    ) -> None:
        kind, options, _ = spec
        info = {"input_name": name, "input_config": self._config(key, name)}
        value = inputs[name]
        try:
            value = inputs[name] = _coerced(kind, value)
        except (ValueError, TypeError) as error:
            message = f"Failed to convert an input value to a {kind} value"
            extra = {**info, "received_value": value, "exception_message": str(error)}
            bad = fault("invalid_input_type", message, f"{name}, {value}, {error}", **extra)
            self._add(key, bad)
            return
        if _is_judged_by(self._classes[self._prompt[key]["class_type"]], name):
            return
        for found in (_out_of_range(value, options, info), _not_in_list(kind, value, info)):
            if found:
                self._add(key, found)

    def _custom(self, key: str, node_class: Any, inputs: dict[str, Any]) -> None:
        """Ask the class itself; a linked value is None, and is named with the others' fault."""
        if not hasattr(node_class, "VALIDATE_INPUTS"):
            return
        known = declared(node_class)
        given = {
            name: None if is_link(value) else value
            for name, value in inputs.items()
            if _is_judged_by(node_class, name) and (name in known or is_link(value))
        }
        answer = node_class.VALIDATE_INPUTS(**given)
        if answer is not True:
            for name in given:
                details = name if answer is False else f"{name} - {answer}"
                message = "Custom validation failed for node"
                bad = fault("custom_validation_failed", message, details, input_name=name)
                self._add(key, bad)

    def _config(self, key: str, name: str) -> list[Any]:
        types = self._classes[self._prompt[key]["class_type"]].INPUT_TYPES()  # type: ignore[attr-defined]
        for group in ("required", "optional"):
            if name in types.get(group, {}):
                return list(types[group][name])
        return []

    def _cycle(self, key: str) -> None:
        ring = self._path[self._path.index(key) :]
        named = [f"{each} ({self._prompt[each]['class_type']})" for each in [*ring, key]]
        for each in ring:
            message, details = "Dependency cycle detected", " -> ".join(named)
            extra = {"node_id": key, "cycle_nodes": ring}
            self._add(each, fault("dependency_cycle", message, details, **extra))

    def _raised(self, kind: str, what: str, key: str, error: Exception) -> None:
        lines = traceback.format_tb(error.__traceback__)
        extra = {"exception_type": type(error).__name__, "traceback": lines}
        message = f"Exception when validating {what}"
        self._add(key, fault(kind, message, str(error), **extra))

    def _add(self, key: str, found: Fault) -> bool:
        self.faults.setdefault(key, []).append(found)
        return False


def _is_judged_by(node_class: Any, name: str) -> bool:
    """Tell whether a class checks an input itself, which spares it the common checks."""
    if not hasattr(node_class, "VALIDATE_INPUTS"):
        return False
    parameters = inspect.signature(node_class.VALIDATE_INPUTS).parameters
    takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
    return takes_all or name in parameters


def _coerced(kind: Any, value: Any) -> Any:
    if isinstance(value, dict) and "__value__" in value:
        value = value["__value__"]
    converters = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}
    return converters[kind](value) if isinstance(kind, str) and kind in converters else value


def _out_of_range(value: Any, options: dict[str, Any], info: dict[str, Any]) -> Fault | None:
    extra = {**info, "received_value": value}
    name = info["input_name"]
    if "min" in options and value < options["min"]:
        message = f"Value {value} smaller than min of {options['min']}"
        return fault("value_smaller_than_min", message, name, **extra)
    if "max" in options and value > options["max"]:
        message = f"Value {value} bigger than max of {options['max']}"
        return fault("value_bigger_than_max", message, name, **extra)
    return None


def _not_in_list(kind: Any, value: Any, info: dict[str, Any]) -> Fault | None:
    if not isinstance(kind, list) or value in kind:
        return None
    long = len(kind) > _LONGEST_LIST
    shown = f"(list of length {len(kind)})" if long else str(kind)
    config = None if long else info["input_config"]
    extra = {**info, "input_config": config, "received_value": value}
    details = f"{info['input_name']}: '{value}' not in {shown}"
    return fault("value_not_in_list", "Value not in list", details, **extra)
