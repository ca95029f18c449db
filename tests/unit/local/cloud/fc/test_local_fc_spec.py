"""Reading s.yaml: what is understood, and how a mistake is named."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from local.cloud.fc.domain_auth import parse
from local.cloud.fc.spec import (
    AsyncConfig,
    HttpTrigger,
    OssTrigger,
    Route,
    Stack,
    TimerTrigger,
    load_stack,
)
from local.cloud.fc.variables import SpecError

STACK = """
edition: 3.0.0
name: demo
access: default
vars:
  region: cn-shanghai
  account: "1234567890123456"
  prefix: demo-
  commonEnv:
    BUCKET: ${env('BUCKET', 'demo-bucket')}
    REGION: ${vars.region}
resources:
  submit:
    component: fc3
    props:
      region: ${vars.region}
      functionName: ${vars.prefix}submit
      runtime: python3.10
      handler: submit.handler
      timeout: ${env('SUBMIT_TIMEOUT', '30')}
      memorySize: 256
      environmentVariables: ${vars.commonEnv}
      triggers:
        - triggerName: http
          triggerType: http
          triggerConfig: {authType: anonymous, methods: [post]}
  work:
    component: fc3@0.1.22
    props:
      functionName: demo-work
      runtime: python3.12
      handler: work.handler
      concurrencyConfig: {reservedConcurrency: 2}
      asyncInvokeConfig:
        asyncTask: true
        maxAsyncRetryAttempts: 0
        maxAsyncEventAgeInSeconds: 600
        destinationConfig:
          onFailure:
            destination: acs:fc:${vars.region}:${vars.account}:functions/${vars.prefix}submit
      triggers:
        - triggerName: upload
          triggerType: oss
          sourceArn: acs:oss:${vars.region}:${vars.account}:mount
          triggerConfig:
            events: ["oss:ObjectCreated:PutObject"]
            filter: {key: {prefix: output/, suffix: task.json}}
        - triggerName: tick
          triggerType: timer
          triggerConfig: {cronExpression: "@every 4m", enable: true, payload: "go"}
  domain:
    component: fc3-domain
    props:
      domainName: api.example.com
      routeConfig:
        routes:
          - functionName: ${resources.submit.props.functionName}
            path: /v1/trips
            methods: [POST]
  bucket:
    component: oss
"""


def read(tmp_path: Path, text: str = STACK, **env: str) -> Stack:
    path = tmp_path / "s.yaml"
    path.write_text(dedent(text), "utf-8")
    return load_stack(path, env)


def test_functions_are_known_by_their_function_name_with_the_stack_prefix(tmp_path: Path) -> None:
    assert sorted(read(tmp_path).functions) == ["demo-submit", "demo-work"]


def test_a_variable_that_is_a_map_becomes_the_environment(tmp_path: Path) -> None:
    function = read(tmp_path, BUCKET="mine").functions["demo-submit"]
    assert function.environment == {"BUCKET": "mine", "REGION": "cn-shanghai"}


def test_merged_groups_become_the_environment_with_their_variables_resolved(
    tmp_path: Path,
) -> None:
    grouped = STACK.replace(
        "  commonEnv:\n", "  keys: &keys {KEY: \"${env('KEY', '')}\"}\n  commonEnv: &common\n"
    ).replace("${vars.commonEnv}", "{<<: [*common, *keys]}")
    path = tmp_path / "s.yaml"
    path.write_text(grouped, encoding="utf-8")
    stack = load_stack(path, {"KEY": "k"})
    assert stack.functions["demo-submit"].environment == {
        "BUCKET": "demo-bucket",
        "REGION": "cn-shanghai",
        "KEY": "k",
    }


def test_an_unset_variable_takes_its_default_and_counts_as_a_number(tmp_path: Path) -> None:
    function = read(tmp_path).functions["demo-submit"]
    assert (function.timeout_s, function.memory_mb) == (30, 256)
    assert function.environment["BUCKET"] == "demo-bucket"


def test_the_asynchronous_settings_are_read_with_the_destination_as_a_function_name(
    tmp_path: Path,
) -> None:
    function = read(tmp_path).functions["demo-work"]
    assert function.async_config == AsyncConfig(0, 600, "demo-submit", None, task_mode=True)
    assert function.reserved_concurrency == 2


def test_absent_settings_are_those_of_fc(tmp_path: Path) -> None:
    function = read(tmp_path).functions["demo-submit"]
    assert function.async_config == AsyncConfig(3, 86_400, None, None, task_mode=False)
    assert function.reserved_concurrency is None


def test_triggers_of_all_three_kinds_are_read(tmp_path: Path) -> None:
    functions = read(tmp_path).functions
    assert functions["demo-submit"].http_triggers == (HttpTrigger("http", "anonymous", ("POST",)),)
    assert functions["demo-work"].oss_triggers == (
        OssTrigger("upload", "mount", ("oss:ObjectCreated:PutObject",), "output/", "task.json"),
    )
    assert functions["demo-work"].timer_triggers == (TimerTrigger("tick", "@every 4m", True, "go"),)  # noqa: FBT003


@pytest.mark.parametrize(
    ("line", "folder"),
    [("", "."), ("      code: ./build\n", "./build"), ("      code: {src: ./build}\n", "./build")],
)
def test_the_code_is_a_folder_or_the_source_of_one(tmp_path: Path, line: str, folder: str) -> None:
    handler = "      handler: submit.handler\n"
    text = STACK.replace(handler, handler + line)
    assert read(tmp_path, text).functions["demo-submit"].code == folder


def test_routes_and_the_token_check_come_from_the_domain(tmp_path: Path) -> None:
    stack = read(tmp_path)
    assert stack.routes == (Route("/v1/trips", "demo-submit", ("POST",)),)
    assert parse(stack.auth_config) is None
    domain = "      domainName: api.example.com\n"
    declared = '      authConfig: {authType: jwt, authInfo: "{}"}\n'
    config = read(tmp_path, STACK.replace(domain, domain + declared)).auth_config
    assert config == {"authType": "jwt", "authInfo": "{}"}


def test_domains_that_check_differently_cannot_be_served_as_one(tmp_path: Path) -> None:
    other = """
  other:
    component: fc3-domain
    props: {domainName: b.example.com, authConfig: {authType: jwt}}
