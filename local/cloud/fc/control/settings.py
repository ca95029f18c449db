"""What is configured for a function besides itself: ends of events, instances; and domains."""

from __future__ import annotations

from typing import Any

from local.cloud.fc.control import inputs
from local.cloud.fc.control.documents import Document, Documents
from local.cloud.fc.control.domain_inputs import Domain
from local.cloud.fc.control.functions import Functions, Values, page
from local.cloud.fc.control.reading import read, wire
from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.spec import LATEST

# What is put for each part, and the code of the refusal where there is none.
_KINDS: dict[str, tuple[type[Any], str]] = {
    "async": (inputs.AsyncConfig, "AsyncConfigNotExists"),
    "scaling": (inputs.Scaling, "ScalingConfigNotFound"),
    "provision": (inputs.Provision, "ProvisionConfigNotFound"),
    "concurrency": (inputs.Concurrency, "ConcurrencyConfigNotFound"),
}


class Settings:
    """One kind of configuration of a function, one document for each qualifier."""

    def __init__(self, part: str, documents: Documents, functions: Functions) -> None:
        self._part, (self._kind, self._missing) = part, _KINDS[part]
        self._documents, self._functions = documents, functions

    def put(self, function: str, qualifier: str, body: Values) -> Document:
        """Configure a function's qualifier."""
        self._functions.version_of(function, qualifier)
        times = {"createdTime": self._functions.now(), "lastModifiedTime": self._functions.now()}
        before = self._documents.get(self._part, function, qualifier) or {}
        kept = {**times, **wire(read(self._kind, body))}
        if before:
            kept["createdTime"] = before["createdTime"]
        return self._seen(function, self._documents.put(kept, self._part, function, qualifier))

    def get(self, function: str, qualifier: str) -> Document:
        """Return what is configured; raise RefusedError 404 where nothing is."""
        self._functions.found(function)
        if (document := self._documents.get(self._part, function, qualifier)) is None:
            message = f"{self._part} config of '{function}:{qualifier}' does not exist"
            raise RefusedError(404, self._missing, message)
        return self._seen(function, document)

    def delete(self, function: str, qualifier: str) -> None:
        """Remove what is configured, if anything is."""
        self._functions.found(function)
        self._documents.remove(self._part, function, qualifier)

    def list(self, key: str, limit: int, after: str) -> Document:
        """Return a page of all functions' configurations, by function and qualifier."""
        found = {
            f"{function}/{qualifier}": self._seen(function, each)
            for function in self._documents.below("functions")
            for qualifier, each in self._documents.below(self._part, function).items()
        }
        return page(found, key, limit=limit, after=after)

    def _seen(self, function: str, document: Document) -> Document:
        return {"functionArn": self._functions.arn(function), **document}


class Domains:
    """The operations on custom domains."""

    def __init__(self, documents: Documents, functions: Functions) -> None:
        self._documents, self._functions = documents, functions

    def create(self, body: Values) -> Document:
        """Create a domain; nobody checks that the name leads here."""
        with self._documents.lock:
            if self._documents.get("domains", str(body.get("domainName"))):
                message = f"domain name {body['domainName']} already exists"
                raise RefusedError(409, "DomainNameAlreadyExists", message)
            return self._keep({"createdTime": self._functions.now()}, body)

    def update(self, name: str, body: Values) -> Document:
        """Change what is given of a domain."""
        with self._documents.lock:
            before = self.get(name)
            return self._keep(before, {**before, **body, "domainName": name})

    def get(self, name: str) -> Document:
        """Return a domain."""
        if (document := self._documents.get("domains", name)) is None:
            raise RefusedError(404, "DomainNameNotFound", f"domain name '{name}' does not exist")
        return document

    def list(self, limit: int, prefix: str, after: str) -> Document:
        """Return a page of domains by name."""
        found = self._documents.below("domains")
        return page(found, "customDomains", limit=limit, prefix=prefix, after=after)

    def delete(self, name: str) -> None:
        """Delete a domain."""
        self.get(name)
        self._documents.remove("domains", name)

    def _keep(self, before: Values, body: Values) -> Document:
        domain = wire(read(Domain, body), always=("protocol", "route_config", "waf_config"))
        for route in domain["routeConfig"]["routes"]:
            self._functions.version_of(route["functionName"], route.get("qualifier", LATEST))
        kept = {
            "accountId": "", "apiVersion": "2023-03-30", **before, **domain,
            "lastModifiedTime": self._functions.now(),
        }  # fmt: skip
        return self._documents.put(kept, "domains", domain["domainName"])
