"""JSON Schemas of what goes in and out, from the models that parse and make it."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from functions.cancel_job.schema import CancelledView
from functions.change_share.schema import ALLOWED as SHARED
from functions.change_share.schema import ShareWish
from functions.export_driver.schema import Export
from functions.list_jobs.schema import JobList
from functions.list_styles.schema import StylesView
from functions.list_vehicles.schema import VehiclesView
from functions.list_wall.schema import WallView
from functions.manage_campaign.schema import ORDERED, CampaignOrder, CampaignView, WindowsView
from functions.manage_vehicle.schema import (
    DECIDED as JUDGED,
)
from functions.manage_vehicle.schema import (
    DRAWN,
    UPLOADED,
    BadgeView,
    DecidedView,
    DrawnView,
    DrawnWish,
    FormsView,
    RecallView,
    SetsView,
    UploadWish,
    VehicleDecision,
)
from functions.read_health.schema import HealthView
from functions.read_job.schema import InspectedJobView
from functions.repaint_job.schema import ALLOWED as REPAINTED
from functions.repaint_job.schema import RepaintOrder
from functions.review_job.schema import ALLOWED as DECIDED
from functions.review_job.schema import Decision
from shared.edge.job_view import JobView
from shared.jobs.erasures import Receipt
from shared.jobs.record import JobStatus
from shared.prompts.model import PromptSource
from shared.trips.model import Trip
from shared.trips.refusals import ALLOWED

Schema = dict[str, Any]
_JOB_ID = {"type": "string", "pattern": "^j[a-z2-7]{31}$"}
# Read more liberally than the parsed type says; the words of ALLOWED say how.
_A_PLACE: Schema = {
    "anyOf": [{"$ref": "#/components/schemas/Place"}, {"type": "string"}, {"type": "null"}]
}
_READ_AS: dict[str, Schema] = {
    **{name: {"type": ["string", "number", "null"]} for name in ("started_at", "ended_at")},
    **dict.fromkeys(("start", "end"), _A_PLACE),
    "via": {"type": ["array", "string", "null"], "items": {}, "default": []},
    # Whatever stands there is read, or is assumed and named in the answer's warnings.
    **{name: {} for name in ("mood", "caption", "team", "driving_minutes", "distance_km")},
}


_READ = (
    Trip, Decision, ShareWish, RepaintOrder, UploadWish, DrawnWish, VehicleDecision, CampaignOrder,
)  # fmt: skip
_TOLD = (
    JobView, InspectedJobView, CancelledView, StylesView, JobList, Export, Receipt, VehiclesView,
    WallView, HealthView, SetsView, FormsView, BadgeView, DrawnView, DecidedView, RecallView,
    WindowsView, CampaignView,
)  # fmt: skip
_DESCRIBED = {
    "Decision": DECIDED,
    "ShareWish": SHARED,
    "RepaintOrder": REPAINTED,
    "UploadWish": UPLOADED,
    "DrawnWish": DRAWN,
    "VehicleDecision": JUDGED,
    "CampaignOrder": ORDERED,
}


def schemas() -> dict[str, Schema]:
    """Return the schemas of all models, by their names."""
    modes: dict[type[BaseModel], JsonSchemaMode] = {
        **dict.fromkeys(_READ, "validation"),
        **dict.fromkeys(_TOLD, "serialization"),
    }
    _, found = models_json_schema([*modes.items()], ref_template="#/components/schemas/{model}")
    named: dict[str, Schema] = {name: _untitled(s) for name, s in found["$defs"].items()}
    _describe_trip(named)
    _name_the_statuses(named)
    for model, words in _DESCRIBED.items():
        for name, schema in named[model]["properties"].items():
            schema["description"] = words[name]
    return named


def _untitled(schema: Any) -> Any:
    """Drop pydantic's titles; a property that is called title is a schema, not a text."""
    if isinstance(schema, list):
        return [_untitled(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: v for k, v in schema.items() if not (k == "title" and isinstance(v, str))}
    return {key: _untitled(value) for key, value in kept.items()}


def _describe_trip(named: dict[str, Schema]) -> None:
    trip = named["Trip"]["properties"]
    # Which of date and place must be there, the words say: there are several ways.
    named["Trip"].pop("required")
    for name, schema in trip.items():
        read_as = _READ_AS.get(name)
        trip[name] = {**(read_as or schema), "description": ALLOWED[name]}
    trip["vehicle"]["anyOf"].append({"type": "string"})
    for name, schema in named["Vehicle"]["properties"].items():
        schema["description"] = ALLOWED[f"vehicle/{name}"]
    _describe_place(named["Place"])


def _describe_place(place: Schema) -> None:
    city = {"type": "string", "description": ALLOWED["start/city"]}
    weather = {"description": ALLOWED["start/weather"]}
    place["properties"] = {
        "city": city,
        "address": {"type": "string", "description": "in place of city; only its city is kept"},
        "weather": weather,
    }
    place.pop("required")
    place["oneOf"] = [{"required": ["city"]}, {"required": ["address"]}]


def _name_the_statuses(named: dict[str, Schema]) -> None:
    shown = [status.value for status in JobStatus if status is not JobStatus.ERASED]
    sources = [source.value for source in PromptSource]
    for kind in ("JobView", "InspectedJobView"):
        job = named[kind]["properties"]
        job["job_id"] = _JOB_ID
        job["status"] = {"type": "string", "enum": shown}
        job["prompt_source"] = {"type": ["string", "null"], "enum": [*sources, None]}
    named["StepView"]["properties"]["status"] = {"type": "string", "enum": shown}
