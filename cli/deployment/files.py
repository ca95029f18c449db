"""What is deployed, written from deploy/stack.yaml."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.deployment import gpu_service
from cli.deployment.cors import cors_xml
from cli.deployment.policies import policy_files
from cli.deployment.settings import Deployment, read_deployment
from cli.deployment.sizes import sizes_of
from cli.deployment.stack_file import stack_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.printed import Say

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "deploy" / "stack.yaml"


def deployment_files(deployment: Deployment, *, builds: str = "./.build") -> dict[str, str]:
    """Return each file by its path from the root, with the text it should have."""
    documents = {
        **gpu_service.service_files(deployment),
        **policy_files(deployment),
    }
    stack = stack_file((ROOT / "s.yaml").read_text("utf-8"), deployment, builds=builds)
    documents["deploy/sizes.json"] = sizes_of(stack)
    cors = {"deploy/cors/mount.xml": cors_xml(deployment.domain.name)}
    return {"s.yaml": stack, **cors, **{name: _json(value) for name, value in documents.items()}}


def stale_files(wanted: dict[str, str], root: Path) -> list[str]:
    """Return what is not there as it should be, and policies of functions that are gone."""
    there = {f"deploy/ram/{path.name}" for path in (root / "deploy" / "ram").glob("*.json")}
    return sorted(there - set(wanted)) + [
        name
        for name, text in wanted.items()
        if not (root / name).is_file() or (root / name).read_text("utf-8") != text
    ]


def write(settings: Path, out: Path, *, check: bool, say: Say) -> int:
    """Write what is stale, or with `check` only name it: then 1 where anything is."""
    # Serverless Devs finds the code from the stack file's own folder.
    builds = os.path.relpath(ROOT / ".build", out.resolve())
    builds = builds if builds.startswith("..") else f"./{builds}"
    wanted = deployment_files(read_deployment(settings), builds=builds)
    stale = stale_files(wanted, out)
    for name in stale:
        if not check:
            _write(out / name, wanted.get(name))
        say.progress(f"{out / name} {_became(name, wanted, check=check)}")
    if say.as_json:
        say.value({name: _became(name, wanted, check=check) for name in stale})
    if check and stale:
        say.refusal("write them: poster deploy-files")
    return 1 if check and stale else 0


def _became(name: str, wanted: Mapping[str, str], *, check: bool) -> str:
    if check:
        return "is stale"
    return "written" if name in wanted else "removed"


def print_names(settings: Path, *, say: Say) -> None:
    """Print the stack's names for a shell."""
    found = names(read_deployment(settings))
    if say.as_json:
        say.value(dict(found))
    for name, value in found:
        say.progress(f"export {name}={shlex.quote(value)}")


def names(deployment: Deployment) -> list[tuple[str, str]]:
    """Return what the commands of docs/how-to/deploy.md call this stack's parts."""
    return [
        ("REGION", deployment.region),
        ("STACK_NAME", deployment.stack),
        ("STATE_BUCKET", deployment.buckets.state),
        ("MOUNT_BUCKET", deployment.buckets.mount),
        ("EAS_NAME", deployment.gpu.service),
        ("LOG_PROJECT", deployment.logs.project),
        ("LOG_STORE", deployment.logs.store),
        ("DOMAIN", deployment.domain.name),
    ]


def _write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
