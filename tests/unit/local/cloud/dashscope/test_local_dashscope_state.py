"""Switches, call counts, picture tasks and their life over a restart."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from local.cloud.dashscope.behaviour import DashScopeBehaviour
from local.cloud.dashscope.calls import CallLog
from local.cloud.dashscope.pictures import described
from local.cloud.dashscope.state import DashScopeState
from local.cloud.dashscope.task import Fate, PictureOrder, PictureTask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORDER = PictureOrder("wan2.2-t2i-flash", "湖州市的太湖", "模糊", 1152, 1440, 1, 7)
_PATIENCE_SECONDS = 5.0


class Painter:
    """Paints a few bytes that tell what was asked; waits while `gate` is closed."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.painted: list[tuple[int, int, int]] = []

    def paint(self, prompt: str, width: int, height: int, seed: int) -> bytes:
        self.gate.wait(_PATIENCE_SECONDS)
        self.painted.append((width, height, seed))
        return f"{prompt} {width}x{height} {seed}".encode()


@pytest.fixture(name="painter")
def _painter() -> Iterator[Painter]:
    painter = Painter()
    yield painter
    painter.gate.set()


@pytest.fixture(name="state")
def _state(tmp_path: Path, painter: Painter) -> Iterator[DashScopeState]:
    state = DashScopeState(tmp_path, [], paint=painter.paint, clock=lambda: 1_800_000_000.0)
    yield state
    painter.gate.set()
    state.close()


def submit(state: DashScopeState, *, fate: Fate = "normal", code: str = "") -> str:
    return state.submit(ORDER, fate=fate, code=code).task_id


def wait_until(state: DashScopeState, task_id: str, *statuses: str) -> PictureTask:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    task = state.find_task(task_id)
    while task and task.status not in statuses and time.monotonic() < deadline:
        time.sleep(0.005)
        task = state.find_task(task_id)
    assert task is not None
    assert task.status in statuses
    return task


def test_a_task_is_painted_with_its_prompt_size_and_seed(
    state: DashScopeState, painter: Painter
) -> None:
    task_id = submit(state)
    wait_until(state, task_id, "SUCCEEDED")
    assert painter.painted == [(1152, 1440, 7)]
    assert state.worker.picture(task_id, 0).read_bytes() == "湖州市的太湖 1152x1440 7".encode()


def test_a_task_told_to_fail_fails_with_the_code_given(
    state: DashScopeState, painter: Painter
) -> None:
    task = wait_until(state, submit(state, fate="fail_task", code="InternalError"), "FAILED")
    assert task.code == "InternalError"
    assert painter.painted == []


def test_a_moderated_picture_fails_its_task(state: DashScopeState) -> None:
    task = wait_until(state, submit(state, fate="moderate_output"), "FAILED")
    assert task.code == "DataInspectionFailed"


def test_a_task_that_never_finishes_does_not_hold_up_the_next(state: DashScopeState) -> None:
    stuck = submit(state, fate="never_finish")
    wait_until(state, submit(state), "SUCCEEDED")
    wait_until(state, stuck, "RUNNING")


def test_a_failing_painter_fails_the_task_and_the_next_one_is_painted(tmp_path: Path) -> None:
    def paint(prompt: str, width: int, height: int, seed: int) -> bytes:
        if seed == 7:
            raise ValueError("no such colour")
        return b"png"

    state = DashScopeState(tmp_path, [], paint=paint)
    assert wait_until(state, submit(state), "FAILED").code == "InternalError.Algo"
    fine = PictureOrder("wan2.2-t2i-flash", "p", "", 512, 512, 1, 8)
    wait_until(state, state.submit(fine, fate="normal", code="").task_id, "SUCCEEDED")
    state.close()


def test_a_restart_paints_what_was_waiting_and_keeps_what_was_done(
    tmp_path: Path, painter: Painter
) -> None:
    before = DashScopeState(tmp_path, [], paint=painter.paint)
    done = submit(before)
    wait_until(before, done, "SUCCEEDED")
    before.close()
    waiting = before.tasks.create(ORDER, fate="normal", code="").task_id
    assert before.tasks.begin(waiting) is not None
    after = DashScopeState(tmp_path, [], paint=painter.paint)
    wait_until(after, waiting, "SUCCEEDED")
    assert len(painter.painted) == 2
    assert after.tasks.find(done) == before.tasks.find(done)
    after.close()


def test_only_a_waiting_task_can_be_cancelled(state: DashScopeState, painter: Painter) -> None:
    painter.gate.clear()
    running, waiting = submit(state), submit(state)
    wait_until(state, running, "RUNNING")
    assert [state.tasks.cancel(running), state.tasks.cancel(waiting)] == [False, True]
    painter.gate.set()
    wait_until(state, running, "SUCCEEDED")
    wait_until(state, waiting, "CANCELED")
    assert len(painter.painted) == 1


def test_a_task_is_forgotten_after_its_life(tmp_path: Path, painter: Painter) -> None:
    now = [1000.0]
    state = DashScopeState(tmp_path, [], paint=painter.paint, clock=lambda: now[0], life_seconds=60)
    task_id = submit(state)
    now[0] = 1060.0
    assert state.find_task(task_id) is not None
    now[0] = 1061.0
    assert state.find_task(task_id) is None
    state.close()


def test_an_answer_about_a_failed_task_has_its_error_inside_the_output(
    state: DashScopeState,
) -> None:
    task = wait_until(state, submit(state, fate="moderate_output"), "FAILED")
    body = described(task, str)
    assert body["output"]["code"] == "DataInspectionFailed"
    assert body["output"]["task_metrics"] == {"TOTAL": 1, "SUCCEEDED": 0, "FAILED": 1}
    assert body["output"]["submit_time"] == "2027-01-15 16:00:00.000"
    assert "code" not in body


def test_a_switch_lasts_for_its_times_and_then_all_is_normal() -> None:
    behaviour = DashScopeBehaviour()
    behaviour.set("text", "throttled", times=2)
    assert [behaviour.next("text").mode for _ in range(3)] == ["throttled", "throttled", "normal"]


def test_a_switch_without_times_lasts_until_cleared() -> None:
    behaviour = DashScopeBehaviour()
    behaviour.set("image", "never_finish")
    assert {behaviour.next("image").mode for _ in range(5)} == {"never_finish"}
    assert behaviour.next("text").mode == "normal"
    behaviour.clear()
    assert behaviour.next("image").mode == "normal"


def test_a_mode_of_another_channel_is_refused() -> None:
    with pytest.raises(ValueError, match="no mode"):
        DashScopeBehaviour().set("poll", "fail_task")


def test_calls_are_counted_by_kind_with_their_bodies() -> None:
    calls = CallLog()
    calls.note("text", {"model": "m"})
    calls.note("poll")
    assert [calls.count("text"), calls.count("poll"), calls.count("image")] == [1, 1, 0]
    assert calls.bodies("text") == [{"model": "m"}]
