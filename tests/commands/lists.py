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
    r"--tls-max": "a domain with its certificate",
    r"^poster preflight( --(before|spend)|$)": "a deployment; "
    "tests/integration/test_preflight_of_the_stack.py asks the local services",
    r"^poster rollout (?!.*--local)": "functions of an account",
    r"^poster (dev deploy-with-s|up --empty|rollout .*--local)": "a stack that takes deployments; "
    "tests/contract/local/test_fc_control_with_sdk.py",
}
COMFYUI = {
    r"\$(COMFYUI|VENV|DATA)\b": "ComfyUI's own environment",
    r"--comfyui|--object-info|tests\.comfyui\.recorded": "a running ComfyUI; "
    "tests/comfyui and tests/unit/local/trial have a served one",
}
TESTED = {
    r"^make (test|test-long|test-all|unit|lint|types|contracts)\b": "the suite, which has this",
    r"^poster dev check-commands$": "minutes of the suite",
    r"^((make|poster) build|poster release)\b": "tests/unit/cli/bundle, and wheels from an index",
    r"^make site$|^poster dev fuzz-api$": "an environment of its own, from an index",
    r"^python3 -m http\.server": "it serves until it is stopped",
    r"^\. \.venv": "a shell of one's own",
    r"^pip install": "an environment of one's own; tests/unit/client",
    r"^(make up$|poster up --deployed)": "it serves until it is stopped",
    r"MODEL/GENERATION": "an uploaded vehicle; "
    "tests/integration/test_a_vehicle_is_taken_in_and_recalled.py",
    r"^poster job review": "a job that waits for review; "
    "tests/integration/test_a_reviewer_decides_first.py",
    r"^poster belonging": "minutes of painting; tests/unit/tools/belonging, with a few plates",
    r"^poster bench submit": "minutes of load; tests/unit/functions/test_admission.py",
    r"^poster rollout |^poster dev rollout-": "a stack that takes deployments, minutes of load; "
    "tests/unit/cli/rollout",
    r"^poster (season resume|webhooks enable)": "a campaign that was paused, an endpoint that is "
    "gone; tests/unit/seasons and tests/unit/cli/operate",
}
# The same command with less to do.
SHORTER = {
    r"^poster chaos.*": "poster chaos --jobs 2 --seconds 3",
    r"^poster bench upload$": "poster bench upload 100",
    r"^poster bench cold$": "poster bench cold read_job --rounds 1",
    r"^poster gallery.*": "poster gallery --drawn 4",
}
# Only a name: it wants one of its own commands or an argument, and says which.
USAGE = {
    "poster",
    "poster bench",
    "poster cost",
    "poster cost forecast",
    "poster dead revive",
    "poster job show",
    "poster rollout",
    "poster webhooks replay",
}
# What the check gives a value; curl's https://$DOMAIN is the local interface.
FILLED = {
    *("TOKEN", "PORT", "JOB", "JOB_ID", "SHARED_JOB", "PRIVATE_JOB", "DOMAIN", "INDEX"),
    *("EAS_SERVICE_URL", "EAS_TOKEN", "REGION"),
}
_PROGRAMS = re.compile(r"^(make|poster|curl|python3?|cp|eval|export|for)\b")
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
