"""Write the buckets' lifecycle rules from the shell's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.retention import MOUNT, STATE, lifecycle_xml
from shared.settings import read
from shared.settings.retention import RetentionSettings

if TYPE_CHECKING:
    from pathlib import Path

    from local.printed import Say


def write_lifecycle(folder: Path, *, say: Say) -> None:
    """Write one file a bucket; SettingsError where a setting is wrong."""
    settings, rows = read(RetentionSettings), []
    folder.mkdir(parents=True, exist_ok=True)
    for bucket in (STATE, MOUNT):
        path = folder / f"{bucket}.xml"
        path.write_text(lifecycle_xml(bucket, settings), "utf-8")
        rows.append({"written": path})
    say.table(rows, empty="", heads=False)