"""
    with pytest.raises(SpecError, match=r"resource other: props\.authConfig: all domains"):
        read(tmp_path, STACK + other)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "edition: 3.0.0",
            "edition: 1.0.0",
            "edition: must be 3.0.0",
        ),
        (
            "      handler: submit.handler\n",
            "",
            "resource submit: props.handler: Field required",
        ),
        (
            "handler: submit.handler",
            "handler: functions.submit.handler",
            "resource submit: props.handler: String should match pattern",
        ),
        (
            "runtime: python3.10",
            "runtime: nodejs18",
            "resource submit: props.runtime: String should match pattern '^(python3.*|custom",
        ),
        (
            "memorySize: 256",
            "instanceLifecycleConfig: {initializer: {handler: submit.initialize}}",
            "resource submit: props.instanceLifecycleConfig: the local stack does not do this",
        ),
        (
            "            path: /v1/trips",
            "            path: /v1/tr*ps",
            "routes[0].path: String should match pattern",
        ),
        (
            "            path: /v1/trips",
            "            path: /v1/trips\n            rewriteConfig: {}",
            "routes[0].rewriteConfig: the local stack does not do this",
        ),
        (
            "memorySize: 256",
            "memorySize: lots",
            "resource submit: props.memorySize: Input should be a valid integer",
        ),
        (
            "maxAsyncRetryAttempts: 0",
            "maxAsyncRetryAttempts: 9",
            "props.asyncInvokeConfig.maxAsyncRetryAttempts: Input should be less than or",
        ),
        (
            "functions/${vars.prefix}submit",
            "functions/nobody",
            "onFailure.destination: no resource declares the function 'nobody'",
        ),
        (
            "acs:fc:${vars.region}:${vars.account}:functions/${vars.prefix}submit",
            "acs:mns:cn-shanghai:1:/queues/q/messages",
            "onFailure.destination: must be acs:fc:",
        ),
        (
            ", suffix: task.json",
            "",
            "props.triggers[0].triggerConfig.filter.key.suffix: Field required",
        ),
        (
            "acs:oss:${vars.region}:${vars.account}:mount",
            "mount",
            "props.triggers[0].sourceArn: must be acs:oss:",
        ),
        (
            '"@every 4m"',
            '"0 0 25 * * *"',
            "props.triggers[1].triggerConfig.cronExpression: '25' is outside 0-23",
        ),
        (
            "triggerType: timer",
            "triggerType: log",
            "props.triggers[1]: Input tag 'log'",
        ),
        (
            "${resources.submit.props.functionName}",
            "demo-other",
            "resource domain: props.routeConfig.routes[0].functionName: no resource declares",
        ),
        (
            "${resources.submit.props.functionName}",
            "demo-work",
            "functionName: 'demo-work' has no HTTP trigger",
        ),
        (
            "functionName: demo-work\n",
            "functionName: demo-submit\n",
            "resource work: props.functionName: 'demo-submit' is declared twice",
        ),
        (
            "BUCKET: ${env('BUCKET', 'demo-bucket')}",
            "BUCKET: ${env('BUCKET')}",
            "vars.commonEnv.BUCKET: ${env('BUCKET')} is not set",
        ),
        (
            "REGION: ${vars.region}",
            "REGION: ${vars.regoin}",
            "vars.commonEnv.REGION: ${vars.regoin} names nothing",
        ),
        (
            "REGION: ${vars.region}",
            "REGION: ${config('AccountID')}",
            "is not a variable the local stack knows",
        ),
        (
            "region: cn-shanghai",
            "region: ${vars.region}",
            "refer to each other in a circle",
        ),
    ],
)
def test_a_mistake_is_named_by_file_resource_and_key(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    assert old in STACK
    with pytest.raises(SpecError) as caught:
        read(tmp_path, STACK.replace(old, new, 1))
    assert str(tmp_path / "s.yaml") in str(caught.value)
    assert complaint in str(caught.value)


def test_a_file_that_is_not_yaml_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        read(tmp_path, "a: [")


def test_a_stack_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"none\.yaml"):
        load_stack(tmp_path / "none.yaml", {})
