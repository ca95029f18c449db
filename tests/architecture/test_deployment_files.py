"""What is deployed comes from deploy/stack.yaml; its parts agree with each other and the code."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from cli.bundle.staging import HEAVY
from cli.deployment.files import ROOT, SETTINGS, deployment_files, stale_files
from cli.deployment.permissions import permissions
from cli.deployment.settings import Deployment, DeploymentError, read_deployment
from cli.deployment.stack_file import OPEN_PATHS
from local.cloud.fc.variables import read_document
from shared.settings.every import GROUPS
from tests.architecture.source_files import WEB_FUNCTION, deployed_names
from tests.fakes.poster import poster

if TYPE_CHECKING:
    from pathlib import Path

Props = dict[str, Any]


@pytest.fixture(scope="module")
def deployment() -> Deployment:
    return read_deployment(SETTINGS)


@pytest.fixture(scope="module")
def service() -> Props:
    found: Props = json.loads((ROOT / "eas_service.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def functions() -> dict[str, Props]:
    resources = read_document(ROOT / "s.yaml", {})["resources"]
    return {name: r["props"] for name, r in resources.items() if r["component"] == "fc3"}


def default(setting: str) -> Any:
    """Return a setting's default."""
    fields = (f for group in GROUPS for f in group.model_fields.values())
    return next(field.default for field in fields if field.alias == setting)


def test_writing_the_files_anew_changes_nothing(deployment: Deployment) -> None:
    assert stale_files(deployment_files(deployment), ROOT) == []


def test_both_files_name_one_service_bucket_region_and_network(
    service: Props, functions: dict[str, Props]
) -> None:
    for name, props in functions.items():
        environment, region = props["environmentVariables"], props["region"]
        # A function has the settings that it reads, tests/architecture/test_environments.py.
        if "EAS_SERVICE_URL" in environment:
            assert environment["EAS_SERVICE_URL"].endswith(f"/{service['metadata']['name']}"), name
            assert f".vpc.{region}." in environment["EAS_SERVICE_URL"]
        if "OSS_REGION" in environment:
            assert service["storage"][0]["oss"]["path"] == f"oss://{environment['MOUNT_BUCKET']}/"
            assert environment["OSS_REGION"] == region
        assert f".{region}." in service["containers"][0]["image"]
        network = service["cloud"]["networking"]
        if "vpcConfig" in props:
            assert props["vpcConfig"] == {
                "vpcId": network["vpc_id"],
                "vSwitchIds": network["vswitch_id"].split(","),
                "securityGroupId": network["security_group_id"],
            }


def test_exactly_those_that_talk_to_the_gpu_service_are_in_its_network(
    functions: dict[str, Props],
) -> None:
    talking = {
        path.parent.name
        for path in (ROOT / "functions").glob("*/handler.py")
        if "bootstrap.queue()" in path.read_text("utf-8")
    }
    assert len(talking) >= 5
    assert {n for n, p in functions.items() if "EAS_TOKEN" in p["environmentVariables"]} == talking
    assert {name for name, props in functions.items() if "vpcConfig" in props} == talking


def test_the_longest_task_ends_before_the_gateway_and_a_leaving_instance_give_up(
    deployment: Deployment, service: Props, functions: dict[str, Props]
) -> None:
    keepalive = service["metadata"]["rpc"]["keepalive"] / 1000
    grace = service["metadata"]["eas.termination_grace_period"]
    assert deployment.tasks.longest_seconds < keepalive < grace
    assert service["queue"]["max_delivery"] == 2
    # A run that waits for room is not dropped while one task is computed.
    for name in ("paint_trip", "paint_scene"):
        age = functions[name]["asyncInvokeConfig"]["maxAsyncEventAgeInSeconds"]
        assert keepalive <= age <= 604_800, name
    # Nor does the job end meanwhile.
    assert grace < default("JOB_DEADLINE_MINUTES") * 60


def test_an_instance_has_one_task_and_the_instance_behind_spot_is_on_demand(
    service: Props,
) -> None:
    assert service["metadata"]["type"] == "Async"
    assert service["metadata"]["rpc"]["worker_threads"] == 1
    limits = ["spot_price_limit" in each for each in service["cloud"]["computing"]["instances"]]
    assert limits == sorted(limits, reverse=True)
    assert {True, False} == set(limits)
    container = service["containers"][0]
    mount = service["storage"][0]["mount_path"]
    assert container["script"].endswith(f"--listen --port {container['port']} --data-dir {mount}")
    assert container["image"].endswith("-api")


def test_the_service_grows_with_what_waits_and_shrinks_to_nothing() -> None:
    scaler = json.loads((ROOT / "deploy" / "eas_autoscaler.json").read_text("utf-8"))
    assert scaler["strategies"] == {"queue[avgbacklog]": 5}
    assert (scaler["min"], scaler["max"]) == (0, 8)
    cron = json.loads((ROOT / "deploy" / "eas_cronscaler.json").read_text("utf-8"))
    assert cron["ScaleJobs"]
    for entry in cron["ScaleJobs"]:
        assert re.fullmatch(r"0 \d+ \d+ \d+ \d+ \*", entry["Schedule"])
        assert 0 <= entry["TargetSize"] <= scaler["max"]


def test_each_function_has_the_code_that_it_needs(functions: dict[str, Props]) -> None:
    for name, props in functions.items():
        kind = f"-{name}" if name == WEB_FUNCTION else "" if name in HEAVY else "-light"
        assert props["code"].endswith(f"trip-poster-python3.10{kind}.zip"), name


