"""How one function starts another."""

from __future__ import annotations

from typing import Literal

from shared.settings.base import Group, variable


class InvokerSettings(Group):
    """How one function starts another."""

    invoker: Literal["fc3", "fc2"] = variable(
        "FC_INVOKER", "fc3, or fc2 for functions on FC 2.0 services.", "fc3"
    )
    endpoint: str = variable("FC_ENDPOINT", "Endpoint for invocations.")
    prefix: str = variable("FUNCTION_PREFIX", "Put before each function's name (stack name).", "")
    qualifier: str = variable(
        "FUNCTION_QUALIFIER", "The version or alias that is called.", "LATEST"
    )
    service: str = variable("FC2_SERVICE", "FC 2.0 service, with FC_INVOKER=fc2.", "trip-poster")
    timeout_seconds: float = variable(
        "FC_TIMEOUT_SECONDS", "Timeout of one invocation request.", 5.0, gt=0
    )
