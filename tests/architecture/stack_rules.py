"""What the platform refuses, or takes and does otherwise than meant, told from s.yaml alone."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

from local.cloud.fc.schedule import ScheduleError, parse_schedule
from tests.architecture.source_files import ROOT, WEB_FUNCTION
from tests.architecture.stack_keys import unknown_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

Props = dict[str, Any]
_WEEK_SECONDS, _ENVIRONMENT_BYTES, _NATIVE_TRIGGERS = 604_800, 4096, 10
# 300 instances in a region: what is reserved must leave enough for whoever has no cap.
_MOST_RESERVED, _MOST_OF_ONE = 200, 100
_METHODS = {"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"}
_CREATED = {f"oss:ObjectCreated:{kind}Object" for kind in ("Put", "Post", "Copy", "Append")} | {
    "oss:ObjectCreated:CompleteMultipartUpload"
}
_OF_SERVERS, _PORT = {"customRuntimeConfig", "instanceConcurrency"}, 9000
_PYTHONS = {
    "custom.debian10": "/var/fc/lang/python3.10/bin/python3",
    "custom.debian11": "/var/fc/lang/python3.12/bin/python3",
}
_NAME = re.compile(r"[_a-zA-Z][-_a-zA-Z0-9]{0,63}")
_ROLE = re.compile(r"acs:ram::\d{16}:role/[a-zA-Z0-9.-]{1,64}")
_FUNCTION_ARN = re.compile(r"acs:fc:(?P<region>[a-z0-9-]+):\d{16}:functions/[-_a-zA-Z0-9]+")
_BUCKET_ARN = re.compile(r"acs:oss:(?P<region>[a-z0-9-]+):\d{16}:[a-z0-9-]{3,63}")
_PLANNED = re.compile(r"cron\(\d+ \d+ \d+ \d+ \d+ \*\)")
_PLAN = {"name", "scheduleExpression", "startTime", "endTime", "target", "timeZone"}
_WEAK = re.compile(r"_RC4_|_3DES_|_CBC_|TLS_RSA_")
# A file that is rewritten to forget a driver is known again by its etag, and read no more.
_REWRITTEN = {("ingest_upload", "uploads/trips/"), ("run_erasure", "uploads/trips/")}
# A person's badge is put there to be heard of, and a request hears of nothing.
_REWRITTEN |= {("manage_vehicle", "uploads/vehicles/")}


def faults(document: dict[str, Any], policies: dict[str, Any]) -> list[str]:
    """Return what is wrong with a resolved stack file; `policies` say what functions write."""
    resources = document["resources"]
    functions = {n: r["props"] for n, r in resources.items() if r["component"] == "fc3"}
    found = [*unknown_keys(document)]
    if found:
        return found
    for name, props in functions.items():
        of_this = (*_of_function(name, props), *_of_triggers(props))
        found += [f"{name}: {fault}" for fault in of_this]
    found += _of_reservations(functions)
    found += _of_object_triggers(functions, policies)
    regions = {r["props"].get("region") for r in resources.values()} | set(_regions(functions))
    if len(regions) != 1:
        found.append(f"several regions: {sorted(map(str, regions))}")
    domains = [r["props"] for r in resources.values() if r["component"] == "fc3-domain"]
    return found + [fault for each in domains for fault in _of_domain(each, functions)]


def _of_function(name: str, props: Props) -> Iterator[str]:
    if not _NAME.fullmatch(props["functionName"]):
        yield "functionName is none that the platform takes"
    folder = ROOT / name if name == WEB_FUNCTION else ROOT / "functions" / name
    if props["handler"] != f"{name}.handler" or not folder.is_dir():
        yield f"handler {props['handler']} leads to no folder of functions/"
    yield from _of_server(name, props)
    if not _ROLE.fullmatch(props["role"]) or not props["role"].endswith(name.replace("_", "-")):
        yield f"role {props['role']} is not the function's own"
    yield from _of_sizes(props)
    yield from _of_async(props["asyncInvokeConfig"])
    if {"scalingConfig", "provisionConfig"} <= set(props):
        yield "scalingConfig and provisionConfig exclude each other"
    for planned in props.get("scalingConfig", {}).get("scheduledPolicies", []):
        told = str(planned.get("scheduleExpression"))
        if set(planned) != _PLAN or not _PLANNED.fullmatch(told):
            yield f"planned instances {planned.get('name')} are incomplete"
    pairs = props["environmentVariables"].items()
    if (
        sum(len(key.encode()) + len(value.encode()) + 2 for key, value in pairs)
        > _ENVIRONMENT_BYTES
    ):
        yield "the environment is above 4 KB"


def _of_server(name: str, props: Props) -> Iterator[str]:
    """Yield what is wrong with how a web function starts, and with another that starts so."""
    if not str(props["runtime"]).startswith("custom"):
        yield from (f"{key} without a server" for key in _OF_SERVERS & props.keys())
        return
    server, python = props.get("customRuntimeConfig", {}), _PYTHONS.get(props["runtime"])
    # Apart, as the vendor's tool adds empty arguments where a template has none.
    command = (server.get("command"), server.get("args"))
    if command != ([python], ["-m", name]):
        yield f"command {command} is not its package on a Python of the runtime"
    if server.get("port") != _PORT:
        yield f"port {server.get('port')} is not where it listens"
    if not 1 <= props.get("instanceConcurrency", 1) <= 200:
        yield f"instanceConcurrency {props['instanceConcurrency']}"


def _of_sizes(props: Props) -> Iterator[str]:
    cpu, memory = props["cpu"], props["memorySize"]
    if memory % 64 or not 128 <= memory <= 32_768:
        yield f"memorySize {memory} is no multiple of 64 from 128 to 32,768"
    if round(cpu * 100) % 5 or not 0.05 <= cpu <= 16:
        yield f"cpu {cpu} does not go in steps of 0.05"
    if not cpu <= memory / 1024 <= 4 * cpu:
        yield f"{memory} MB for {cpu} vCPU: 1 to 4 GB each"
    if props["diskSize"] not in {512, 10_240}:
        yield f"diskSize {props['diskSize']}"
    if not 1 <= props["timeout"] <= 86_400:
        yield f"timeout {props['timeout']}"


def _of_async(config: Props) -> Iterator[str]:
    if not 1 <= config["maxAsyncEventAgeInSeconds"] <= _WEEK_SECONDS:
        yield f"maxAsyncEventAgeInSeconds {config['maxAsyncEventAgeInSeconds']} is above a week"
    if not 0 <= config["maxAsyncRetryAttempts"] <= 8:
        yield f"maxAsyncRetryAttempts {config['maxAsyncRetryAttempts']}"
    target = config.get("destinationConfig", {}).get("onFailure", {}).get("destination")
    if target is not None and not _FUNCTION_ARN.fullmatch(target):
        yield f"destination {target} is no function's ARN"


def _of_triggers(props: Props) -> Iterator[str]:
    names = [trigger["triggerName"] for trigger in props.get("triggers", [])]
    if len(set(names)) != len(names):
        yield "two triggers of one name"
    for trigger in props.get("triggers", []):
        config = trigger["triggerConfig"]
        check = {"http": _of_http, "oss": _of_oss, "timer": _of_timer}.get(trigger["triggerType"])
        if check is None:
            yield f"triggerType {trigger['triggerType']}"
        else:
            yield from (f"{trigger['triggerName']}: {each}" for each in check(trigger, config))


def _of_http(_: Props, config: Props) -> Iterator[str]:
    if config.get("authType") not in {"anonymous", "function", "jwt"}:
        yield f"authType {config.get('authType')}"
    if config.get("authType") == "anonymous" and config.get("disableURLInternet") is not True:
        yield "anonymous, and open on the default domain"
    if not config.get("methods") or not set(config["methods"]) <= _METHODS:
        yield f"methods {config.get('methods')}"


def _of_oss(trigger: Props, config: Props) -> Iterator[str]:
    if not config.get("events") or not set(config["events"]) <= _CREATED:
        yield f"events {config.get('events')}: whole objects that were created, and no others"
    key = config.get("filter", {}).get("key", {})
    if set(key) != {"prefix", "suffix"} or not key.get("prefix") or key["prefix"].startswith("/"):
        yield "filter.key needs prefix, without a slash before it, and suffix, which may be empty"
    if not _BUCKET_ARN.fullmatch(str(trigger.get("sourceArn"))):
        yield f"sourceArn {trigger.get('sourceArn')} is no bucket's"
    if not _ROLE.fullmatch(str(trigger.get("invocationRole"))):
        yield "invocationRole is missing: OSS could not invoke"


def _of_timer(_: Props, config: Props) -> Iterator[str]:
    cron = str(config.get("cronExpression"))
    if not re.match(r"@every |CRON_TZ=Asia/Shanghai ", cron):
        yield f"cronExpression {cron!r} is in UTC"
    try:
        parse_schedule(cron)
    except ScheduleError as error:
        yield f"cronExpression {cron!r}: {error}"
    if config.get("enable") is not True:
        yield "enable is not true"


def _of_reservations(functions: dict[str, Props]) -> Iterator[str]:
    caps = {
        name: props["concurrencyConfig"]["reservedConcurrency"]
        for name, props in functions.items()
        if "concurrencyConfig" in props
    }
    yield from (
        f"{n}: reservedConcurrency {c}" for n, c in caps.items() if not 1 <= c <= _MOST_OF_ONE
    )
    if sum(caps.values()) > _MOST_RESERVED:
        yield f"{sum(caps.values())} instances are reserved, {_MOST_RESERVED} may be"


def _of_object_triggers(functions: dict[str, Props], policies: dict[str, Any]) -> Iterator[str]:
    triggers = [
        (name, each["sourceArn"], each["triggerConfig"]["filter"]["key"])
        for name, props in functions.items()
        for each in props.get("triggers", [])
        if each["triggerType"] == "oss"
    ]
    for (one, there, a), (other, here, b) in combinations(triggers, 2):
        related = a["prefix"].startswith(b["prefix"]) or b["prefix"].startswith(a["prefix"])
        c, d = a.get("suffix", ""), b.get("suffix", "")
        ends = c.endswith(d) or d.endswith(c)
        if there == here and related and ends:
            yield f"{one} and {other} hear of the same objects"
    if len(triggers) > _NATIVE_TRIGGERS:
        yield f"{len(triggers)} OSS triggers, {_NATIVE_TRIGGERS} a bucket"
    for name, bucket, key in triggers:
        for writer, written in _written(policies, bucket.rpartition(":")[2]):
            heard = written.startswith(key["prefix"]) or key["prefix"].startswith(written)
            if heard and writer in functions and (writer, key["prefix"]) not in _REWRITTEN:
                yield f"{name} hears of what {writer} writes below {written}"


def _written(policies: dict[str, Any], bucket: str) -> Iterator[tuple[str, str]]:
    """Yield who may write below which prefix of a bucket."""
    for name, policy in policies.items():
        for statement in policy["Statement"]:
            for resource in statement["Resource"] if "oss:PutObject" in statement["Action"] else ():
                held, _, key = resource.rpartition(":")[2].partition("/")
                if held == bucket:
                    yield name, key.rstrip("*")


def _regions(functions: dict[str, Props]) -> Iterator[str]:
    for props in functions.values():
        text = json.dumps([props["asyncInvokeConfig"], props.get("triggers", [])])
        yield from (m[1] for m in re.finditer(r"acs:(?:fc|oss):([a-z0-9-]+):", text))


def _of_domain(props: Props, functions: dict[str, Props]) -> Iterator[str]:
    if props["protocol"] != "HTTPS" or "certConfig" not in props:
        yield "domain: HTTPS with a certificate, and nothing else"
    tls = props.get("tlsConfig", {})
    if tls.get("minVersion") not in {"TLSv1.2", "TLSv1.3"} or not tls.get("cipherSuites"):
        yield "domain: TLS older than 1.2 is let in"
    yield from (f"domain: {s} is weak" for s in tls.get("cipherSuites", []) if _WEAK.search(s))
    heard = {
        props["functionName"]: set(each["triggerConfig"]["methods"])
        for props in functions.values()
        for each in props.get("triggers", [])
        if each["triggerType"] == "http"
    }
    for route in props["routeConfig"]["routes"]:
        if not set(route["methods"]) <= heard.get(route["functionName"], set()):
            yield f"domain: {route['path']}: {route['functionName']} has no such HTTP trigger"
