"""What sets a function off when an object appears: its own folder, and nothing that we write."""

from __future__ import annotations

import pytest

from local.cloud.fc.spec import FunctionSpec, load_stack
from shared.core import ids
from shared.core.ids import index_key, open_key, record_key
from shared.results import files
from shared.uploads import names
from shared.vehicles.catalogue import CATALOGUE_KEY
from tests.architecture.source_files import ROOT

_BUCKET = "mount-of-this-deployment"


@pytest.fixture(scope="module")
def functions() -> dict[str, FunctionSpec]:
    """Return the functions by the names of their folders."""
    stack = load_stack(ROOT / "s.yaml", {"MOUNT_BUCKET": _BUCKET, "STACK_NAME": "x"})
    return {name.removeprefix("x-"): spec for name, spec in stack.functions.items()}


def test_each_object_trigger_hears_of_its_own_folder_alone(
    functions: dict[str, FunctionSpec],
) -> None:
    found = {n: trigger for n, spec in functions.items() for trigger in spec.oss_triggers}
    folders = {"record_output": ("output/", "task.json"), "ingest_upload": (names.TRIPS, "")}
    for name, folder in folders.items():
        assert (found[name].prefix, found[name].suffix) == folder
    prefixes = [trigger.prefix for trigger in found.values()]
    assert not [a for a in prefixes for b in prefixes if a != b and a.startswith(b)]
    assert len(set(prefixes)) == len(prefixes)
    # Each is the end of one whole object; `*` would tell of every part of an upload too.
    whole = {"PutObject", "PostObject", "CompleteMultipartUpload"}
    for name, trigger in found.items():
        assert trigger.bucket == _BUCKET
        heard = {event.removeprefix("oss:ObjectCreated:") for event in trigger.events}
        assert heard - {"CopyObject"} == whole, name
    assert "oss:ObjectCreated:CopyObject" in found["record_output"].events


def test_nothing_that_the_functions_write_sets_a_trigger_off(
    functions: dict[str, FunctionSpec],
) -> None:
    job = "j" + "a" * 31
    task = ids.task_id(job, 1)
    stored = (files.MASTER, files.APP_COPY, files.THUMBNAIL, files.MANIFEST)
    written = [
        ids.plate_key(task),
        *(ids.result_folder(job, task) + name for name in stored),
        *(record_key(job, 1), open_key(job), index_key("d" * 32, job), CATALOGUE_KEY),
        names.report_folder(f"{names.TRIPS}a.jsonl", "u" + "a" * 31) + "part-000002.jsonl",
    ]
    assert ids.output_key(task, "task.json").startswith(
        functions["record_output"].oss_triggers[0].prefix
    )
    for spec in functions.values():
        for trigger in spec.oss_triggers:
            assert [key for key in written if key.startswith(trigger.prefix)] == []
