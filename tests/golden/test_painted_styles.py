"""What each style has painted of one trip, whole: a change of a style file is a decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from shared.prompts.template import template_prompt
from shared.styles import styles
from shared.workflows.task_workflow import bind_task, scene_texts
from tests.golden.painted_trip import JOB, a_trip

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("name", sorted(styles()))
def test_what_a_style_asks_for_is_the_golden_file(
    name: str, golden: Callable[[str, bytes], None]
) -> None:
    look = styles()[name]
    facts = look.shown(a_trip()[0])
    prompt = template_prompt(facts, seed=7)
    wanted, unwanted = scene_texts(look, facts, prompt)
    body = bind_task(
        look,
        facts,
        prompt,
        task_id=f"{JOB}-1",
        vehicle="citycar/g1/red/0123456789ab",
        plate=f"{JOB}-1/plate.png",
    )
    asked = {
        "prompt": wanted,
        "negative_prompt": unwanted,
        "size": [look.width, look.height],
        "posted": json.loads(body),
    }
    text = json.dumps(asked, ensure_ascii=False, indent=1) + "\n"
    golden(f"style_{name}.json", text.encode())
