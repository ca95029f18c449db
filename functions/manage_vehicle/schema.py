"""What comes in and goes out below /v1/vehicles/."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, ValidationError

from shared.core import ids
from shared.core.errors import InvalidRequestError, NotFoundError, Problem
from shared.core.models import Strict, View
from shared.edge.http_fields import json_body
from shared.edge.job_view import LinkView
from shared.jobs.recalling import Progress
from shared.trips.cleaning import cleaned
from shared.vehicles.delivered import Polygons
from shared.vehicles.sidecar import Slug, Titles, Word
from shared.vehicles.uploads import split_reference

if TYPE_CHECKING:
    from shared.edge.events.http_request import HttpRequest

_ROOT = "/v1/vehicles/"
_SLUG = "1 to 32 of a-z, 0-9, - and _, the first a letter or digit"
_WORD = "1 to 32 of a-z, 0-9 and _, the first a letter; empty for a single render"
UPLOADED = {
    "model": _SLUG,
    "generation": _SLUG,
    "paint": _SLUG,
    "view": _WORD,
    "light": _WORD,
    "files": "1 to 20 of {name, size, type}: the ending of the name says what it is, size in bytes,"
    " type image/png, image/tiff or application/json",
}
_VEHICLE = "MODEL/GENERATION/PAINT/VERSION"
DRAWN = {
    "vehicle": _VEHICLE,
    "polygons": "1 to 16 lists of 3 to 400 points [x, y], in pixels of the picture",
}
DECIDED = {
    "vehicle": _VEHICLE,
    "decision": "approve, refuse or recall",
    "reason": "at most 200 characters; a recall has one",
}
Media = Literal["image/png", "image/tiff", "application/json"]
Reason = Annotated[str, Field(max_length=200), BeforeValidator(cleaned)]
Reference = Annotated[str, Field(max_length=200)]


class SetsWish(Strict):
    """The sets whose path begins so, "" for all."""

    vehicle: str = Field(default="", pattern=r"^([a-z0-9_-]{1,32}(/[a-z0-9_-]{1,32}){0,2})?$")


class BadgeWish(Strict):
    """A version's badge."""

    vehicle: Reference


class RecallWish(Strict):
    """What a recall would take back, gone on with from where an answer came to."""

    vehicle: Reference
    cursor: str = Field(default="", max_length=1000)


class UploadFile(Strict):
    """A file that is to be uploaded."""

    name: str = Field(min_length=1, max_length=200)
    size: int = Field(ge=1, strict=True)
    type: Media


class UploadWish(Strict):
    """The files of one render; without view and light a single one."""

    model: Slug
    generation: Slug
    paint: Slug
    view: Word | Literal[""] = ""
    light: Word | Literal[""] = ""
    files: tuple[UploadFile, ...] = Field(min_length=1, max_length=20)


class DrawnWish(Strict):
    """A badge as it was drawn on a version's picture."""

    vehicle: Reference
    polygons: Polygons


class VehicleDecision(Strict):
    """What becomes of a version."""

    vehicle: Reference
    decision: Literal["approve", "refuse", "recall"]
    reason: Reason = ""


Request = SetsWish | BadgeWish | RecallWish | UploadWish | DrawnWish | VehicleDecision


class PictureView(LinkView):
    """A picture of intake's report."""

    name: str


class VersionView(View):
    """A version of a render; `came_at` is null for one that came with the bundle.

    `report` is intake's whole report, null where it is gone by age or there are too many.
    """

    vehicle: str
    version: str
    came_at: AwareDatetime | None
    standing: str
    current: bool
    preview: LinkView | None
    pictures: tuple[PictureView, ...] = ()
    report: dict[str, Any] | None = None


class MemberView(View):
    """A member of a set, its versions the newest first; view and light are "" in a set of one."""

    view: str
    light: str
    versions: tuple[VersionView, ...]


class GapView(View):
    """A member that a whole set has and this one has not, or no usable one."""

    view: str
    light: str


