"""The context object a handler gets, in the shape of its runtime, and its environment.

python3.10 and older carry the credentials; python3.12 does not and has them in the environment.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.functions.spec import FunctionSpec

QUALIFIER = "LATEST"


@dataclass(frozen=True)
class Credentials:
    """The temporary key pair of the function's role."""

    access_key_id: str
    access_key_secret: str
    security_token: str = ""


@dataclass(frozen=True)
class Account:
    """Whose functions these are, where they run, and the keys they get."""

    account_id: str
    region: str
    credentials: Credentials


@dataclass(frozen=True)
class FunctionMeta:
    """The function block of a python3.10 context; memory in MB, timeout in seconds."""

    name: str
    handler: str
    memory: int
    timeout: float


@dataclass(frozen=True)
class VersionedFunctionMeta:
    """The function block of a python3.12 context, which took over version and qualifier."""

    name: str
    handler: str
    memory: int
    timeout: float
    version_id: str
    qualifier: str


@dataclass(frozen=True)
class ServiceMeta:
    """The service block of a python3.10 context."""

    log_project: str
    log_store: str
    qualifier: str
    version_id: str


@dataclass(frozen=True)
class Tracing:
    """The tracing block of a python3.10 context; empty where tracing is off."""

    span_context: str
    jaeger_endpoint: str
    span_baggages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Python310Context:
    """What python3.10 hands to a handler."""

    request_id: str
    credentials: Credentials
    function: FunctionMeta
    service: ServiceMeta
    region: str
    account_id: str
    tracing: Tracing


@dataclass(frozen=True)
class Python312Context:
    """What python3.12 hands to a handler: no credentials, no service, no tracing."""

    request_id: str
    function: VersionedFunctionMeta
    region: str
    account_id: str
    logger: logging.Logger
    log_project: str = ""
    log_store: str = ""

    def getLogger(self) -> logging.Logger:  # noqa: N802 - FC's own spelling
        """Return the logger of this invocation."""
        return self.logger


class Contexts(Protocol):
    """Make the context of one invocation; also says whose functions these are."""

    @property
    def account(self) -> Account:
        """The account the functions run under."""
        ...

    def __call__(self, function: FunctionSpec, request_id: str, /) -> object:
        """Make one context."""
        ...


@dataclass(frozen=True)
class ContextFactory:
    """Make contexts in the shape of each function's runtime, or all in that of `runtime`.

    `roles` names functions whose role has keys of its own; the others get the account's.
    """

    account: Account
    runtime: str | None = None
    roles: Mapping[str, Credentials] = field(default_factory=dict)

    def __call__(self, function: FunctionSpec, request_id: str, /) -> object:
        """Make one context."""
        if carries_credentials(self.runtime or function.runtime):
            own = self.roles.get(function.name, self.account.credentials)
            return _python310(replace(self.account, credentials=own), function, request_id)
        return _python312(self.account, function, request_id)


def carries_credentials(runtime: str) -> bool:
    """Tell whether this runtime's context has the credentials."""
    return runtime in {"python3", "python3.9", "python3.10"}


def function_environment(function: FunctionSpec, account: Account) -> dict[str, str]:
    """Give the variables FC sets for one function, its own and the reserved ones."""
    version = "FC_VER_ID" if carries_credentials(function.runtime) else "FC_FUNCTION_VERSION"
    reserved = {
        "FC_ACCOUNT_ID": account.account_id,
        "FC_REGION": account.region,
        "FC_FUNCTION_NAME": function.name,
        "FC_FUNCTION_HANDLER": function.handler,
        "FC_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        version: QUALIFIER,
    }
    return {**function.environment, **reserved, **_key_variables([function], account)}


def stack_environment(functions: Iterable[FunctionSpec], account: Account) -> dict[str, str]:
    """Merge the environments of functions that share one process.

    Raise ValueError where two functions want different values for one name: in one process they
    cannot both have their way.
    """
    functions = list(functions)
    merged: dict[str, str] = {}
    for function in functions:
        for key, value in function.environment.items():
            if merged.setdefault(key, value) != value:
                msg = f"{function.name} sets {key} to another value than the functions before it"
                raise ValueError(msg)
    place = {"FC_ACCOUNT_ID": account.account_id, "FC_REGION": account.region}
    return {**merged, **place, **_key_variables(functions, account)}


def _key_variables(functions: Iterable[FunctionSpec], account: Account) -> dict[str, str]:
    if all(carries_credentials(function.runtime) for function in functions):
        return {}
    keys = account.credentials
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": keys.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": keys.access_key_secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": keys.security_token,
    }


def _python310(account: Account, function: FunctionSpec, request_id: str) -> Python310Context:
    return Python310Context(
        request_id=request_id,
        credentials=account.credentials,
        function=FunctionMeta(
            function.name, function.handler, function.memory_mb, function.timeout_s
        ),
        service=ServiceMeta("", "", QUALIFIER, ""),
        region=account.region,
        account_id=account.account_id,
        tracing=Tracing("", ""),
    )


def _python312(account: Account, function: FunctionSpec, request_id: str) -> Python312Context:
    return Python312Context(
        request_id=request_id,
        function=VersionedFunctionMeta(
            function.name, function.handler, function.memory_mb, function.timeout_s, "", QUALIFIER
        ),
        region=account.region,
        account_id=account.account_id,
        logger=logging.getLogger(f"fc.{function.name}"),
    )
