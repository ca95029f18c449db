"""RAM policies: one for each function's role, and for the few others who come near the buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.deployment.permissions import permissions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cli.deployment.settings import Deployment

FOLDER = "deploy/ram"
# The one function whose own failures are told to nobody.
_LAST = "receive_failure"
_ACTIONS = {"r": "oss:GetObject", "w": "oss:PutObject", "d": "oss:DeleteObject"}
_Statement = dict[str, Any]


def policy_files(deployment: Deployment) -> dict[str, dict[str, Any]]:
    """Return every policy by its path: of functions by their names, of others, and of trust."""
    stack, allowed, found = deployment.stack, permissions(), {}
    for name, needs in {**allowed.functions, **allowed.others}.items():
        # The platform hands on what it gives up on, and does so with the function's own role.
        last = () if name == _LAST or name in allowed.others else (_LAST,)
        starts = dict.fromkeys((*needs.starts, *last))
        invoked = {"fc:InvokeFunction": [f"{stack}-{each}" for each in starts]}
        found[name] = [
            *_statements(deployment, needs.state, needs.mount),
            *_on(deployment, invoked),
        ]
    looks = {"fc:GetFunction": [f"{stack}-*"]}
    found["operator"] += [_versioning(deployment), *_on(deployment, looks)]
    files = {f"{FOLDER}/{name}.json": _policy(statements) for name, statements in found.items()}
    return files | {
        f"{FOLDER}/trust/function.json": _trust("fc.aliyuncs.com"),
        f"{FOLDER}/trust/gpu_service.json": _trust("eas.pai.aliyuncs.com"),
    }


def _statements(
    deployment: Deployment, state: Mapping[str, str], mount: Mapping[str, str]
) -> Iterator[_Statement]:
    buckets = deployment.buckets
    keys = [(buckets.state, state), (buckets.mount, mount)]
    for letter, action in _ACTIONS.items():
        resources = [
            _object(bucket, key) for bucket, keys in keys for key in keys if letter in keys[key]
        ]
        if resources:
            yield _allow(action, resources)
    for bucket, given in keys:
        prefixes = [_pattern(key) for key in given if "l" in given[key]]
        if prefixes:
            condition = {"StringLike": {"oss:Prefix": prefixes}}
            yield _allow("oss:ListObjects", [_bucket(bucket)]) | {"Condition": condition}


def _on(deployment: Deployment, actions: Mapping[str, Iterable[str]]) -> Iterator[_Statement]:
    arn = f"acs:fc:{deployment.region}:{deployment.account}:functions/"
    for action, functions in actions.items():
        if resources := [arn + name for name in functions]:
            yield _allow(action, resources)


def _versioning(deployment: Deployment) -> _Statement:
    buckets = deployment.buckets
    return _allow("oss:GetBucketVersioning", [_bucket(buckets.state), _bucket(buckets.mount)])


def _allow(action: str, resources: list[str]) -> _Statement:
    return {"Effect": "Allow", "Action": [action], "Resource": resources}


def _policy(statements: list[_Statement]) -> dict[str, Any]:
    return {"Version": "1", "Statement": statements}


def _trust(service: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": [service]},
    }
    return _policy([statement])


def _bucket(name: str) -> str:
    return f"acs:oss:*:*:{name}"


def _object(bucket: str, key: str) -> str:
    return f"{_bucket(bucket)}/{_pattern(key)}"


def _pattern(key: str) -> str:
    return f"{key}*" if key.endswith("/") or not key else key
