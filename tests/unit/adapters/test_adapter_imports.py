"""What a cold start pays for the adapters."""

from __future__ import annotations

import subprocess
import sys

import pytest

VENDORS = ("oss2", "dashscope", "fc2", "requests", "aiohttp")
MAY_LOAD = {
    "shared.adapters": set(),
    "shared.adapters.system_clock": set(),
    "shared.adapters.bucket_job_store": set(),
    "shared.adapters.fc3_invoker": {"requests"},
    "shared.adapters.eas_workflow_queue": {"requests"},
    "shared.adapters.fc2_invoker": {"requests", "fc2"},
    "shared.adapters.oss_object_store": {"requests", "oss2"},
}


@pytest.mark.parametrize("module", MAY_LOAD)
def test_an_adapter_loads_its_own_vendor_and_no_other(module: str) -> None:
    program = f"import sys, {module}; print([v for v in {VENDORS!r} if v in sys.modules])"
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == str([v for v in VENDORS if v in MAY_LOAD[module]])
