"""Check each request against the policy of whoever signed it, and remember what was used."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from local.cloud.ram.policy import Permission, Policy, Request, parse_policy

_LOGGER = logging.getLogger(__name__)


class Allows(Protocol):
    """Say whether the holder of an access key may do something."""

    def __call__(self, access_key_id: str, request: Request, /) -> bool:
        """Decide about one request."""
        ...


@dataclass(frozen=True)
class Principal:
    """A role or a user with a key pair of its own."""

    name: str
    policy: Policy

    @property
    def access_key_id(self) -> str:
        """The id of its key pair."""
        return f"local-key-of-{self.name}"

    @property
    def access_key_secret(self) -> str:
        """The secret of its key pair, which opens nothing but the loopback services."""
        return hashlib.sha256(self.access_key_id.encode()).hexdigest()


@dataclass
class Guard:
    """Principals by name; a key that belongs to none of them is the account's own and may all."""

    principals: Mapping[str, Principal]
    used: set[tuple[str, Permission]] = field(default_factory=set)
    refused: list[tuple[str, Request]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, access_key_id: str, request: Request, /) -> bool:
        """Decide about one request."""
        name = access_key_id.removeprefix("local-key-of-")
        if name == access_key_id:
            return True
        permissions = self.principals[name].policy.permits(request)
        with self._lock:
            self.used.update((name, each) for each in permissions)
            if not permissions:
                self.refused.append((name, request))
        if not permissions:
            fields = {"principal": name, "action": request.action, "resource": request.resource}
            _LOGGER.warning("ram.refused", extra=fields)
        return bool(permissions)

    def keys(self) -> dict[str, str]:
        """Return the key pairs, id to secret."""
        return {each.access_key_id: each.access_key_secret for each in self.principals.values()}

    def unused(self) -> set[tuple[str, Permission]]:
        """Return what is allowed and nobody needed."""
        everything = {(n, each) for n, p in self.principals.items() for each in p.policy.allowed}
        return everything - self.used


def read_guard(folder: Path) -> Guard:
    """Return the guard of a folder of policies; a principal is called as its file is."""
    found = sorted(folder.glob("*.json"))
    return Guard(
        {path.stem: Principal(path.stem, parse_policy(path.read_bytes())) for path in found}
    )
