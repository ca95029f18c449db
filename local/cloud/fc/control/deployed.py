"""What is deployed, as the functions, triggers and routes that the host and its doors read."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from local.cloud.fc.control.documents import Document, Documents
from local.cloud.fc.spec import LATEST, FunctionSpec, Route, function_of, routes_of


class Deployed(Mapping[str, FunctionSpec]):
    """Functions by reference: `name`, or `name.qualifier` of a version or an alias.

    What a reference names is looked up anew each time, so that an update counts for the next
    event; an alias with shares draws one of its versions. Iteration yields the references that
    have triggers or are the latest of a function.
    """

    def __init__(
        self, documents: Documents, folder: Callable[[str], Path], draw: Callable[[], float]
    ) -> None:
        self._documents, self._folder, self._draw = documents, folder, draw
        self._at, self._known = -1, dict[tuple[str, str, str], FunctionSpec]()

    def __getitem__(self, reference: str) -> FunctionSpec:
        name, _, qualifier = reference.partition(".")
        qualifier = qualifier or LATEST
        version = self._version(name, qualifier)
        with self._documents.lock:
            if self._at != self._documents.changes:
                self._at, self._known = self._documents.changes, {}
            key = (name, qualifier, version)
            if key not in self._known:
                self._known[key] = self._read(*key)
            return self._known[key]

    def __iter__(self) -> Iterator[str]:
        with self._documents.lock:
            for name in self._documents.below("functions"):
                triggers = self._documents.below("triggers", name).values()
                others = {each["qualifier"] for each in triggers} - {LATEST}
                yield from (name, *(f"{name}.{each}" for each in sorted(others)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def routes(self, domain: str) -> tuple[Route, ...]:
        """Return the routes of a domain; of the only one, where no domain is called so."""
        document = self._domain(domain)
        return routes_of((document or {}).get("routeConfig", {}).get("routes", []))

    def auth(self, domain: str) -> Document | None:
        """Return a domain's own check of callers."""
        return (self._domain(domain) or {}).get("authConfig")

    def _domain(self, name: str) -> Document | None:
        found = self._documents.below("domains")
        return found.get(name) or (next(iter(found.values())) if len(found) == 1 else None)

    def _version(self, name: str, qualifier: str) -> str:
        alias = self._documents.get("aliases", name, qualifier)
        if alias is None:
            return qualifier
        drawn = self._draw()
        for version, weight in alias["additionalVersionWeight"].items():
            drawn -= weight
            if drawn < 0:
                return str(version)
        return str(alias["versionId"])

    def _read(self, name: str, qualifier: str, version: str) -> FunctionSpec:
        path = ("functions", name) if version == LATEST else ("versions", name, version)
        document = self._documents.get(*path)
        if document is None:
            raise KeyError(f"{name}.{qualifier}")
        props: dict[str, Any] = {
            **document,
            "code": str(self._folder(document["codeSha256"])),
            "asyncInvokeConfig": self._documents.get("async", name, qualifier) or {},
            "concurrencyConfig": self._documents.get("concurrency", name, LATEST) or {},
            "triggers": [
                {**each, "triggerConfig": json.loads(each["triggerConfig"])}
                for each in self._documents.below("triggers", name).values()
                if each["qualifier"] == qualifier
            ],
        }
        return replace(function_of(name, props), qualifier=qualifier, version=version)


def drawn() -> float:
    """Draw a number from 0 to 1, for the shares of an alias."""
    return random.random()  # noqa: S311 - a share of calls, no secret