class SetView(View):
    """A car: all renders of one paint."""

    model: str
    generation: str
    paint: str
    titles: Titles
    views: tuple[str, ...]
    lights: tuple[str, ...]
    members: tuple[MemberView, ...]
    gaps: tuple[GapView, ...]


class SetsView(View):
    """All cars, in order of model, generation and paint."""

    sets: tuple[SetView, ...]


class FormView(View):
    """A form that a browser posts with the file as its last field, `file`."""

    url: str
    fields: dict[str, str]
    key: str
    name: str


class FormsView(View):
    """A form for each file, in the order of the request."""

    forms: tuple[FormView, ...]
    expires_at: AwareDatetime


class BadgeView(View):
    """A version's badge on its picture, whose pixels the polygons are in."""

    vehicle: str
    width: int
    height: int
    picture: LinkView
    mask: LinkView
    polygons: Polygons


class DrawnView(View):
    """Where the drawn badge was put; intake makes a new version of it."""

    upload: str


class DecidedView(View):
    """How a version stands after a decision."""

    vehicle: str
    standing: str
    current: bool


class RecallView(View):
    """How far a recall has come; until it is done, ask again, a preview with its `cursor`."""

    done: bool
    cursor: str = ""
    seen: int
    made_with_it: int
    withdrawn: int
    not_shared: int
    ended_open: int
    without_poster: int
    failed: int

    @classmethod
    def of(cls, progress: Progress, *, preview: bool = False) -> RecallView:
        """Return what is told of a recall's progress; a preview's is kept by who asks."""
        told = progress.model_dump(include={*cls.model_fields})
        left = preview and not progress.done
        return cls(**told, cursor=_encoded(progress) if left else "")


def parse_request(request: HttpRequest, *, max_bytes: int) -> Request:
    """Return what is asked for; NotFoundError at another path, a refusal names each field."""
    asked = (request.method, request.path.removeprefix(_ROOT))
    queries = {
        ("GET", "sets"): SetsWish,
        ("GET", "badge"): BadgeWish,
        ("GET", "recall"): RecallWish,
    }
    bodies: dict[tuple[str, str], tuple[type[Any], dict[str, str]]] = {
        ("POST", "uploads"): (UploadWish, UPLOADED),
        ("POST", "badge"): (DrawnWish, DRAWN),
        ("POST", "decisions"): (VehicleDecision, DECIDED),
    }
    if asked in bodies:
        model, allowed = bodies[asked]
        wish: Request = json_body(request, model, allowed, max_bytes=max_bytes)
    elif asked in queries:
        wish = _queried(request, queries[asked])
    else:
        raise NotFoundError("there is nothing at this path")
    if not isinstance(wish, SetsWish | UploadWish) and split_reference(wish.vehicle) is None:
        raise InvalidRequestError(problems=(Problem("/vehicle", f"allowed: {_VEHICLE}"),))
    if isinstance(wish, VehicleDecision) and wish.decision == "recall" and not wish.reason:
        raise InvalidRequestError(problems=(Problem("/reason", "a recall has one", "missing"),))
    return wish


def progress_at(cursor: str) -> Progress:
    """Return where a preview goes on; InvalidRequestError for a cursor that is none of ours."""
    if not cursor:
        return Progress()
    try:
        found = Progress.model_validate_json(base64.urlsafe_b64decode(cursor))
    except ValueError:
        found = Progress()
    if not ids.is_job_id(found.after):
        problem = Problem("/query/cursor", "the cursor of an answer, unchanged")
        raise InvalidRequestError(problems=(problem,))
    return found


def _encoded(progress: Progress) -> str:
    return base64.urlsafe_b64encode(progress.model_dump_json().encode()).decode()


def _queried(request: HttpRequest, model: type[Any]) -> Request:
    given = {name: request.query[name] for name in model.model_fields if name in request.query}
    try:
        wish: Request = model(**given)
    except ValidationError as error:
        name = str(error.errors(include_url=False)[0]["loc"][0])
        raise InvalidRequestError(problems=(Problem(f"/query/{name}", _VEHICLE),)) from None
    return wish
