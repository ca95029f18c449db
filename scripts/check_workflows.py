"""Hold the workflows against what a ComfyUI says of its nodes (`make check-workflows`).

    python -m scripts.check_workflows [--object-info URL|FILE] [--token T] [--strict]
                                      [--write-defaults] [--folder F] [WORKFLOW ...]

Without a ComfyUI, the shipped description of the nodes is used. Files that a server lacks
(weights, pictures) and inputs it ignores are warnings; `--strict` makes them errors.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from scripts.arguments import folder
from scripts.record_object_info import object_info
from shared.errors import WorkflowError
from shared.workflows.audit import audit, missing_defaults
from shared.workflows.audit_inputs import audit_inputs, audit_size, largest_body
from shared.workflows.load import WORKFLOWS, load_workflow
from shared.workflows.node_facts import read_object_info

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.workflows.node_facts import Catalogue

_SECONDS = 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every finding and a line for each workflow; return 1 if something must change."""
    chosen = _parser().parse_args(arguments)
    try:
        catalogue = read_object_info(fetched(chosen.object_info, chosen.token))
    except (OSError, WorkflowError) as error:
        print(f"no object_info from {chosen.object_info}: {short(error)}")
        return 2
    known, place = known_workflows(chosen.folder), chosen.folder
    names = chosen.workflow or known
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        missing = f" called {', '.join(unknown)}" if unknown else ""
        print(f"{place} has no workflow{missing}; it has: {', '.join(known) or 'none'}")
        return 2
    if chosen.write_defaults:
        for name in names:
            _write_defaults(name, place, catalogue)
    return max([_judge(name, place, catalogue, strict=chosen.strict) for name in names])


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


def _judge(name: str, folder: Path, catalogue: Catalogue, *, strict: bool) -> int:
    try:
        workflow = load_workflow(name, folder)
    except WorkflowError as error:
        print(f"error: {error}")
        return 1
    found = [
        *audit(workflow, catalogue),
        *audit_inputs(workflow, catalogue),
        *audit_size(workflow),
    ]
    for finding in found:
        print(finding)
    errors = [each for each in found if strict or each.level == "error"]
    size, nodes = largest_body(workflow), len(workflow.nodes)
    verdict = "FAILS" if errors else "ok"
    print(f"{name}: {verdict}, {nodes} nodes, at most {size} bytes posted")
    return 1 if errors else 0


def short(error: Exception) -> str:
    """Return why there is no object_info, in few words."""
    if isinstance(error, requests.HTTPError):
        return f"it answers {error.response.status_code}"
    return "cannot be reached" if isinstance(error, requests.RequestException) else str(error)


def _write_defaults(name: str, folder: Path, catalogue: Catalogue) -> None:
    path = folder / name / "workflow_api.json"
    graph: dict[str, Any] = json.loads(path.read_bytes())
    for key, lacking in missing_defaults(load_workflow(name, folder).nodes, catalogue).items():
        graph[key]["inputs"].update(lacking)
        print(f"{name}: node {key}: wrote {', '.join(f'{n} = {v!r}' for n, v in lacking.items())}")
        path.write_text(json.dumps(graph, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        load_workflow.cache_clear()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.check_workflows")
    parser.add_argument("workflow", nargs="*", help="names; all by default")
    parser.add_argument("--object-info", metavar="URL|FILE", help="of the ComfyUI to hold against")
    parser.add_argument("--folder", type=folder, default=WORKFLOWS, help="where the workflows lie")
    parser.add_argument("--token", help="Authorization header, as EAS wants it")
    parser.add_argument("--strict", action="store_true", help="warnings are errors")
    parser.add_argument(
        "--write-defaults",
        action="store_true",
        help="put the defaults of inputs that this ComfyUI newly requires into workflow_api.json",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
