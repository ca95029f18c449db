"""Versions of functions, and aliases that name them."""

from __future__ import annotations

from local.cloud.fc.control import inputs
from local.cloud.fc.control.documents import Document, Documents
from local.cloud.fc.control.functions import Functions, Values, page
from local.cloud.fc.control.reading import invalid, read, wire
from local.cloud.fc.refusals import RefusedError


class Versions:
    """The operations on versions and aliases."""

    def __init__(self, documents: Documents, functions: Functions) -> None:
        self._documents, self._functions = documents, functions

    def publish(self, name: str, body: Values) -> Document:
        """Freeze what is deployed as the next version; numbers count up and are not used again."""
        with self._documents.lock:
            function = self._functions.found(name)
            number = str(function["versions"] + 1)
            self._documents.put(
                {**function, "versions": function["versions"] + 1}, "functions", name
            )
            told = {
                "versionId": number,
                "description": str(body.get("description") or ""),
                "createdTime": self._functions.now(),
                "lastModifiedTime": self._functions.now(),
            }
            self._documents.put({**function, "published": told}, "versions", name, number)
            return told

    def list(self, name: str, limit: int, after: str) -> Document:
        """Return a page of versions, the newest first."""
        self._functions.found(name)
        found = self._documents.below("versions", name)
        told = {n: found[n]["published"] for n in sorted(found, key=int, reverse=True)}
        names = list(told)
        start = names.index(after) + 1 if after in told else 0
        rest = names[start : start + limit]
        more = {"nextToken": rest[-1]} if start + limit < len(names) else {}
        return {"versions": [told[n] for n in rest], "direction": "BACKWARD", **more}

    def delete(self, name: str, number: str) -> None:
        """Delete a version that no alias names."""
        with self._documents.lock:
            self._functions.version(name, number)
            for alias in self._documents.below("aliases", name).values():
                if number in {alias["versionId"], *alias["additionalVersionWeight"]}:
                    message = f"version {number} is in use by alias {alias['aliasName']}"
                    raise invalid(message)
            self._documents.remove("versions", name, number)

    def create_alias(self, name: str, body: Values) -> Document:
        """Create an alias."""
        with self._documents.lock:
            given = str(body.get("aliasName"))
            if self._documents.get("aliases", name, given):
                message = f"alias {given} of function {name} already exists"
                raise RefusedError(409, "AliasAlreadyExists", message)
            return self._keep_alias(name, {"createdTime": self._functions.now()}, body)

    def update_alias(self, name: str, alias: str, body: Values) -> Document:
        """Move an alias to another version, or change the shares."""
        with self._documents.lock:
            before = self._functions.alias(name, alias)
            return self._keep_alias(name, before, {**before, **body, "aliasName": alias})

    def get_alias(self, name: str, alias: str) -> Document:
        """Return an alias."""
        return self._functions.alias(name, alias)

    def aliases(self, name: str, limit: int, prefix: str, after: str) -> Document:
        """Return a page of aliases by name."""
        self._functions.found(name)
        found = self._documents.below("aliases", name)
        return page(found, "aliases", limit=limit, prefix=prefix, after=after)

    def delete_alias(self, name: str, alias: str) -> None:
        """Delete an alias, with what is configured for it."""
        with self._documents.lock:
            self._functions.alias(name, alias)
            for part in ("aliases", "async", "scaling", "provision"):
                self._documents.remove(part, name, alias)

    def _keep_alias(self, name: str, before: Values, body: Values) -> Document:
        alias = wire(read(inputs.Alias, body), always=("description", "additional_version_weight"))
        main, weights = alias["versionId"], alias["additionalVersionWeight"]
        for number in (main, *weights):
            self._functions.version(name, number)
        if main in weights:
            message = f"additionalVersionWeight {weights} should not contain major version {main}"
            raise RefusedError(400, "AdditionalVersionContainsMajorVersion", message)
        kept = {**before, **alias, "lastModifiedTime": self._functions.now()}
        return self._documents.put(kept, "aliases", name, alias["aliasName"])
