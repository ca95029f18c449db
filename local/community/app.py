"""The stand-in over HTTP: it verifies signatures by its own reading of the standard."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from local.community.state import CommunityState, Conduct, DifferentBytesError

_WINDOW_SECONDS = 300
_MOST_BYTES = 20_000


def create_community_app(state: CommunityState, secrets: Mapping[str, str]) -> Starlette:
    """Serve `POST /hooks/{endpoint}`; `secrets` are whsec_… by endpoint."""

    async def hook(request: Request) -> Response:
        endpoint = request.path_params["endpoint"]
        secret, body = secrets.get(endpoint), await request.body()
        message_id = request.headers.get("webhook-id", "")
        if secret is None:
            return Response(status_code=404)
        conduct = state.next_conduct()
        if conduct.mode != "normal":
            state.note_try(endpoint, message_id, conduct.mode)
            return await _misbehave(conduct)
        status = _take(state, endpoint, request.headers, body, secret)
        state.note_try(endpoint, message_id, str(status))
        return Response(status_code=status)

    return Starlette(routes=[Route("/hooks/{endpoint}", hook, methods=["POST"])])


def _take(
    state: CommunityState, endpoint: str, headers: Mapping[str, str], body: bytes, secret: str
) -> int:
    if len(body) > _MOST_BYTES or not is_signed(headers, body, secret, now=time.time()):
        return 401
    try:
        state.take(endpoint, headers["webhook-id"], body)
    except DifferentBytesError:
        return 409
    return 204


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, *, now: float) -> bool:
    """Say whether the message is signed with the secret and fresh."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    sent_at = headers.get("webhook-timestamp", "")
    if not sent_at.isdigit() or abs(now - int(sent_at)) > _WINDOW_SECONDS:
        return False
    content = b".".join([headers.get("webhook-id", "").encode(), sent_at.encode(), body])
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{wanted}", each) for each in given)


async def _misbehave(conduct: Conduct) -> Response:
    if conduct.mode == "throttle":
        return Response(status_code=429, headers={"Retry-After": str(conduct.retry_after)})
    if conduct.mode == "gone":
        return Response(status_code=410)
    if conduct.mode == "redirect":
        return RedirectResponse("http://127.0.0.1:9/elsewhere", status_code=307)
    if conduct.mode == "hang":
        await anyio.sleep(conduct.seconds)
    return Response("<html>no</html>", status_code=conduct.status, media_type="text/html")
