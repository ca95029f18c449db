"""Hold the workflows against what a ComfyUI says of its nodes.

Without a ComfyUI, the shipped description of the nodes is used. Files that a server lacks
(weights, pictures) and inputs it ignores are warnings; `strict` makes them errors.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from local.comfyui.object_info import object_info
from shared.core.errors import NotFoundError, WorkflowError
from shared.workflows.audit import audit, missing_defaults
from shared.workflows.audit_inputs import audit_inputs, audit_size, largest_body
from shared.workflows.load import WORKFLOWS, load_workflow
from shared.workflows.node_facts import read_object_info

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.printed import Say
    from shared.workflows.node_facts import Catalogue

_SECONDS = 60


@dataclass(frozen=True)
class Asked:
    """What is held against which nodes: an object_info's URL or file, for None the shipped one."""

    object_info: str | None
    token: str | None
    folder: Path
    strict: bool

    def catalogue(self) -> Catalogue:
        """Return the nodes; WorkflowError where there is no description of them."""
        try:
            return read_object_info(fetched(self.object_info, self.token))
        except (OSError, WorkflowError) as error:
            msg = f"no object_info from {self.object_info}: {short(error)}"
        raise WorkflowError(msg)


@dataclass(frozen=True)
class Verdict:
    """What was found of one file, and whether it may stay as it is; `more` goes on its line."""

    findings: tuple[str, ...]
    ok: bool
    more: str = ""


def check(names: Sequence[str], asked: Asked, *, write_defaults: bool, say: Say) -> int:
    """Print every finding and a line for each workflow; return 1 if something must change."""
    catalogue, place = asked.catalogue(), asked.folder
    known = known_workflows(place)
    wanted = names or known
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        missing = f" called {', '.join(unknown)}" if unknown else ""
        msg = f"{place} has no workflow{missing}; it has: {', '.join(known) or 'none'}"
        raise NotFoundError(msg)
    if write_defaults:
        for name in wanted:
            _write_defaults(name, place, catalogue, say)
    return judged(
        {name: _judged(name, place, catalogue, strict=asked.strict) for name in wanted}, say
    )


def judged(found: Mapping[str, Verdict], say: Say) -> int:
    """Say what was found; return 1 if something must change."""
    if say.as_json:
        say.value(
            {name: {"ok": each.ok, "findings": each.findings} for name, each in found.items()}
        )
    for name, each in found.items():
        for finding in each.findings:
            say.progress(finding)
        say.progress(f"{name}: {'ok' if each.ok else 'FAILS'}{each.more}")
    return 0 if all(each.ok for each in found.values()) else 1


def known_workflows(folder: Path = WORKFLOWS) -> list[str]:
    """Return the names of the bundle's workflows."""
    return sorted(path.parent.name for path in folder.glob("*/workflow_api.json"))


def fetched(source: str | None, token: str | None = None) -> bytes:
    """Return the object_info of a URL or file, for None the shipped one; raises OSError."""
    if source is None:
        return object_info()
    if not urlsplit(source).scheme.startswith("http"):
        return Path(source).read_bytes()
    url = source if source.rstrip("/").endswith("object_info") else f"{source}/object_info"
    # EAS takes the bare token.
    answer = requests.get(url, headers={"Authorization": token} if token else {}, timeout=_SECONDS)
    answer.raise_for_status()
    return answer.content


def _judged(name: str, folder: Path, catalogue: Catalogue, *, strict: bool) -> Verdict:
    try:
        workflow = load_workflow(name, folder)
    except WorkflowError as error:
        return Verdict((f"error: {error}",), ok=False)
    found = [
        *audit(workflow, catalogue),
        *audit_inputs(workflow, catalogue),
        *audit_size(workflow),
    ]
    errors = [each for each in found if strict or each.level == "error"]
    size, nodes = largest_body(workflow), len(workflow.nodes)
    more = f", {nodes} nodes, at most {size} bytes posted"
    return Verdict(tuple(map(str, found)), not errors, more)


def short(error: Exception) -> str:
    """Return why there is no object_info, in few words."""
    if isinstance(error, requests.HTTPError):
        return f"it answers {error.response.status_code}"
    return "cannot be reached" if isinstance(error, requests.RequestException) else str(error)


def _write_defaults(name: str, folder: Path, catalogue: Catalogue, say: Say) -> None:
    path = folder / name / "workflow_api.json"
    graph: dict[str, Any] = json.loads(path.read_bytes())
    for key, lacking in missing_defaults(load_workflow(name, folder).nodes, catalogue).items():
        graph[key]["inputs"].update(lacking)
        told = ", ".join(f"{n} = {v!r}" for n, v in lacking.items())
        say.note(f"{name}: node {key}: wrote {told}")
        path.write_text(json.dumps(graph, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        load_workflow.cache_clear()
