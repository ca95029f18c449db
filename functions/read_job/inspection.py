"""A poster's inspection: what its record says, put together for whoever judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.read_job import schema
from shared.costs.sizes import function_sizes
from shared.costs.spent import spent_on
from shared.edge.job_view import LinkView
from shared.jobs.facts import facts_of_job
from shared.models.prices import read_prices
from shared.quality.binding import unbound
from shared.quality.remedies import limit_of, meaning_of, measure_named
from shared.results.files import DIFFERENCE, PLATE, PROTECTED, SEAMS
from shared.styles import styles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.jobs.record import JobRecord, StoredResult
    from shared.ports import ObjectStore
    from shared.quality.thresholds import Thresholds

# How clear a plate's side must be to be believed.
_CLEAR = 0.5
_BEHIND, _ASIDE = 180.0, 90.0


def inspection_of(
    record: JobRecord, *, thresholds: Thresholds, link_seconds: int, results: ObjectStore
) -> schema.InspectionView:
    """Return the inspection; of a job without a stored poster what is known so far."""
    stored, written = record.result, record.prompt
    return schema.InspectionView(
        facts=_facts(record),
        prompt=schema.PromptView(
            source=written.source.value, model=written.model, text=written.prompt.prompt
        )
        if written
        else None,
        choice=schema.ChoiceView.model_validate(stored.choice.model_dump(), extra="ignore")
        if stored and stored.choice
        else None,
        lights=schema.LightsView(car=_car_light(stored), plate=_plate_light(record)),
        scores=tuple(_scores(stored, thresholds, asked=record.composition is not None))
        if stored
        else (),
        remedies=stored.remedies if stored else (),
        reviews=_reviews(record),
        retries=schema.RetriesView(
            attempts=record.attempts,
            gpu_tasks=record.gpu_tasks,
            scene_failures=record.scene_failures,
        ),
        cost=_cost(record),
        evidence=_evidence(stored, results, link_seconds) if stored else None,
    )


def _facts(record: JobRecord) -> schema.FactsView:
    """Return the facts as the poster shows them: a style may move the hour, a prompt the place."""
    facts, occasion = facts_of_job(record), record.occasion
    look = styles().get(record.painted_style)
    shown = look.shown(facts) if look else facts
    return schema.FactsView(
        city=record.prompt.prompt.city if record.prompt else shown.destination_city,
        month=shown.month,
        season=shown.season.value,
        weather=shown.weather.value,
        time_of_day=shown.time_of_day.value,
        occasion=(occasion.variant or occasion.season.value) if occasion else None,
    )


def _car_light(stored: StoredResult | None) -> schema.LightView | None:
    light = stored.evidence.car_light if stored and stored.evidence else None
    if light is None:
        return None
    return schema.LightView(azimuth_deg=light[0], elevation_deg=light[1], source="stated")


def _plate_light(record: JobRecord) -> schema.LightView | None:
    """Return the light that was measured, where its side is clear, else the one asked for."""
    plan, stored = record.composition, record.result
    height = plan.sun_elevation_deg if plan else None
    side = stored.choice.measured.get("side") if stored and stored.choice else None
    if side is not None and isinstance(side.value, float) and side.confidence >= _CLEAR:
        azimuth = round(_BEHIND - _ASIDE * max(-1.0, min(1.0, side.value)), 1)
        return schema.LightView(azimuth_deg=azimuth, elevation_deg=height, source="measured")
    asked = plan.sun_azimuth_deg if plan else None
    if asked is None:
        return None
    return schema.LightView(azimuth_deg=asked, elevation_deg=height, source="asked")


def _scores(
    stored: StoredResult, thresholds: Thresholds, *, asked: bool
) -> Iterator[schema.ScoreView]:
    """Yield every measure that has a limit, those that failed first, then the doubted ones."""
    told = {**dict.fromkeys((*stored.failures, *stored.doubts)), **stored.scores}
    order = {"failed": 0, "doubted": 1, "passed": 2}
    scores = [
        _score(name, value, stored, thresholds, asked=asked)
        for name, value in told.items()
        if meaning_of(name) or name in stored.failures or name in stored.doubts
    ]
    yield from sorted(scores, key=lambda each: order[each.outcome])


def _score(
    name: str, value: float | None, stored: StoredResult, thresholds: Thresholds, *, asked: bool
) -> schema.ScoreView:
    measure = measure_named(name)
    lossy = name.startswith("app.") and not stored.app_copy.endswith(".webp")
    failed, doubted = name in stored.failures, name in stored.doubts
    why = unbound(name, stored.scores, thresholds, lossy=lossy, asked=asked)
    return schema.ScoreView(
        measure=name,
        value=value,
        limit=limit_of(measure, thresholds, lossy=lossy),
        wanted="at_least" if measure.bound == "at least" else "at_most",
        outcome="failed" if failed else "doubted" if doubted else "passed",
        meaning=meaning_of(name) or measure.change,
        confidence=stored.scores.get(f"{name}_confidence"),
        # What has failed or is doubted did count, whatever the settings are now.
        unbound=None if failed or doubted else why,
    )


def _reviews(record: JobRecord) -> tuple[schema.ReviewView, ...]:
    return tuple(
        schema.ReviewView(
            decision=each.decision,
            attempt=each.attempt,
            by=each.reviewer,
            at=each.at,
            note=each.note,
            seed=each.seed,
            style=each.style,
            view=each.view,
            layout=each.layout,
        )
        for each in record.reviews
    )


def _cost(record: JobRecord) -> schema.CostView:
    prices = read_prices()
    cost = spent_on(record, prices=prices, sizes=function_sizes()).cost(prices)
    parts = {name: round(part, 6) for name, part in cost.items()}
    return schema.CostView(total_cny=parts.pop("sum"), parts=parts)


def _evidence(
    stored: StoredResult, results: ObjectStore, seconds: int
) -> schema.EvidenceView | None:
    """Return the links; a poster of an earlier release has no such pictures."""
    kept = stored.evidence
    if kept is None:
        return None

    def link(name: str) -> LinkView:
        signed = results.sign(stored.folder + name, seconds=seconds)
        return LinkView(url=signed.url, expires_at=signed.expires_at)

    return schema.EvidenceView(
        plate=link(PLATE),
        protected=link(PROTECTED),
        difference=link(DIFFERENCE),
        seams=link(SEAMS),
        badge_box=kept.badge_box,
        size=kept.size,
    )
