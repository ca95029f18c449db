"""The context object a handler gets, in the shape of its runtime, and its environment.

python3.10 and older carry the credentials; python3.12 does not and has them in the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from types import SimpleNamespace
from typing import Any

from local.cloud.fc.runtime import as_context
from local.cloud.fc.spec import LATEST, FunctionSpec
from local.cloud.ram.guard import Guard


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
class ContextFactory:
    """Make contexts in the shape of each function's runtime.

    `role_of` gives the keys of a function's role; without it, all have the account's.
    """

    account: Account
    role_of: Callable[[FunctionSpec], Credentials] | None = None

    def __call__(self, function: FunctionSpec, request_id: str, /) -> SimpleNamespace:
        """Make one context."""
        told: dict[str, Any] = {
            "request_id": request_id,
            "function": {
                "name": function.name,
                "handler": function.handler,
                "memory": function.memory_mb,
                "timeout": function.timeout_s,
            },
            "region": self.account.region,
            "account_id": self.account.account_id,
        }
        number = "" if function.version == LATEST else function.version
        version = {"version_id": number, "qualifier": function.qualifier}
        log = {"log_project": "", "log_store": ""}
        if not carries_credentials(function.runtime):
            return as_context({**told, **log, "function": told["function"] | version})
        own = self.account_of(function).credentials
        tracing = {"span_context": "", "jaeger_endpoint": "", "span_baggages": ()}
        more = {"credentials": asdict(own), "service": log | version, "tracing": tracing}
        return as_context(told | more)

    def account_of(self, function: FunctionSpec) -> Account:
        """Return the account as one function has it, with the keys of its role."""
        own = self.role_of(function) if self.role_of else self.account.credentials
        return replace(self.account, credentials=own)


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
        version: function.qualifier,
    }
    keys = {} if carries_credentials(function.runtime) else _key_variables(account)
    return {**function.environment, **reserved, **keys}


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
    # A web function has a process of its own, whatever it has in common with these.
    carried = all(carries_credentials(each.runtime) for each in functions if not each.is_web)
    return {**merged, **place, **({} if carried else _key_variables(account))}


def _key_variables(account: Account) -> dict[str, str]:
    keys = account.credentials
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": keys.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": keys.access_key_secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": keys.security_token,
    }


def roles(guard: Guard | None) -> Callable[[FunctionSpec], Credentials] | None:
    """Return what gives a function its role's keys, by the handler; KeyError without a policy."""
    if guard is None:
        return None

    def role_of(function: FunctionSpec) -> Credentials:
        role = guard.principals[function.handler.partition(".")[0]]
        return Credentials(role.access_key_id, role.access_key_secret)

    return role_of
