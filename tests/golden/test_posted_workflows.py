"""What is posted for one trip in each workflow, whole: a change of it is a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.check_workflows import known_workflows
from shared.styles import style
from shared.workflows.bind import bind
from shared.workflows.load import load_workflow
from shared.workflows.task_workflow import declared, task_values
from tests.golden.painted_trip import JOB, a_trip

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.workflows.model import Value

# What only a designer's trial gives: the bundle itself writes prompts before a task is bound.
_DESIGNERS: dict[str, Value] = {"query_prompt": "城市：湖州市；景点：南浔古镇；春季，雨天，黄昏。"}


@pytest.mark.parametrize("name", known_workflows())
def test_what_is_posted_for_a_trip_is_the_golden_file(
    name: str, golden: Callable[[str, bytes], None]
) -> None:
    facts, prompt = a_trip()
    known = task_values(
        style("sdxl_photoreal" if "sdxl" in name else "photoreal"),
        facts,
        prompt,
        task_id=f"{JOB}-1",
        vehicle="citycar/g1/red/0123456789ab",
        plate=f"{JOB}-1/plate.png",
    )
    workflow = load_workflow(name)
    golden(f"{name}.posted.json", bind(workflow, declared(workflow, known | _DESIGNERS)) + b"\n")
