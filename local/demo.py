"""The demonstration: one trip through the whole stack, shown as it goes."""

import io
import json
import resource
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console
from rich.live import Live
from rich.text import Text

from client.trip_posters import Job, Poster
from local.client import CarApp, fetch
from local.printed import Say, columns, print_facts, print_warnings
from local.stack import LocalStack
from local.trip_file import trip_in

_ANNOUNCE_SECONDS = 10.0
_STEPS = {
    "accepted": "trip accepted and recorded",
    "prompted": "painting prompt written",
    "sending": "scene painted, workflow bound",
    "queued": "task in the GPU queue",
    "rendered": "car composed into the scene",
    "succeeded": "poster checked, labelled, stored",
}
_ENDINGS = ("needs_review", "failed", "cancelled")


def run_demo(stack: LocalStack, trip: Path, folder: Path, say: Say, *, style: str = "") -> bool:
    """Send the trip, follow its job, store its poster under `folder`; say whether it worked."""
    console = say.people
    app = CarApp(stack.urls["app"], stack.keys.token("demo-driver"))
    print_facts(console, {"trip": str(trip)})
    job_id = app.send(trip, key=uuid.uuid4().hex, style=style)
    print_facts(console, {"job": job_id})
    console.print()
    with Live(console=console, refresh_per_second=8, transient=False) as live:
        job = app.follow(job_id, seen=lambda job: live.update(_progress(job)))
    print_warnings(console, job.warnings)
    if job.status == "needs_review":
        console.print("\na reviewer has to look at this poster: a gate failed", style="yellow")
        return False
    if job.poster is None:
        reason = job.failure.detail if job.failure else job.status
        console.print(f"\nno poster: {reason}", style="red", markup=False, soft_wrap=True)
        return False
    path, manifest = _keep(job, job.poster, folder)
    _tell(job.poster, path, manifest, console)
    if trip_in(trip).trip.share:
        _tell_announcement(stack, job, console)
    if say.as_json:
        say.value({"job": job_id, "status": job.status, "poster": path, "manifest": manifest})
    else:
        console.print(f"\n{path}", markup=False, soft_wrap=True)
    return True


def _progress(job: Job) -> Text:
    """Return the history as a table: every step of the way, done or to come."""
    at = {step.status: step.at for step in job.history}
    rows: list[tuple[Text | str, ...]] = []
    ending = {job.status: ""} if job.status in _ENDINGS else {}
    for status, words in {**_STEPS, **ending}.items():
        if status in at:
            seconds = (at[status] - job.created_at).total_seconds()
            rows.append((Text("●", style="green"), status, words, f"{seconds:5.1f} s"))
        else:
            rows.append((*(Text(each, style="dim") for each in ("○", status, words)), ""))
    return columns(rows)


def _keep(job: Job, poster: Poster, folder: Path) -> tuple[Path, dict[str, Any]]:
    manifest = json.loads(fetch(poster.manifest.url))
    path = folder / f"{job.job_id}.png"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fetch(poster.master.url))
    path.with_suffix(".json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1))
    return path, manifest


def _tell(poster: Poster, path: Path, manifest: dict[str, Any], console: Console) -> None:
    measured, master = manifest["measures"], manifest["files"][0]
    picture = Image.open(io.BytesIO(path.read_bytes()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / 1e6 if sys.platform == "darwin" else peak / 1e3
    rows = {
        "manifest": str(path.with_suffix(".json")),
        "title": manifest["title"],
        "not in the font": "".join(poster.missing_characters),
        "picture": f"{picture.width}x{picture.height} px, {master['bytes'] / 1e6:.1f} MB",
        "protected": (
            f"{measured['protected_pixels']} car pixels, "
            f"{measured['protected_pixels_changed']} differ from the render"
        ),
        "prompt": f"{manifest['prompt']['source']} ({manifest['prompt']['model']})",
        "scene": f"{manifest['scene']['model']}: a demonstration picture, not a model's",
        "memory": f"{megabytes:.0f} MB at the peak, the whole stack",
    }
    console.print()
    print_facts(console, {name: value for name, value in rows.items() if value})


def _tell_announcement(stack: LocalStack, job: Job, console: Console) -> None:
    """Show what the community was told of the poster, once it has been."""
    message_id = f"{job.job_id}-{job.attempt}-ready"
    end = time.monotonic() + _ANNOUNCE_SECONDS
    while message_id not in stack.community.messages("community") and time.monotonic() < end:
        time.sleep(0.2)
    told = stack.community.messages("community").get(message_id)
    console.print()
    print_facts(console, {"announcement": message_id})
    console.print_json(data=told if told else {"missing": "the community was not told yet"})
