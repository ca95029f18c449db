"""What a template wants, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.rollout.target import control_endpoint
from cli.rollout.wanted import TemplateError, read_wanted

if TYPE_CHECKING:
    from pathlib import Path

_TEMPLATE = """
edition: 3.0.0
name: one
access: default
resources:
  one:
    component: fc3
    props:
      functionName: one
      region: cn-shanghai
      runtime: python3.10
      handler: index.handler
      code: ./.build/trip-poster-python3.10.zip
      environmentVariables: {{COLOUR: "${{env('COLOUR', 'red')}}"}}
      asyncInvokeConfig: {{maxAsyncRetryAttempts: 1}}
      triggers:
        - triggerName: clock
          triggerType: timer
          qualifier: {first}
          triggerConfig: {{cronExpression: '@every 4m', enable: true}}
        - triggerName: other
          triggerType: timer
          qualifier: {second}
          triggerConfig: {{cronExpression: '@every 5m', enable: true}}
  door:
    component: fc3-domain
    props:
      domainName: posters.example.com
      region: cn-shanghai
      protocol: HTTPS
      certConfig: {{certId: 1}}
      routeConfig: {{routes: []}}
"""


def _template(folder: Path, *, second: str = "live", built: bool = True) -> Path:
    path = folder / "s.yaml"
    path.write_text(_TEMPLATE.format(first="live", second=second))
    (folder / ".build").mkdir()
    if built:
        (folder / ".build" / "trip-poster-python3.10.zip").write_bytes(b"zip")
    return path


def test_a_function_is_wanted_with_the_shells_variables_and_those_added(tmp_path: Path) -> None:
    wanted = read_wanted(_template(tmp_path), {"COLOUR": "blue"}, added={"SIZE": "2"}, local=False)

    (one,) = wanted.functions
    assert one.config["environmentVariables"] == {"COLOUR": "blue", "SIZE": "2"}
    assert one.code.name == "trip-poster-python3.10.zip"
    assert one.ends == {"maxAsyncRetryAttempts": 1}
    assert [*one.triggers] == ["clock", "other"]
    assert "triggers" not in one.config
    assert wanted.qualifier == "live"


@pytest.mark.parametrize("local", [True, False])
def test_only_a_local_domain_goes_without_its_certificate(tmp_path: Path, local: bool) -> None:
    domain = read_wanted(_template(tmp_path), {}, added={}, local=local).domains[
        "posters.example.com"
    ]

    assert domain["protocol"] == ("HTTP" if local else "HTTPS")
    assert ("certConfig" in domain) is not local


def test_all_triggers_call_the_same(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="triggers call LATEST and live; let all call one"):
        read_wanted(_template(tmp_path, second="LATEST"), {}, added={}, local=False)


def test_without_a_zip_the_next_command_is_said(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"is not there, .*: poster build$"):
        read_wanted(_template(tmp_path, built=False), {}, added={}, local=False)


@pytest.mark.parametrize(
    ("invocations", "control"),
    [
        ("https://1.cn-shanghai-internal.fc.aliyuncs.com", "fcv3.cn-hangzhou.aliyuncs.com"),
        ("1.cn-shanghai.fc.aliyuncs.com", "fcv3.cn-hangzhou.aliyuncs.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://aliyuncs.com.example.org", "http://aliyuncs.com.example.org"),
    ],
)
def test_the_control_api_is_at_the_regions_host(invocations: str, control: str) -> None:
    assert control_endpoint(invocations, "cn-hangzhou") == control
