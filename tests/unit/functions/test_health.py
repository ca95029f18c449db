"""How the service does: what was counted, what has ended since, and what holds work back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions.count_jobs.use_case import count_jobs
from functions.read_health.use_case import read_health
from shared.costs.sizes import function_sizes
from shared.costs.spent import spent_on
from shared.jobs.control import GPU_QUEUE, Circuit, pause, read_control, report_open, write
from shared.jobs.record import Failure, JobRecord, JobStatus, Review, Scene, Step, StoredResult
from shared.jobs.tallies import CHINA, cost_of
from shared.jobs.wall import entry_of
from shared.models import defaults
from shared.models.catalogue import pictures_cny
from shared.models.prices import read_prices
from tests.fakes.clock import FakeClock
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import a_job_in, an_accepted_job

if TYPE_CHECKING:
    from functions.read_health.schema import HealthView

S = JobStatus
# Noon in China, so that hours before and behind are of the same day.
NOON = datetime(2026, 11, 30, 12, 30, tzinfo=CHINA)
RESULT = StoredResult(
    folder="results/a/", manifest_sha256="0" * 64, protected_pixels=9, protected_pixels_changed=0
)
BROKEN = Failure(code="render_failed", detail="x")


@dataclass
class Service:
    """Jobs of two tenants, and a clock."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON))
    numbers: int = 0

    def __post_init__(self) -> None:
        self.jobs = FakeJobStore(clock=self.clock)

    def ended(
        self, at: datetime, *, status: JobStatus = S.SUCCEEDED, took: float = 60.0, **changes: Any
    ) -> JobRecord:
        """Enter a job that ended then."""
        self.numbers += 1
        job, began = a_job_in(status), at - timedelta(seconds=took)
        history = (*job.history[:-1], job.history[-1].model_copy(update={"at": at}))
        named = {"job_id": f"j{self.numbers:031d}", "created_at": began, "history": history}
        record = job.model_copy(update={**named, **changes})
        self.jobs.enter_wall(record)
        return record

    def count(self) -> dict[str, int]:
        return count_jobs(seconds=60, state=self.jobs.bucket, clock=self.clock)

    def health(self, tenant: str = "maker") -> HealthView:
        state = self.jobs.bucket
        return read_health(
            tenant,
            jobs=self.jobs,
            state=state,
            control=lambda: read_control(state),
            clock=self.clock,
        )


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.mark.parametrize("counted", [True, False])
def test_hours_and_days_say_what_ended_in_them(service: Service, counted: bool) -> None:
    for took in (30.0, 40.0, 300.0):
        service.ended(NOON - timedelta(minutes=40), took=took)
    service.ended(NOON - timedelta(hours=3), status=S.FAILED, failure=BROKEN)
    service.ended(NOON - timedelta(days=2))
    if counted:
        assert service.count() == {"tenants": 1, "jobs": 5}
    health = service.health()

    hours = {each.at.hour: (each.made, each.failed) for each in health.hours}
    assert len(health.hours) == 24
    assert health.hours[0].at == NOON.replace(minute=0)
    assert {hour: n for hour, n in hours.items() if any(n)} == {11: (3, 0), 9: (0, 1)}
    eleven = health.hours[1]
    assert eleven.p50 == pytest.approx(40, rel=0.01)
    assert eleven.p95 == pytest.approx(300, rel=0.01)
    days = [(each.made, each.failed) for each in health.days]
    assert len(days) == 31
    assert days[:3] == [(3, 1), (0, 0), (1, 0)]
    assert health.failures == {"render_failed": 1}


def test_what_ended_since_the_last_count_is_added_once(service: Service) -> None:
    service.ended(NOON - timedelta(minutes=10))
    service.count()
    service.ended(NOON + timedelta(minutes=5))
    service.clock.advance(600)
    assert [service.health().days[0].made for _ in range(2)] == [2, 2]
    service.count()
    service.count()
    assert service.health().days[0].made == 2


def test_a_day_that_nobody_has_counted_is_made_up_for_and_an_old_one_stays(
    service: Service,
) -> None:
    record = service.ended(NOON - timedelta(days=5))
    service.ended(NOON - timedelta(days=4))
    service.count()
    # Erased since: what was counted was so, and names nobody.
    service.jobs.enter_wall(record.erased(now=NOON))
    service.count()
    assert [each.made for each in service.health().days[4:6]] == [1, 1]


def test_a_job_that_was_open_for_days_is_counted_when_it_ended(service: Service) -> None:
    service.ended(NOON - timedelta(hours=1), took=timedelta(days=3).total_seconds())
    service.count()
    assert service.health().days[0].made == 1


def test_times_are_those_of_interactive_jobs_that_no_reviewer_had(service: Service) -> None:
    review = Review(decision="approve", attempt=1, reviewer="r", at=NOON)
    service.ended(NOON, took=50.0)
    service.ended(NOON, took=5000.0, reviews=(review,))
    service.ended(NOON, took=9000.0, priority="bulk")
    day = service.health().days[0]
    assert day.made == 3
    assert day.p95 == pytest.approx(50, rel=0.01)


