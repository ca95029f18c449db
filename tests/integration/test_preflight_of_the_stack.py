"""The preflight command over real adapters: the local stack is well, a spoilt one is not."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.identity import keys
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore
from local.cloud.serving import LoopbackServer
from local.one_process import ADDRESS_FILE
from local.stack import ROOT, STATE_BUCKET

if TYPE_CHECKING:
    from pathlib import Path

    from local.stack import LocalStack

pytestmark = pytest.mark.slow


def preflight(folder: Path) -> tuple[int, list[dict[str, Any]]]:
    """Run the command in a process of its own; return its status and its lines."""
    ran = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "cli", "preflight", "--json", "--data", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    lines: list[dict[str, Any]] = json.loads(ran.stdout)
    return ran.returncode, lines


def folder_of(stack: LocalStack) -> Path:
    """Return where the stack stores everything."""
    parents = stack.objects.folder(STATE_BUCKET).parents
    return next(folder for folder in parents if (folder / ADDRESS_FILE).exists())


def test_every_check_of_the_local_stack_is_ok(stack: LocalStack) -> None:
    status, lines = preflight(folder_of(stack))

    assert [line for line in lines if line["level"] != "ok"] == []
    assert status == 0
    assert {"create-if-absent", "GPU service", "functions"} <= {line["check"] for line in lines}


def test_what_is_wrong_with_a_service_is_seen_over_the_wire(
    stack: LocalStack, tmp_path: Path
) -> None:
    told = json.loads((folder_of(stack) / ADDRESS_FILE).read_text("utf-8"))
    given = told["environment"]
    names = [given["STATE_BUCKET"], given["MOUNT_BUCKET"]]
    versioned = BucketStore(tmp_path / "oss", names, versioning=dict.fromkeys(names, "Suspended"))
    allowed = {keys.ACCESS_KEY_ID: keys.ACCESS_KEY_SECRET}
    app = create_oss_app(versioned, keys=allowed, region=keys.REGION, clock=_now)
    with LoopbackServer(app) as oss:
        spoilt = {
            "OSS_ENDPOINT": oss.url,
            "EAS_TOKEN": "another-token-than-it-takes",
            "DASHSCOPE_API_KEY": "sk-of-somebody-else",
            "COMMUNITY_URL": f"{given['COMMUNITY_URL']}-elsewhere",
            "FUNCTION_PREFIX": "another-stack-",
            "STACK_NAME": "another-stack",
        }
        told["environment"] = {**given, **spoilt}
        (tmp_path / ADDRESS_FILE).write_text(json.dumps(told), encoding="utf-8")
        status, lines = preflight(tmp_path)

    assert status == 1
    assert {line["check"] for line in lines if line["level"] == "failure"} == {
        *("versioning", "create-if-absent", "vehicles", "GPU service", "DashScope"),
        *("announcements", "functions"),
    }
    assert not any(spoilt[name] in str(lines) for name in ("EAS_TOKEN", "DASHSCOPE_API_KEY"))


def _now() -> datetime:
    return datetime.now(timezone.utc)
