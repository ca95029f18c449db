"""The GPU service: its own file, and those that make it grow; see docs/how-to/deploy.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.filled import filled
from shared.seasons.calendar import calendar
from shared.seasons.scaling import scaling

if TYPE_CHECKING:
    from cli.deployment.settings import Deployment

_AS_THEY_ARE = {
    "disk", "mount", "image", "least", "most", "waiting_per_instance", "scale_in_seconds",
    "idle_seconds",
}  # fmt: skip
_FILE = Path(__file__).with_name("gpu_service.yaml")


def service_files(deployment: Deployment) -> dict[str, Any]:
    """Return what is deployed of the service, by the files' paths."""
    gpu, tasks, network = deployment.gpu, deployment.tasks, deployment.network
    values = {
        "name": gpu.service,
        "instances_at_first": max(1, gpu.least),
        "workspace": gpu.workspace or None,
        "keepalive_milliseconds": tasks.keepalive_seconds * 1000,
        "grace_seconds": tasks.grace_seconds,
        "queue_cpu": gpu.queue.cpu,
        "queue_memory": gpu.queue.memory_mb,
        "deliveries": tasks.deliveries,
        "instances": [each.model_dump(exclude_none=True) for each in gpu.instances],
        "vpc": network.vpc,
        "vswitches": ",".join(network.vswitches),
        "security_group": network.security_group,
        "bucket": f"oss://{deployment.buckets.mount}/",
        "script": f"python main.py --listen --port 8000 --data-dir {gpu.mount}",
        **gpu.model_dump(include=_AS_THEY_ARE),
        "gateway": {"gateway": gpu.gateway} if gpu.gateway else None,
    }
    found = filled(_FILE, values)
    return {
        "eas_service.json": found["service"],
        "deploy/eas_autoscaler.json": found["autoscaler"],
        # Instances on planned days.
        "deploy/eas_cronscaler.json": planned(deployment)["eas"],
    }


def planned(deployment: Deployment) -> dict[str, Any]:
    """Return what the season calendar plans for GPUs and functions."""
    peaks = deployment.peaks
    return scaling(calendar(), since=peaks.since, days=peaks.days, sizes=deployment.sizes())
