"""FC's control API as the vendor's SDK asks for it: what it creates, returns and refuses."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_fc20230330 import models as fc
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config

from local.cloud.fc.context import Account, ContextFactory, Credentials
from local.cloud.fc.control.api import CODE_BUCKET, Control
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.invocation_api import create_fc_app
from local.cloud.fc.spec import FunctionSpec
from local.cloud.oss.store import BucketStore, utc_now
from local.cloud.serving import LoopbackServer

KEY, SECRET = "local-access-key", "local-secret-key"
ACCOUNT = Account("123456", "cn-shanghai", Credentials(KEY, SECRET))
EVERY_MINUTE = {"cronExpression": "@every 1m", "enable": False, "payload": ""}
ON_TASKS = {
    "events": ["oss:ObjectCreated:PutObject"],
    "filter": {"key": {"prefix": "output/", "suffix": "task.json"}},
}
BUCKET = "acs:oss:cn-shanghai:123456:pictures"
ROLE = "acs:ram::123456:role/events"
ANYBODY = {"authType": "anonymous", "methods": ["GET"]}


def zipped(text: str = "def handler(event, context): return 'one'\n") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", text)
    return packed.getvalue()


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Cloud:
    """The control API on a loopback port, and the SDK's client for it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = BucketStore(root / "oss", [CODE_BUCKET])
        self.control = Control(
            root / "fc",
            ACCOUNT,
            clock=utc_now,
            read_object=lambda bucket, key: self.store.get(bucket, key)[1],
            address=lambda name, qualifier: f"http://{name}.{qualifier}",
        )
        host = FunctionHost(
            self.control.deployed,
            root=root / "host",
            context_factory=ContextFactory(ACCOUNT),
            clock=utc_now,
            load=lambda spec: lambda event, context: told(spec),
        )
        app = create_fc_app(host, keys={KEY: SECRET}, clock=utc_now, control=self.control)
        self.server = LoopbackServer(app)
        self.client = self.signed_by(KEY, SECRET)

    def signed_by(self, key: str, secret: str) -> Client:
        endpoint = self.server.url.removeprefix("http://")
        config = Config(key, secret, endpoint=endpoint, protocol="http", region_id="cn-shanghai")
        return Client(config)

    def create(self, name: str, **changed: Any) -> Any:
        values: dict[str, Any] = {
            "function_name": name,
            "runtime": "python3.10",
            "handler": "index.handler",
            "code": fc.InputCodeLocation(zip_file=encoded(zipped())),
            **changed,
        }
        body = fc.CreateFunctionInput(**values)
        return self.client.create_function(fc.CreateFunctionRequest(body=body)).body

    def update(self, name: str, **changed: Any) -> Any:
        body = fc.UpdateFunctionInput(**changed)
        return self.client.update_function(name, fc.UpdateFunctionRequest(body=body)).body

    def trigger(self, function: str, name: str, kind: str, config: Any, **more: Any) -> Any:
        body = fc.CreateTriggerInput(
            trigger_name=name,
            trigger_type=kind,
            trigger_config=config if isinstance(config, str) else json.dumps(config),
            **more,
        )
        return self.client.create_trigger(function, fc.CreateTriggerRequest(body=body)).body

    def on_bucket(self, function: str, name: str, **changed: Any) -> Any:
        config = {**ON_TASKS, **changed}
        return self.trigger(function, name, "oss", config, source_arn=BUCKET, invocation_role=ROLE)

    def publish(self, name: str) -> str:
        asked = fc.PublishFunctionVersionRequest(body=fc.PublishVersionInput())
        return str(self.client.publish_function_version(name, asked).body.version_id)

    def alias(self, function: str, name: str, version: str, **weights: float) -> Any:
        body = fc.CreateAliasInput(
            alias_name=name,
            version_id=version,
            additional_version_weight={key.removeprefix("v"): w for key, w in weights.items()},
        )
        return self.client.create_alias(function, fc.CreateAliasRequest(body=body)).body

    def ends(self, name: str, qualifier: str = "LATEST", **values: Any) -> Any:
        body = fc.PutAsyncInvokeConfigInput(**values)
        asked = fc.PutAsyncInvokeConfigRequest(body=body, qualifier=qualifier)
        return self.client.put_async_invoke_config(name, asked).body

    def cap(self, name: str, instances: int) -> Any:
        body = fc.PutConcurrencyInput(reserved_concurrency=instances)
        asked = fc.PutConcurrencyConfigRequest(body=body)
        return self.client.put_concurrency_config(name, asked).body

    def scale(self, name: str, **values: Any) -> Any:
        body = fc.PutScalingConfigInput(**values)
        asked = fc.PutScalingConfigRequest(body=body, qualifier="LATEST")
        return self.client.put_scaling_config(name, asked).body

    def provision(self, name: str, **values: Any) -> Any:
        body = fc.PutProvisionConfigInput(**values)
        asked = fc.PutProvisionConfigRequest(body=body, qualifier="LATEST")
        return self.client.put_provision_config(name, asked).body

    def domain(self, name: str, *routes: dict[str, Any], **changed: Any) -> Any:
        values = {"domainName": name, "protocol": "HTTP", "routeConfig": {"routes": routes}}
        body = fc.CreateCustomDomainInput().from_map({**values, **changed})
        return self.client.create_custom_domain(fc.CreateCustomDomainRequest(body=body)).body

    def call(self, name: str, qualifier: str = "LATEST") -> str:
        asked = fc.InvokeFunctionRequest(body=io.BytesIO(b"{}"), qualifier=qualifier)
        return str(self.client.invoke_function(name, asked).body.read().decode())


