"""A token of the local stack is one that its interface takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local.cloud.identity.keys import ISSUER
from local.own_keys import AUDIENCE, load_keys
from shared.edge import identity
from shared.settings import read
from shared.settings.identity import IdentitySettings
from tests.fakes.poster import poster, poster_json

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("role", ["driver", "service", "reviewer", "studio", "operator"])
def test_a_token_has_the_scope_of_its_role(role: str, tmp_path: Path) -> None:
    jwks = load_keys(tmp_path).jwks()
    told = {"JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE, "JWT_JWKS": jwks}

    status, token = poster("token", "--role", role, "--data", str(tmp_path))

    assert status == 0
    headers = {"authorization": f"Bearer {token.strip()}"}
    caller = identity.verify(headers, read(IdentitySettings, told))
    assert (caller.subject, caller.scopes) == (f"demo-{role}", frozenset({role}))


def test_it_is_told_as_json_too(tmp_path: Path) -> None:
    load_keys(tmp_path)

    told = poster_json("token", "--role", "reviewer", "--data", str(tmp_path))

    assert json.dumps(told).count(".") == 2
    assert told["role"] == "reviewer"
