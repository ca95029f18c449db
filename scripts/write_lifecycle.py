"""`python -m scripts.write_lifecycle` writes the buckets' rules from the shell's settings."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.write_docs.retention import MOUNT, STATE, lifecycle_xml
from shared.setting_groups.retention import RetentionSettings
from shared.settings import SettingsError, read

FOLDER = Path(__file__).parents[1] / ".build" / "lifecycle"


def main(folder: Path = FOLDER) -> int:
    """Write one file a bucket; return the exit status."""
    try:
        settings = read(RetentionSettings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    for bucket in (STATE, MOUNT):
        path = folder / f"{bucket}.xml"
        path.write_text(lifecycle_xml(bucket, settings), "utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