def told(spec: FunctionSpec) -> str:
    code = (Path(spec.code) / "index.py").read_text()
    return f"{spec.reference} {spec.version} {code.split(chr(39))[1]}"


@pytest.fixture(name="cloud", scope="module")
def _cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    cloud = Cloud(tmp_path_factory.mktemp("cloud"))
    with cloud.server:
        cloud.create("full")
        cloud.publish("full")
        cloud.trigger("full", "web", "http", ANYBODY)
        cloud.on_bucket("full", "tasks")
        cloud.alias("full", "live", "1")
        cloud.domain("taken.example.com")
        yield cloud


def test_a_function_is_created_returned_listed_updated_and_deleted(cloud: Cloud) -> None:
    client = cloud.client
    made = cloud.create(
        "paint", cpu=0.5, memory_size=1024, environment_variables={"A": "甲"}, role=ROLE
    )
    assert (made.state, made.last_update_status) == ("Active", "Successful")
    assert made.function_arn == "acs:fc:cn-shanghai:123456:functions/paint"
    assert (made.timeout, made.disk_size, made.internet_access) == (3, 512, True)
    assert made.code_size == len(zipped())
    cloud.update("paint", timeout=9)
    again = client.get_function("paint", fc.GetFunctionRequest()).body
    assert (again.timeout, again.memory_size, again.environment_variables) == (9, 1024, {"A": "甲"})
    assert again.code_checksum == made.code_checksum
    page = client.list_functions(fc.ListFunctionsRequest(limit=1)).body
    assert [each.function_name for each in page.functions] == ["full"]
    assert page.next_token == "full"
    rest = fc.ListFunctionsRequest(limit=9, next_token="full", prefix="pa")
    assert [each.function_name for each in client.list_functions(rest).body.functions] == ["paint"]
    client.delete_function("paint")
    with pytest.raises(ClientException) as refused:
        client.get_function("paint", fc.GetFunctionRequest())
    assert (refused.value.status_code, refused.value.code) == (404, "FunctionNotFound")


def test_code_comes_from_a_bucket_or_the_call_and_lies_there_read_only(cloud: Cloud) -> None:
    token = cloud.control.bucket_token()
    cloud.store.put(token["ossBucket"], token["objectName"], zipped("WORD = 'two'\n"))
    where = fc.InputCodeLocation(
        oss_bucket_name=token["ossBucket"], oss_object_name=token["objectName"]
    )
    cloud.create("coded", code=where)
    assert cloud.call("coded") == "coded LATEST two"
    cloud.update("coded", code=fc.InputCodeLocation(zip_file=encoded(zipped())))
    assert cloud.call("coded") == "coded LATEST one"
    folders = [*(cloud.root / "fc" / "code").iterdir()]
    assert not any(each.stat().st_mode & 0o222 for folder in folders for each in folder.rglob("*"))
    cloud.client.delete_function("coded")


