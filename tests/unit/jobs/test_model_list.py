"""Of a list of models the first is used that the service offers; what is passed over is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from shared.core.errors import ModelGoneError, NoModelLeftError, UpstreamUnavailableError
from shared.jobs import control
from shared.jobs.circuits import CircuitRules, Circuits
from shared.jobs.control import read_control
from shared.jobs.model_list import ModelList, PromptModels, StyleJudges, is_models, service_of
from shared.models.catalogue import ModelsFileError
from shared.ports import ChatMessage
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.prompt_model import FakePromptModel
from tests.fakes.style_judge import FakeStyleJudge, Look, marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from structlog.typing import EventDict

GONE = ModelGoneError("404 ModelNotFound")
SHRINKING = ModelGoneError("429 Throttling.RateQuota", reason="shrinking")
ASKED = [ChatMessage("user", "{}")]


class Bench:
    """Three models, and instances that share a bucket."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = FakeObjectStore(self.clock)
        self.models: dict[str, FakePromptModel] = {}
        for name in ("first", "second", "third"):
            self.models[name] = FakePromptModel("{}", model=name)

    def instance(self) -> PromptModels:
        circuits = Circuits(self.store, clock=self.clock, rules=CircuitRules())
        listed = ModelList("prompt", tuple(self.models), self.models.__getitem__, circuits=circuits)
        return PromptModels(listed, clock=self.clock)  # type: ignore[arg-type]

    def answers(self, name: str, *scripted: Any) -> None:
        self.models[name] = FakePromptModel(*scripted, model=name)

    def ask(self, models: PromptModels | None = None) -> str:
        asked = models or self.instance()
        return asked.complete(ASKED, seed=1, deadline_seconds=10).model

    def calls(self) -> list[int]:
        return [len(each.calls) for each in self.models.values()]


@pytest.fixture
def log_lines() -> Iterator[list[EventDict]]:
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_first_is_used_and_nothing_is_remembered(bench: Bench) -> None:
    assert bench.ask() == "first"
    assert bench.store.keys("control/") == []


@pytest.mark.parametrize("error", [GONE, SHRINKING])
def test_the_next_is_used_at_once_and_the_dead_one_not_asked_by_other_instances(
    bench: Bench, error: ModelGoneError
) -> None:
    bench.answers("first", error)
    assert [bench.ask(), bench.ask(), bench.ask()] == ["second"] * 3
    assert bench.calls() == [1, 3, 0]


def test_the_operator_is_told_once(bench: Bench, log_lines: list[EventDict]) -> None:
    bench.answers("first", GONE)
    for _ in range(5):
        bench.ask()
        bench.clock.advance(4000)
    told = [line for line in log_lines if line["event"] == "model.passed_over"]
    assert [(line["model"], line["use"], line["reason"]) for line in told] == [
        ("first", "prompt", "gone")
    ]
    assert bench.calls()[0] == 5
    # Who tried it in an earlier rest is nobody's matter any more.
    assert bench.store.keys("control/probes/") == []


def test_after_its_rest_one_caller_asks_again_and_a_model_that_is_back_is_used(
    bench: Bench,
) -> None:
    bench.answers("first", GONE, "{}")
    bench.ask()
    bench.clock.advance(3599)
    assert bench.ask() == "second"
    bench.clock.advance(2)
    assert [bench.ask(), bench.ask()] == ["first", "first"]
    assert bench.store.keys("control/") == []


def test_a_quota_that_shrinks_rests_for_a_day(bench: Bench) -> None:
    bench.answers("first", SHRINKING, "{}")
    bench.ask()
    bench.clock.advance(20 * 3600)
    assert bench.ask() == "second"
    bench.clock.advance(5 * 3600)
    assert bench.ask() == "first"


def test_when_none_is_left_the_operator_is_told_and_nobody_is_asked_for_nothing(
    bench: Bench, log_lines: list[EventDict]
) -> None:
    for name in bench.models:
        bench.answers(name, GONE)
    with pytest.raises(NoModelLeftError, match="every model was passed over"):
        bench.ask()
    for _ in range(2):
        with pytest.raises(NoModelLeftError, match="none of first, second, third is offered"):
            bench.ask()
    assert bench.calls() == [1, 1, 1]
    assert "model.none_left" in {line["event"] for line in log_lines}


