"""Deploy s.yaml to a running local stack by the vendor's own tool, twice, and compare."""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.frame import ROOT
from cli.rollout.cloud import FunctionCompute
from local.one_process import running_stack
from shared.core.errors import UpstreamRejectedError
from shared.settings.credentials import Credentials
from tools.vendor_deploy.vendor import Vendor

if TYPE_CHECKING:
    from local.printed import Say

_CHANGE = re.compile(r"^ *([-+~] +\w+:(?: .*)?)$", re.MULTILINE)
_TIMES = {"createdTime", "lastModifiedTime"}
_KEYS = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")


def deploy(program: Path, components: Path, data: Path, *, remove: bool, say: Say) -> int:
    """Deploy, look at the plan, deploy again; 1 where the second deployment changes anything."""
    stack = running_stack(data)
    keys = Credentials(*(stack.environment[name] for name in _KEYS))
    cloud = FunctionCompute(stack.urls["fc"], stack.environment["OSS_REGION"], keys)
    shell = {
        **stack.environment,
        "FC_CLIENT_CUSTOM_ENDPOINT": stack.urls["fc"],
        "FC_CODE_TEMP_OSS_ENDPOINT": stack.urls["oss"],
    }
    with tempfile.TemporaryDirectory(prefix="trip-poster-s-") as folder:
        vendor = Vendor(program.resolve(), Path(folder), shell)
        vendor.set_up(ROOT / "s.yaml", components)
        first = _deployed(vendor, cloud, say)
        say.note(f"the plan after it: {_plan(vendor.run('plan'))}")
        again = _deployed(vendor, cloud, say)
        changed = sorted(
            key for key in first.keys() | again.keys() if first.get(key) != again.get(key)
        )
        if remove:
            vendor.run("remove", "-y")
            say.note(f"left after removal: {', '.join(deployed_on(cloud)) or 'nothing'}")
    told = f"{len(first)} resources; the second deployment changed {len(changed)}"
    say.done(": ".join((told, ", ".join(changed))) if changed else told, changed=changed)
    return 1 if changed else 0


def _deployed(vendor: Vendor, cloud: FunctionCompute, say: Say) -> dict[str, Any]:
    begun = time.monotonic()
    vendor.run("deploy", "-y")
    found = deployed_on(cloud)
    if not found:
        raise UpstreamRejectedError("s deploy ended well, and nothing is deployed")
    say.note(f"s deploy: {len(found)} resources in {time.monotonic() - begun:.0f} s")
    return found


def deployed_on(cloud: FunctionCompute) -> dict[str, Any]:
    """Return all that is deployed, by name, without its times."""
    found: dict[str, Any] = {}
    for function in cloud.pages("list_functions", "functions"):
        name = function["functionName"]
        found[name] = function
        for trigger in cloud.pages("list_triggers", "triggers", name):
            config = json.loads(trigger["triggerConfig"])
            found[f"{name}/{trigger['triggerName']}"] = {**trigger, "triggerConfig": config}
        for kind in ("async_invoke_config", "scaling_config"):
            found[f"{name} {kind}"] = cloud.call(f"get_{kind}", name, qualifier="LATEST")
        found[f"{name} concurrency"] = cloud.call("get_concurrency_config", name)
    for domain in cloud.pages("list_custom_domains", "customDomains"):
        found[domain["domainName"]] = domain
    return {key: _timeless(value) for key, value in found.items() if value is not None}


def _timeless(value: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in value.items() if key not in _TIMES}


def _plan(printed: str) -> str:
    """Return what a plan says will change: keys behind a sign; items of lists have none."""
    return "\n".join(_CHANGE.findall(printed)) or "no difference"
