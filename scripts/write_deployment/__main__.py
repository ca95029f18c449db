"""`python -m scripts.write_deployment`: write what is deployed from deploy/stack.yaml."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.write_deployment import gpu_service
from scripts.write_deployment.policies import policy_files
from scripts.write_deployment.settings import Deployment, DeploymentError, read_deployment
from scripts.write_deployment.stack_file import MarksMissingError, stack_file

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "deploy" / "stack.yaml"


def deployment_files(deployment: Deployment, *, builds: str = "./.build") -> dict[str, str]:
    """Return each file by its path from the root, with the text it should have."""
    documents = {
        "eas_service.json": gpu_service.eas_service(deployment),
        "deploy/eas_autoscaler.json": gpu_service.autoscaler(deployment),
        "deploy/eas_cronscaler.json": gpu_service.cronscaler(deployment),
        **policy_files(deployment),
    }
    stack = stack_file((ROOT / "s.yaml").read_text("utf-8"), deployment, builds=builds)
    return {"s.yaml": stack, **{name: _json(value) for name, value in documents.items()}}


def stale_files(wanted: dict[str, str], root: Path) -> list[str]:
    """Return what is not there as it should be, and policies of functions that are gone."""
    there = {f"deploy/ram/{path.name}" for path in (root / "deploy" / "ram").glob("*.json")}
    return sorted(there - set(wanted)) + [
        name
        for name, text in wanted.items()
        if not (root / name).is_file() or (root / name).read_text("utf-8") != text
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what is stale, or with --check only name it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.write_deployment", description=__doc__)
    parser.add_argument("--settings", type=Path, default=SETTINGS, help="deploy/stack.yaml")
    parser.add_argument("--out", type=Path, default=ROOT, help="folder of another stack's files")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a file is stale")
    parser.add_argument("--shell", action="store_true", help="print its names for a shell instead")
    asked = parser.parse_args(arguments)
    try:
        # Serverless Devs finds the code from the stack file's own folder.
        builds = os.path.relpath(ROOT / ".build", asked.out.resolve())
        builds = builds if builds.startswith("..") else f"./{builds}"
        deployment = read_deployment(asked.settings)
        wanted = deployment_files(deployment, builds=builds)
    except (DeploymentError, MarksMissingError) as error:
        print(f"make deployment-files: {error}", file=sys.stderr)
        return 2
    if asked.shell:
        print(
            *(f"export {name}={shlex.quote(value)}" for name, value in names(deployment)), sep="\n"
        )
        return 0
    stale = stale_files(wanted, asked.out)
    for name in stale:
        if asked.check:
            print(f"{name} is stale; run `make deployment-files`", file=sys.stderr)
        else:
            _write(asked.out / name, wanted.get(name))
    return 1 if asked.check and stale else 0


def names(deployment: Deployment) -> list[tuple[str, str]]:
    """Return what the commands of docs/deploy.md call this stack's parts."""
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
    print(f"{path} {'removed' if text is None else 'written'}")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
