"""A ComfyUI as a designer's trial needs it: what it can do, one graph run, words for its errors."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from local.comfyui.engine import WorkflowEngine
from local.comfyui.remote import RemoteComfyUi, RemoteComfyUiError
from shared.core.errors import BundleError, WorkflowError
from shared.workflows.audit import Finding, audit, missing_defaults
from shared.workflows.model import Workflow
from shared.workflows.node_facts import Catalogue, read_object_info

_SECONDS = 30.0
_HINT = "the local stand-in has no such node: name a ComfyUI: --comfyui http://127.0.0.1:8188"


class TrialFailedError(BundleError):
    """The trial ended without a picture; the message is for the designer."""


class TrialServer:
    """One ComfyUI; `token` as EAS's standard edition wants it in Authorization."""

    def __init__(self, url: str, token: str | None, *, task_seconds: float = 600.0) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._task_seconds = task_seconds

    def ready(self, workflow: Workflow, body: bytes) -> tuple[bytes, list[Finding], list[str]]:
        """Return the graph as this server can run it; see `ready_graph`."""
        return ready_graph(workflow, body, self._catalogue(workflow))

    def check(self) -> None:
        """Raise TrialFailedError where no ComfyUI answers."""
        self._described("SaveImage")

    def _catalogue(self, workflow: Workflow) -> Catalogue:
        found: dict[str, Any] = {}
        for name in sorted({node.class_type for node in workflow.nodes.values()}):
            found.update(self._described(name))
        return read_object_info(json.dumps(found).encode())

    def _described(self, class_type: str) -> dict[str, Any]:
        headers = {"Authorization": self._token} if self._token else {}
        url = f"{self._url}/object_info/{quote(class_type)}"
        try:
            answer = requests.get(url, headers=headers, timeout=_SECONDS)
            described = answer.json() if answer.status_code == 200 else None
        except requests.JSONDecodeError as error:
            raise TrialFailedError(self._no_comfyui("its answer is no JSON")) from error
        except requests.RequestException as error:
            raise TrialFailedError(self._no_comfyui(type(error).__name__)) from error
        if not isinstance(described, dict):
            raise TrialFailedError(self._no_comfyui(_status(answer.status_code)))
        return described

    def _no_comfyui(self, reason: str) -> str:
        return f"no ComfyUI answers at {self._url}: {reason}"

    def run(self, body: bytes, folder: Path, *, seen: Callable[[str], None]) -> list[str]:
        """Run a graph on the inputs in `folder`, put outputs below it; return what nodes said."""
        remote = RemoteComfyUi(
            self._url, folder, token=self._token, seen=seen, task_seconds=self._task_seconds
        )
        try:
            status, answer = remote.run_task(body, {"task_id": "the trial"})
        except RemoteComfyUiError as error:
            raise TrialFailedError(str(error)) from error
        if status != 200:
            raise TrialFailedError("\n".join(explained(status, answer, json.loads(body))))
        return said_by_nodes(answer)


class StandIn:
    """Runs a graph as a TrialServer does, on this machine."""

    def ready(self, _: Workflow, body: bytes) -> tuple[bytes, list[Finding], list[str]]:
        """Return the graph as it is: the engine judges it when it runs."""
        return body, [], []

    def run(self, body: bytes, folder: Path, *, seen: Callable[[str], None]) -> list[str]:
        """Run a graph on the inputs in `folder`, put outputs below it; return what nodes said."""
        seen("painting")
        status, answer = WorkflowEngine(folder).run_task(body, {"task_id": "the trial"})
        if status != 200:
            words = list(explained(status, answer, json.loads(body)))
            raise TrialFailedError(
                "\n".join([*words, _HINT] if b"missing_node" in answer else words)
            )
        return said_by_nodes(answer)


def said_by_nodes(answer: bytes) -> list[str]:
    """Return the texts that the nodes of a finished graph show, such as their warnings."""
    shown = json.loads(answer)[-1].values()
    return [str(text) for each in shown for text in each.get("text", ())]


def ready_graph(
    workflow: Workflow, body: bytes, catalogue: Catalogue
) -> tuple[bytes, list[Finding], list[str]]:
    """Return the graph with newly required inputs filled in, the findings, and what was filled."""
    graph: dict[str, Any] = json.loads(body)
    filled = missing_defaults(workflow.nodes, catalogue)
    for key, lacking in filled.items():
        graph[key]["inputs"].update(lacking)
    nodes = {
        key: node.model_copy(update={"inputs": _with_links(graph[key]["inputs"])})
        for key, node in workflow.nodes.items()
    }
    known = [name for node in filled.values() for name in node]
    as_posted = type(workflow)(workflow.name, nodes, workflow.inputs, workflow.digest)
    return json.dumps(graph, ensure_ascii=False).encode(), audit(as_posted, catalogue), known


def _with_links(inputs: dict[str, Any]) -> dict[str, Any]:
    return {n: tuple(value) if isinstance(value, list) else value for n, value in inputs.items()}


def refuse(findings: list[Finding]) -> None:
    """Raise WorkflowError if a finding is a mistake."""
    wrong = [str(each) for each in findings if each.level == "error"]
    if wrong:
        raise WorkflowError("\n".join(wrong))


def explained(status: int, answer: bytes, graph: dict[str, Any]) -> Iterator[str]:
    """Yield in words what a server's refusal or failure says."""
    try:
        said = json.loads(answer)
    except ValueError:
        said = {}
    if not isinstance(said, dict):
        said = {}
    if "data" in said:
        yield _run_failure(said)
    elif "error" in said:
        yield from _refusal(said, graph)
    else:
        yield f"ComfyUI did not take the graph: {_status(status)}"


def _run_failure(said: dict[str, Any]) -> str:
    data = said["data"]
    place = f"node {data.get('node_id')} ({data.get('node_type')})"
    if said.get("type") == "execution_interrupted":
        return f"the run was interrupted at {place}"
    message = str(data.get("exception_message", "")).strip().partition("\n")[0]
    return f"{place} failed: {data.get('exception_type')}: {message}"


def _refusal(said: dict[str, Any], graph: dict[str, Any]) -> Iterator[str]:
    error = said["error"] if isinstance(said["error"], dict) else {"message": said["error"]}
    yield f"ComfyUI refused the graph: {error.get('message', '')}".strip()
    errors = said.get("node_errors")
    for key, node in errors.items() if isinstance(errors, dict) else ():
        kind = node.get("class_type", graph.get(key, {}).get("class_type", "?"))
        for fault in node.get("errors", []):
            yield f"  node {key} ({kind}): {fault.get('message')}: {fault.get('details')}"


def _status(code: int) -> str:
    if code in {401, 403}:
        return f"{code}, the token is missing or wrong (--token)"
    return f"it answers {code}"
