"""Vehicles: sets of renders, uploads and their reports, decisions, recalls, badges."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from client.trip_posters.errors import BadRequestError
from studio import vehicle_sets
from studio.api import Api
from studio.failing import event, told
from studio.forms import asking, posting, text, texts
from studio.rendering import respond
from studio.vehicle_sets import LIGHTS, VIEWS, Cell

_PAGE = "/studio/vehicles"
_PAINT = ("model", "generation", "paint")
_NAMED = (*_PAINT, "view", "light")
# What a file is called where it is uploaded, behind `view.light`; the API goes by the ending.
_KINDS = {"render": "", "badge": ".badge", "sidecar": ""}
_TYPES = {"png": "image/png", "tif": "image/tiff", "tiff": "image/tiff", "json": "application/json"}
# A part of a recall takes longer than a page; intake seldom takes so long.
_SLICE_SECONDS, _LONG = 18.0, timedelta(minutes=2)


def routes() -> list[Route]:
    """Return the pages and what their buttons ask for."""
    return [
        Route(_PAGE, show),
        Route(f"{_PAGE}/upload", show_upload),
        Route(f"{_PAGE}/forms", posting(sign_forms), methods=["POST"]),
        Route(f"{_PAGE}/arrived", show_arrived),
        Route(f"{_PAGE}/decide", posting(decide), methods=["POST"]),
        Route(f"{_PAGE}/recall", show_recall),
        Route(f"{_PAGE}/recall", posting(recall), methods=["POST"]),
        Route(f"{_PAGE}/recall/preview", preview_recall),
        Route(f"{_PAGE}/badge", show_badge),
        Route(f"{_PAGE}/badge", posting(save_badge), methods=["POST"]),
        Route(f"{_PAGE}/badge/mask", show_mask),
        Route(f"{_PAGE}/{{model}}/{{generation}}/{{paint}}/{{member}}", show_member),
    ]


def show(request: Request) -> Response:
    """Show every set as a table of its views and lights."""
    sets = _sets(_asking(request))
    return respond(request, "vehicles.html", sets=sets, lay=vehicle_sets)


def show_member(request: Request) -> Response:
    """Show the versions of one member, each with its report and what may be decided."""
    api = _asking(request)
    path = "/".join(request.path_params[name] for name in _PAINT)
    view, _, light = request.path_params["member"].partition(".")
    found, cell = _member(api, path, *((view, light) if light else ("", "")))
    if not found or cell is None:
        raise HTTPException(404)
    return respond(request, "vehicles_member.html", told=found, cell=cell, lay=vehicle_sets)


def show_upload(request: Request) -> Response:
    """Show the form for a new render; the address may name what it is of."""
    sets = _sets(_asking(request))
    values = {name: request.query_params.get(name, "") for name in _NAMED}
    return respond(
        request, "vehicles_upload.html", values=values, sets=sets, views=VIEWS, lights=LIGHTS
    )


def sign_forms(request: Request, form: FormData) -> Response:
    """Have the uploads signed, for the browser to send each file straight to the bucket."""
    api = _asking(request)
    named, roles = _named(form), texts(form, "role")
    given = zip(roles, texts(form, "file"), texts(form, "size"), strict=False)
    files = [_file(named, role, file, size) for role, file, size in given]
    try:
        signed = api.send("POST", "/v1/vehicles/uploads", {**named, "files": files})
    except BadRequestError as error:
        labels = {f"/files/{n}": f"vehicles.file_{role}" for n, role in enumerate(roles)}
        return respond(request, "vehicles_refused.html", error=error, labels=labels)
    rows = [
        {"role": role, "url": each["url"], "fields": json.dumps(each["fields"])}
        for role, each in zip(roles, signed["forms"], strict=True)
    ]
    return respond(request, "vehicles_sending.html", rows=rows, named=named)


def show_arrived(request: Request) -> Response:
    """Show the report on what was uploaded, or that it is still waited for."""
    api = _asking(request)
    asked = request.query_params
    named = {name: asked.get(name, "") for name in _NAMED}
    _, cell = _member(api, _path(named), named["view"], named["light"])
    digests, key = asked.getlist("digest"), asked.get("key", "")
    version = vehicle_sets.arrived_in(cell, digests, key=key, after=asked.get("after", ""))
    return _arrived(request, named, [*asked.multi_items()], cell=cell, version=version)


def decide(request: Request, form: FormData) -> Response:
    """Approve or refuse a version, then show how it stands."""
    api = _asking(request)
    vehicle, decision, alone = (text(form, name) for name in ("vehicle", "decision", "alone"))
    if decision not in {"approve", "refuse"}:
        return told(request, 400, "refused.invalid")
    body = {"vehicle": vehicle, "decision": decision, "reason": text(form, "reason")}
    api.send("POST", "/v1/vehicles/decisions", body)
    cell, _ = _of(api, vehicle)
    shown = [each for each in cell.versions if not alone or each["version"] == alone]
    return respond(
        request,
        "vehicles_versions.html",
        cell=cell,
        versions=shown,
        decided=(vehicle, decision),
        alone=alone,
        lay=vehicle_sets,
    )


def show_recall(request: Request) -> Response:
    """Show what a recall does, and ask for its reason; what it takes back is counted meanwhile."""
    api = _asking(request)
    cell, version = _of(api, request.query_params.get("vehicle", ""))
    return respond(request, "vehicles_recall.html", cell=cell, version=version, lay=vehicle_sets)


def preview_recall(request: Request) -> Response:
    """Show what a recall would take back, as far as that was read, without doing anything."""
    api = _patient(_asking(request))
    vehicle, cursor = (request.query_params.get(name, "") for name in ("vehicle", "cursor"))
    counts = api.get("/v1/vehicles/recall", vehicle=vehicle, cursor=cursor)
    again = f"{_PAGE}/recall/preview?{urlencode({'vehicle': vehicle, 'cursor': counts['cursor']})}"
    return respond(request, "vehicles_recall_counts.html", counts=counts, again=again)


def recall(request: Request, form: FormData) -> Response:
    """Take one more step of a recall; the page asks for the next one until it is done."""
    api = _patient(_asking(request))
    body = {name: text(form, name) for name in ("vehicle", "reason")}
    counts = api.send("POST", "/v1/vehicles/decisions", {**body, "decision": "recall"})
    is_first = not text(form, "goes_on")
    return respond(request, "vehicles_recalling.html", counts=counts, asked=body, is_first=is_first)


def show_badge(request: Request) -> Response:
    """Show the render with the outline of its badge, to be moved."""
    api = _asking(request)
    vehicle = request.query_params.get("vehicle", "")
    badge = api.get("/v1/vehicles/badge", vehicle=vehicle)
    cell, _ = _of(api, vehicle)
    polygons = json.dumps(badge["polygons"], separators=(",", ":"))
    path = vehicle.rpartition("/")[0]
    return respond(
        request, "vehicles_badge.html", badge=badge, polygons=polygons, cell=cell, path_of_set=path
    )


def show_mask(request: Request) -> Response:
    """Hand the mask on: a page can read the pixels of its own pictures, and of no bucket's."""
    api = _asking(request)
    badge = api.get("/v1/vehicles/badge", vehicle=request.query_params.get("vehicle", ""))
    kept = {"Cache-Control": "private, max-age=600"}
    return Response(api.download(badge["mask"]["url"]), media_type="image/png", headers=kept)


