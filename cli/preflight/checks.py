"""All checks, in the order in which a deployment makes them true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.preflight import (
    bucket_checks,
    bundle_checks,
    identity_checks,
    model_checks,
    mount_checks,
    service_checks,
    setting_checks,
    studio_checks,
    trigger_checks,
)
from cli.preflight.findings import (
    Place,
    as_values,
    exit_status,
    show,
    summary,
    without_secrets,
)
from cli.preflight.world import World, world_of
from shared import settings
from shared.core.errors import BundleError
from shared.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cli.preflight.findings import Finding
    from cli.preflight.world import Options
    from local.printed import Say

    Run = Callable[[World], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """One check; `asks` what services it needs, "" for none."""

    name: str
    run: Run
    asks: str = ""


CHECKS = (
    Check("settings", setting_checks.check_settings),
    Check("keys", setting_checks.check_keys),
    Check("JWT keys", identity_checks.check_jwks),
    Check("addresses", setting_checks.check_addresses),
    Check("DashScope's address", model_checks.check_address),
    Check("model list", model_checks.check_models),
    Check("stack file", setting_checks.check_stack),
    Check("triggers", trigger_checks.check_triggers),
    Check("styles", bundle_checks.check_styles),
    Check("workflows", bundle_checks.check_workflows),
    Check("node pack", bundle_checks.check_pack),
    Check("clock", bucket_checks.check_clock, "OSS"),
    Check("versioning", bucket_checks.check_versioning, "OSS"),
    Check("create-if-absent", bucket_checks.check_create_once, "OSS"),
    Check("uploads by browsers", bucket_checks.check_uploads, "OSS"),
    Check("vehicles", mount_checks.check_vehicles, "OSS"),
    Check("models", mount_checks.check_models, "OSS"),
    Check("node pack on the mount", mount_checks.check_uploaded_pack, "OSS"),
    Check("GPU service", service_checks.check_gpu_service, "EAS"),
    Check("DashScope", service_checks.check_models, "DashScope"),
    Check("models asked", model_checks.check_offered, "DashScope"),
    Check("announcements", service_checks.check_announcements, "the receivers"),
    Check("functions", service_checks.check_functions, "Function Compute"),
    Check("sign-in", studio_checks.check_sign_in, "the identity provider"),
    Check("studio", studio_checks.check_studio, "the studio"),
)


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


def findings(world: World, checks: tuple[Check, ...] = CHECKS) -> Iterator[Finding]:
    """Yield what every check finds; one that cannot be made is a line of its own."""
    secrets = world.secrets()
    for check in checks:
        if check.asks and world.options.offline:
            continue
        for finding in _made(check, world):
            yield without_secrets(finding, secrets)


def _made(check: Check, world: World) -> Iterator[Finding]:
    place = Place(check.name)
    try:
        yield from check.run(world)
    except SettingsError:
        yield place.warning("not checked", "set what is missing first; see `settings` above")
    except BundleError as error:
        asked = check.asks or "the project's files"
        yield place.failure(f"{asked}: {error}", "mend that, then run preflight again")
