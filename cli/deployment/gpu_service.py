"""The GPU service: its own file, and those that make it grow; see docs/how-to/deploy.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.seasons.calendar import calendar
from shared.seasons.scaling import scaling

if TYPE_CHECKING:
    from cli.deployment.settings import Deployment, Instance

_PORT = 8000


def eas_service(deployment: Deployment) -> dict[str, Any]:
    """Return eas_service.json."""
    gpu, tasks, network = deployment.gpu, deployment.tasks, deployment.network
    return {
        "metadata": _metadata(deployment),
        "queue": {
            "cpu": gpu.queue.cpu,
            "memory": gpu.queue.memory_mb,
            "max_delivery": tasks.deliveries,
            "resource": "",
        },
        "cloud": {
            "computing": {
                "instances": [_instance(each) for each in gpu.instances],
                "disable_spot_protection_period": False,
            },
            "networking": {
                "vpc_id": network.vpc,
                "vswitch_id": ",".join(network.vswitches),
                "security_group_id": network.security_group,
            },
        },
        **({"networking": {"gateway": gpu.gateway}} if gpu.gateway else {}),
        "storage": [
            {
                "mount_path": gpu.mount,
                "oss": {"path": f"oss://{deployment.buckets.mount}/", "readOnly": False},
                "properties": {"resource_type": "model"},
            }
        ],
        "containers": [_container(deployment)],
    }


def _metadata(deployment: Deployment) -> dict[str, Any]:
    gpu, tasks = deployment.gpu, deployment.tasks
    return {
        "name": gpu.service,
        "instance": max(1, gpu.least),
        "type": "Async",
        **({"workspace_id": gpu.workspace} if gpu.workspace else {}),
        "disk": gpu.disk,
        "rpc": {"worker_threads": 1, "keepalive": tasks.keepalive_seconds * 1000},
        "rolling_strategy": {"max_surge": 1, "max_unavailable": 0},
        "eas.termination_grace_period": tasks.grace_seconds,
    }


def _instance(each: Instance) -> dict[str, Any]:
    limit = {} if each.spot_price_limit is None else {"spot_price_limit": each.spot_price_limit}
    return {"type": each.type, **limit}


def _container(deployment: Deployment) -> dict[str, Any]:
    gpu = deployment.gpu
    return {
        "image": gpu.image,
        "script": f"python main.py --listen --port {_PORT} --data-dir {gpu.mount}",
        "port": _PORT,
        "startup_check": {
            "http_get": {"path": "/", "port": _PORT},
            "initial_delay_seconds": 20,
            "period_seconds": 10,
            "timeout_seconds": 5,
            "failure_threshold": 90,
        },
        # A port that is open: while a picture is computed, an answer may take its time.
        "liveness_check": {
            "tcp_socket": {"port": _PORT},
            "period_seconds": 30,
            "timeout_seconds": 10,
            "failure_threshold": 5,
        },
    }


def autoscaler(deployment: Deployment) -> dict[str, Any]:
    """Return deploy/eas_autoscaler.json: more instances for more waiting tasks."""
    gpu = deployment.gpu
    return {
        "min": gpu.least,
        "max": gpu.most,
        "strategies": {"queue[avgbacklog]": gpu.waiting_per_instance},
        "behavior": {
            "scaleUp": {"stabilizationWindowSeconds": 0},
            "scaleDown": {"stabilizationWindowSeconds": gpu.scale_in_seconds},
            "onZero": {
                "scaleDownGracePeriodSeconds": gpu.idle_seconds,
                "scaleUpActivationReplicas": 1,
            },
        },
    }


def cronscaler(deployment: Deployment) -> dict[str, Any]:
    """Return deploy/eas_cronscaler.json: instances on planned days."""
    return dict(planned(deployment)["eas"])


def planned(deployment: Deployment) -> dict[str, Any]:
    """Return what the season calendar plans for GPUs and functions."""
    peaks = deployment.peaks
    return scaling(calendar(), since=peaks.since, days=peaks.days, sizes=deployment.sizes())
