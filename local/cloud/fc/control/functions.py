"""Functions, their code, versions and aliases."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from local.cloud.fc.context import Account
from local.cloud.fc.control import inputs
from local.cloud.fc.control.code import CodeFolders
from local.cloud.fc.control.documents import Document, Documents
from local.cloud.fc.control.reading import invalid, read, wire
from local.cloud.fc.refusals import RefusedError, too_large
from local.cloud.fc.spec import LATEST
from local.cloud.oss.errors import OssError

_ALWAYS = ("cpu", "memory_size", "disk_size", "timeout", "internet_access")
MAX_INLINE_BYTES = 100 * 1024 * 1024
# Documents of a function, besides its own: they go with it.
PARTS = ("versions", "aliases", "async", "scaling", "provision", "concurrency")

ReadObject = Callable[[str, str], bytes]
Values = Mapping[str, Any]


class Functions:
    """The operations on functions, versions and aliases.

    `read_object` returns the bytes of an object by bucket and key, or raises OssError.
    """

    def __init__(
        self,
        documents: Documents,
        code: CodeFolders,
        account: Account,
        *,
        clock: Callable[[], datetime],
        read_object: ReadObject,
    ) -> None:
        self._documents, self._code, self._account = documents, code, account
        self._clock, self._read_object = clock, read_object

    def found(self, name: str) -> Document:
        """Return a function's document; raise RefusedError 404."""
        if (document := self._documents.get("functions", name)) is None:
            raise RefusedError(404, "FunctionNotFound", f"function '{name}' does not exist")
        return document

    def version_of(self, name: str, qualifier: str) -> Document:
        """Return what a qualifier names: LATEST, a version, or an alias's main version.

        Raise RefusedError 404 where the function has no such version or alias.
        """
        latest = self.found(name)
        if qualifier == LATEST:
            return latest
        if qualifier.isdigit():
            return self.version(name, qualifier)
        return self.version(name, self.alias(name, qualifier)["versionId"])

    def version(self, name: str, number: str) -> Document:
        """Return a version; raise RefusedError 404."""
        self.found(name)
        if (document := self._documents.get("versions", name, number)) is None:
            message = f"version '{number}' of function '{name}' does not exist"
            raise RefusedError(404, "VersionNotFound", message)
        return document

    def alias(self, name: str, alias: str) -> Document:
        """Return an alias; raise RefusedError 404."""
        self.found(name)
        if (document := self._documents.get("aliases", name, alias)) is None:
            message = f"alias '{alias}' of function '{name}' does not exist"
            raise RefusedError(404, "AliasNotFound", message)
        return document

    def create(self, body: Values) -> Document:
        """Create a function out of its configuration and its zip."""
        values = wire(read(inputs.Function, body), always=_ALWAYS)
        name = values["functionName"]
        with self._documents.lock:
            if self._documents.get("functions", name):
                raise RefusedError(
                    409, "FunctionAlreadyExists", f"function '{name}' already exists"
                )
            if not body.get("code"):
                raise invalid("code: Field required")
            made = {
                "functionId": str(uuid.uuid4()),
                "functionArn": self.arn(name),
                "createdTime": self.now(),
                "versions": 0,
            }
            return self._keep({**made, **values, **self._unpacked(body["code"])})

    def update(self, name: str, body: Values) -> Document:
        """Change what is given of a function, its code too; all else stays."""
        with self._documents.lock:
            before = self.found(name)
            whole = read(inputs.Function, {**before, **body, "functionName": name})
            values = wire(whole, always=_ALWAYS)
            code = self._unpacked(body["code"]) if body.get("code") else {}
            return self._keep({**before, **values, **code})

    def get(self, name: str, qualifier: str) -> Document:
        """Return a function, or a version of it."""
        return seen(self.version_of(name, qualifier))

    def get_code(self, name: str, qualifier: str) -> Document:
        """Say what a function's zip is; there is no address to download it from."""
        found = self.version_of(name, qualifier)
        return {"checksum": found["codeChecksum"], "url": ""}

    def list(self, limit: int, prefix: str, after: str) -> Document:
        """Return a page of functions by name."""
        return page(
            {n: seen(f) for n, f in self._documents.below("functions").items()},
            "functions", limit=limit, prefix=prefix, after=after,
        )  # fmt: skip

    def delete(self, name: str) -> None:
        """Delete a function with its versions; raise RefusedError while it has triggers."""
        with self._documents.lock:
            self.found(name)
            if self._documents.below("triggers", name):
                message = f"function '{name}' has active triggers"
                raise RefusedError(412, "FunctionNotEmpty", message)
            for part in PARTS:
                self._documents.remove(part, name)
            self._documents.remove("functions", name)

    def vpc_bindings(self, name: str) -> Document:
        """Return the networks that may call the function: none, for none can be bound here."""
        self.found(name)
        return {"vpcIds": []}

    def arn(self, name: str) -> str:
        """Return the ARN of a function."""
        return f"acs:fc:{self._account.region}:{self._account.account_id}:functions/{name}"

    def now(self) -> str:
        """Return the time as the API writes it."""
        return self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    def _keep(self, document: Document) -> Document:
        kept = {**document, "lastModifiedTime": self.now()}
        return seen(self._documents.put(kept, "functions", kept["functionName"]))

    def _unpacked(self, given: Values) -> Document:
        code = read(inputs.Code, given)
        if code.zip_file:
            packed = _decoded(code.zip_file)
        elif code.oss_bucket_name and code.oss_object_name:
            packed = self._from_oss(code.oss_bucket_name, code.oss_object_name)
        else:
            raise invalid("code: needs zipFile, or ossBucketName and ossObjectName")
        return self._code.keep(packed, code.checksum)

    def _from_oss(self, bucket: str, key: str) -> bytes:
        try:
            return self._read_object(bucket, key)
        except OssError as error:
            raise invalid(f"code: there is no object {key} in the bucket {bucket}") from error


def _decoded(text: str) -> bytes:
    if len(text) > MAX_INLINE_BYTES:
        raise too_large(MAX_INLINE_BYTES)
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise invalid("code.zipFile: is not base64") from error


def seen(document: Document) -> Document:
    """Return a function's document as the API answers it."""
    hidden = {"codeSha256", "versions", "published"}
    state = {"state": "Active", "lastUpdateStatus": "Successful"}
    return {key: value for key, value in document.items() if key not in hidden} | state


def page(
    found: Mapping[str, Document], key: str, *, limit: int, prefix: str = "", after: str = ""
) -> Document:
    """Return one page of documents as a list under `key`, with a token where more follow."""
    names = sorted(name for name in found if name.startswith(prefix) and name > after)
    more = {"nextToken": names[limit - 1]} if len(names) > limit else {}
    return {key: [found[name] for name in names[:limit]], **more}
