"""Examples of answers, made by the code that gives them."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from functions.cancel_job.schema import CancelledView
from functions.list_styles.use_case import list_styles
from functions.list_vehicles.schema import PreviewView, TitlesView, VehiclesView, VehicleView
from functions.review_job.schema import parse_decision
from functions.submit_trip import schema
from shared.announcements.events import Event, Notice, message_body
from shared.core import errors, webhooks
from shared.core.callers import Caller
from shared.core.errors import BundleError
from shared.edge import identity
from shared.edge.entrypoint import problem
from shared.edge.events.http_request import HttpRequest
from shared.edge.job_answers import job_body
from shared.edge.job_view import CompositionView, JobView, LinkView, PosterView, StepView
from shared.jobs.record import Failure, JobStatus, WrittenPrompt
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.settings import read
from shared.settings.identity import IdentitySettings
from shared.settings.jobs import JobSettings
from shared.trips.facts import facts_of
from shared.trips.fields import no_choices
from shared.trips.reading import trip_of

Body = dict[str, Any]
JOB_ID = "j4kq2v7mzc5xw3apn6ydbe2hrt7uf5sg"
SHARED_TRIP = {
    "mood": "😎",
    "started_at": "2026-05-02T08:00:00+08:00",
    "ended_at": "2026-05-05T18:00:00+08:00",
    "driving_minutes": 180,
    "distance_km": 210.5,
    "start": {"city": "上海市", "weather": "晴"},
    "end": {"city": "湖州市", "weather": "多云"},
    "share": True,
}
_REFUSALS = Path(__file__).with_name("refusals.yaml")
BEGAN = datetime(2026, 5, 6, 9, 30, tzinfo=timezone.utc)
_IDENTITY = {"JWT_ISSUER": "i", "JWT_AUDIENCE": "a", "JWT_JWKS": "{}"}
_STEPS = {"accepted": 0, "prompted": 3, "sending": 21, "queued": 21, "rendered": 37}


def trip(root: Path) -> Body:
    text = (root / "examples" / "trips" / "may_day.json").read_text("utf-8")
    body: Body = json.loads(text)
    return body


def answers() -> dict[str, Body]:
    """Return an answer of each kind, by the names of openapi.yaml."""
    offered = list_styles(default=str(JobSettings.model_fields["default_style"].default))
    return {
        "accepted": answered(JobStatus.ACCEPTED),
        "job": job_view().to_json(),
        "reviewed": answered(JobStatus.NEEDS_REVIEW),
        "cancelled": CancelledView(job_id=JOB_ID, status="cancelled", task="removed").to_json(),
        # The first of them only.
        "styles_on_offer": offered.model_copy(update={"styles": offered.styles[:1]}).to_json(),
        "vehicles": _vehicles(),
    }


def answered(status: JobStatus, job_id: str = JOB_ID) -> Body:
    """Return what is said of a job that was accepted or decided on."""
    record: Any = SimpleNamespace(job_id=job_id, status=status, warnings=())
    return job_body(record)


def job_view() -> JobView:
    history = [StepView(status=s, attempt=int(t > 3), at=_after(t)) for s, t in _STEPS.items()]
    return JobView(
        job_id=JOB_ID,
        status="succeeded",
        attempt=1,
        style="photoreal",
        vehicle="citycar/g1/black/0123456789ab",
        created_at=BEGAN,
        deadline_at=_after(1800),
        title="太湖春色",
        prompt_source="model",
        composition=CompositionView(
            format="4:5", layout="left_third", view="front_right", ground="road", light="low_left"
        ),
        history=(*history, StepView(status="succeeded", attempt=1, at=_after(39))),
        poster=PosterView(
            master=link("poster.png"),
            app_copy=link("poster.jpg"),
            thumbnail=link("thumbnail.jpg"),
            manifest=link("manifest.json"),
        ),
        failure=None,
    )


def _vehicles() -> Body:
    folder = "uploads/reports/vehicles/citycar/g1/black/0123456789ab"
    url = f"https://files.example.com/{folder}/light.png?x-oss-signature=…"
    black = VehicleView(
        model="citycar",
        generation="g1",
        paint="black",
        version="0123456789ab",
        titles=TitlesView(zh="城市轿车 曜石黑", en="Citycar, obsidian black"),
        sizes=(960, 880, 800, 720, 640),
        preview=PreviewView(url=url, expires_at=_after(3600)),
        views={"front_left": {"4:5": ("classic", "hero_low")}},
    )
    return VehiclesView(vehicles=(black,)).to_json()


def announced() -> dict[str, Body]:
    """Return a message of each kind."""
    trip = trip_of(SHARED_TRIP)
    written = WrittenPrompt(
        prompt=template_prompt(facts_of(trip), seed=5), source=PromptSource.TEMPLATE
    )
    record: Any = SimpleNamespace(
        job_id=JOB_ID,
        trip=trip,
        prompt=written,
        painted_style="photoreal",
        occasion=None,
        failure=Failure(code="render_failed", detail=""),
    )
    return {
        event.value: json.loads(
            message_body(
                Notice(event, JOB_ID, 1),
                record,
                at=_after(39),
                base_url="https://posters.example.com",
            )
        )
        for event in Event
    }


def problems(root: Path) -> dict[str, Body]:
    """Return one refusal of each kind, by a name for people."""
    stranger = Caller("default", "reviewer-7", frozenset({"reviewer"}))
    fleet = Caller("default", "backend", frozenset({"service"}))
    plain = yaml.safe_load(_REFUSALS.read_bytes())
    return {
        "unreadable": refusal(lambda: _parse("text/csv", b"mood,caption")),
        "no_token": refusal(lambda: identity.verify({}, read(IdentitySettings, _IDENTITY))),
        "no_scope": refusal(lambda: stranger.require("driver", "service")),
        "unsigned": refusal(lambda: webhooks.verify({}, b"", secrets=(), now=0.0)),
        "too_large": refusal(lambda: _parse("application/json", b" " * 65_537)),
        "wrong_fields": refusal(lambda: _parse("application/json", _wrong_trip(root))),
        "no_driver": refusal(lambda: identity.driver_of(fleet, {})),
        "decided": body_of(
            errors.ConflictError(
                "already_decided",
                "this job does not wait for a decision; 王丽 approved this poster at "
                "2026-05-06T09:30:00Z",
                decided_by="王丽",
                decision="approve",
                decided_at="2026-05-06T09:30:00Z",
            )
        ),
        "claimed": body_of(
            errors.ConflictError(
                "claimed",
                "王丽 is looking at this poster until 2026-05-06T09:32:00Z; wait, or ask them to "
                "decide",
                claimed_by="王丽",
                until="2026-05-06T09:32:00Z",
            )
        ),
        "wrong_decision": refusal(lambda: _decide(b'{"decision": "approve", "seed": -1}')),
        "too_many": body_of(
            errors.TooManyRequestsError("at most 10 posters of one driver at once", retry_after=60)
        ),
        **{name: body_of(getattr(errors, kind)(*says)) for name, (kind, *says) in plain.items()},
    }


def _wrong_trip(root: Path) -> bytes:
    sent = {**trip(root), "start": {"city": "中山南路8號", "weather": "热"}}
    del sent["started_at"], sent["ended_at"]
    return json.dumps(sent).encode()


def _parse(media_type: str, body: bytes) -> object:
    limit = JobSettings.model_fields["max_body_bytes"].default
    request = HttpRequest("POST", "/v1/trips", {"content-type": media_type}, body=body)
    return schema.read_body(request, max_bytes=limit, choices=no_choices)


def _decide(body: bytes) -> object:
    headers = {"content-type": "application/json"}
    return parse_decision(HttpRequest("POST", "/", headers, body=body), max_bytes=1000)


def refusal(call: Callable[[], object]) -> Body:
    """Return what a refused call is answered with."""
    try:
        call()
    except BundleError as error:
        return body_of(error)
    raise AssertionError("the example was not refused")


def body_of(error: BundleError) -> Body:
    return dict(problem(error).body or {})


def _after(seconds: int) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def link(name: str) -> LinkView:
    url = f"https://files.example.com/results/{JOB_ID}/{JOB_ID}-1/{name}?x-oss-signature=…"
    return LinkView(url=url, expires_at=_after(3639))