def test_a_version_stays_and_an_alias_shares_its_calls(cloud: Cloud) -> None:
    client = cloud.client
    cloud.create("shared")
    assert cloud.publish("shared") == "1"
    cloud.update("shared", code=fc.InputCodeLocation(zip_file=encoded(zipped("W = 'two'\n"))))
    assert cloud.publish("shared") == "2"
    cloud.alias("shared", "live", "1", v2=0.5)
    assert cloud.call("shared", "1") == "shared.1 1 one"
    answers = {cloud.call("shared", "live") for _ in range(40)}
    assert answers == {"shared.live 1 one", "shared.live 2 two"}
    body = fc.UpdateAliasInput(version_id="2", additional_version_weight={})
    client.update_alias("shared", "live", fc.UpdateAliasRequest(body=body))
    assert {cloud.call("shared", "live") for _ in range(20)} == {"shared.live 2 two"}
    listed = client.list_function_versions("shared", fc.ListFunctionVersionsRequest()).body
    assert [each.version_id for each in listed.versions] == ["2", "1"]
    client.delete_function_version("shared", "1")
    assert cloud.publish("shared") == "3"
    client.delete_alias("shared", "live")
    client.delete_function("shared")


def test_settings_are_put_for_a_qualifier_returned_listed_and_deleted(cloud: Cloud) -> None:
    client = cloud.client
    failed = fc.DestinationConfig(
        on_failure=fc.Destination(destination="acs:fc:cn-shanghai:123456:functions/full")
    )
    cloud.ends("full", "live", max_async_retry_attempts=1, destination_config=failed)
    spec = cloud.control.deployed["full.live"].async_config
    assert (spec.retries, spec.on_failure) == (1, "full")
    assert cloud.control.deployed["full"].async_config.retries == 3
    listed = client.list_async_invoke_configs(fc.ListAsyncInvokeConfigsRequest()).body
    assert [each.max_async_retry_attempts for each in listed.configs] == [1]
    assert cloud.cap("full", 7).reserved_concurrency == 7
    assert cloud.control.deployed["full"].reserved_concurrency == 7
    assert client.get_concurrency_config("full").body.reserved_concurrency == 7
    assert cloud.scale("full", min_instances=2).min_instances == 2
    asked = fc.GetScalingConfigRequest(qualifier="LATEST")
    assert client.get_scaling_config("full", asked).body.min_instances == 2
    assert cloud.provision("full", default_target=1).default_target == 1
    client.delete_concurrency_config("full")
    client.delete_scaling_config("full", fc.DeleteScalingConfigRequest(qualifier="LATEST"))
    gone = fc.DeleteAsyncInvokeConfigRequest(qualifier="live")
    client.delete_async_invoke_config("full", gone)
    assert cloud.control.deployed["full"].reserved_concurrency is None


def test_triggers_and_routes_lead_where_they_were_deployed_to(cloud: Cloud) -> None:
    client = cloud.client
    cloud.trigger("full", "minutes", "timer", EVERY_MINUTE, qualifier="live")
    assert [t.cron for t in cloud.control.deployed["full.live"].timer_triggers] == ["@every 1m"]
    body = fc.UpdateTriggerInput(trigger_config=json.dumps({**EVERY_MINUTE, "enable": True}))
    client.update_trigger("full", "minutes", fc.UpdateTriggerRequest(body=body))
    assert cloud.control.deployed["full.live"].timer_triggers[0].enabled
    web = client.get_trigger("full", "web").body
    assert web.http_trigger.url_internet == "http://full.LATEST"
    listed = client.list_triggers("full", fc.ListTriggersRequest(limit=2)).body
    assert [each.trigger_name for each in listed.triggers] == ["minutes", "tasks"]
    client.delete_trigger("full", "minutes")
    assert not cloud.control.deployed["full.live"].timer_triggers
    cloud.domain("posters.example.com", {"path": "/a/*", "functionName": "full"})
    (route,) = cloud.control.deployed.routes("posters.example.com")
    assert (route.path, route.reference) == ("/a/*", "full")
    client.delete_custom_domain("posters.example.com")


