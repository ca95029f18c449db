"""Tags of functions, by the operations that all resources share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from local.cloud.fc.control.documents import Document
from local.cloud.fc.control.functions import Functions, Values
from local.cloud.fc.control.reading import invalid


class Tags:
    """The operations on tags; a resource is the ARN of a function."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def add(self, body: Values) -> Document:
        """Set tags of functions."""
        new = {str(tag.get("Key")): str(tag.get("Value", "")) for tag in body.get("Tag", [])}
        for name in self._names(body.get("ResourceType"), body.get("ResourceId")):
            self._put(name, {**self._of(name), **new})
        return {}

    def remove(self, query: Mapping[str, str]) -> None:
        """Remove the tags named, or all."""
        gone = json.loads(query.get("TagKey", "[]"))
        for name in self._names(
            query.get("ResourceType"), json.loads(query.get("ResourceId", "[]"))
        ):
            all_ = query.get("All", "").lower() == "true"
            kept = {} if all_ else {k: v for k, v in self._of(name).items() if k not in gone}
            self._put(name, kept)

    def list(self, query: Mapping[str, str]) -> Document:
        """Return the tags of the functions asked for."""
        asked = json.loads(query.get("ResourceId", "[]"))
        found = [
            {
                "ResourceId": self._functions.arn(name),
                "ResourceType": "ALIYUN::FC::FUNCTION",
                "TagKey": key,
                "TagValue": value,
            }
            for name in self._names(query.get("ResourceType"), asked)
            for key, value in self._of(name).items()
        ]
        return {"TagResources": found}

    def _names(self, kind: object, resources: object) -> Iterable[str]:
        if str(kind).lower() not in {"function", "aliyun::fc::function"}:
            raise invalid(f"ResourceType: must be function, not {kind!r}")
        if not isinstance(resources, list) or not resources:
            raise invalid("ResourceId: Field required")
        return [str(each).rsplit("/", 1)[-1] for each in resources]

    def _of(self, name: str) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self._functions.found(name).get("tags", [])}

    def _put(self, name: str, tags: Mapping[str, str]) -> None:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        self._functions.update(name, {"tags": listed})
