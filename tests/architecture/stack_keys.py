"""Which keys s.yaml may use, level by level: the vendor's schema lets misspelt ones through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# A name: the key is known, and what lies below is not looked into. A map: its own keys. A list
# with one map: each element is such a map. `*` stands for any name.
Keys = dict[str, Any]
_HTTP: Keys = {"authType": 0, "disableURLInternet": 0, "methods": 0}
_OSS: Keys = {"events": 0, "filter": {"key": {"prefix": 0, "suffix": 0}}}
_TIMER: Keys = {"cronExpression": 0, "enable": 0, "payload": 0}
TRIGGERS: dict[str, Keys] = {"http": _HTTP, "oss": _OSS, "timer": _TIMER}
_POLICY: Keys = {
    "name": 0,
    "scheduleExpression": 0,
    "startTime": 0,
    "endTime": 0,
    "target": 0,
    "timeZone": 0,
}
_FUNCTION: Keys = {
    "functionName": 0,
    "description": 0,
    "region": 0,
    "runtime": 0,
    "handler": 0,
    "code": 0,
    "cpu": 0,
    "memorySize": 0,
    "diskSize": 0,
    "timeout": 0,
    "internetAccess": 0,
    "role": 0,
    "vpcConfig": {"vpcId": 0, "vSwitchIds": 0, "securityGroupId": 0},
    "logConfig": {
        "project": 0,
        "logstore": 0,
        "enableRequestMetrics": 0,
        "enableInstanceMetrics": 0,
        "logBeginRule": 0,
    },
    "environmentVariables": {"*": 0},
    "concurrencyConfig": {"reservedConcurrency": 0},
    "instanceConcurrency": 0,
    "customRuntimeConfig": {"command": 0, "args": 0, "port": 0},
    "scalingConfig": {"minInstances": 0, "scheduledPolicies": [_POLICY]},
    "asyncInvokeConfig": {
        "asyncTask": 0,
        "maxAsyncRetryAttempts": 0,
        "maxAsyncEventAgeInSeconds": 0,
        "destinationConfig": {"onFailure": {"destination": 0}},
    },
    "triggers": [
        {
            "triggerName": 0,
            "triggerType": 0,
            "qualifier": 0,
            "invocationRole": 0,
            "sourceArn": 0,
            "triggerConfig": 0,
        }
    ],
}
_DOMAIN: Keys = {
    "region": 0,
    "domainName": 0,
    "protocol": 0,
    "certConfig": {"certId": 0},
    "tlsConfig": {"minVersion": 0, "maxVersion": 0, "cipherSuites": 0},
    "authConfig": {"authType": 0, "authInfo": 0},
    "routeConfig": {"routes": [{"path": 0, "functionName": 0, "methods": 0, "qualifier": 0}]},
}
_TOP: Keys = {"edition": 0, "name": 0, "access": 0, "vars": 0, "resources": {"*": 0}}


def unknown_keys(document: dict[str, Any]) -> Iterator[str]:
    """Yield each key that is not one of those above, by its place."""
    yield from _unknown(document, _TOP, "")
    known = {"fc3": _FUNCTION, "fc3-domain": _DOMAIN}
    for name, resource in document["resources"].items():
        yield from _unknown(resource, {"component": 0, "props": 0}, name)
        yield from _unknown(resource["props"], known.get(resource["component"], {}), name)
        for trigger in resource["props"].get("triggers", []):
            place = f"{name}.{trigger.get('triggerName')}.triggerConfig"
            keys = TRIGGERS.get(trigger.get("triggerType"), {})
            yield from _unknown(trigger.get("triggerConfig", {}), keys, place)


def _unknown(value: Any, keys: Any, place: str) -> Iterator[str]:
    if isinstance(keys, list):
        for index, item in enumerate(value):
            yield from _unknown(item, keys[0], f"{place}[{index}]")
    elif isinstance(keys, dict):
        for name, below in value.items():
            where = f"{place}.{name}" if place else str(name)
            if name not in keys and "*" not in keys:
                yield f"{where}: unknown key"
            else:
                yield from _unknown(below, keys.get(name, 0), where)
