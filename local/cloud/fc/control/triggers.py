"""Triggers of functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from local.cloud.fc.control import inputs
from local.cloud.fc.control.documents import Document, Documents
from local.cloud.fc.control.functions import Functions, Values, page
from local.cloud.fc.control.reading import invalid, read, wire
from local.cloud.fc.refusals import RefusedError

MAX_TRIGGERS, MAX_BUCKET_TRIGGERS = 50, 10
_CONFIGS: dict[str, type[Any]] = {
    "http": inputs.HttpConfig,
    "oss": inputs.OssConfig,
    "timer": inputs.TimerConfig,
}


class Triggers:
    """The operations on triggers; `address` gives the URL of a function's HTTP trigger."""

    def __init__(self, documents: Documents, functions: Functions, address: Any) -> None:
        self._documents, self._functions, self._address = documents, functions, address

    def create(self, function: str, body: Values) -> Document:
        """Create a trigger."""
        with self._documents.lock:
            trigger = read(inputs.Trigger, body)
            if self._documents.get("triggers", function, trigger.trigger_name):
                message = (
                    f"trigger '{trigger.trigger_name}' already exists in function '{function}'"
                )
                raise RefusedError(409, "TriggerAlreadyExists", message)
            if len(self._documents.below("triggers", function)) >= MAX_TRIGGERS:
                raise RefusedError(
                    400, "LimitExceededError", f"a function has {MAX_TRIGGERS} triggers at most"
                )
            return self._keep(function, {"createdTime": self._functions.now()}, trigger)

    def update(self, function: str, name: str, body: Values) -> Document:
        """Change what is given of a trigger."""
        with self._documents.lock:
            before = self._found(function, name)
            if body.get("triggerType", before["triggerType"]) != before["triggerType"]:
                raise invalid("triggerType: cannot be changed")
            trigger = read(inputs.Trigger, {**before, **body, "triggerName": name})
            return self._keep(function, before, trigger)

    def get(self, function: str, name: str) -> Document:
        """Return a trigger."""
        return self._seen(function, self._found(function, name))

    def list(self, function: str, limit: int, prefix: str, after: str) -> Document:
        """Return a page of a function's triggers by name."""
        self._functions.found(function)
        found = self._documents.below("triggers", function)
        seen = {name: self._seen(function, each) for name, each in found.items()}
        return page(seen, "triggers", limit=limit, prefix=prefix, after=after)

    def delete(self, function: str, name: str) -> None:
        """Delete a trigger."""
        self._found(function, name)
        self._documents.remove("triggers", function, name)

    def _found(self, function: str, name: str) -> Document:
        self._functions.found(function)
        if (document := self._documents.get("triggers", function, name)) is None:
            message = f"trigger '{name}' does not exist in function '{function}'"
            raise RefusedError(404, "TriggerNotFound", message)
        return document

    def _keep(self, function: str, before: Document, trigger: inputs.Trigger) -> Document:
        self._functions.version_of(function, trigger.qualifier)
        config = wire(read(_CONFIGS[trigger.trigger_type], _parsed(trigger.trigger_config)))
        document = {
            **before,
            **wire(trigger, always=("qualifier",)),
            "triggerConfig": json.dumps(config),
            "lastModifiedTime": self._functions.now(),
        }
        if trigger.trigger_type == "http":
            self._check_only_one(function, document)
        if trigger.trigger_type == "oss":
            self._check_apart(function, document)
        self._documents.put(document, "triggers", function, trigger.trigger_name)
        return self._seen(function, document)

    def _check_only_one(self, function: str, new: Document) -> None:
        for name, each in self._documents.below("triggers", function).items():
            same = each["triggerType"] == "http" and each["qualifier"] == new["qualifier"]
            if same and name != new["triggerName"]:
                message = f"there is an HTTP trigger for {new['qualifier']} already: {name}"
                raise RefusedError(409, "TriggerAlreadyExists", message)

    def _check_apart(self, function: str, new: Document) -> None:
        others = [
            each
            for owner, each in self.of_type("oss")
            if each["sourceArn"] == new["sourceArn"]
            and (owner, each["triggerName"]) != (function, new["triggerName"])
        ]
        if len(others) >= MAX_BUCKET_TRIGGERS:
            message = f"a bucket has {MAX_BUCKET_TRIGGERS} native triggers at most"
            raise RefusedError(400, "LimitExceededError", message)
        for each in others:
            if _overlap(json.loads(each["triggerConfig"]), json.loads(new["triggerConfig"])):
                raise invalid(f"triggerConfig: overlaps with the trigger {each['triggerName']}")

    def of_type(self, kind: str) -> Iterator[tuple[str, Document]]:
        """Yield all triggers of a type, each with its function."""
        for function in self._documents.below("functions"):
            for each in self._documents.below("triggers", function).values():
                if each["triggerType"] == kind:
                    yield function, each

    def _seen(self, function: str, document: Document) -> Document:
        shown = {
            "triggerId": f"{function}-{document['triggerName']}",
            **document,
        }
        if document["triggerType"] == "http":
            url = self._address(function, document["qualifier"])
            shown["httpTrigger"] = {"urlInternet": url, "urlIntranet": url}
        return shown


def _parsed(text: str) -> Values:
    try:
        config = json.loads(text)
    except ValueError as error:
        raise invalid("triggerConfig: is not JSON") from error
    return config if isinstance(config, dict) else {"": config}


def _overlap(one: Values, other: Values) -> bool:
    """Say whether an object can fit both: one event, one prefix and one suffix fit both."""
    events = any(
        a == b or _covers(a, b) or _covers(b, a) for a in one["events"] for b in other["events"]
    )
    first, second = one["filter"]["key"], other["filter"]["key"]
    return (
        events
        and _either(str.startswith, first["prefix"], second["prefix"])
        and _either(str.endswith, first["suffix"], second["suffix"])
    )


def _covers(pattern: str, event: str) -> bool:
    return pattern.endswith("*") and event.startswith(pattern[:-1])


def _either(fits: Any, one: str, other: str) -> bool:
    return bool(fits(one, other) or fits(other, one))
