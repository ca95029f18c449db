"""How long things are kept: every prefix has its time, and none goes while it is needed."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from cli.retention import MOUNT, STATE, Kept, kept, lifecycle_xml
from local.cloud.fc.spec import load_stack
from shared.announcements import schedule
from shared.jobs.erasing import GRACE
from shared.settings.jobs import JobSettings
from shared.settings.retention import RetentionSettings
from tests.architecture.source_files import ROOT, modules, parsed, place
from tests.fakes.poster import poster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEY = re.compile(r"[a-z][a-z-]*/")
# Begin like a key and are none: media types, pointers into a request, references, hashed words.
_OTHERS = {
    "application", "text", "image", "start", "end", "via", "vehicle", "citycar", "key", "sizes",
    "passes",
    "trace", "deploy",
}  # fmt: skip


def _days() -> dict[str, int]:
    return {each.prefix: each.days for each in kept() if each.days is not None}


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) and node.values:
        yield from _texts(node.values[0])


def _prefixes() -> dict[str, str]:
    """Return the first folder of everything in the code that reads like a key, and where it is."""
    found = {}
    for path in modules("functions", "shared"):
        tree = parsed(path)
        joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        within = {id(value) for node in joined for value in node.values}
        for node in ast.walk(tree):
            for text in () if id(node) in within else _texts(node):
                match = _KEY.match(text)
                if match and " " not in text:
                    found[match[0]] = place(path)
    return found


def test_every_prefix_that_the_code_names_has_its_time_or_a_reason_to_stay() -> None:
    stated = {each.prefix.split("/")[0] for each in kept()}
    named = {prefix.strip("/"): where for prefix, where in _prefixes().items()}
    assert len(named) > 15
    assert {n: where for n, where in named.items() if n not in stated | _OTHERS} == {}


def test_what_leads_to_something_stays_as_long_as_that() -> None:
    days = _days()
    assert days["results/"] >= days["jobs/"]
    assert days["announced/"] >= days["jobs/"]
    assert days["drivers/"] > days["jobs/"]
    assert days["driver-uploads/"] > days["uploads/trips/"]
    assert days["uploads/"] >= days["uploads/trips/"]
    assert days["erased-drivers/"] > days["driver-uploads/"]


def test_nothing_goes_while_a_job_may_be_open_or_a_message_may_wait() -> None:
    fields = JobSettings.model_fields
    longest = timedelta(
        minutes=fields["bulk_deadline_minutes"].default * 2
        + fields["review_deadline_minutes"].default
    )
    for prefix in ("jobs/", "results/", "input/j", "output/", "late/", "drivers/"):
        assert timedelta(days=_days()[prefix]) > longest, prefix
    assert timedelta(days=_days()["announced/"]) > schedule.LASTS


@pytest.mark.parametrize("name", sorted(RetentionSettings.model_fields))
def test_no_setting_can_be_so_short_that_work_under_way_is_deleted(name: str) -> None:
    with pytest.raises(ValueError, match="greater than or equal"):
        RetentionSettings.model_validate({RetentionSettings.model_fields[name].alias: 1})


def test_no_two_rules_of_a_bucket_are_about_the_same_keys() -> None:
    for bucket in (STATE, MOUNT):
        prefixes = [each.prefix for each in kept() if each.bucket == bucket]
        pairs = [(a, b) for a in prefixes for b in prefixes if a != b and a.startswith(b)]
        assert pairs == []


def test_vehicles_models_and_what_is_under_way_are_never_deleted() -> None:
    for each in kept():
        if each.prefix in {"input/vehicles/", "models/", "open/", "outbox/", "erasing/"}:
            assert each.days is None
    tree = ET.fromstring(lifecycle_xml(MOUNT))  # noqa: S314 - our own
    assert not [p for p in tree.iter("Prefix") if p.text and "input/vehicles/".startswith(p.text)]


@pytest.mark.parametrize("bucket", [STATE, MOUNT])
def test_the_rules_are_what_the_bucket_takes(bucket: str) -> None:
    tree = ET.fromstring(lifecycle_xml(bucket))  # noqa: S314 - our own
    assert tree.tag == "LifecycleConfiguration"
    names = [rule.findtext("ID") for rule in tree.iter("Rule")]
    assert len(names) == len(set(names)) <= 1000
    for rule in tree.iter("Rule"):
        assert rule.findtext("Status") == "Enabled"
        expires, aborts = rule.find("Expiration"), rule.find("AbortMultipartUpload")
        assert (expires is None) is not (aborts is None)
    assert (ROOT / "deploy" / "lifecycle" / f"{bucket}.xml").read_text("utf-8") == lifecycle_xml(
        bucket
    )


def test_the_command_writes_the_shells_own_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASK_DAYS", "9")
    assert poster("lifecycle", "--out", str(tmp_path))[0] == 0
    text = (tmp_path / "mount.xml").read_text("utf-8")
    assert text.count("<Days>9</Days>") == 2


def test_an_erased_jobs_grace_is_longer_than_any_function_may_run() -> None:
    timeouts = [each.timeout_s for each in load_stack(ROOT / "s.yaml", {}).functions.values()]
    assert GRACE.total_seconds() > max(timeouts) * 1.5


def test_each_prefix_is_named_once() -> None:
    def name(each: Kept) -> tuple[str, str]:
        return each.bucket, each.prefix

    assert len({name(each) for each in kept()}) == len(kept())
