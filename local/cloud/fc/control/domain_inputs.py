"""What the control API takes of a custom domain."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import StringConstraints, model_validator

from local.cloud.fc.control.inputs import Method
from local.cloud.fc.control.reading import Input

_DOMAIN = r"^([a-z0-9-]{1,63}\.)+[a-z]{2,63}$"


class _Route(Input):
    path: Annotated[str, StringConstraints(pattern=r"^/")]
    function_name: str
    qualifier: str = "LATEST"
    methods: list[Method] = []
    rewrite_config: None = None


class _Routes(Input):
    routes: list[_Route] = []


class _Auth(Input):
    auth_type: Literal["anonymous", "function", "jwt"]
    auth_info: str = ""


class Domain(Input):
    """A custom domain, its routes and its own check of callers."""

    domain_name: Annotated[str, StringConstraints(pattern=_DOMAIN, max_length=253)]
    protocol: Literal["HTTP", "HTTPS", "HTTP,HTTPS"] = "HTTP"
    route_config: _Routes = _Routes()
    auth_config: _Auth | None = None
    cert_config: dict[str, Any] | None = None
    tls_config: dict[str, Any] | None = None
    waf_config: dict[str, Any] = {"enableWAF": False}

    @model_validator(mode="after")
    def _with_certificate(self) -> Domain:
        named = (self.cert_config or {}).keys() >= {"certName", "certificate", "privateKey"}
        if "HTTPS" in self.protocol and not named:
            raise ValueError("certConfig needs certName, certificate and privateKey for HTTPS")
        return self
