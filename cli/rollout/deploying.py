"""Bring what is deployed to what is wanted: create, change or remove what differs, and no more."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cli.rollout.releasing import ensure_alias
from cli.rollout.wanted import TemplateError, Wanted, WantedFunction
from local.cloud.fc.spec import LATEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cli.rollout.cloud import FunctionCompute
    from shared.ports import ObjectStore

CODE_PREFIX = "releases/code/"
# What is removed before its function, an alias before its version: the SDK's word for many and for
# one, and the keys of the list and of a name. Assumed: a function that has versions is kept.
_PARTS = (
    ("triggers", "trigger", "triggers", "triggerName"),
    ("aliases", "alias", "aliases", "aliasName"),
    ("function_versions", "function_version", "versions", "versionId"),
)


@dataclass
class Deploying:
    """One deployment; `put` stores a zip and returns (bucket, key). `changed` names each change."""

    cloud: FunctionCompute
    put: Callable[[Path], tuple[str, str]]
    tell: Callable[[str], object] = print
    changed: list[str] = field(default_factory=list)

    def apply(self, wanted: Wanted) -> list[str]:
        """Deploy all that differs; return what was changed."""
        for each in wanted.functions:
            self._function(each)
        if wanted.qualifier != LATEST:
            for each in wanted.functions:
                if ensure_alias(self.cloud, each.name, wanted.qualifier):
                    self._did("created alias", f"{each.name}.{wanted.qualifier}")
        for each in wanted.functions:
            self._settings(each, wanted.qualifier)
            self._triggers(each)
        for name, domain in wanted.domains.items():
            self._domain(name, domain)
        return self.changed

    def _did(self, what: str, name: str) -> None:
        self.changed.append(f"{what} {name}")
        self.tell(self.changed[-1])

    def _function(self, wanted: WantedFunction) -> None:
        found = self.cloud.call("get_function", wanted.name)
        crc = checksum(wanted.code)
        same_code = found is not None and found.get("codeChecksum") == crc
        if same_code and not _differs(wanted.config, found) and _has_no_more(wanted, found):
            return
        body: dict[str, Any] = dict(wanted.config)
        if not same_code:
            bucket, key = self.put(wanted.code)
            body["code"] = {"ossBucketName": bucket, "ossObjectName": key, "checksum": crc}
        if found is None:
            self.cloud.call("create_function", body={**body, "functionName": wanted.name})
        else:
            self.cloud.call("update_function", wanted.name, body=body)
        self._did("created function" if found is None else "updated function", wanted.name)

    def _settings(self, wanted: WantedFunction, qualifier: str) -> None:
        for each in dict.fromkeys((LATEST, qualifier)):
            self._setting("async_invoke_config", wanted.name, wanted.ends, qualifier=each)
        self._setting("scaling_config", wanted.name, wanted.scaling, qualifier=qualifier)
        self._setting("concurrency_config", wanted.name, wanted.cap)

    def _setting(
        self, kind: str, name: str, wanted: Mapping[str, Any] | None, **where: str
    ) -> None:
        found = self.cloud.call(f"get_{kind}", name, **where)
        what = f"{kind.replace('_', ' ')} of {'.'.join((name, *where.values()))}"
        if wanted is None and found is not None:
            self.cloud.call(f"delete_{kind}", name, **where)
            self._did("removed", what)
        elif wanted is not None and (found is None or _differs(wanted, found)):
            self.cloud.call(f"put_{kind}", name, body=dict(wanted), **where)
            self._did("put", what)

    def _triggers(self, wanted: WantedFunction) -> None:
        found = {
            each["triggerName"]: each
            for each in self.cloud.pages("list_triggers", "triggers", wanted.name)
        }
        for name in found.keys() - wanted.triggers.keys():
            self.cloud.call("delete_trigger", wanted.name, name)
            self._did("removed trigger", f"{wanted.name}/{name}")
        for name, trigger in wanted.triggers.items():
            if name not in found:
                self.cloud.call("create_trigger", wanted.name, body=dict(trigger))
                self._did("created trigger", f"{wanted.name}/{name}")
            elif _differs(_read(trigger), _read(found[name])):
                self.cloud.call("update_trigger", wanted.name, name, body=dict(trigger))
                self._did("updated trigger", f"{wanted.name}/{name}")

    def _domain(self, name: str, wanted: Mapping[str, Any]) -> None:
        found = self.cloud.call("get_custom_domain", name)
        if "HTTPS" in wanted["protocol"] and "certificate" not in wanted.get("certConfig", {}):
            # The vendor's tool looks the certificate up; the API takes nothing but its text.
            wanted = {key: value for key, value in wanted.items() if key != "certConfig"}
            if found is None:
                self.tell(f"left out domain {name}, for its certificate: s domain deploy")
                return
        if found is None:
            self.cloud.call("create_custom_domain", body=dict(wanted))
            self._did("created domain", name)
        elif _differs(wanted, found):
            self.cloud.call("update_custom_domain", name, body=dict(wanted))
            self._did("updated domain", name)


def remove(cloud: FunctionCompute, wanted: Wanted) -> list[str]:
    """Remove all that is wanted, as far as it is there; return what was removed."""
    removed = []
    for name in wanted.domains:
        if cloud.call("get_custom_domain", name) is not None:
            cloud.call("delete_custom_domain", name)
            removed.append(f"removed domain {name}")
    for each in wanted.functions:
        if cloud.call("get_function", each.name) is None:
            continue
        for many, one, key, name in _PARTS:
            for part in [*cloud.pages(f"list_{many}", key, each.name)]:
                cloud.call(f"delete_{one}", each.name, part[name])
        cloud.call("delete_function", each.name)
        removed.append(f"removed function {each.name}")
    return removed


def code_store(bucket: str, store: ObjectStore) -> Callable[[Path], tuple[str, str]]:
    """Return what puts a zip into a bucket, once each, under its SHA-256."""

    @functools.cache
    def put(path: Path) -> tuple[str, str]:
        data = path.read_bytes()
        key = f"{CODE_PREFIX}{hashlib.sha256(data).hexdigest()}.zip"
        store.put(key, data, content_type="application/zip")
        return bucket, key

    return put


@functools.cache
def checksum(path: Path) -> str:
    """Return the CRC-64 of a zip, as Function Compute states it; TemplateError without a zip."""
    import oss2.utils

    try:
        data = path.read_bytes()
    except OSError as error:
        raise TemplateError(f"{path}: {error.strerror}: poster build") from error
    crc = oss2.utils.Crc64()
    crc.update(data)
    return str(crc.crc)


def _has_no_more(wanted: WantedFunction, found: Mapping[str, Any]) -> bool:
    """Say whether a function has no variable that is not wanted any more."""
    variables = "environmentVariables"
    return (found.get(variables) or {}).keys() <= (wanted.config.get(variables) or {}).keys()


def _read(trigger: Mapping[str, Any]) -> dict[str, Any]:
    return {**trigger, "triggerConfig": json.loads(trigger["triggerConfig"])}


def _differs(wanted: Any, found: Any) -> bool:
    """Say whether something wanted is otherwise; what is there besides was put by default."""
    if isinstance(wanted, dict):
        return not isinstance(found, dict) or any(
            _differs(value, found.get(key)) for key, value in wanted.items()
        )
    if isinstance(wanted, (list, tuple)):
        if not isinstance(found, (list, tuple)) or len(wanted) != len(found):
            return True
        return any(_differs(*pair) for pair in zip(wanted, found, strict=True))
    return bool(wanted != found)
