"""The keys that each function's role has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.cloud.fc.context import Credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.cloud.fc.spec import FunctionSpec
    from local.cloud.ram.guard import Guard


def roles(guard: Guard | None, functions: Mapping[str, FunctionSpec]) -> dict[str, Credentials]:
    """Return key pairs by function; KeyError for a function without a policy, none unguarded."""
    if guard is None:
        return {}
    named = {
        name: guard.principals[spec.handler.partition(".")[0]] for name, spec in functions.items()
    }
    return {
        name: Credentials(role.access_key_id, role.access_key_secret)
        for name, role in named.items()
    }
