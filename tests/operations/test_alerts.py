"""Every alert watches a metric there is, and the runbook says what to look at and what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from local.stack import ROOT
from tests.operations import sls

pytestmark = pytest.mark.slow

ALERTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "deploy" / "alerts.yaml").read_bytes())[
    "alerts"
]
_TEXT = (ROOT / "docs" / "how-to" / "runbook.md").read_text("utf-8")
ENTRIES = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", _TEXT, re.MULTILINE))


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["name"])
def test_an_alert_is_complete(alert: dict[str, Any]) -> None:
    assert set(alert) == {"name", "metric", "minutes", "is", "than", "severity", "entry"}
    assert alert["metric"] in sls.documented()
    assert alert["is"] in {"above", "below"}
    assert alert["severity"] in {"page", "ticket"}
    assert alert["minutes"] >= 5
    assert alert["entry"] in ENTRIES


def test_names_are_given_once_and_every_entry_has_an_alert() -> None:
    assert len({alert["name"] for alert in ALERTS}) == len(ALERTS)
    assert {alert["entry"] for alert in ALERTS} == set(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_says_what_to_look_at_and_what_to_do(entry: str) -> None:
    text = ENTRIES[entry]
    assert "- **Look**:" in text
    assert "- **Do**:" in text


def test_metrics_and_settings_that_the_runbook_names_exist() -> None:
    names = set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+)+)`", _TEXT))
    settings = set(re.findall(r"`([A-Z][A-Z_]+)`", _TEXT))
    known = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    assert {each for each in settings if f"`{each}`" not in known} == set()
    lines_have = {"render_failed", "scene_failed", "workflow_invalid", "deadline_passed"}
    lines_have |= {"review_expired", "painted_again", "stored_again", "task_gone"}
    lines_have |= {"trace_id", "retry_after"}
    assert names - lines_have <= set(sls.documented())


def test_a_quiet_run_sets_off_no_alert_but_the_bug_s(run: Any) -> None:
    on = set()
    for alert in ALERTS:
        try:
            value = sls.value(sls.documented()[alert["metric"]], run.lines)
        except LookupError:
            value = None
        above = value is not None and value > alert["than"]
        below = (value or 0) < alert["than"]
        if above if alert["is"] == "above" else below:
            on.add(alert["name"])
    assert on == {"crashes", "many-fail"}
