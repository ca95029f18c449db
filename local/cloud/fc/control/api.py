"""The control API over HTTP: one table of operations, signed as the vendor's SDK signs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.cloud.fc.context import Account, Credentials
from local.cloud.fc.control.code import CodeFolders
from local.cloud.fc.control.deployed import Deployed, drawn
from local.cloud.fc.control.documents import Document, Documents
from local.cloud.fc.control.functions import Functions, ReadObject
from local.cloud.fc.control.reading import invalid
from local.cloud.fc.control.settings import Domains, Settings
from local.cloud.fc.control.tags import Tags
from local.cloud.fc.control.triggers import Triggers
from local.cloud.fc.control.versions import Versions
from local.cloud.fc.door import Call as SignedCall
from local.cloud.fc.door import Door
from local.cloud.fc.spec import LATEST

# Where zips are put before a function is made of them, and with which temporary keys.
CODE_BUCKET = "fc-code"
UPLOAD_KEYS = Credentials("local-upload-key", "local-upload-secret", "local-upload-token")
# A zip of 100 MB as base64 in JSON, and what stands around it.
_MAX_BYTES = 140 * 1024 * 1024
_PAGE, _MOST = 20, 100


@dataclass(frozen=True)
class Call:
    """One call of an operation: the names in its path, its query and its body."""

    names: Mapping[str, str]
    query: Mapping[str, str]
    body: Document

    @property
    def name(self) -> str:
        """What the path names first: a function or a domain."""
        return self.names["name"]

    @property
    def part(self) -> str:
        """What it names of that: a trigger, a version or an alias."""
        return self.names["part"]

    @property
    def qualifier(self) -> str:
        """The qualifier, LATEST by default."""
        return self.query.get("qualifier") or LATEST

    @property
    def page(self) -> dict[str, Any]:
        """What a list is asked for: how many, and after which."""
        text = self.query.get("limit") or str(_PAGE)
        if not text.isdigit() or not 1 <= int(text) <= _MOST:
            raise invalid(f"limit: must be 1 to {_MOST}, not {text!r}")
        return {"limit": int(text), "after": self.query.get("nextToken", "")}

    @property
    def prefix(self) -> str:
        """What the names of a list begin with."""
        return self.query.get("prefix", "")


Run = Callable[[Call], Document | None]
Operation = tuple[str, str, str, Run]
# Part of a function, path, action, and the name of a list of them.
_SETTINGS = (
    ("async", "async-invoke-config", "AsyncInvokeConfig", "configs"),
    ("scaling", "scaling-config", "ScalingConfig", "scalingConfigs"),
    ("provision", "provision-config", "ProvisionConfig", "provisionConfigs"),
    ("concurrency", "concurrency", "ConcurrencyConfig", "configs"),
)


class Control:
    """Everything deployed below `root`, and the operations on it.

    `address` gives the URL of an HTTP trigger by function and qualifier.
    """

    def __init__(
        self,
        root: Path,
        account: Account,
        *,
        clock: Callable[[], datetime],
        read_object: ReadObject,
        address: Callable[[str, str], str],
    ) -> None:
        self.documents = Documents(root / "deployed")
        self._code = CodeFolders(root / "code")
        self._account, self._clock = account, clock
        self.deployed = Deployed(self.documents, self._code.folder, drawn)
        kept = self.documents
        self._functions = Functions(kept, self._code, account, clock=clock, read_object=read_object)
        self._versions = Versions(kept, self._functions)
        self._triggers = Triggers(kept, self._functions, address)
        self._domains = Domains(kept, self._functions)
        self._tags = Tags(self._functions)
        self._remove_old_code()

    def operations(self) -> list[Operation]:
        """Return all operations: method, path, name of the action, what it does."""
        settings = [
            each
            for part, path, action, lists in _SETTINGS
            for each in _setting_operations(
                Settings(part, self.documents, self._functions), path, action, lists
            )
        ]
        return [
            *self._function_operations(),
            *self._version_operations(),
            *self._trigger_operations(),
            *settings,
            *self._shared_operations(),
        ]

    def bucket_token(self) -> Document:
        """Say where a zip may be uploaded, and with which keys."""
        ends = self._clock() + timedelta(hours=1)
        return {
            "credentials": {
                "AccessKeyId": UPLOAD_KEYS.access_key_id,
                "AccessKeySecret": UPLOAD_KEYS.access_key_secret,
                "SecurityToken": UPLOAD_KEYS.security_token,
                "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
            "ossRegion": self._account.region,
            "ossBucket": CODE_BUCKET,
            "objectName": str(uuid.uuid4()),
        }

    def _function_operations(self) -> list[Operation]:
        do, one = self._functions, "/functions/{name}"
        return [
            ("POST", "/functions", "CreateFunction", lambda c: do.create(c.body)),
            ("GET", "/functions", "ListFunctions", lambda c: do.list(prefix=c.prefix, **c.page)),
            ("GET", one, "GetFunction", lambda c: do.get(c.name, c.qualifier)),
            ("PUT", one, "UpdateFunction", lambda c: do.update(c.name, c.body)),
            ("DELETE", one, "DeleteFunction", lambda c: do.delete(c.name)),
            ("GET", one + "/code", "GetFunctionCode", lambda c: do.get_code(c.name, c.qualifier)),
            ("GET", one + "/vpc-bindings", "ListVpcBindings", lambda c: do.vpc_bindings(c.name)),
        ]

    def _version_operations(self) -> list[Operation]:
        do = self._versions
        all_, aliases = "/functions/{name}/versions", "/functions/{name}/aliases"
        one, alias = all_ + "/{part}", aliases + "/{part}"
        return [
            ("POST", all_, "PublishFunctionVersion", lambda c: do.publish(c.name, c.body)),
            ("GET", all_, "ListFunctionVersions", lambda c: do.list(c.name, **c.page)),
            ("DELETE", one, "DeleteFunctionVersion", lambda c: do.delete(c.name, c.part)),
            ("POST", aliases, "CreateAlias", lambda c: do.create_alias(c.name, c.body)),
            (
                *("GET", aliases, "ListAliases"),
                lambda c: do.aliases(c.name, prefix=c.prefix, **c.page),
            ),
            ("GET", alias, "GetAlias", lambda c: do.get_alias(c.name, c.part)),
            ("PUT", alias, "UpdateAlias", lambda c: do.update_alias(c.name, c.part, c.body)),
            ("DELETE", alias, "DeleteAlias", lambda c: do.delete_alias(c.name, c.part)),
        ]

    def _trigger_operations(self) -> list[Operation]:
        do, all_ = self._triggers, "/functions/{name}/triggers"
        one = all_ + "/{part}"
        return [
            ("POST", all_, "CreateTrigger", lambda c: do.create(c.name, c.body)),
            ("GET", all_, "ListTriggers", lambda c: do.list(c.name, prefix=c.prefix, **c.page)),
            ("GET", one, "GetTrigger", lambda c: do.get(c.name, c.part)),
            ("PUT", one, "UpdateTrigger", lambda c: do.update(c.name, c.part, c.body)),
            ("DELETE", one, "DeleteTrigger", lambda c: do.delete(c.name, c.part)),
        ]

    def _shared_operations(self) -> list[Operation]:
        do, tags = self._domains, self._tags
        all_, one = "/custom-domains", "/custom-domains/{name}"
        return [
            ("POST", all_, "CreateCustomDomain", lambda c: do.create(c.body)),
            ("GET", all_, "ListCustomDomains", lambda c: do.list(prefix=c.prefix, **c.page)),
            ("GET", one, "GetCustomDomain", lambda c: do.get(c.name)),
            ("PUT", one, "UpdateCustomDomain", lambda c: do.update(c.name, c.body)),
            ("DELETE", one, "DeleteCustomDomain", lambda c: do.delete(c.name)),
            ("POST", "/tags-v2", "TagResources", lambda c: tags.add(c.body)),
            ("DELETE", "/tags-v2", "UntagResources", lambda c: tags.remove(c.query)),
            ("GET", "/tags-v2", "ListTagResources", lambda c: tags.list(c.query)),
        ]

    def _remove_old_code(self) -> None:
        """Remove what no function and no version names any more; at the start nothing runs."""
        functions = self.documents.below("functions")
        named = [*functions.values()]
        named += [v for name in functions for v in self.documents.below("versions", name).values()]
        self._code.keep_only({each["codeSha256"] for each in named})


def _setting_operations(kept: Settings, path: str, action: str, lists: str) -> list[Operation]:
    one = "/functions/{name}/" + path
    return [
        ("GET", one, f"Get{action}", lambda c: kept.get(c.name, c.qualifier)),
        ("PUT", one, f"Put{action}", lambda c: kept.put(c.name, c.qualifier, c.body)),
        ("DELETE", one, f"Delete{action}", lambda c: kept.delete(c.name, c.qualifier)),
        ("GET", "/" + path.removesuffix("s") + ("s" if "config" in path else "-configs"),
         f"List{action}s", lambda c: kept.list(lists, **c.page)),
    ]  # fmt: skip


def control_routes(control: Control, door: Door) -> list[Route]:
    """Return the routes of the control API, and the old one that says where zips go."""
    routes = [
        Route(
            f"/2023-03-30{path}",
            door.endpoint(f"fc:{action}", _resource, partial(_answer, run), limit=_MAX_BYTES),
            methods=[method],
        )
        for method, path, action, run in control.operations()
    ]
    token = door.endpoint(
        "fc:GetTempBucketToken", _resource, lambda call: _said(call, control.bucket_token())
    )
    return [*routes, Route("/2016-08-15/tempBucketToken", token, methods=["GET"])]


def _answer(run: Run, call: SignedCall) -> Response:
    try:
        body = json.loads(call.read.body or b"{}")
    except ValueError as error:
        raise invalid("the body is not JSON") from error
    if not isinstance(body, dict):
        raise invalid("the body is not a JSON object")
    names = {name: str(value) for name, value in call.request.path_params.items()}
    return _said(call, run(Call(names, dict(call.request.query_params), body)))


def _said(call: SignedCall, answer: Document | None) -> Response:
    headers = {"X-Fc-Request-Id": call.request_id}
    if answer is None:
        return Response(status_code=204, headers=headers)
    return JSONResponse(answer, headers=headers)


def _resource(request: Request) -> str:
    """Name what a call is about; a list is about all."""
    kind = request.url.path.split("/")[2]
    return f"{kind}/{next(iter(request.path_params.values()), '*')}"
