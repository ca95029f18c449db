"""How a web function's server is started, as s.yaml or a deployment says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from local.cloud.fc.fields import at


@dataclass(frozen=True)
class WebServer:
    """How a web function is started: `command`, else /code/bootstrap, in the code's folder.

    It is ready once `port` takes connections or, with `health_path`, once that is answered.
    """

    command: Annotated[tuple[str, ...], at("command")] = ()
    args: Annotated[tuple[str, ...], at("args")] = ()
    port: Annotated[int, at("port", ge=1, le=65_535)] = 9000
    health_path: Annotated[str, at("healthCheckConfig", "httpGetUrl", pattern="^(/|$)")] = ""