def test_costs_and_models_are_those_of_the_jobs(service: Service) -> None:
    painter = defaults.PICTURE[0]
    scene = Scene(attempt=1, claimed_at=NOON, model=painter)
    service.ended(NOON, scene=scene, pictures_ordered=2, gpu_tasks=1)
    service.ended(NOON - timedelta(days=1), scene=scene, pictures_ordered=1)
    found = service.health()
    paid = pictures_cny(1, painter)
    assert found.cost.today_cny == pytest.approx(2 * paid, abs=0.01)
    assert found.cost.month_cny == pytest.approx(3 * paid, abs=0.01)
    in_use = {each.name for each in found.models if each.in_use}
    assert in_use == {painter}
    assert any(each.retires_on for each in found.models)


def test_a_job_costs_here_what_it_costs_in_the_ledger() -> None:
    prices = read_prices()
    longest = timedelta(seconds=prices.assumed.longest_task_seconds)
    history = [
        Step(status=status, attempt=attempt, at=at)
        for attempt, took in ((1, 10 * longest), (2, longest / 10))
        for status, at in ((S.QUEUED, NOON), (S.RENDERED, NOON + took))
    ]
    job = an_accepted_job(history=tuple(history), gpu_tasks=2, pictures_ordered=2)

    parts = spent_on(job, prices=prices, sizes=function_sizes()).cost(prices)

    assert cost_of(entry_of(job)) == pytest.approx(parts["gpu"] + parts["text"] + parts["pictures"])
    assert parts["gpu"] == pytest.approx(prices.gpu_cny(1.1 * longest.total_seconds()))


def test_rejections_are_counted_by_measure(service: Service) -> None:
    failed = RESULT.model_copy(update={"failures": ("master.halo_dark", "contact_low")})
    service.ended(NOON, result=failed)
    service.ended(NOON, result=failed)
    assert service.health().rejections == {"halo_dark": 2, "contact_low": 2}


def test_tenants_see_their_own_figures(service: Service) -> None:
    service.ended(NOON - timedelta(minutes=5))
    service.ended(NOON - timedelta(minutes=5), tenant="other")
    service.ended(NOON - timedelta(minutes=5), tenant="other")
    assert service.count() == {"tenants": 2, "jobs": 3}
    assert [service.health(name).days[0].made for name in ("maker", "other", "no")] == [1, 2, 0]


def test_the_moment_says_what_is_open_and_what_holds_work_back(service: Service) -> None:
    state, clock = service.jobs.bucket, service.clock
    oldest = an_accepted_job(now=NOON - timedelta(hours=1))
    service.jobs.append(oldest)
    service.jobs.enter_wall(oldest)
    report_open(state, 7, at=NOON)
    pause(state, by="ops", reason="new workflow", clock=clock)
    retry = NOON + timedelta(minutes=1)
    write(state, f"control/circuits/{GPU_QUEUE}", Circuit(failures=3, reason="x", retry_at=retry))
    now = service.health().now

    assert (now.open_jobs, now.oldest_open_seconds, now.waiting_tasks) == (7, 3600, None)
    assert now.acceptance.on
    assert (now.sending.on, now.sending.reason, now.sending.by) == (False, "new workflow", "ops")
    assert [(each.what, each.until) for each in now.trouble] == [(GPU_QUEUE, retry)]


def test_the_oldest_open_job_is_known_however_many_came_after_it(service: Service) -> None:
    oldest = an_accepted_job(now=NOON - timedelta(hours=20))
    service.jobs.append(oldest)
    service.jobs.enter_wall(oldest)
    service.count()
    assert service.health().now.oldest_open_seconds == 72000
    service.jobs.append(oldest.to(S.CANCELLED, now=NOON, attempt=0))
    assert service.health().now.oldest_open_seconds is None


def test_a_sweeper_that_reports_nothing_is_trouble(service: Service) -> None:
    report_open(service.jobs.bucket, 7, at=NOON - timedelta(hours=1))
    now = service.health().now
    assert now.open_jobs is None
    assert [each.what for each in now.trouble] == ["sweep_jobs"]


def test_a_count_that_is_cut_short_says_so_and_ends(service: Service) -> None:
    for minute in range(1001):
        service.ended(NOON - timedelta(minutes=minute))
    assert count_jobs(seconds=-1, state=service.jobs.bucket, clock=service.clock)["jobs"] == 1000


def test_a_month_that_cannot_be_read_is_counted_anew(service: Service) -> None:
    service.ended(NOON - timedelta(minutes=5))
    service.count()
    for key in service.jobs.bucket.keys("health/"):
        service.jobs.bucket.put(key, b"{")
    service.count()
    assert service.health().days[0].made == 1
