"""Permissions that the journeys need not have used, each with the reason why it is there.

Written as "principal letter bucket:key" with the letters of cli/deployment/permissions.py
and i for an invocation; `*` stands for anything.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.cloud.ram.policy import Permission

_LETTERS = {"GetObject": "r", "ListObjects": "l", "PutObject": "w", "DeleteObject": "d"}
_REASONS: dict[str, tuple[str, ...]] = {
    "what FC gives up on is handed on by the platform, with the function's own role": (
        "* i receive_failure",
    ),
    "whoever meets a closed job repeats what follows its closing, in case its closer has died": (
        "* r state:announced/",
        "* w state:announced/",
        "* w state:outbox/",
        "* w state:open/",
        "* d state:open/",
        "* ? state:wall/",
        "* ? state:in-review/",
    ),
    "health looks at the oldest job only while one is open": ("read_health ? state:jobs/",),
    "circuits are written while a service fails": (
        "paint_* ? state:control/circuits/",
        "paint_* ? state:control/probes/",
        "store_result ? state:control/circuits/",
        "store_result ? state:control/probes/",
    ),
    "a run that repeats another reads what it left, and withdraws what an erasure overtook": (
        "* r state:drivers/",
        "* d state:drivers/",
        "submit_trip ? state:jobs/",
        "repaint_job ? state:jobs/",
        "regenerate_season r state:erased-drivers/",
        "send_announcements d state:announced/",
    ),
    "a campaign is taken off the list of active ones when it ends, which may be after the run": (
        "regenerate_season d state:campaigns/",
    ),
    "a driver with as many open jobs as allowed is counted job by job": (
        "submit_trip r state:open/",
        "repaint_job r state:open/",
    ),
    "catalogue and control are read once a minute by all functions of one local process": (
        "* ? mount:input/vehicles/",
        "* ? mount:input/vehicles/catalogue/",
        "* ? state:control/",
    ),
    "the sweeper makes up for what was lost, and nothing was": (
        "sweep_jobs i *",
        "sweep_jobs ? mount:*",
        "sweep_jobs ? state:jobs/",
        "sweep_jobs ? state:announced/",
        "sweep_jobs ? state:late/",
        "sweep_jobs ? state:claims/",
        "sweep_jobs ? state:dead/announcements/",
        "sweep_jobs ? state:outbox/",
        "sweep_jobs ? state:erasing/",
        "sweep_jobs ? state:results/",
        "sweep_jobs ? state:control/acceptance",
    ),
    "who hears of a task's end first, records it: event, queue and callback in any order": (
        "drain_queue i store_result",
        "drain_queue ? state:jobs/",
        "drain_queue ? state:late/",
        "drain_queue r mount:output/j",
        "record_output i store_result",
        "record_output ? state:jobs/",
        "task_callback i store_result",
        "task_callback ? state:jobs/",
    ),
    "a message of nobody's job is kept; what was said of an unreachable queue is taken back": (
        "drain_queue w state:dead/sink/",
        "drain_queue d state:control/queues",
    ),
    "a task that failed is painted again; what a losing run stored is removed": (
        "store_result i paint_trip",
        "store_result ? state:results/",
    ),
    "an erasure ends a quarter of an hour later, and goes on by itself when it is long": (
        "run_erasure i run_erasure",
        "run_erasure d state:*",
        "run_erasure d mount:uploads/trips/",
    ),
    "a campaign that an operator has planned is not planned by the function": (
        "regenerate_season l state:drivers/",
    ),
    "a long file is read on by a further run; a line of an erased driver is blanked at once": (
        "ingest_upload i ingest_upload",
        "ingest_upload w mount:uploads/trips/",
        "ingest_upload d mount:uploads/trips/",
        "ingest_upload r state:open-uploads/",
    ),
    "what failed or died is tried again or set aside, and a list in good order has none": (
        "* ? state:tries/",
        "* w state:dead/",
        "sweep_jobs ? state:erasing/",
        "run_erasure ? state:erasing/",
    ),
    "a receiver that does not answer is tried again, given a rest, given up on": (
        "send_announcements ? state:control/endpoints/",
        "send_announcements ? state:dead/announcements/",
        "send_announcements ? state:outbox/",
    ),
    "retry, revive, recall, replay, accept and stop are not run, nor cost": (
        "operator w state:jobs/",
        "operator w state:erasing/",
        "operator r state:results/",
        "operator d state:dead/",
        "operator d state:claims/",
        "operator d state:campaigns/",
        "operator ? mount:input/vehicles/catalogue*",
        "operator r mount:custom_nodes/",
    ),
    "the mount of the local GPU writes files, without a request to OSS": ("gpu_service *",),
}


def surplus(unused: set[tuple[str, Permission]]) -> list[str]:
    """Return what is unused for no reason that is given."""
    patterns = [each for found in _REASONS.values() for each in found]
    told = {_told(name, permission) for name, permission in unused}
    return sorted(t for t in told if not any(fnmatchcase(t, each) for each in patterns))


def _told(name: str, permission: Permission) -> str:
    service, _, action = permission.action.partition(":")
    if service == "fc":
        return f"{name} i {permission.resource.rpartition('-')[2]}"
    bucket, _, key = permission.resource.rpartition(":")[2].partition("/")
    place = f"{bucket.rpartition('-')[2]}:{(permission.prefix or key).rstrip('*')}"
    return f"{name} {_LETTERS.get(action, action)} {place}"
