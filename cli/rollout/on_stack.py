"""A local stack that runs what is deployed to it: built where need be, and put there by the SDK."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from cli.bundle.staging import ARTIFACTS
from cli.frame import ROOT
from local.cloud.identity import keys
from shared.settings.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.rollout.cloud import FunctionCompute
    from cli.rollout.wanted import Wanted
    from local.printed import Say
    from local.stack import LocalStack

PYTHON = "3.10"
_SECONDS = 60.0
# What the zips are made of.
_SOURCES = (
    "functions",
    "shared",
    "studio",
    "client",
    "comfyui",
    "deploy",
    "cli/bundle",
    "requirements.txt",
)


def deploy_to(stack: LocalStack, *, say: Say) -> None:
    """Deploy s.yaml to a stack, built anew unless the zips are newer than all they are made of."""
    begun = time.monotonic()
    build(say)
    built = time.monotonic()
    changed = deploy(stack, wanted_on(stack))
    say.note(
        f"deployed by Function Compute's API: {len(changed)} changes, zips {built - begun:.0f} s, "
        f"deployment {time.monotonic() - built:.0f} s"
    )


def build(say: Say) -> None:
    """Build the zips unless they are newer than all that they are made of."""
    from cli.bundle.run import build_all

    out = ROOT / ".build"
    if not is_built(out):
        say.note("building the zips")
        build_all([PYTHON], out, say=say)


def wanted_on(stack: LocalStack, **shell: str) -> Wanted:
    """Return what s.yaml wants with the variables that this stack's shell would have."""
    from cli.rollout.wanted import TEMPLATE, read_wanted

    env = {**stack.deployment, **shell}
    return read_wanted(TEMPLATE, env, added=stack.options.settings, local=True)


def deploy(stack: LocalStack, wanted: Wanted) -> list[str]:
    """Bring a stack to what is wanted; return the changes."""
    from cli.rollout.deploying import Deploying, code_store
    from local.stack import STATE_BUCKET
    from shared.adapters.oss_object_store import OssObjectStore

    store = OssObjectStore(
        endpoint=stack.urls["oss"],
        public_endpoint=stack.urls["oss"],
        region=keys.REGION,
        bucket=STATE_BUCKET,
        credentials=_keys,
        timeout_seconds=_SECONDS,
        deadline_seconds=2 * _SECONDS,
    )
    put = code_store(STATE_BUCKET, store)
    return Deploying(cloud_of(stack), put, tell=lambda _: None).apply(wanted)


def cloud_of(stack: LocalStack) -> FunctionCompute:
    """Return a stack's Function Compute as operators call it."""
    from cli.rollout.cloud import FunctionCompute

    return FunctionCompute(stack.urls["fc"], keys.REGION, _keys())


def is_built(out: Path) -> bool:
    """Say whether the zips are there, and newer than all they are made of."""
    zips = [out / f"trip-poster-python{PYTHON}{kind}.zip" for kind in ARTIFACTS]
    if not all(path.is_file() for path in zips):
        return False
    built = min(path.stat().st_mtime for path in zips)
    return all(path.stat().st_mtime < built for path in _sources())


def _sources() -> Iterator[Path]:
    for name in _SOURCES:
        place = ROOT / name
        found = place.rglob("*") if place.is_dir() else (place,)
        yield from (each for each in found if each.is_file() and "__pycache__" not in each.parts)


def _keys() -> Credentials:
    return Credentials(keys.ACCESS_KEY_ID, keys.ACCESS_KEY_SECRET)
