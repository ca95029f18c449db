"""`poster styles`, `poster workflows`, `poster preflight`: is it fit to be used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from cli.frame import DATA, ROOT, Data, Local, command, group

if TYPE_CHECKING:
    from local.printed import Say

styles = group("Style files.")
workflows = group("Workflow files.")

ObjectInfo = Annotated[
    str | None, Option(metavar="URL|FILE", help="Of the ComfyUI to hold against.")
]
Token = Annotated[str | None, Option(help="Authorization header, as EAS wants it.")]
Folder = Annotated[
    Path, Option(exists=True, file_okay=False, metavar="DIR", help="Where the files lie.")
]
Strict = Annotated[bool, Option(help="Warnings are errors.")]
Names = Annotated[list[str] | None, Argument(metavar="NAME", help="All by default.")]
_WORKFLOWS = ROOT / "comfyui" / "workflows"


@command(styles, "check", "poster styles check ink_wash --object-info http://127.0.0.1:8188")
def check_styles(
    say: Say,
    style: Names = None,
    object_info: ObjectInfo = None,
    token: Token = None,
    folder: Folder = ROOT / "comfyui" / "styles",
    strict: Strict = False,
) -> int:
    """Hold style files against their workflows and the nodes behind; names file and line."""
    from cli import check_styles, check_workflows

    asked = check_workflows.Asked(object_info, token, folder, strict)
    return check_styles.check(style or [], asked, say=say)


@command(workflows, "check", "poster workflows check --object-info http://127.0.0.1:8188")
def check_workflows(
    say: Say,
    workflow: Names = None,
    object_info: ObjectInfo = None,
    token: Token = None,
    folder: Folder = _WORKFLOWS,
    strict: Strict = False,
    write_defaults: Annotated[
        bool, Option(help="Of inputs that this ComfyUI newly requires.")
    ] = False,
) -> int:
    """Hold workflows against what a ComfyUI says of its nodes."""
    from cli import check_workflows as checking

    asked = checking.Asked(object_info, token, folder, strict)
    return checking.check(workflow or [], asked, write_defaults=write_defaults, say=say)


@command(workflows, "designer", "poster workflows designer article")
def designer(say: Say, workflow: Names = None) -> None:
    """Write the workflow.json files that designers open anew."""
    from cli import designer_workflows

    designer_workflows.write(workflow or [], say=say)


@command(workflows, "compare", "poster workflows compare http://127.0.0.1:8188", json=False)
def compare(
    say: Say,
    url: Annotated[str, Argument(metavar="URL", help="Of the ComfyUI.")],
    output: Annotated[
        Path | None, Option(metavar="DIR", help="Its output folder; what is in it goes.")
    ] = None,
    restart: Annotated[str | None, Option(metavar="COMMAND", help="Starts it anew.")] = None,
    models: Annotated[
        int | None, Option(metavar="PORT", help="Where it asks for texts and pictures.")
    ] = None,
) -> int:
    """Run graphs on the engine and on a real ComfyUI, and print where they differ."""
    from tests.comfyui.graphs.comparing import compare

    return compare(url, output=output, restart=restart, port=models)


def preflight(
    say: Say,
    offline: Annotated[bool, Option(help="Ask no service.")] = False,
    before: Annotated[bool, Option(help="The functions are not deployed yet.")] = False,
    outside: Annotated[bool, Option(help="From outside the VPC: public endpoints.")] = False,
    spend: Annotated[bool, Option(help="Also one paid call to each model.")] = False,
    object_info: ObjectInfo = None,
    token: Token = None,
    stack_file: Annotated[
        Path, Option(exists=True, dir_okay=False, metavar="FILE", help="s.yaml")
    ] = ROOT / "s.yaml",
    workflows: Folder = _WORKFLOWS,
    local: Local = False,
    data: Data = None,
) -> int:
    """Is this configuration fit to go live: what s.yaml gives its functions with this shell."""
    from cli.preflight.checks import preflight
    from cli.preflight.world import Options

    options = Options(
        offline=offline,
        spend=spend,
        before=before,
        outside=outside,
        object_info=object_info,
        token=token,
        stack_file=stack_file,
        workflows=workflows,
        data=data or (DATA if local else None),
    )
    return preflight(options, say=say)


def add_to(app: typer.Typer) -> None:
    """Declare the command that has no group."""
    command(app, "preflight", "poster preflight --before --outside")(preflight)
