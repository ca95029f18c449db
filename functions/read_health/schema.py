"""What goes out over GET /v1/health."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from shared.core.models import View


class SwitchView(View):
    """Whether something is on; where it is off, why, since when, and by whom."""

    on: bool
    reason: str | None = None
    since: AwareDatetime | None = None
    by: str | None = None


class TroubleView(View):
    """A service that is paused because it failed, and when it is tried again; or a timer that has
    not reported.
    """

    what: str
    reason: str
    until: AwareDatetime | None = None


class NowView(View):
    """The moment; a number that nobody has reported lately is null. Queues are all tenants'."""

    open_jobs: int | None
    oldest_open_seconds: int | None
    waiting_tasks: int | None
    waiting_results: int | None
    acceptance: SwitchView
    sending: SwitchView
    trouble: tuple[TroubleView, ...]


class StretchView(View):
    """An hour or a day, by when jobs ended; `at` is its beginning in China.

    `p50` and `p95`: seconds to the poster of interactive jobs that no reviewer had.
    """

    at: AwareDatetime
    made: int
    failed: int
    p50: float | None
    p95: float | None
    cost_cny: float


class CostView(View):
    """GPU, pictures and texts of the jobs that ended today, and this month."""

    today_cny: float
    month_cny: float


class ModelView(View):
    """A model of the list; `in_use`: it worked for a job of the last seven days."""

    name: str
    kind: str
    retires_on: date | None
    in_use: bool


class HealthView(View):
    """How the service does; `failures` and `rejections` are those of `days`."""

    now: NowView
    hours: tuple[StretchView, ...]
    days: tuple[StretchView, ...]
    failures: dict[str, int]
    rejections: dict[str, int]
    cost: CostView
    models: tuple[ModelView, ...]
