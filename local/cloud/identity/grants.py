"""Authorization codes: each is good once, for a minute, for one client and its proof key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from local.cloud.identity.people import Person

CODE_SECONDS = 60
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    client: str
    redirect: str
    challenge: str
    nonce: str
    person: Person
    until: float


class Grants:
    """The codes that are out; `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._open: dict[str, Grant] = {}

    def new(self, client: str, redirect: str, challenge: str, nonce: str, person: Person) -> str:
        """Return a new code."""
        code, until = secrets.token_urlsafe(32), self._clock() + CODE_SECONDS
        with self._lock:
            old = [each for each, grant in self._open.items() if grant.until < self._clock()]
            for each in old:
                del self._open[each]
            self._open[code] = Grant(client, redirect, challenge, nonce, person, until)
        return code

    def take(self, code: str, client: str, redirect: str, verifier: str) -> Grant | None:
        """Return what a code stands for; None for a wrong one. It is used up in any case."""
        with self._lock:
            grant = self._open.pop(code, None)
        if grant is None or grant.until < self._clock():
            return None
        fitting = (grant.client, grant.redirect) == (client, redirect)
        return grant if fitting and _proves(verifier, grant.challenge) else None


def _proves(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    told = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    return hmac.compare_digest(told.rstrip(b"=").decode(), challenge)
