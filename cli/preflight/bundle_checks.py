"""What ships with the bundle: styles, workflows, the node pack, the triggers of the stack file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from cli.check_workflows import known_workflows
from cli.preflight.findings import Place
from cli.preflight.world import ROOT
from shared.core.errors import WorkflowError, suggestion
from shared.workflows.audit import audit
from shared.workflows.audit_inputs import audit_inputs, audit_size, largest_body
from shared.workflows.bind import MAX_BODY_BYTES
from shared.workflows.load import load_workflow
from shared.workflows.node_facts import read_object_info

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli.preflight.findings import Finding
    from cli.preflight.world import World
    from shared.workflows.node_facts import Catalogue

PACK = ROOT / "comfyui" / "custom_nodes" / "trip_poster"


def check_styles(world: World) -> Iterator[Finding]:
    """Every style can be read and names a workflow; the default one is offered."""
    place = Place("styles")
    try:
        found = world.ports.styles()
    except WorkflowError as error:
        yield place.failure(str(error), "mend the file under comfyui/styles/")
        return
    missing = {s.id for s in found.values() if s.workflow not in known_workflows()}
    for name in sorted(missing):
        yield place.failure(
            f"the style {name} names the workflow {found[name].workflow}, which is not there",
            "write its name as a folder of comfyui/workflows/",
        )
    default = world.variables.get("DEFAULT_STYLE") or "photoreal"
    offered = [style.id for style in found.values() if style.offered]
    if default not in offered:
        yield place.failure(
            f"DEFAULT_STYLE is {default}, which drivers may not choose"
            f"{suggestion(default, offered)}",
            f"set it to one of: {', '.join(offered)}",
        )
        return
    yield place.ok(f"{len(offered)} of {len(found)} offered, by default {default}")


def check_workflows(world: World) -> Iterator[Finding]:
    """Every workflow holds against what a ComfyUI says of its nodes."""
    place, options = Place("workflows"), world.options
    source = options.object_info or "the shipped description"
    try:
        info = world.ports.object_info(options.object_info, options.token)
        catalogue = read_object_info(info)
    except (OSError, WorkflowError) as error:
        reason = (
            type(error).__name__ if isinstance(error, requests.RequestException) else str(error)
        )
        yield place.failure(
            f"no object_info from {source}: {reason}", "give a ComfyUI's address, or a file"
        )
        return
    for name in known_workflows(options.workflows):
        yield from _workflow_findings(place, name, options.workflows, catalogue)


def check_pack(world: World) -> Iterator[Finding]:
    """The node pack can be imported without torch, and has every class that we post."""
    place, facts = Place("node pack"), world.ports.pack(PACK)
    if facts.error:
        yield place.failure(
            f"it cannot be imported: {facts.error}", "no node would load; mend the pack"
        )
        return
    posted = {
        node.class_type
        for name in known_workflows(world.options.workflows)
        for node in load_workflow(name, world.options.workflows).nodes.values()
    }
    ours = {each for each in posted if each.startswith("TripPoster")}
    lacking = sorted(ours - set(facts.classes))
    if lacking:
        yield place.failure(
            f"it has no {', '.join(lacking)}, which the workflows use", "upload the same release"
        )
    else:
        yield place.ok(f"{len(facts.classes)} classes, imported in a fresh Python without torch")


def _workflow_findings(
    place: Place, name: str, folder: Path, catalogue: Catalogue
) -> Iterator[Finding]:
    try:
        workflow = load_workflow(name, folder)
    except WorkflowError as error:
        yield place.failure(
            str(error), "mend the files of the workflow; docs/how-to/change-a-workflow.md"
        )
        return
    found = [
        *audit(workflow, catalogue),
        *audit_inputs(workflow, catalogue),
        *audit_size(workflow),
    ]
    for each in found:
        words = str(each).removeprefix(f"{each.level}: ")
        make = place.failure if each.level == "error" else place.warning
        yield make(words, "mend it, then `poster workflows check` shows the same line no more")
    if not any(each.level == "error" for each in found):
        size = largest_body(workflow)
        yield place.ok(f"{name}: at most {size:,} of {MAX_BODY_BYTES:,} bytes posted")
