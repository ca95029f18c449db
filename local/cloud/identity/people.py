"""Who may sign in, and for whom: what a project gives its identity service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """What a person is, with the scopes that follow; `titles` by language, `en` among them."""

    id: str
    scope: str
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in; `hint` is what a client may ask for as `login_hint`."""

    hint: str
    role: Role
    name: str
    subject: str


@dataclass(frozen=True)
class Client:
    """An application; without a secret it is a public one. Addresses are compared as they are."""

    id: str
    redirects: tuple[str, ...]
    after_sign_out: tuple[str, ...] = ()
    secret: str = ""
