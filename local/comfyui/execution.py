"""Run a valid graph node by node, keeping the results of the last one as ComfyUI does."""

import hashlib
import json
import math
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.comfyui.folders import InterruptProcessingException
from local.comfyui.graph import NodeClasses, Prompt, hidden, is_link, lazy

_NO_INPUT = "there is no input to that node at all"


class NodeInputError(Exception):
    """A node asks for an input that the graph does not link."""


# ComfyUI reports an exception by its module.
NodeInputError.__module__ = "comfy_execution.graph"


@dataclass(frozen=True)
class Done:
    """What a node gave: its values by slot, and what it shows."""

    values: tuple[Any, ...]
    ui: dict[str, Any] | None


@dataclass
class Run:
    """What became of one graph."""

    prompt_id: str
    events: list[dict[str, Any]] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)
    error: dict[str, Any] | None = None


@dataclass
class Task:
    """One graph on its way: what is done so far, and by which signature it can be found again."""

    prompt: Prompt
    run: Run
    signatures: dict[str, str] = field(default_factory=dict)
    done: dict[str, Done] = field(default_factory=dict)


class Executor:
    """Runs graphs one after the other; an unchanged node of the last graph is not run again."""

    def __init__(self, classes: NodeClasses, after_node: Callable[[], None]) -> None:
        self._classes = classes
        self._after_node = after_node
        self._cache: dict[str, Done] = {}

    def run(self, prompt: Prompt, outputs: list[str], prompt_id: str) -> Run:
        """Run what the outputs need; a node's exception ends the run and is reported in it."""
        task = Task(prompt, Run(prompt_id))
        for key in _in_order(prompt, outputs):
            task.signatures[key] = self._signature(key, prompt, task.signatures)
        for key in outputs:
            if not self._ensure(key, task):
                break
        known = {
            key: task.done.get(key) or self._cache.get(s) for key, s in task.signatures.items()
        }
        self._cache = {task.signatures[key]: each for key, each in known.items() if each}
        return task.run

    def free(self) -> None:
        """Drop the results of the last graph."""
        self._cache = {}

    def _ensure(self, key: str, task: Task) -> bool:
        """Have a node's result, of this run or an earlier one; False when something failed."""
        if key in task.done:
            return True
        cached = self._cache.get(task.signatures[key])
        if cached is not None:
            task.done[key] = cached
        else:
            later = lazy(self._classes[task.prompt[key]["class_type"]])
            if not self._ensure_inputs(key, task, lambda name: name not in later):
                return False
            if not self._execute(key, task):
                return False
        shown = task.done[key].ui
        if shown is not None:
            task.run.outputs[key] = shown
        return True

    def _ensure_inputs(self, key: str, task: Task, wanted: Callable[[str], bool]) -> bool:
        inputs = task.prompt[key].get("inputs", {}).items()
        sources = [value[0] for name, value in inputs if is_link(value) and wanted(name)]
        return all(self._ensure(source, task) for source in sources)

    def _execute(self, key: str, task: Task) -> bool:
        given: dict[str, Any] = {}
        run = task.run
        try:
            node: Any = self._classes[task.prompt[key]["class_type"]]()
            given = self._arguments(key, task.prompt, task.done)
            while asked := _asked(node, given, key, task):
                if not self._ensure_inputs(key, task, asked.__contains__):
                    return False
                given = self._arguments(key, task.prompt, task.done)
            task.done[key] = _result(getattr(node, node.FUNCTION)(**given))
        except InterruptProcessingException:
            place = _place(run, key, task.prompt)
            run.error = {"type": "execution_interrupted", "data": place}
            self._after_node()
            return False
        # Whatever else a node raises becomes the task's error, as in ComfyUI.
        except Exception as error:  # noqa: BLE001
            run.error = _error(run, key, task.prompt, given, error)
            self._after_node()
            return False
        run.executed.append(key)
        self._after_node()
        if task.done[key].ui is not None:
            data = {"node": key, "output": task.done[key].ui, "prompt_id": run.prompt_id}
            run.events.append({"type": "executed", "data": data})
        return True

    def _arguments(self, key: str, prompt: Prompt, done: dict[str, Done]) -> dict[str, Any]:
        known = self._classes[prompt[key]["class_type"]].INPUT_TYPES()  # type: ignore[attr-defined]
        names = {**known.get("required", {}), **known.get("optional", {})}
        given = {}
        for name, value in prompt[key].get("inputs", {}).items():
            if is_link(value):
                # An input nobody has asked for yet is lazy, and None.
                given[name] = done[value[0]].values[value[1]] if value[0] in done else None
            elif name in names:
                given[name] = value
        filled = {"PROMPT": prompt, "UNIQUE_ID": key, "EXTRA_PNGINFO": None}
        kinds = hidden(self._classes[prompt[key]["class_type"]])
        return given | {name: filled.get(kind) for name, kind in kinds.items()}

    def _signature(self, key: str, prompt: Prompt, earlier: dict[str, str]) -> str:
        """Return what must be equal for an earlier result to serve again."""
        inputs = prompt[key].get("inputs", {})
        read = {
            name: [earlier[value[0]], value[1]] if is_link(value) else {"is": value}
            for name, value in inputs.items()
        }
        kind = prompt[key]["class_type"]
        told = json.dumps([kind, self._change(key, prompt), read], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def _change(self, key: str, prompt: Prompt) -> Any:
        node_class: Any = self._classes[prompt[key]["class_type"]]
        if not hasattr(node_class, "IS_CHANGED"):
            return None
        inputs = prompt[key].get("inputs", {})
        given = {name: None if is_link(value) else value for name, value in inputs.items()}
        answer = node_class.IS_CHANGED(**given)
        # NaN is equal to nothing, itself included: always run.
        never = isinstance(answer, float) and math.isnan(answer)
        return uuid.uuid4().hex if never else answer


def _in_order(prompt: Prompt, outputs: list[str]) -> list[str]:
    """Return the outputs and all they need, each after what it needs."""
    ordered: list[str] = []

    def visit(key: str) -> None:
        if key in ordered:
            return
        for value in prompt[key].get("inputs", {}).values():
            if is_link(value):
                visit(value[0])
        ordered.append(key)

    for key in outputs:
        visit(key)
    return ordered


def _asked(node: Any, given: dict[str, Any], key: str, task: Task) -> set[str]:
    """Return which inputs still to come the node wants, seeing those it has.

    Raises NodeInputError for an input that the graph does not link.
    """
    if not hasattr(node, "check_lazy_status"):
        return set()
    asked = set(node.check_lazy_status(**given) or ())
    inputs = task.prompt[key].get("inputs", {})
    for name in sorted(asked - given.keys()):
        why = "that value is a constant" if name in inputs else _NO_INPUT
        raise NodeInputError(f"Node {key} says it needs input {name}, but {why}")
    return {
        each for each in asked if is_link(inputs.get(each)) and inputs[each][0] not in task.done
    }


def _result(answer: Any) -> Done:
    if isinstance(answer, dict):
        return Done(tuple(answer.get("result", ())), answer.get("ui"))
    return Done(tuple(answer or ()), None)


def _error(
    run: Run, key: str, prompt: Prompt, given: dict[str, Any], error: Exception
) -> dict[str, Any]:
    kind = type(error)
    plain = kind.__module__ in {"builtins", None}
    data = _place(run, key, prompt) | {
        "exception_message": f"{error}\n",
        "exception_type": kind.__qualname__ if plain else f"{kind.__module__}.{kind.__qualname__}",
        "traceback": traceback.format_tb(error.__traceback__),
        "current_inputs": {name: [_shown(value)] for name, value in given.items()},
        "current_outputs": list(prompt),
    }
    return {"type": "execution_error", "data": data}


def _place(run: Run, key: str, prompt: Prompt) -> dict[str, Any]:
    return {
        "prompt_id": run.prompt_id,
        "node_id": key,
        "node_type": prompt[key]["class_type"],
        "executed": list(run.executed),
        "timestamp": int(time.time() * 1000),
    }


def _shown(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
