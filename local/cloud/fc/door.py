"""What all calls of FC's API pass: the size of the body, the signature, the policy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from local.cloud.fc.context import Account
from local.cloud.fc.host import new_request_id
from local.cloud.fc.refusals import MAX_SYNC_BYTES, RefusedError, refusal_response
from local.cloud.fc.shapes import HttpRequest, read_request
from local.cloud.fc.signing import Verifier
from local.cloud.ram.guard import Allows
from local.cloud.ram.policy import Request as Wanted

_OLD = "/2016-08-15/"


@dataclass(frozen=True)
class Call:
    """One signed call: as it came, as it was read, and under which id it is answered."""

    request: Request
    read: HttpRequest
    request_id: str


class Door:
    """Let signed calls in; `keys` maps access key ids to secrets.

    `allows` says what their holders may do; without it, all.
    """

    def __init__(
        self,
        account: Account,
        *,
        keys: Mapping[str, str],
        clock: Callable[[], datetime],
        allows: Allows | None = None,
    ) -> None:
        self.account = account
        self._verifier, self._allows = Verifier(keys, clock), allows

    def endpoint(
        self,
        action: str,
        resource: Callable[[Request], str],
        respond: Callable[[Call], Response],
        *,
        limit: int = MAX_SYNC_BYTES,
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of one action on what `resource` names, such as `functions/a`."""

        async def serve(request: Request) -> Response:
            request_id, old = new_request_id(), request.url.path.startswith(_OLD)
            check = self._verifier.check_fc if old else self._verifier.check_acs3
            try:
                read = await read_request(request, limit=limit)
                self._admit(check(read), action, resource(request))
                return await run_in_threadpool(respond, Call(request, read, request_id))
            except RefusedError as refusal:
                return refusal_response(refusal, request_id, capitals=old)

        return serve

    def _admit(self, key: str, action: str, resource: str) -> None:
        arn = f"acs:fc:{self.account.region}:{self.account.account_id}:{resource}"
        if self._allows and not self._allows(key, Wanted(action, arn)):
            message = f"the caller is not authorized to perform '{action}' on resource '{arn}'"
            raise RefusedError(403, "AccessDenied", message)


async def no_such_path(request: Request, error: Exception) -> Response:
    """Answer a path that the API does not have."""
    del error
    message = f"'{request.method}' against '{request.url.path}' is not supported"
    refusal = RefusedError(400, "PathNotSupported", message)
    return refusal_response(refusal, new_request_id(), capitals=request.url.path.startswith(_OLD))