@pytest.mark.parametrize("error", [GONE, SHRINKING])
def test_when_none_is_left_a_first_one_that_is_back_is_used_within_two_minutes(
    bench: Bench, error: ModelGoneError
) -> None:
    bench.answers("first", error, "{}")
    bench.answers("second", GONE)
    bench.answers("third", error)
    with pytest.raises(NoModelLeftError):
        bench.ask()
    bench.clock.advance(119)
    with pytest.raises(NoModelLeftError):
        bench.ask()
    bench.clock.advance(2)
    assert [bench.ask(), bench.ask()] == ["first", "first"]
    assert bench.calls() == [3, 1, 1]
    assert bench.store.keys("control/probes/") == []


def test_when_none_is_left_one_caller_of_all_instances_asks_every_two_minutes(
    bench: Bench,
) -> None:
    for name in bench.models:
        bench.answers(name, GONE)
    for _ in range(30 * 6):
        for instance in (bench.instance(), bench.instance(), bench.instance()):
            with pytest.raises(NoModelLeftError):
                bench.ask(instance)
        bench.clock.advance(10)
    # Once at the start, then once in each two minutes of half an hour.
    assert bench.calls() == [1 + 14, 1, 1]


def test_when_none_is_left_a_caller_that_dies_is_followed_by_another(bench: Bench) -> None:
    for name in bench.models:
        bench.answers(name, GONE)
    bench.answers("first", GONE, UpstreamUnavailableError("503"), "{}")
    with pytest.raises(NoModelLeftError):
        bench.ask()
    bench.clock.advance(121)
    with pytest.raises(UpstreamUnavailableError):
        bench.ask()
    with pytest.raises(NoModelLeftError):
        bench.ask()
    bench.clock.advance(120)
    assert bench.ask() == "first"


def test_any_other_trouble_is_the_callers_and_no_other_model_is_asked(bench: Bench) -> None:
    bench.answers("first", UpstreamUnavailableError("503"))
    with pytest.raises(UpstreamUnavailableError, match="503"):
        bench.ask()
    assert bench.calls() == [1, 0, 0]


def test_all_tries_keep_to_one_deadline(bench: Bench) -> None:
    def slow(_: object) -> str:
        bench.clock.advance(4)
        raise GONE

    def slower(_: object) -> str:
        bench.clock.advance(7)
        raise GONE

    bench.answers("first", slow)
    bench.answers("second", slower)
    bench.ask()
    asked = [model.calls[0] for model in bench.models.values()]
    assert [call.deadline_seconds for call in asked] == [10, 6, 0]
    assert [call.seed for call in asked] == [1, 1, 1]


def test_a_judge_is_asked_what_the_caller_asks_within_the_callers_time(bench: Bench) -> None:
    judges = {"first": FakeStyleJudge(GONE), "second": FakeStyleJudge()}
    circuits = Circuits(bench.store, clock=bench.clock, rules=CircuitRules())
    listed = ModelList[Any]("judge", tuple(judges), judges.__getitem__, circuits=circuits)
    answer = StyleJudges(listed, clock=bench.clock).look(b"jpeg", "which?", deadline_seconds=9)

    assert answer.text == marks()
    assert [judge.looks for judge in judges.values()] == [[Look(b"jpeg", "which?", 9)]] * 2


def test_what_a_model_ordered_that_nothing_is_known_of_any_more_the_first_is_asked_for(
    bench: Bench,
) -> None:
    def make(name: str) -> str:
        if name == "former":
            raise ModelsFileError(name)
        made.append(name)
        return name.upper()

    made: list[str] = []
    circuits = Circuits(bench.store, clock=bench.clock, rules=CircuitRules())
    listed = ModelList("picture", ("first", "second"), make, circuits=circuits)
    assert made == ["first"]
    asked = [listed.of(name) for name in ("former", "second", "second")]
    assert asked == ["FIRST", "SECOND", "SECOND"]
    assert made == ["first", "second"]


def test_a_model_that_is_passed_over_holds_no_service_back_and_resuming_asks_it_again(
    bench: Bench,
) -> None:
    bench.answers("first", GONE, "{}")
    bench.ask()
    now = read_control(bench.store)
    ((service, circuit),) = (now.circuits or {}).items()
    assert (service, circuit.failures) == (service_of("prompt", "first"), 1)
    assert [is_models(name) for name in (service, control.GPU_QUEUE)] == [True, False]
    assert now.waiting_for(control.PICTURE_MODEL, control.GPU_QUEUE) == ""

    control.resume(bench.store, by="operator")
    assert bench.ask() == "first"
