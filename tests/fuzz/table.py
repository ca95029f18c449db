"""Every function of s.yaml, and how it is reached: what is not named here is not tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from functions.cancel_job.handler import handler as cancel_job
from functions.change_share.handler import handler as change_share
from functions.count_jobs.handler import handler as count_jobs
from functions.drain_queue.handler import handler as drain_queue
from functions.erase_driver.handler import handler as erase_driver
from functions.erase_job.handler import handler as erase_job
from functions.export_driver.handler import handler as export_driver
from functions.ingest_upload.handler import handler as ingest_upload
from functions.intake_vehicle.handler import handler as intake_vehicle
from functions.list_jobs.handler import handler as list_jobs
from functions.list_styles.handler import handler as list_styles
from functions.list_vehicles.handler import handler as list_vehicles
from functions.list_wall.handler import handler as list_wall
from functions.manage_campaign.handler import handler as manage_campaign
from functions.manage_vehicle.handler import handler as manage_vehicle
from functions.paint_scene.handler import handler as paint_scene
from functions.paint_trip.handler import handler as paint_trip
from functions.read_erasure.handler import handler as read_erasure
from functions.read_health.handler import handler as read_health
from functions.read_job.handler import handler as read_job
from functions.receive_failure.handler import handler as receive_failure
from functions.record_output.handler import handler as record_output
from functions.regenerate_season.handler import handler as regenerate_season
from functions.repaint_job.handler import handler as repaint_job
from functions.review_job.handler import handler as review_job
from functions.run_erasure.handler import handler as run_erasure
from functions.send_announcements.handler import handler as send_announcements
from functions.show_poster.handler import handler as show_poster
from functions.store_result.handler import handler as store_result
from functions.submit_trip.handler import handler as submit_trip
from functions.sweep_jobs.handler import handler as sweep_jobs
from functions.task_callback.handler import handler as task_callback
from tests.fuzz.odd import ERASURE, JOB

Handler = Callable[[bytes, object], Any]


class Route(NamedTuple):
    """An HTTP function: how it is asked, and by whom."""

    handler: Handler
    method: str
    path: str
    scope: str = "driver"


# A function with several routes is named once for each: `function what`.
HTTP: dict[str, Route] = {
    "submit_trip": Route(submit_trip, "POST", "/v1/trips"),
    "list_jobs": Route(list_jobs, "GET", "/v1/jobs"),
    "read_job": Route(read_job, "GET", f"/v1/jobs/{JOB}"),
    "change_share": Route(change_share, "PATCH", f"/v1/jobs/{JOB}"),
    "erase_job": Route(erase_job, "DELETE", f"/v1/jobs/{JOB}"),
    "repaint_job": Route(repaint_job, "POST", f"/v1/jobs/{JOB}/repaint"),
    "cancel_job": Route(cancel_job, "POST", f"/v1/jobs/{JOB}/cancel"),
    "review_job": Route(review_job, "POST", f"/v1/jobs/{JOB}/review", "reviewer"),
    "review_job claim": Route(review_job, "PUT", f"/v1/jobs/{JOB}/claim", "reviewer"),
    "review_job let go": Route(review_job, "DELETE", f"/v1/jobs/{JOB}/claim", "reviewer"),
    "erase_driver": Route(erase_driver, "DELETE", "/v1/me"),
    "export_driver": Route(export_driver, "GET", "/v1/me/export"),
    "read_erasure": Route(read_erasure, "GET", f"/v1/erasures/{ERASURE}"),
    "list_vehicles": Route(list_vehicles, "GET", "/v1/vehicles"),
    "manage_vehicle": Route(manage_vehicle, "GET", "/v1/vehicles/sets", "operator"),
    "manage_vehicle recall": Route(manage_vehicle, "GET", "/v1/vehicles/recall", "operator"),
    "manage_vehicle shown": Route(manage_vehicle, "GET", "/v1/vehicles/badge", "operator"),
    "manage_vehicle uploads": Route(manage_vehicle, "POST", "/v1/vehicles/uploads", "operator"),
    "manage_vehicle badge": Route(manage_vehicle, "POST", "/v1/vehicles/badge", "operator"),
    "manage_vehicle decisions": Route(manage_vehicle, "POST", "/v1/vehicles/decisions", "operator"),
    "manage_campaign": Route(manage_campaign, "GET", "/v1/campaigns", "operator"),
    "manage_campaign one": Route(manage_campaign, "GET", "/v1/campaigns/winter-2026", "operator"),
    "manage_campaign do": Route(manage_campaign, "POST", "/v1/campaigns/winter-2026", "operator"),
    "list_styles": Route(list_styles, "GET", "/v1/styles"),
    "show_poster": Route(show_poster, "GET", f"/v1/posters/{JOB}"),
    "list_wall": Route(list_wall, "GET", "/v1/wall", "reviewer"),
    "read_health": Route(read_health, "GET", "/v1/health", "operator"),
    "task_callback": Route(task_callback, "POST", "/v1/callbacks/tasks"),
}
EVENTS: dict[str, Handler] = {
    "paint_trip": paint_trip,
    "paint_scene": paint_scene,
    "store_result": store_result,
    "record_output": record_output,
    "receive_failure": receive_failure,
    "ingest_upload": ingest_upload,
    "intake_vehicle": intake_vehicle,
    "regenerate_season": regenerate_season,
    "run_erasure": run_erasure,
}
# For these it does not matter what the event says.
TIMERS: dict[str, Handler] = {
    "sweep_jobs": sweep_jobs,
    "drain_queue": drain_queue,
    "send_announcements": send_announcements,
    "count_jobs": count_jobs,
}
# Function, and what its trigger's keys begin and end with.
OBJECTS: dict[str, tuple[Handler, str, str]] = {
    "record_output": (record_output, "output/", "task.json"),
    "ingest_upload": (ingest_upload, "uploads/trips/", ".jsonl"),
    "intake_vehicle": (intake_vehicle, "uploads/vehicles/", ".png"),
}