def test_tags_are_set_listed_and_removed(cloud: Cloud) -> None:
    arn = cloud.create("tagged", tags=[fc.Tag(key="team", value="a")]).function_arn
    more = fc.TagResourcesInput(
        resource_type="function", resource_id=[arn], tag=[fc.Tag(key="stage", value="b")]
    )
    cloud.client.tag_resources(fc.TagResourcesRequest(body=more))
    gone = fc.UntagResourcesRequest(resource_type="function", resource_id=[arn], tag_key=["team"])
    cloud.client.untag_resources(gone)
    asked = fc.ListTagResourcesRequest(resource_type="function", resource_id=[arn])
    found = cloud.client.list_tag_resources(asked).body.tag_resources
    assert [(each.tag_key, each.tag_value) for each in found] == [("stage", "b")]
    cloud.client.delete_function("tagged")


def test_what_is_deployed_survives_a_restart(cloud: Cloud) -> None:
    again = Control(
        cloud.root / "fc",
        ACCOUNT,
        clock=utc_now,
        read_object=lambda bucket, key: b"",
        address=lambda name, qualifier: "",
    )
    assert again.deployed["full"] == cloud.control.deployed["full"]
    assert again.deployed["full.live"].version == "1"


Do = Callable[[Cloud], object]
LONG = "x" * 5000
INVALID = "400 InvalidArgument"
REFUSALS: dict[str, tuple[Do, str, str]] = {
    "name that starts with a digit": (lambda c: c.create("1a"), INVALID, "functionName"),
    "name of 65 letters": (lambda c: c.create("a" * 65), INVALID, "functionName"),
    "name in use": (lambda c: c.create("full"), "409 FunctionAlreadyExists", "full"),
    "unknown runtime": (lambda c: c.create("a", runtime="python3.13"), INVALID, "runtime"),
    "handler without a method": (lambda c: c.create("a", handler="index"), INVALID, "handler"),
    "no code": (lambda c: c.create("a", code=None), INVALID, "code"),
    "code that is no base64": (
        lambda c: c.create("a", code=fc.InputCodeLocation(zip_file="?")),
        INVALID,
        "zipFile",
    ),
    "code that is no zip": (
        lambda c: c.create("a", code=fc.InputCodeLocation(zip_file=encoded(b"no zip"))),
        INVALID,
        "zip",
    ),
    "code of another checksum": (
        lambda c: c.create(
            "a", code=fc.InputCodeLocation(zip_file=encoded(zipped()), checksum="1")
        ),
        INVALID,
        "checksum",
    ),
    "code that is not in the bucket": (
        lambda c: c.create(
            "a", code=fc.InputCodeLocation(oss_bucket_name=CODE_BUCKET, oss_object_name="n")
        ),
        INVALID,
        "no object n",
    ),
    "memory between the steps": (lambda c: c.create("a", memory_size=130), INVALID, "memorySize"),
    "memory below 128 MB": (lambda c: c.create("a", memory_size=64), INVALID, "memorySize"),
    "memory above 32 GB": (
        lambda c: c.create("a", memory_size=32832, cpu=16),
        INVALID,
        "memorySize",
    ),
    "processors between the steps": (lambda c: c.create("a", cpu=0.33), INVALID, "cpu"),
    "more than 16 processors": (lambda c: c.create("a", cpu=17, memory_size=32768), INVALID, "cpu"),
    "too little memory for the processors": (
        lambda c: c.create("a", cpu=1, memory_size=512),
        INVALID,
        "ratio",
    ),
    "too much memory for the processors": (
        lambda c: c.create("a", cpu=0.05, memory_size=512),
        INVALID,
        "ratio",
    ),
    "disk of another size": (lambda c: c.create("a", disk_size=1024), INVALID, "diskSize"),
    "timeout of no seconds": (lambda c: c.create("a", timeout=0), INVALID, "timeout"),
    "timeout of more than a day": (lambda c: c.create("a", timeout=86401), INVALID, "timeout"),
    "several requests in an instance": (
        lambda c: c.create("a", instance_concurrency=2),
        INVALID,
        "instanceConcurrency",
    ),
    "a server of a function with a handler": (
        lambda c: c.create("a", custom_runtime_config=fc.CustomRuntimeConfig(port=80)),
        INVALID,
        "customRuntimeConfig",
    ),
    "a function without a handler": (lambda c: c.create("a", handler=None), INVALID, "handler"),
    "a port that is none": (
        lambda c: c.create("a", **WEB | {"custom_runtime_config": fc.CustomRuntimeConfig(port=0)}),
        INVALID,
        "customRuntimeConfig.port",
    ),
    "201 requests at a time": (
        lambda c: c.create("a", **WEB | {"instance_concurrency": 201}),
        INVALID,
        "instanceConcurrency",
    ),
    "environment of more than 4 KB": (
        lambda c: c.create("a", environment_variables={"A": LONG}),
        INVALID,
        "5001 bytes",
    ),
    "variable with a bad name": (
        lambda c: c.create("a", environment_variables={"1": "a"}),
        INVALID,
        "'1'",
    ),
    "reserved variable": (
        lambda c: c.create("a", environment_variables={"FC_REGION": "a"}),
        INVALID,
        "reserved",
    ),
    "layers": (lambda c: c.create("a", layers=["acs:fc:layer"]), INVALID, "layers"),
    "role that is no ARN": (lambda c: c.create("a", role="painter"), INVALID, "role"),
    "21 tags": (
        lambda c: c.create("a", tags=[fc.Tag(key=str(n), value="") for n in range(21)]),
        INVALID,
        "tags",
    ),
    "update of no function": (
        lambda c: c.update("none", timeout=3),
        "404 FunctionNotFound",
        "none",
    ),
    "update beyond a limit": (lambda c: c.update("full", timeout=0), INVALID, "timeout"),
    "deletion with triggers": (
        lambda c: c.client.delete_function("full"),
        "412 FunctionNotEmpty",
        "triggers",
    ),
    "page of 101": (
        lambda c: c.client.list_functions(fc.ListFunctionsRequest(limit=101)),
        INVALID,
        "limit",
    ),
    "version that is not there": (lambda c: c.call("full", "9"), "404 VersionNotFound", "9"),
    "alias that is not there": (lambda c: c.call("full", "next"), "404 AliasNotFound", "next"),
    "alias of no version": (lambda c: c.alias("full", "a", "9"), "404 VersionNotFound", "9"),
    "alias in use": (lambda c: c.alias("full", "live", "1"), "409 AliasAlreadyExists", "live"),
    "alias called LATEST": (lambda c: c.alias("full", "LATEST", "1"), INVALID, "aliasName"),
    "alias called by a number": (lambda c: c.alias("full", "2", "1"), INVALID, "aliasName"),
    "share of the main version": (
        lambda c: c.alias("full", "a", "1", v1=0.5),
        "400 AdditionalVersionContainsMajorVersion",
        "1",
    ),
    "share above one": (
        lambda c: c.alias("full", "a", "1", v1=1.5),
        INVALID,
        "additionalVersionWeight",
    ),
    "deletion of a version in use": (
        lambda c: c.client.delete_function_version("full", "1"),
        INVALID,
        "live",
    ),
    "trigger of no function": (
        lambda c: c.trigger("none", "a", "timer", EVERY_MINUTE),
        "404 FunctionNotFound",
        "none",
    ),
    "trigger name in use": (
        lambda c: c.trigger("full", "tasks", "timer", EVERY_MINUTE),
        "409 TriggerAlreadyExists",
        "tasks",
    ),
    "trigger of an unknown type": (
        lambda c: c.trigger("full", "a", "log", {}),
        INVALID,
        "triggerType",
    ),
    "trigger of no such alias": (
        lambda c: c.trigger("full", "a", "timer", EVERY_MINUTE, qualifier="next"),
        "404 AliasNotFound",
        "next",
    ),
    "trigger with broken JSON": (
        lambda c: c.trigger("full", "a", "timer", "{"),
        INVALID,
        "triggerConfig",
    ),
    "second HTTP trigger": (
        lambda c: c.trigger("full", "a", "http", ANYBODY),
        "409 TriggerAlreadyExists",
        "web",
    ),
    "HTTP trigger without methods": (
        lambda c: c.trigger("full", "a", "http", {**ANYBODY, "methods": []}),
        INVALID,
        "methods",
    ),
    "cron of five fields": (
        lambda c: c.trigger("full", "a", "timer", {**EVERY_MINUTE, "cronExpression": "0 4 * * *"}),
        INVALID,
        "six fields",
    ),
    "cron out of range": (
        lambda c: c.trigger(
            "full", "a", "timer", {**EVERY_MINUTE, "cronExpression": "0 0 25 * * *"}
        ),
        INVALID,
        "25",
    ),
    "cron in no zone": (
        lambda c: c.trigger(
            "full", "a", "timer", {**EVERY_MINUTE, "cronExpression": "CRON_TZ=Mars/One 0 0 4 * * *"}
        ),
        INVALID,
        "time zone",
    ),
    "payload of a timer above 128 KB": (
        lambda c: c.trigger("full", "a", "timer", {**EVERY_MINUTE, "payload": "x" * 131073}),
        INVALID,
        "payload",
    ),
    "OSS trigger without a bucket": (
        lambda c: c.trigger("full", "a", "oss", ON_TASKS, invocation_role=ROLE),
        INVALID,
        "sourceArn",
    ),
    "OSS trigger without a role": (
        lambda c: c.trigger("full", "a", "oss", ON_TASKS, source_arn=BUCKET),
        INVALID,
        "invocationRole",
    ),
    "OSS trigger with a prefix from the root": (
        lambda c: c.on_bucket("full", "a", filter={"key": {"prefix": "/output", "suffix": ""}}),
        INVALID,
        "prefix",
    ),
    "overlapping OSS trigger": (
        lambda c: c.on_bucket("full", "a", events=["oss:ObjectCreated:*"]),
        INVALID,
        "tasks",
    ),
    "nine retries": (
        lambda c: c.ends("full", max_async_retry_attempts=9),
        INVALID,
        "maxAsyncRetry",
    ),
    "event older than a week": (
        lambda c: c.ends("full", max_async_event_age_in_seconds=604801),
        INVALID,
        "maxAsyncEventAge",
    ),
    "destination that is no ARN": (
        lambda c: c.ends(
            "full",
            destination_config=fc.DestinationConfig(on_failure=fc.Destination(destination="full")),
        ),
        INVALID,
        "destination",
    ),
    "ends of events of no alias": (lambda c: c.ends("full", "next"), "404 AliasNotFound", "next"),
    "no ends of events": (
        lambda c: c.client.get_async_invoke_config(
            "full", fc.GetAsyncInvokeConfigRequest(qualifier="1")
        ),
        "404 AsyncConfigNotExists",
        "full",
    ),
    "negative concurrency": (lambda c: c.cap("full", -1), INVALID, "reservedConcurrency"),
    "no concurrency": (
        lambda c: c.client.get_concurrency_config("full"),
        "404 ConcurrencyConfigNotFound",
        "full",
    ),
    "negative instances": (lambda c: c.scale("full", min_instances=-1), INVALID, "minInstances"),
    "schedule that is no cron": (
        lambda c: c.scale(
            "full",
            scheduled_policies=[
                fc.ScheduledPolicy(
                    name="a", schedule_expression="@daily", start_time="", end_time="", target=1
                )
            ],
        ),
        INVALID,
        "scheduleExpression",
    ),
    "resident pool": (lambda c: c.scale("full", resident_pool_id="p"), INVALID, "residentPoolId"),
    "provisioned below zero": (
        lambda c: c.provision("full", default_target=-1),
        INVALID,
        "defaultTarget",
    ),
    "domain in use": (
        lambda c: c.domain("taken.example.com"),
        "409 DomainNameAlreadyExists",
        "taken",
    ),
    "domain that is none": (lambda c: c.domain("taken"), INVALID, "domainName"),
    "domain with HTTPS and no certificate": (
        lambda c: c.domain("a.example.com", protocol="HTTPS"),
        INVALID,
        "certConfig",
    ),
    "route to no function": (
        lambda c: c.domain("a.example.com", {"path": "/", "functionName": "none"}),
        "404 FunctionNotFound",
        "none",
    ),
    "route without a slash": (
        lambda c: c.domain("a.example.com", {"path": "a", "functionName": "full"}),
        INVALID,
        "path",
    ),
    "route that is rewritten": (
        lambda c: c.domain(
            "a.example.com",
            {
                "path": "/",
                "functionName": "full",
                "rewriteConfig": {"equalRules": [{"match": "/", "replacement": "/b"}]},
            },
        ),
        INVALID,
        "rewriteConfig",
    ),
    "domain that is not there": (
        lambda c: c.client.get_custom_domain("none.example.com"),
        "404 DomainNameNotFound",
        "none",
    ),
    "unknown access key": (
        lambda c: c.signed_by("nobody", SECRET).list_functions(fc.ListFunctionsRequest()),
        "403 InvalidAccessKeyID",
        "nobody",
    ),
    "wrong signature": (
        lambda c: c.signed_by(KEY, "guess").list_functions(fc.ListFunctionsRequest()),
        "403 SignatureNotMatch",
        "signature",
    ),
    "operation that is not there": (
        lambda c: c.client.list_layers(fc.ListLayersRequest()),
        "400 PathNotSupported",
        "layers",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused_with_the_code_and_what_is_wrong(cloud: Cloud, case: str) -> None:
    do, answer, words = REFUSALS[case]
    with pytest.raises(ClientException) as refused:
        do(cloud)
    assert f"{refused.value.status_code} {refused.value.code}" == answer
    assert words in str(refused.value)


WEB: dict[str, Any] = {
    "runtime": "custom.debian10",
    "handler": None,
    "instance_concurrency": 20,
    "custom_runtime_config": fc.CustomRuntimeConfig(command=["python3"], args=["-m", "x"], port=80),
}


def test_a_web_function_is_answered_as_it_was_put(cloud: Cloud) -> None:
    made = cloud.create("site", **WEB)
    seen = made.custom_runtime_config.to_map()
    assert seen == {"command": ["python3"], "args": ["-m", "x"], "port": 80}
    assert (made.runtime, made.instance_concurrency) == ("custom.debian10", 20)
    cloud.update("site", instance_concurrency=5)
    again = cloud.client.get_function("site", fc.GetFunctionRequest()).body
    assert again.custom_runtime_config.to_map() == seen
    assert again.instance_concurrency == 5
    found = cloud.control.deployed["site"]
    assert (found.server.command, found.server.port, found.concurrency) == (("python3",), 80, 5)
    cloud.client.delete_function("site")


def test_the_51st_trigger_and_the_11th_on_a_bucket_are_one_too_many(cloud: Cloud) -> None:
    cloud.create("many")
    for number in range(9):
        cloud.on_bucket(
            "many", f"b{number}", filter={"key": {"prefix": f"{number}/", "suffix": ""}}
        )
    with pytest.raises(ClientException, match="native triggers") as refused:
        cloud.on_bucket("many", "b9", filter={"key": {"prefix": "9/", "suffix": ""}})
    assert refused.value.code == "LimitExceededError"
    for number in range(41):
        cloud.trigger("many", f"t{number}", "timer", EVERY_MINUTE)
    with pytest.raises(ClientException, match="50 triggers"):
        cloud.trigger("many", "t41", "timer", EVERY_MINUTE)
