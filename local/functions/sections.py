"""Read typed values out of a YAML mapping and say exactly where one is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_MISSING = object()
_FLAGS = {"true": True, "false": False}


class SpecError(Exception):
    """The stack file cannot be used; the message names the file, the resource and the key."""


@dataclass(frozen=True)
class Section:
    """One mapping of a stack file together with the place it stands at."""

    values: Mapping[str, Any]
    file: str
    resource: str
    path: str = ""

    def error(self, key: str, problem: str) -> SpecError:
        """Make the error for one key of this mapping."""
        return SpecError(f"{self.file}: resource {self.resource}: {self.where(key)}: {problem}")

    def where(self, key: str) -> str:
        """Give the dotted place of a key inside its resource."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Tell whether the key is there and not null."""
        return self.values.get(key) is not None

    def text(self, key: str, default: str | object = _MISSING) -> str:
        """Read a string."""
        value = self._get(key, default)
        if not isinstance(value, str):
            raise self.error(key, f"must be a string, not {value!r}")
        return value

    def number(self, key: str, default: int | object = _MISSING, *, least: int, most: int) -> int:
        """Read a whole number; a string of digits counts, since variables are strings."""
        value = self._get(key, default)
        if isinstance(value, str) and value.isdigit():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(key, f"must be a whole number, not {value!r}")
        if not least <= value <= most:
            raise self.error(key, f"must be between {least} and {most}, not {value}")
        return value

    def flag(self, key: str, default: bool | object = _MISSING) -> bool:
        """Read a boolean; "true" and "false" count, since variables are strings."""
        value = self._get(key, default)
        if isinstance(value, str):
            value = _FLAGS.get(value, value)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {value!r}")
        return value

    def texts(self, key: str, default: tuple[str, ...] | object = _MISSING) -> tuple[str, ...]:
        """Read a list of strings."""
        value = self._get(key, default)
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
            raise self.error(key, f"must be a list of strings, not {value!r}")
        return tuple(value)

    def section(self, key: str) -> Section:
        """Read a mapping; an absent one is empty."""
        value = self.values.get(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise self.error(key, f"must be a mapping, not {value!r}")
        return Section(value, self.file, self.resource, self.where(key))

    def sections(self, key: str) -> tuple[Section, ...]:
        """Read a list of mappings; an absent one is empty."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.error(key, "must be a list of mappings")
        return tuple(
            Section(item, self.file, self.resource, f"{self.where(key)}[{index}]")
            for index, item in enumerate(value)
        )

    def _get(self, key: str, default: object) -> Any:
        value = self.values.get(key)
        if value is not None:
            return value
        if default is _MISSING:
            raise self.error(key, "is missing")
        return default
