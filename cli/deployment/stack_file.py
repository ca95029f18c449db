"""The marked part of s.yaml: what depends on the deployment, as variables for the rest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from cli.deployment.gpu_service import planned
from shared.core.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.deployment.settings import Deployment

BEGIN = "  # Written from deploy/stack.yaml by `poster deploy-files`: change it there."
END = "  # Up to here."
# What a caller need not be known for: shared posters, notices that carry a signature, and the
# studio, where people sign in.
OPEN_PATHS = ("/v1/posters/*", "/v1/callbacks/tasks", "/", "/studio", "/studio/*")
# What the platform has for web functions on the Python of a runtime.
_WEB = {"python3.10": "custom.debian10", "python3.12": "custom.debian11"}
_TOKEN = "header:Authorization:Bearer "  # noqa: S105 - where it stands, not one


class MarksMissingError(BundleError):
    """The stack file has no place for what is written."""


def stack_file(text: str, deployment: Deployment, *, builds: str) -> str:
    """Return s.yaml with its marked part written anew; `builds` leads to the built code."""
    pattern = re.compile(f"{re.escape(BEGIN)}\n.*?{re.escape(END)}\n", re.DOTALL)
    if len(pattern.findall(text)) != 1:
        msg = f"s.yaml must hold the lines {BEGIN.strip()!r} and {END.strip()!r} once"
        raise MarksMissingError(msg)
    lines = "".join(f"  {line}\n" for line in _lines(deployment, builds))
    return pattern.sub(lambda _: f"{BEGIN}\n{lines}{END}\n", text)


def _lines(deployment: Deployment, builds: str) -> Iterator[str]:
    for name, value in _variables(deployment, builds):
        yield f"{name}: {value if isinstance(value, str) else json.dumps(value)}"
    yield "ready:"
    plans = planned(deployment)["fc"]
    for name in deployment.ready:
        yield f"  {name}:"
        yield f"    minInstances: {plans[name]['defaultTarget']}"
        yield "    scheduledPolicies:"
        yield from (f"      - {json.dumps(each)}" for each in plans[name]["scheduledActions"])


def _variables(deployment: Deployment, builds: str) -> Iterator[tuple[str, Any]]:
    region, account = deployment.region, deployment.account
    yield "region", region
    yield "account", _env("ALIYUN_ACCOUNT_ID", account)
    yield "stack", _env("STACK_NAME", deployment.stack)
    yield "stateBucket", _env("STATE_BUCKET", deployment.buckets.state)
    yield "mountBucket", _env("MOUNT_BUCKET", deployment.buckets.mount)
    yield "domain", _env("DOMAIN", deployment.domain.name)
    yield "publicUrl", _env("PUBLIC_BASE_URL", f"https://{deployment.domain.name}")
    yield "runtime", deployment.runtime
    yield "full", f"{builds}/trip-poster-{deployment.runtime}.zip"
    yield "light", f"{builds}/trip-poster-{deployment.runtime}-light.zip"
    yield "web", f"{builds}/trip-poster-{deployment.runtime}-studio.zip"
    yield "webRuntime", _WEB[deployment.runtime]
    yield "webPython", f"/var/fc/lang/{deployment.runtime}/bin/python3"
    yield "studioUrl", _env("STUDIO_URL", f"https://{deployment.domain.name}/studio")
    yield "studioApi", _env("STUDIO_API_URL", f"https://{deployment.domain.name}")
    yield "pictureHosts", _env("STUDIO_PICTURE_HOSTS", _picture_hosts(deployment))
    oss = f"https://oss-{region}"
    yield "ossInternal", _env("OSS_ENDPOINT", f"{oss}-internal.aliyuncs.com")
    yield "ossPublic", _env("OSS_PUBLIC_ENDPOINT", f"{oss}.aliyuncs.com")
    fc = f"https://{account}.{region}-internal.fc.aliyuncs.com"
    yield "fcInternal", _env("FC_ENDPOINT", fc)
    yield "gpuService", _env("EAS_SERVICE_URL", deployment.service_url)
    yield "vpc", _vpc(deployment)
    yield "logs", _logs(deployment)
    yield "certificate", {"certId": deployment.domain.certificate}
    yield "gateway", _gateway(deployment)


def _picture_hosts(deployment: Deployment) -> str:
    """Return where browsers find both buckets, unless OSS has a domain of one's own."""
    buckets = (deployment.buckets.state, deployment.buckets.mount)
    host = f"oss-{deployment.region}.aliyuncs.com"
    return " ".join(f"https://{bucket}.{host}" for bucket in buckets)


def _env(name: str, default: str) -> str:
    return f"${{env('{name}', '{default}')}}"


def _vpc(deployment: Deployment) -> dict[str, Any]:
    network = deployment.network
    return {
        "vpcId": network.vpc,
        "vSwitchIds": list(network.vswitches),
        "securityGroupId": network.security_group,
    }


def _logs(deployment: Deployment) -> dict[str, Any]:
    return {
        "project": deployment.logs.project,
        "logstore": deployment.logs.store,
        "enableRequestMetrics": True,
        "enableInstanceMetrics": True,
        "logBeginRule": "None",
    }


def _gateway(deployment: Deployment) -> dict[str, str]:
    if not deployment.domain.jwt:
        return {"authType": "anonymous"}
    rules = json.dumps({"tokenLookup": _TOKEN, "whitelist": list(OPEN_PATHS)})
    # The keys come from the shell, where they stand as JSON already.
    return {
        "authType": "jwt",
        "authInfo": f"{{\"jwks\": ${{env('JWT_JWKS', '')}}, {rules[1:]}",
    }
