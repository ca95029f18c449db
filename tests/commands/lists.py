"""Which commands of the pages the check does not run as they stand, and why.

Patterns are looked for anywhere in a command. Whatever no list names is run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CLOUD = {
    r"\b(ossutil|aliyun|eascmd)\b": "an account's buckets, roles and services",
    r"(^|&& |; do )s [$a-z_]+": "functions that Serverless Devs has deployed",
    r"\$SERVICE_TOKEN": "a deployment's gateway; "
    "tests/integration/test_one_driver_by_every_way.py sends such names to the local one",
    r"--tls-max": "a domain with its certificate",
    r"^make preflight( ARGS=\"--(before|spend)|$)": "a deployment; "
    "tests/integration/test_preflight_of_the_stack.py asks the local services",
    r"^exiftool": "a poster of a deployment, and exiftool",
}
COMFYUI = {
    r"\$(COMFYUI|VENV|DATA)\b|constraints\.txt": "ComfyUI's own environment",
    r"--comfyui|COMFYUI=|OBJECT_INFO=|tests\.comfyui\.recorded": "a running ComfyUI; "
    "tests/comfyui and tests/unit/local_trial have a served one",
}
TESTED = {
    r"^make (test|kill-points)$": "the suite, which this is part of",
    r"^make (build|check-build|licences)|--artifact": "tests/unit/bundle, and wheels from an index",
    r"^make (fuzz-api|bench-picture|check-sdk)\b|scripts\.write_places$": (
        "an environment of its own, from an index"
    ),
    r"^pip install": "an environment of one's own; tests/unit/client",
    r"^(make|python -m local) up$": "what all the others run on",
    r"MODEL/GENERATION": "an uploaded vehicle; "
    "tests/integration/test_a_vehicle_is_taken_in_and_recalled.py",
    r"^make chaos.*real": "minutes; tests/integration/test_chaos_seeds.py, with small pictures",
    r"^make belonging": "minutes of painting; tests/unit/belonging, with a few plates",
    r"^make bench-submit": "minutes of load; tests/unit/functions/test_admission.py",
}
# The same command with less to do.
SHORTER = {
    r"^make chaos.*": "make chaos JOBS=2 SECONDS=3",
    r"^make bench( ARGS=\"--jobs.*)?$": 'make bench ARGS="--jobs 20 --counted 1 --real 1"',
    r"^make bench-cold$": 'make bench-cold ARGS="--rounds 1 read_job"',
    r"^make bench-upload$": 'make bench-upload ARGS="100"',
    r"^make bench-upload-forms$": 'make bench-upload-forms ARGS="20 --rounds 1"',
    r"^make bench-season$": 'make bench-season ARGS="--plans 100 --sends 50"',
    r"^make bench-poster.*": "make bench-poster",
    r"^make bench-plates$": 'make bench-plates ARGS="--count 8"',
    r"^make gallery.*": 'make gallery ARGS="--drawn 4"',
}
# Only a name: it wants one of its own commands, and lists them.
USAGE = {"make operate", "make season"}
# What the check gives a value; curl's https://$DOMAIN is the local interface.
FILLED = {
    *("TOKEN", "PORT", "JOB", "JOB_ID", "SHARED_JOB", "PRIVATE_JOB", "DOMAIN", "INDEX"),
    *("EAS_SERVICE_URL", "EAS_TOKEN", "REGION"),
}
_PROGRAMS = re.compile(r"^(make|curl|python3?|cp|eval|export|for)\b")
_WORD = re.compile(r"\$([A-Z][A-Z_]+)|(?<![\w\"$-])([A-Z]{3,})(?![\w=])")
_WORDS = {"GET", "PATCH", "DELETE", "POST", "ARGS", "OSS_PUBLIC_ENDPOINT", "OSS_ENDPOINT", "GPUs"}


def reason(command: str) -> str:
    """Return why a command is not run, "" when it is."""
    lists: Iterable[tuple[str, str]] = [*CLOUD.items(), *COMFYUI.items(), *TESTED.items()]
    return next((why for pattern, why in lists if re.search(pattern, command)), "")


def shorter(command: str) -> str:
    """Return what is run for a command."""
    found = (short for pattern, short in SHORTER.items() if re.search(pattern, command))
    return next(found, command)


def unknown(command: str) -> list[str]:
    """Return what the check could not run: a program, or words that it does not fill in."""
    if not _PROGRAMS.match(command):
        return [command.split(maxsplit=1)[0]]
    words = {a or b for a, b in _WORD.findall(command)}
    return sorted(words - FILLED - _WORDS)
