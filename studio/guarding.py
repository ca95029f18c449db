"""What guards the pages: a content security policy, our own requests alone, rate limits."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READS = frozenset({"GET", "HEAD"})
_FROM_US = frozenset({"same-origin", "none"})
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def policy(picture_hosts: Sequence[str], issuer: str) -> str:
    """Return the content security policy: our own files, pictures and uploads of the buckets."""
    pictures = " ".join(picture_hosts)
    # A form may lead on to the identity provider, which counts as its action.
    provider = "{0.scheme}://{0.netloc}".format(urlsplit(issuer))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            f"img-src 'self' {pictures}",
            f"connect-src 'self' {pictures}",
            f"form-action 'self' {provider}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


class Guard:
    """Sets the headers of every answer, and refuses what no page of ours can have sent.

    A change is taken only from our own pages: browsers say where a request comes from
    (Sec-Fetch-Site, or Origin), and no page can make them lie. It stands inside the session, whose
    person is counted, or else the address.
    """

    def __init__(
        self, app: ASGIApp, *, policy: str, own: str, per_minute: int, changes_per_minute: int
    ) -> None:
        self._app, self._own = app, own
        self._headers = {
            "Content-Security-Policy": policy,
            "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
            "Permissions-Policy": _PERMISSIONS,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._most = RateLimitItemPerMinute(per_minute)
        self._most_changes = RateLimitItemPerMinute(changes_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers, changes = Headers(scope=scope), scope["method"] not in _READS
        if changes and not self._is_ours(headers):
            text = "This request came from another page. Open the studio and try it there."
            return PlainTextResponse(text, 403)
        if scope["path"].startswith("/studio/static/"):
            return None
        person = scope["session"].get("person") or {}
        who = person.get("token") or (scope.get("client") or ("",))[0]
        most = self._most_changes if changes else self._most
        if self._window.hit(most, who, "changes" if changes else "reads"):
            return None
        text = "Too many requests. Wait a minute, then try again; nothing that you typed is lost."
        return PlainTextResponse(text, 429, {"Retry-After": "60"})

    def _is_ours(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in _FROM_US
        return headers.get("origin") == self._own
