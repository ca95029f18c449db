"""Policies mean here what they mean in the cloud: nothing is allowed that is not, Deny wins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import oss2
import pytest
import requests

from local.cloud.fc.context import Account, ContextFactory, Credentials, roles
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.invocation_api import create_fc_app
from local.cloud.fc.spec import FunctionSpec
from local.cloud.identity import keys
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore
from local.cloud.ram.guard import Guard, Principal, read_guard
from local.cloud.ram.policy import PolicyError, Request, parse_policy
from local.cloud.serving import LoopbackServer
from local.own_handlers import load_handler
from local.stack import ROOT
from shared.adapters.fc3_invoker import Fc3Invoker
from shared.adapters.system_clock import SystemClock
from shared.core.errors import BundleError
from shared.settings import credentials

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OBJECT = "acs:oss:*:*:state/jobs/*"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "1", "Statement": list(statements)})


def allow(action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": [action], "Resource": [resource], **more}


def test_what_no_statement_allows_is_refused() -> None:
    found = parse_policy(policy(allow("oss:GetObject", _OBJECT)))
    assert found.permits(Request("oss:GetObject", "acs:oss:*:*:state/jobs/a/000001.json"))
    assert not found.permits(Request("oss:GetObject", "acs:oss:*:*:state/open/a"))
    assert not found.permits(Request("oss:GetObject", "acs:oss:*:*:other/jobs/a"))
    assert not found.permits(Request("oss:PutObject", "acs:oss:*:*:state/jobs/a"))


def test_a_listing_is_allowed_below_its_prefixes_alone() -> None:
    condition = {"StringLike": {"oss:Prefix": ["jobs/*", "open/*"]}}
    text = policy(allow("oss:ListObjects", "acs:oss:*:*:state", Condition=condition))
    found = parse_policy(text)
    listed = [
        prefix
        for prefix in ("jobs/", "jobs/a/", "open/", "drivers/", "job", "")
        if found.permits(Request("oss:ListObjects", "acs:oss:*:*:state", prefix))
    ]
    assert listed == ["jobs/", "jobs/a/", "open/"]


def test_a_denial_wins_over_what_allows_it() -> None:
    denial = {**allow("oss:*", "acs:oss:*:*:state/jobs/secret*"), "Effect": "Deny"}
    found = parse_policy(policy(allow("oss:GetObject", _OBJECT), denial))
    assert found.permits(Request("oss:GetObject", "acs:oss:*:*:state/jobs/a"))
    assert not found.permits(Request("oss:GetObject", "acs:oss:*:*:state/jobs/secret/1"))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Version": "2", "Statement": []}),
        json.dumps({"Version": "1"}),
        policy({"Effect": "Maybe", "Action": [], "Resource": []}),
        policy({**allow("oss:GetObject", _OBJECT), "NotAction": "oss:PutObject"}),
        policy(allow("oss:GetObject", _OBJECT, Condition={"IpAddress": {"acs:SourceIp": "::1"}})),
        policy(allow("oss:GetObject", _OBJECT, Condition={"StringLike": {"oss:Delimiter": "/"}})),
    ],
)  # fmt: skip
def test_what_would_not_be_enforced_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        parse_policy(text)


def guard(**texts: str) -> Guard:
    return Guard({name: Principal(name, parse_policy(text)) for name, text in texts.items()})


def test_the_guard_remembers_what_was_used_and_what_was_refused() -> None:
    found = guard(reader=policy(allow("oss:GetObject", _OBJECT), allow("oss:PutObject", _OBJECT)))
    key = found.principals["reader"].access_key_id
    assert found(key, Request("oss:GetObject", "acs:oss:*:*:state/jobs/a"))
    assert not found(key, Request("oss:DeleteObject", "acs:oss:*:*:state/jobs/a"))
    assert found("the-account's-own", Request("oss:DeleteObject", "acs:oss:*:*:state/jobs/a"))
    assert {each.action for _, each in found.unused()} == {"oss:PutObject"}
    assert [(name, wanted.action) for name, wanted in found.refused] == [
        ("reader", "oss:DeleteObject")
    ]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[oss2.Bucket, Guard]]:
    store = BucketStore(tmp_path / "oss", ["state"])
    condition = {"StringLike": {"oss:Prefix": "jobs/*"}}
    found = guard(
        one=policy(
            allow("oss:GetObject", _OBJECT),
            allow("oss:PutObject", "acs:oss:*:*:state/jobs/mine/*"),
            allow("oss:ListObjects", "acs:oss:*:*:state", Condition=condition),
        )
    )
    store.put("state", "jobs/a", b"1")
    store.put("state", "open/a", b"1")
    clock = SystemClock()
    app = create_oss_app(
        store, keys=found.keys(), region=keys.REGION, clock=clock.now, allows=found
    )
    held = found.principals["one"]
    auth = oss2.AuthV4(held.access_key_id, held.access_key_secret)
    with LoopbackServer(app) as server:
        yield oss2.Bucket(auth, server.url, "state", region=keys.REGION), found


def test_oss_answers_403_to_whoever_may_not(served: tuple[oss2.Bucket, Guard]) -> None:
    bucket, _ = served
    assert bucket.get_object("jobs/a").read() == b"1"
    assert bucket.head_object("jobs/a").content_length == 1
    bucket.put_object("jobs/mine/1", b"2")
    assert [item.key for item in bucket.list_objects_v2(prefix="jobs/").object_list] == [
        "jobs/a",
        "jobs/mine/1",
    ]
    refused = [
        lambda: bucket.get_object("open/a"),
        lambda: bucket.put_object("jobs/a", b"3"),
        lambda: bucket.delete_object("jobs/a"),
        lambda: bucket.batch_delete_objects(["jobs/a"]),
        lambda: bucket.list_objects_v2(prefix=""),
        lambda: bucket.copy_object("state", "open/a", "jobs/mine/2"),
        bucket.get_bucket_versioning,
        lambda: bucket.put_object_tagging("jobs/a", oss2.models.Tagging()),
        lambda: bucket.init_multipart_upload("open/b"),
    ]
    for attempt in refused:
        with pytest.raises(oss2.exceptions.AccessDenied) as error:
            attempt()
        assert (error.value.status, error.value.code) == (403, "AccessDenied")


def test_a_link_may_what_its_signer_may(served: tuple[oss2.Bucket, Guard]) -> None:
    bucket, _ = served
    good, bad = (bucket.sign_url("GET", key, 60, slash_safe=True) for key in ("jobs/a", "open/a"))
    assert requests.get(good, timeout=5).status_code == 200
    assert requests.get(bad, timeout=5).status_code == 403


def test_a_function_starts_the_functions_that_its_policy_names(tmp_path: Path) -> None:
    arn = f"acs:fc:{keys.REGION}:{keys.ACCOUNT}:functions/paint"
    found = guard(one=policy(allow("fc:InvokeFunction", arn)))
    account = Account(keys.ACCOUNT, keys.REGION, Credentials("k", "s"))
    specs = {name: FunctionSpec(name, f"{name}.handler") for name in ("paint", "store")}
    host = FunctionHost(
        specs,
        root=tmp_path,
        context_factory=ContextFactory(account),
        clock=SystemClock().now,
        load=load_handler,
    )
    app = create_fc_app(host, keys=found.keys(), clock=SystemClock().now, allows=found)
    held = found.principals["one"]
    with LoopbackServer(app) as server:
        invoker = Fc3Invoker(
            endpoint=server.url,
            credentials=lambda: credentials.Credentials(held.access_key_id, held.access_key_secret),
            prefix="",
            timeout_seconds=5,
        )
        invoker.invoke("paint", {"job_id": "a"}, task_id="t-1")
        with pytest.raises(BundleError, match="403"):
            invoker.invoke("store", {"job_id": "a"}, task_id="t-2")
    assert [wanted.resource for _, wanted in found.refused] == [arn.replace("paint", "store")]


def test_each_function_gets_the_keys_of_its_role() -> None:
    found = read_guard(ROOT / "deploy" / "ram")
    role_of, spec = roles(found), FunctionSpec("x-read_job", "read_job.handler")
    assert role_of is not None
    held = role_of(spec)
    assert held.access_key_id == found.principals["read_job"].access_key_id
    account = Account(keys.ACCOUNT, keys.REGION, Credentials("k", "s"))
    context: Any = ContextFactory(account, role_of=role_of)(spec, "r-1")
    assert vars(context.credentials) == vars(held)
    assert roles(None) is None
    with pytest.raises(KeyError):
        role_of(FunctionSpec("x-new", "new.handler"))
