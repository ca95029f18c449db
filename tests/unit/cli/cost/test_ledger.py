"""The ledger adds up what records tell, to the figure that one gets by hand."""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cli.cost.ledger import count_up
from shared.core import ids
from shared.costs.sizes import Size, function_sizes
from shared.costs.spent import spent_on
from shared.jobs.accounts import gpu_seconds, task_seconds
from shared.jobs.record import JobRecord, JobStatus, Scene, Step, WrittenPrompt
from shared.models.prices import read_prices
from shared.ports import ObjectInfo, ObjectPage
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.trips.facts import facts_of
from tests.fakes.clock import START
from tests.fakes.jobs import a_job_in, a_trip
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from collections.abc import Iterator

PRICES = read_prices()
_NAMES = ("submit_trip", "read_job", "paint_trip", "paint_scene", "record_output", "store_result")
SIZES = {name: Size(1.0, 1.0, 0) for name in _NAMES}
_S = JobStatus


def _steps(*found: tuple[JobStatus, int, float]) -> tuple[Step, ...]:
    return tuple(
        Step(status=status, attempt=attempt, at=START + timedelta(seconds=seconds))
        for status, attempt, seconds in found
    )


STRAIGHT = _steps(
    (_S.ACCEPTED, 0, 0),
    (_S.PROMPTED, 0, 2),
    (_S.SENDING, 1, 9),
    (_S.QUEUED, 1, 10),
    (_S.RENDERED, 1, 40),
    (_S.SUCCEEDED, 1, 45),
)


def a_job(**changes: Any) -> JobRecord:
    """Return a job of 30 GPU seconds, 1,500 tokens and two pictures."""
    prompt = template_prompt(facts_of(a_trip()), seed=1)
    fields = {
        "gpu_tasks": 1,
        "pictures_ordered": 2,
        "prompt": WrittenPrompt(prompt=prompt, source=PromptSource.MODEL, tokens=1500),
        "history": STRAIGHT,
    }
    return a_job_in(_S.SUCCEEDED).model_copy(update={**fields, **changes})


def put(state: FakeObjectStore, record: JobRecord) -> None:
    """Write an older version, too: only the newest counts."""
    first = record.model_copy(update={"version": 1, "pictures_ordered": 90})
    for each in (first, record):
        state.put(ids.record_key(each.job_id, each.version), each.to_json())


def test_a_job_costs_what_one_works_out_by_hand() -> None:
    spent = spent_on(a_job(), prices=PRICES, sizes=SIZES)
    cost = spent.cost(PRICES)
    # 30 s of 11 an hour; 1,500 of a million tokens at 0.7 * 0.8 + 0.3 * 2; pictures of
    # 0.2; 50 writes and 36 reads; and 36.25 seconds of
    # 1.15 units with 15 invocations of 0.0075.
    assert cost["gpu"] == pytest.approx(30 / 3600 * 11)
    assert cost["text"] == pytest.approx(0.00174)
    assert cost["pictures"] == pytest.approx(0.4)
    assert (spent.oss_writes, spent.oss_reads) == (50, 36)
    assert cost["oss"] == pytest.approx(0.000086)
    assert spent.invocations == 15
    assert spent.fc_units == pytest.approx(36.25 * 1.15 + 15 * 0.0075)
    assert cost["functions"] == pytest.approx(0.005016)
    assert cost["sum"] == pytest.approx(0.4985087, abs=1e-6)


def test_each_picture_and_prompt_costs_what_its_own_model_takes() -> None:
    prompt = template_prompt(facts_of(a_trip()), seed=1)
    written = WrittenPrompt(
        prompt=prompt, source=PromptSource.MODEL, model="qwen3.7-plus", tokens=1_000_000
    )
    scene = Scene(attempt=1, claimed_at=START, model="wan2.2-t2i-flash", ticket="t")
    spent = spent_on(a_job(prompt=written, scene=scene), prices=PRICES, sizes=SIZES)
    assert spent.text_cny == pytest.approx(0.7 * 2 + 0.3 * 8)
    assert spent.pictures_cny == pytest.approx(2 * 0.14)


def test_gpu_seconds_run_from_the_queue_to_the_end_of_every_task() -> None:
    history = (
        *STRAIGHT[:-1],
        *_steps((_S.SENDING, 2, 50), (_S.RENDERED, 2, 57.5), (_S.SENDING, 3, 60)),
    )
    assert task_seconds(a_job(history=history)) == [30.0, 7.5]
    assert gpu_seconds(a_job(history=history)) == 37.5
    assert gpu_seconds(a_job(history=history), longest=20) == 27.5


def test_totals_by_style_campaign_and_day_in_china() -> None:
    state = FakeObjectStore()
    other = {"style": "ink", "campaign": "spring", "created_at": START + timedelta(days=1)}
    put(state, a_job(job_id=ids.any_job_id()))
    put(state, a_job(job_id=ids.any_job_id()))
    put(state, a_job(job_id=ids.any_job_id(), pictures_ordered=1, **other))
    ledger = count_up(state, prices=PRICES, sizes=SIZES)
    assert ledger.total.jobs == 3
    assert ledger.total.pictures == 5
    assert ledger.total.gpu_seconds == 90
    assert {key: each.jobs for key, each in ledger.by["style"].items()} == {
        "photoreal": 2,
        "ink": 1,
    }
    assert {key: each.pictures for key, each in ledger.by["campaign"].items()} == {
        "–": 4,
        "spring": 1,
    }
    assert len(ledger.by["day"]) == 2
    day = (START + timedelta(hours=8)).date()
    only = count_up(state, prices=PRICES, sizes=SIZES, since=day, until=day)
    assert only.total.jobs == 2
    assert count_up(state, prices=PRICES, sizes=SIZES, since=date(2099, 1, 1)).total.jobs == 0


def test_an_erased_job_is_counted_apart() -> None:
    state = FakeObjectStore()
    record = a_job(job_id=ids.any_job_id())
    put(state, record)
    erased = record.erased(now=START)
    state.put(ids.record_key(erased.job_id, erased.version), erased.to_json())
    ledger = count_up(state, prices=PRICES, sizes=SIZES)
    assert (ledger.total.jobs, ledger.erased) == (0, 1)


class _EndlessStore(FakeObjectStore):
    """A bucket of many jobs that makes each record when it is asked for."""

    def __init__(self, jobs: int) -> None:
        super().__init__()
        self._jobs = jobs
        self._body = a_job().to_json()

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        """List one version of each job."""
        assert prefix == "jobs/"
        begin = int(after[5:35]) + 1 if after else 0
        end = min(self._jobs, begin + limit)
        items = tuple(ObjectInfo(_key(n), 1, START) for n in range(begin, end))
        return ObjectPage(items, next_after=items[-1].key if end < self._jobs else "")

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes:
        """Return the same record."""
        return self._body


def _key(number: int) -> str:
    return f"jobs/{number:030d}/000001.json"


def _peaks() -> Iterator[float]:
    for jobs in (1000, 3000):
        tracemalloc.start()
        assert count_up(_EndlessStore(jobs), prices=PRICES, sizes=SIZES).total.jobs == jobs
        yield tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_jobs() -> None:
    few, many = _peaks()
    assert many < few * 1.3 + 200_000


def test_every_function_of_the_stack_has_a_size_and_timers_their_runs() -> None:
    sizes = function_sizes()
    assert set(_NAMES) <= set(sizes)
    assert sizes["sweep_jobs"].timed_runs == 1440
    assert sizes["submit_trip"].timed_runs == 0
    assert all(0 < size.cpu <= 16 and size.gigabytes > 0 for size in sizes.values())
