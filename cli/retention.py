"""How long what lies where, and the lifecycle rules that see to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import yaml

from shared.settings import read
from shared.settings.retention import RetentionSettings

if TYPE_CHECKING:
    from local.printed import Say

STATE, MOUNT = "state", "mount"
_FILE = Path(__file__).with_name("retention.yaml")
_RULES = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Written by `poster docs` from the settings; see docs/reference/storage.md. -->
<LifecycleConfiguration>
{}  <Rule>
    <ID>unfinished-uploads</ID>
    <Prefix></Prefix>
    <Status>Enabled</Status>
    <AbortMultipartUpload><Days>7</Days></AbortMultipartUpload>
  </Rule>
</LifecycleConfiguration>
"""
_RULE = """\
  <Rule>
    <ID>{}</ID>
    <Prefix>{}</Prefix>
    <Status>Enabled</Status>
    <Expiration><Days>{}</Days></Expiration>
  </Rule>
"""


@dataclass(frozen=True)
class Kept:
    """One prefix of a bucket: for how many days (None: until the code removes it), and why."""

    bucket: str
    prefix: str
    days: int | None
    setting: str
    holds: str


def kept(settings: RetentionSettings | None = None) -> tuple[Kept, ...]:
    """Return every prefix of both buckets, with its time."""
    days = (settings or RetentionSettings()).model_dump(by_alias=True)
    buckets: dict[str, list[tuple[str, str | int | None, str]]]
    buckets = yaml.safe_load(_FILE.read_bytes())
    return tuple(
        Kept(bucket, prefix, *_time(told, days), holds)
        for bucket, rows in buckets.items()
        for prefix, told, holds in rows
    )


def _time(told: str | int | None, days: dict[str, int]) -> tuple[int | None, str]:
    """Return the days, and the setting that says so."""
    if not isinstance(told, str):
        return told, ""
    setting, _, more = told.partition(" + ")
    return days[setting] + int(more or 0), told


def lifecycle_xml(bucket: str, settings: RetentionSettings | None = None) -> str:
    """Return the rules of a bucket, as PutBucketLifecycle takes them."""
    rules = [each for each in kept(settings) if each.bucket == bucket and each.days is not None]
    return _RULES.format("".join(map(_rule, rules)))


def write_lifecycle(folder: Path, *, say: Say) -> None:
    """Write one file a bucket from the shell's settings; SettingsError where one is wrong."""
    settings, rows = read(RetentionSettings), []
    folder.mkdir(parents=True, exist_ok=True)
    for bucket in (STATE, MOUNT):
        path = folder / f"{bucket}.xml"
        path.write_text(lifecycle_xml(bucket, settings), "utf-8")
        rows.append({"written": path})
    say.table(rows, empty="", heads=False)


def _rule(each: Kept) -> str:
    name = each.prefix.strip("/").replace("/", "-")
    return _RULE.format(escape(name), escape(each.prefix), each.days)
