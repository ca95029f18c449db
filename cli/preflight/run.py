"""Is this configuration fit to go live? Secrets are never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.preflight.checks import findings
from cli.preflight.findings import as_values, exit_status, show, summary
from cli.preflight.world import Options, World, world_of
from shared import settings

if TYPE_CHECKING:
    from local.printed import Say


def preflight(options: Options, *, say: Say) -> int:
    """Run every check; return 1 when something must change."""
    seen: World = say.given or world_of(options, settings.variables())
    found = []
    with seen.entered():
        for finding in findings(seen):
            found.append(finding)
            if not say.as_json:
                show(finding, say.console)
    if say.as_json:
        say.value(as_values(found))
    else:
        skipped = "; services were not asked (--offline)" if seen.options.offline else ""
        say.progress(f"\n{summary(found)}{skipped}")
    return exit_status(found)
