"""How one function starts another."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.settings.base import Group


class InvokerSettings(Group):
    """How one function starts another."""

    invoker: Literal["fc3", "fc2"] = Field(
        "fc3", alias="FC_INVOKER", description="fc3, or fc2 for functions on FC 2.0 services."
    )
    endpoint: str = Field(alias="FC_ENDPOINT", description="Endpoint for invocations.")
    prefix: str = Field(
        "", alias="FUNCTION_PREFIX", description="Put before each function's name (stack name)."
    )
    service: str = Field(
        "trip-poster", alias="FC2_SERVICE", description="FC 2.0 service, with FC_INVOKER=fc2."
    )
    timeout_seconds: float = Field(
        5.0, alias="FC_TIMEOUT_SECONDS", gt=0, description="Timeout of one invocation request."
    )
