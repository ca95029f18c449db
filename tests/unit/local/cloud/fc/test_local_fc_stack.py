"""From a stack file to running functions, with nothing in between but files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local.cloud.fc.context import ContextFactory
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.spec import load_stack
from local.own_handlers import load_handler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cloud.fc.context import Account
    from tests.unit.local.cloud.fc.conftest import MovableClock, Package

STACK = """
    edition: 3.0.0
    name: demo
    resources:
      older:
        component: fc3
        props:
          functionName: demo-older
          runtime: python3.10
          handler: fc_older.handler
          asyncInvokeConfig:
            maxAsyncRetryAttempts: 1
            destinationConfig:
              onFailure: {destination: "acs:fc:cn-shanghai:1:functions/demo-newer"}
      newer:
        component: fc3
        props:
          functionName: demo-newer
          runtime: python3.12
          handler: fc_newer.handler
    """
OLDER = """
    import json
    def handler(event, context):
        if event == b"fail":
            raise RuntimeError("asked to")
        keys = context.credentials
        return {"key": keys.access_key_id, "function": context.function.name}
    """
NEWER = """
    heard = []
    def handler(event, context):
        heard.append(event)
        return {"keys": hasattr(context, "credentials"), "request": context.request_id}
    """


@pytest.fixture
def host(package: Package, account: Account, clock: MovableClock) -> Iterator[FunctionHost]:
    package.write("s.yaml", STACK)
    package.write("fc_older.py", OLDER)
    package.write("functions/fc_newer/handler.py", NEWER)
    package.write("functions/fc_ghost/handler.py", NEWER)
    stack = load_stack(package.root / "s.yaml", {})
    with FunctionHost(
        stack.functions,
        root=package.root / "state",
        context_factory=ContextFactory(account),
        clock=clock,
        load=load_handler,
        retry_base_s=0.0,
    ) as host:
        yield host


def test_each_function_gets_the_context_of_its_runtime(host: FunctionHost) -> None:
    older = json.loads(host.invoke_sync("demo-older", b"{}").body)
    newer = json.loads(host.invoke_sync("demo-newer", b"{}", request_id="r9").body)
    assert older == {"key": "key", "function": "demo-older"}
    assert newer == {"keys": False, "request": "r9"}


def test_a_failure_reaches_the_destination_the_stack_file_names(host: FunctionHost) -> None:
    host.invoke_async("demo-older", b"fail")
    assert host.drain(5.0)
    assert [(run.function, run.outcome) for run in host.invocations()] == [
        ("demo-older", "FunctionError"),
        ("demo-older", "FunctionError"),
        ("demo-newer", "ok"),
    ]


def test_a_function_folder_that_the_stack_file_leaves_out_does_not_run(host: FunctionHost) -> None:
    for name in ("demo-ghost", "fc_ghost", "ghost"):
        with pytest.raises(RefusedError, match="FunctionNotFound"):
            host.invoke_sync(name, b"{}")
