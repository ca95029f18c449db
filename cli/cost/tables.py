"""Figures as they are printed: as JSON, or as tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.text import Text

from local.printed import print_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from cli.cost.forecast import Forecast, Need
    from cli.cost.ledger import Ledger
    from shared.costs.spent import Spent
    from shared.jobs.record import JobRecord
    from shared.models.prices import Prices

_PARTS = ("gpu", "text", "pictures", "oss", "functions", "sum")


def ledger_figures(ledger: Ledger, by: Iterable[str], prices: Prices) -> dict[str, Any]:
    """Return the totals, and those by each of these."""
    groups = {
        name: {key: _figures(spent, prices) for key, spent in sorted(ledger.by[name].items())}
        for name in by
    }
    total = _figures(ledger.total, prices)
    return {**_header(prices), "erased_jobs": ledger.erased, "total": total, "by": groups}


def job_figures(record: JobRecord, spent: Spent, prices: Prices) -> dict[str, Any]:
    """Return what one job has taken."""
    facts = {"job_id": record.job_id, "status": record.status.value, "style": record.painted_style}
    return {**_header(prices), **facts, "total": _figures(spent, prices)}


def idle_figures(day: Spent, gpus: int, prices: Prices) -> dict[str, Any]:
    """Return what a day without trips takes."""
    return {**_header(prices), "gpus": gpus, "idle_day": _figures(day, prices)}


def forecast_figures(
    forecasts: Sequence[Forecast], prices: Prices, *, studio: Spent
) -> dict[str, Any]:
    """Return what each number of trips needs, and beside it a day of the studio."""
    rows = [
        {
            "trips_a_day": each.trips,
            "average_hour": _need(each.average),
            "peak_hour": _need(each.peak),
            "day": _figures(each.day, prices),
            "peak_day": _figures(each.peak_day, prices),
        }
        for each in forecasts
    ]
    assumed, day = prices.assumed.model_dump(), _figures(studio, prices)
    return {**_header(prices), "assumed": assumed, "forecast": rows, "studio_day": day}


def show(told: dict[str, Any], prices: Prices, console: Console) -> None:
    """Print figures as tables."""
    if "forecast" in told:
        _show_forecast(told, console)
    elif "idle_day" in told:
        console.print(f"a day without a trip; GPU instances kept ready: {told['gpus']}")
        _show_spent({"idle day": told["idle_day"]}, console)
    else:
        _show_spent({told.get("job_id", "all jobs"): told["total"]}, console)
        for name, groups in told.get("by", {}).items():
            console.print(Text(f"\nby {name}", style="bold"))
            _show_spent(groups, console)
        if told.get("erased_jobs"):
            console.print(f"\n{told['erased_jobs']} erased jobs are not in it: nothing is known")
    console.print(f"\nprices of {prices.date} in {prices.currency}. {prices.note}", soft_wrap=True)


def _header(prices: Prices) -> dict[str, Any]:
    return {"currency": prices.currency, "prices_of": prices.date}


def _figures(spent: Spent, prices: Prices) -> dict[str, Any]:
    told = asdict(spent).items()
    amounts = {name: round(amount, 3) for name, amount in told if not name.endswith("_cny")}
    cost = {name: round(part, 6) for name, part in spent.cost(prices).items()}
    each = {"cost_a_poster": round(cost["sum"] / spent.posters, 6)} if spent.posters else {}
    return {**amounts, "cost": cost, **each}


def _need(need: Need) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(need).items()}


def _show_spent(groups: dict[str, Any], console: Console) -> None:
    rows = []
    heads = ("", "jobs", "posters", "GPU s", "tokens", "pictures", "OSS requests", "runs")
    for name, found in groups.items():
        amounts = [found["jobs"], found["posters"], found["gpu_seconds"], found["tokens"]]
        amounts += [found["pictures"], found["oss_writes"] + found["oss_reads"]]
        amounts += [found["invocations"]]
        cost = [f"{found['cost'][part]:,.2f}" for part in _PARTS]
        each = f"{found['cost_a_poster']:,.3f}" if "cost_a_poster" in found else "–"
        rows.append((name, *(f"{amount:,.0f}" for amount in amounts), *cost, each))
    print_table(console, rows, heads=(*heads, *_PARTS, "a poster"), right=True)


def _show_forecast(told: dict[str, Any], console: Console) -> None:
    assumed = told["assumed"]
    console.print(
        f"busiest day {assumed['peak_factor']:g} times the average, its busiest hour "
        f"{assumed['peak_hour_share']:.0%} of it; {assumed['tasks_per_trip']:g} tasks of "
        f"{assumed['task_seconds']:g} s a trip; GPUs busy at most "
        f"{assumed['most_utilisation']:.0%}, and at most {assumed['late_share']:.0%} of tasks wait "
        f"longer than {assumed['wait_seconds']:g} s",
        soft_wrap=True,
    )
    rows = []
    first = ("trips a day", "GPUs on average", "trips in peak hour", "busy GPUs then")
    more = ("GPUs at peak", "wait s", "late", "cost a day", "peak day", "a poster")
    for row in told["forecast"]:
        peak, day = row["peak_hour"], row["day"]
        figures = (
            f"{row['trips_a_day']:,.0f}",
            f"{row['average_hour']['gpus']}",
            f"{peak['trips']:,.0f}",
            f"{peak['load']:,.1f}",
            f"{peak['gpus']}",
            f"{peak['mean_wait_seconds']:,.1f}",
            f"{peak['late_share']:.2%}",
            f"{day['cost']['sum']:,.2f}",
            f"{row['peak_day']['cost']['sum']:,.2f}",
            f"{day['cost_a_poster']:.3f}",
        )
        rows.append(figures)
    print_table(console, rows, heads=(*first, *more), right=True)
    use, studio = assumed["studio"], told["studio_day"]["cost"]["sum"]
    console.print(
        f"\nthe studio besides: {studio:,.2f} a day for {use['people']:g} people, "
        f"{use['hours']:g} hours, {use['requests_a_minute']:g} requests a minute each; "
        "nothing while nobody asks",
        soft_wrap=True,
    )
