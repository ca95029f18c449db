"""Examples of what is answered to staff, made of the models that give them."""

from datetime import timedelta
from typing import Any

from functions.list_wall.schema import WallEntryView, WallView, wanted
from functions.read_health.schema import (
    CostView,
    HealthView,
    ModelView,
    NowView,
    StretchView,
    SwitchView,
    TroubleView,
)
from shared.edge.events.http_request import HttpRequest
from shared.models.catalogue import catalogue
from tools.write_docs.examples import BEGAN, JOB_ID, link, refusal

Body = dict[str, Any]


def answers() -> dict[str, Body]:
    """Return an answer of each kind, by the names of openapi.yaml."""
    return {"wall": _wall().to_json(), "health": _health().to_json()}


def problems() -> dict[str, Body]:
    """Return the refusals of what staff asks, by a name for people."""
    asked = HttpRequest("GET", "/v1/wall", {}, query={"season": "monsoon"})
    return {"wrong_season": refusal(lambda: wanted(asked))}


def _wall() -> WallView:
    entry = WallEntryView(
        job_id=JOB_ID,
        status="succeeded",
        created_at=BEGAN,
        style="photoreal",
        vehicle="citycar/g1/black/0123456789ab",
        season="spring",
        month=5,
        title="太湖春色",
        score=71,
        doubt=False,
        share=True,
        attempts=1,
        origin="app",
        failure=None,
        seconds=39,
        thumbnail=link("thumbnail.jpg"),
    )
    return WallView(entries=(entry,), cursor=None)


def _health() -> HealthView:
    stretch = StretchView(at=BEGAN, made=41, failed=1, p50=52.3, p95=118.4, cost_cny=11.72)
    retry = BEGAN + timedelta(minutes=1)
    first = catalogue().models[0]
    model = ModelView(name=first.name, kind=first.use, retires_on=first.retires_on, in_use=True)
    return HealthView(
        now=NowView(
            open_jobs=12,
            oldest_open_seconds=96,
            waiting_tasks=3,
            waiting_results=0,
            acceptance=SwitchView(on=True),
            sending=SwitchView(on=False, reason="new workflow", since=BEGAN, by="ops"),
            trouble=(TroubleView(what="picture_model", reason="Throttling", until=retry),),
        ),
        hours=(stretch,),
        days=(stretch,),
        failures={"render_failed": 1},
        rejections={"contact_low": 2},
        cost=CostView(today_cny=11.72, month_cny=64.1),
        models=(model,),
    )
