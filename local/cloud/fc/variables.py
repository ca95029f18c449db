"""Resolve the ${...} variables of a Serverless Devs document (edition 3.0.0).

Grammar: https://github.com/Serverless-Devs/Serverless-Devs, docs/zh/yaml. Understood here are
${vars.a.b}, ${resources.x.props.y} and ${env('KEY', 'default')}; anything else is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_VARIABLE = re.compile(r"\$\{([^${}]*)\}")
_ENV = re.compile(r"env\(\s*(['\"]?)(\w+)\1\s*(?:,\s*(['\"]?)(.*?)\3\s*)?\)")
_DEEPEST = 20
# The compiled one where there is one: an eighth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SpecError(Exception):
    """The stack file cannot be used; the message names the file, the resource and the key."""


def read_document(path: Path, env: Mapping[str, str]) -> dict[str, Any]:
    """Read a stack file with all its variables resolved from `env` and from itself."""
    try:
        document = yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506 - a safe one
    except (OSError, yaml.YAMLError) as error:
        raise SpecError(f"{path}: cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise SpecError(f"{path}: must be a mapping")
    return _Resolver(str(path), document, env).resolved()


class _Resolver:
    def __init__(self, file: str, document: dict[str, Any], env: Mapping[str, str]) -> None:
        self._file = file
        self._document = document
        self._env = env

    def resolved(self) -> dict[str, Any]:
        return {str(key): self._walk(value, str(key), 0) for key, value in self._document.items()}

    def _walk(self, value: Any, place: str, depth: int) -> Any:
        if isinstance(value, dict):
            walked = {k: self._walk(item, f"{place}.{k}", depth) for k, item in value.items()}
            # A key without a value counts as absent.
            return {key: item for key, item in walked.items() if item is not None}
        if isinstance(value, list):
            return [self._walk(item, f"{place}[{n}]", depth) for n, item in enumerate(value)]
        if isinstance(value, str):
            return self._text(value, place, depth)
        return value

    def _text(self, text: str, place: str, depth: int) -> Any:
        if depth > _DEEPEST:
            raise self._error(place, f"variables refer to each other in a circle: {text}")
        whole = _VARIABLE.fullmatch(text)
        if whole:
            # A variable that is the whole value keeps its type: a map, a list, a number.
            return self._walk(self._look_up(whole[1].strip(), place), place, depth + 1)

        def fill(match: re.Match[str]) -> str:
            return str(self._walk(self._look_up(match[1].strip(), place), place, depth + 1))

        return _VARIABLE.sub(fill, text)

    def _look_up(self, name: str, place: str) -> Any:
        env = _ENV.fullmatch(name)
        if env:
            return self._environment(env, place)
        if not name.startswith(("vars.", "resources.")):
            raise self._error(place, f"${{{name}}} is not a variable the local stack knows")
        value: Any = self._document
        for part in name.split("."):
            if not isinstance(value, dict) or part not in value:
                raise self._error(place, f"${{{name}}} names nothing in this file")
            value = value[part]
        return value

    def _environment(self, env: re.Match[str], place: str) -> str:
        key, default = env[2], env[4]
        value = self._env.get(key, default)
        if value is None:
            raise self._error(place, f"${{env('{key}')}} is not set and has no default")
        return value

    def _error(self, place: str, problem: str) -> SpecError:
        return SpecError(f"{self._file}: {place}: {problem}")