@pytest.mark.parametrize(
    ("runtime", "system"), [("python3.10", "custom.debian10"), ("python3.12", "custom.debian11")]
)
def test_the_web_function_has_the_system_that_has_its_python(
    runtime: str, system: str, deployment: Deployment
) -> None:
    changed = deployment.model_copy(update={"runtime": runtime})
    told = yaml.safe_load(deployment_files(changed)["s.yaml"])["vars"]
    assert told["webRuntime"] == system
    assert told["webPython"] == f"/var/fc/lang/{runtime}/bin/python3"
    assert told["web"] == f"./.build/trip-poster-{runtime}-studio.zip"


def test_each_function_has_a_role_and_a_policy_of_its_own(functions: dict[str, Props]) -> None:
    assert sorted(permissions().functions) == deployed_names()
    files = {path.stem for path in (ROOT / "deploy" / "ram").glob("*.json")}
    assert files == {*permissions().functions, *permissions().others}
    roles = {name: props["role"].rpartition("/")[2] for name, props in functions.items()}
    assert roles == {name: f"trip-poster-{name.replace('_', '-')}" for name in functions}


def test_no_policy_allows_more_than_named_actions_below_named_prefixes() -> None:
    for path in (ROOT / "deploy" / "ram").glob("*.json"):
        for statement in json.loads(path.read_text("utf-8"))["Statement"]:
            assert not [action for action in statement["Action"] if "*" in action], path.name
            for resource in statement["Resource"]:
                assert resource.startswith(("acs:oss:*:*:trip-poster-", "acs:fc:cn-shanghai:"))
                if path.stem in permissions().functions:
                    assert not resource.endswith(("-state/*", "-mount/*")), path.name


def test_the_gateway_leaves_open_what_is_open_and_nothing_else(
    functions: dict[str, Props],
) -> None:
    routes = read_document(ROOT / "s.yaml", {})["resources"]["domain"]["props"]
    paths = {r["path"]: r["functionName"] for r in routes["routeConfig"]["routes"]}
    unasked = {
        f"trip-poster-{path.parent.name}"
        for path in (ROOT / "functions").glob("*/handler.py")
        if "http_entry" in path.read_text("utf-8") and "identity" not in path.read_text("utf-8")
    }
    assert {paths[path] for path in OPEN_PATHS} == {*unasked, f"trip-poster-{WEB_FUNCTION}"}
    assert json.dumps(list(OPEN_PATHS)) in routes["authConfig"]["authInfo"]


def deploy_files(*arguments: str) -> int:
    return poster("deploy-files", *arguments)[0]


def test_another_stack_shares_no_name_with_this_one(tmp_path: Path) -> None:
    text = SETTINGS.read_text("utf-8")
    other = tmp_path / "staging.yaml"
    other.write_text(text.replace("trip-poster", "staging-poster"), "utf-8")

    assert deploy_files("--settings", str(other), "--out", str(tmp_path / "out")) == 0

    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(written) == len(deployment_files(read_deployment(SETTINGS)))
    for path in written:
        left = [m for m in re.findall(r".*trip-poster.*", path.read_text("utf-8"))
                if not m.startswith(("name: ", "  full: ", "  light: ", "  web: "))
                and not re.search("JWT_AUDIENCE|STUDIO_OIDC_CLIENT_ID", m)]  # fmt: skip
        assert left == [], path.name
    stack = yaml.safe_load((tmp_path / "out" / "s.yaml").read_text("utf-8"))
    code = (tmp_path / "out" / stack["vars"]["light"]).resolve()
    assert code == ROOT / ".build" / "trip-poster-python3.10-light.zip"
    assert deploy_files("--settings", str(other), "--out", str(tmp_path / "out"), "--check") == 0


def test_a_shell_gets_the_names_of_its_stack() -> None:
    status, text = poster("deploy-files", "--shell")
    assert status == 0
    told = dict(line.removeprefix("export ").split("=") for line in text.split("\n") if line)
    document = read_document(ROOT / "s.yaml", told)
    assert document == read_document(ROOT / "s.yaml", {})
    used = set(re.findall(r"\$([A-Z_]+)\b", (ROOT / "docs/how-to/deploy.md").read_text("utf-8")))
    assert used - set(told) == {"TOKEN", "JOB_ID"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("region: cn-shanghai", "region: cn-beijing", "registry of cn-beijing"),
        ("mount: trip-poster-mount", "mount: trip-poster-state", "two buckets"),
        ('gateway: ""', "gateway: gw-1", "cannot scale to zero"),
        ("2.2-api", "2.2", "gpu.image"),
        ("least: 0", "least: 9", "least is above most"),
        ("longest_seconds", "longest_secnds", "tasks.longest_secnds"),
        ("vpc: vpc-REPLACE", "vpc: my-vpc", "network.vpc"),
        ("    - {type: ml.gu7i.c16m60.1-gu30}\n    - {type: ecs.gn6i-c16g1.4xlarge}\n", "",
         "on demand is needed"),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_by_name(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    text = SETTINGS.read_text("utf-8")
    assert old in text
    wrong = tmp_path / "stack.yaml"
    wrong.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DeploymentError, match=told):
        read_deployment(wrong)


def test_a_stale_file_is_named_and_a_policy_of_nobody_removed(tmp_path: Path) -> None:
    out = ["--settings", str(SETTINGS), "--out", str(tmp_path)]
    assert deploy_files(*out) == 0
    gone, changed = tmp_path / "deploy" / "ram" / "gone.json", tmp_path / "eas_service.json"
    gone.write_text("{}", "utf-8")
    changed.write_text("{}", "utf-8")
    assert deploy_files(*out, "--check") == 1
    assert deploy_files(*out) == 0
    assert not gone.exists()
    assert deploy_files(*out, "--check") == 0