def save_badge(request: Request, form: FormData) -> Response:
    """Save an outline; it becomes a new version by intake, whose report is waited for."""
    api = _asking(request)
    vehicle = text(form, "vehicle")
    cell, _ = _of(api, vehicle)
    body = {"vehicle": vehicle, "polygons": json.loads(text(form, "polygons"))}
    saved = api.send("POST", "/v1/vehicles/badge", body)
    named = dict(zip(_PAINT, vehicle.split("/"), strict=False))
    named |= {"view": cell.view, "light": cell.light}
    query = {**named, "key": saved["upload"], "after": vehicle_sets.newest_report(cell)}
    return _arrived(request, named, [*query.items()], cell=cell, headers=event("badge-saved"))


def _arrived(
    request: Request,
    named: Mapping[str, str],
    query: list[tuple[str, str]],
    *,
    cell: Cell | None,
    version: Mapping[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Show a version's report, or wait for it: the page asks again with this query."""
    now = datetime.now(timezone.utc)
    since = dict(query).get("since") or now.isoformat(timespec="seconds")
    again = urlencode(
        [*((name, value) for name, value in query if name != "since"), ("since", since)]
    )
    return respond(
        request,
        "vehicles_arrived.html",
        headers=headers,
        cell=cell,
        version=version,
        since=since,
        is_long=now - datetime.fromisoformat(since) > _LONG,
        again=f"{_PAGE}/arrived?{again}",
        member=f"{_PAGE}/{_path(named)}/{Cell(named['view'], named['light']).name}",
        lay=vehicle_sets,
    )


def _asking(request: Request) -> Api:
    return asking(request, "studio", "operator")[1]


def _patient(api: Api) -> Api:
    """Return the API for what takes a function as long as it may."""
    return Api(replace(api.caller, timeout=_SLICE_SECONDS, deadline=_SLICE_SECONDS))


def _sets(api: Api, path: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get("/v1/vehicles/sets", vehicle=path)["sets"]
    return found


def _member(
    api: Api, path: str, view: str, light: str
) -> tuple[Mapping[str, Any] | None, Cell | None]:
    """Return a set and one of its members, None for what is not there."""
    found = next(iter(_sets(api, path)), None)
    return found, vehicle_sets.cells_of(found).get((view, light)) if found else None


def _of(api: Api, vehicle: str) -> tuple[Cell, Mapping[str, Any]]:
    """Return the version of `model/generation/paint/version`, and the member that it is of."""
    for told_of in _sets(api, vehicle.rpartition("/")[0]):
        for cell in vehicle_sets.cells_of(told_of).values():
            for version in cell.versions:
                if version["vehicle"] == vehicle:
                    return cell, version
    raise HTTPException(404)


def _named(form: FormData) -> dict[str, str]:
    return {name: text(form, name) for name in _NAMED}


def _path(named: Mapping[str, str]) -> str:
    return "/".join(named[name] for name in _PAINT)


def _file(named: Mapping[str, str], role: str, file: str, size: str) -> dict[str, Any]:
    """Return a chosen file as the API is told of it: its name says what it is."""
    ending = file.rpartition(".")[2].lower()
    stem = Cell(named["view"], named["light"]).name
    name = f"{stem}{_KINDS.get(role, '')}.{ending}"
    return {"name": name, "size": int(size or 0), "type": _TYPES.get(ending, "")}
