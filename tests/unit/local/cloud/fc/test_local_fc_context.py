"""Contexts and environments in the shapes of both runtimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.context import ContextFactory, function_environment, stack_environment
from local.cloud.fc.spec import FunctionSpec

if TYPE_CHECKING:
    from local.cloud.fc.context import Account

OLD = FunctionSpec("old", "old.handler", "python3.10", 30, 256, environment={"A": "1"})
NEW = FunctionSpec("new", "new.handler", "python3.12", 60, 512, environment={"B": "2"})


def test_a_python310_context_carries_credentials_service_and_tracing(account: Account) -> None:
    context: Any = ContextFactory(account)(OLD, "r1")
    assert context.credentials.access_key_id == "key"
    assert context.credentials.security_token == "token"
    assert (context.function.name, context.function.memory, context.function.timeout) == (
        "old",
        256,
        30,
    )
    assert context.service.qualifier == "LATEST"
    assert context.tracing.jaeger_endpoint == ""
    assert (context.request_id, context.region) == ("r1", "cn-shanghai")
    assert not hasattr(context.function, "qualifier")


def test_a_python312_context_has_no_credentials_and_no_service(account: Account) -> None:
    context: Any = ContextFactory(account)(NEW, "r2")
    assert not hasattr(context, "credentials")
    assert not hasattr(context, "service")
    assert not hasattr(context, "tracing")
    assert context.function.qualifier == "LATEST"
    assert context.getLogger() is context.logger
    assert (context.request_id, context.account_id) == ("r2", account.account_id)


def test_only_python312_has_its_credentials_in_the_environment(account: Account) -> None:
    old, new = function_environment(OLD, account), function_environment(NEW, account)
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" not in old
    assert new["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] == "secret"
    assert new["ALIBABA_CLOUD_SECURITY_TOKEN"] == "token"
    assert (old["FC_FUNCTION_NAME"], old["FC_VER_ID"]) == ("old", "LATEST")
    assert new["FC_FUNCTION_VERSION"] == "LATEST"


def test_functions_of_one_process_share_their_variables(account: Account) -> None:
    merged = stack_environment([OLD, NEW], account)
    assert (merged["A"], merged["B"], merged["FC_REGION"]) == ("1", "2", "cn-shanghai")
    assert merged["ALIBABA_CLOUD_ACCESS_KEY_ID"] == "key"
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" not in stack_environment([OLD], account)


def test_functions_that_disagree_about_a_variable_cannot_share_a_process(account: Account) -> None:
    other = FunctionSpec("other", "other.handler", environment={"A": "9"})
    with pytest.raises(ValueError, match="other sets A to another value"):
        stack_environment([OLD, other], account)
