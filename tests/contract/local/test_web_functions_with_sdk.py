"""A web function that the vendor's SDK deploys: unpacked, started, asked by its domain."""

from __future__ import annotations

import base64
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from alibabacloud_fc20230330 import models as fc
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.models import Config

from local.cloud.fc.context import Account, Credentials
from local.cloud.fc.platform import Platform
from local.cloud.oss.store import BucketStore, utc_now
from local.cloud.serving import LoopbackServer
from tests.fakes.web_function import SERVER

KEY, SECRET = "local-access-key", "local-secret-key"
ACCOUNT = Account("123456", "cn-shanghai", Credentials(KEY, SECRET))
PYTHON = "/var/fc/lang/python{}.{}/bin/python3".format(*sys.version_info)


def code(server: str = SERVER) -> fc.InputCodeLocation:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("server.py", server)
    return fc.InputCodeLocation(zip_file=base64.b64encode(packed.getvalue()).decode())


class Deployed:
    """The platform, its API and its domain on loopback ports, and a site that is deployed."""

    def __init__(self, root: Path) -> None:
        store = BucketStore(root / "oss", ["code"])
        self.platform = Platform(root / "fc", ACCOUNT, store, clock=utc_now).start()
        self.api = LoopbackServer(self.platform.api({KEY: SECRET})).start()
        self.door = LoopbackServer(self.platform.gateway({KEY: SECRET})).start()
        endpoint = self.api.url.removeprefix("http://")
        self.client = Client(
            Config(KEY, SECRET, endpoint=endpoint, protocol="http", region_id="cn-shanghai")
        )
        self._create()

    def _create(self) -> None:
        body = fc.CreateFunctionInput(
            function_name="site", runtime="custom.debian10", code=code(), timeout=20,
            custom_runtime_config=fc.CustomRuntimeConfig(command=[PYTHON, "server.py"], port=9000),
            instance_concurrency=5, environment_variables={"WORD": "one"},
        )  # fmt: skip
        self.client.create_function(fc.CreateFunctionRequest(body=body))
        config = json.dumps({"authType": "anonymous", "methods": ["GET", "POST"]})
        trigger = fc.CreateTriggerInput(
            trigger_name="http", trigger_type="http", trigger_config=config
        )
        self.client.create_trigger("site", fc.CreateTriggerRequest(body=trigger))
        routes = {"routes": [{"path": "/site/*", "functionName": "site"}]}
        domain = fc.CreateCustomDomainInput().from_map(
            {"domainName": "site.localhost", "protocol": "HTTP", "routeConfig": routes}
        )
        self.client.create_custom_domain(fc.CreateCustomDomainRequest(body=domain))

    def told(self) -> dict[str, Any]:
        answer = requests.get(f"{self.door.url}/site/page?x=1", timeout=30)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def update(self, **changed: Any) -> None:
        body = fc.UpdateFunctionInput(**changed)
        self.client.update_function("site", fc.UpdateFunctionRequest(body=body))

    def stop(self) -> None:
        self.door.stop()
        self.api.stop()
        self.platform.stop()


@pytest.fixture(name="deployed")
def _deployed(tmp_path: Path) -> Iterator[Deployed]:
    deployed = Deployed(tmp_path)
    yield deployed
    deployed.stop()


def test_it_serves_out_of_its_zip_with_its_own_variables_and_an_update_replaces_it(
    deployed: Deployed,
) -> None:
    first = deployed.told()
    assert first["path"] == "/site/page?x=1"
    assert first["cwd"].startswith(str(deployed.platform.functions["site"].code))
    assert first["environment"]["WORD"] == "one"
    assert first["environment"]["FC_FUNCTION_NAME"] == "site"
    assert "VIRTUAL_ENV" not in first["environment"]
    deployed.update(environment_variables={"WORD": "two"})
    second = deployed.told()
    assert (second["environment"]["WORD"], second["pid"] == first["pid"]) == ("two", False)
    deployed.update(code=code(SERVER.replace('"method"', '"verb"')))
    assert deployed.told()["verb"] == "GET"


def test_it_is_invoked_by_the_api_too(deployed: Deployed) -> None:
    asked = fc.InvokeFunctionRequest(body=io.BytesIO(b"event"))
    answer = deployed.client.invoke_function("site", asked)
    told = json.loads(answer.body.read())
    assert (told["method"], told["path"], told["body"]) == ("POST", "/invoke", "event")


def test_a_server_that_fails_is_told_to_the_caller_of_the_api(deployed: Deployed) -> None:
    deployed.update(environment_variables={"FAIL": "1"})
    answer = deployed.client.invoke_function("site", fc.InvokeFunctionRequest())
    assert answer.headers["x-fc-error-type"] == "UnhandledInvocationError"
    assert "CAExited" in answer.body.read().decode()
