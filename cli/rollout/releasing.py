"""Versions and the alias that triggers call: moved a share at a time, and back."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.rollout.probing import faults
from shared.core.errors import BundleError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cli.rollout.cloud import FunctionCompute

# What an alias says of itself, so that `back` knows where to.
_BEFORE = re.compile(r"before=(\d+)")


class ReleaseStoppedError(BundleError):
    """A version does not run; the words say which, and that nothing calls it."""


def ensure_alias(cloud: FunctionCompute, name: str, alias: str) -> bool:
    """Let an alias name the newest version, a first one if need be; False where there is one."""
    if cloud.call("get_alias", name, alias) is not None:
        return False
    body = {"aliasName": alias, "versionId": publish(cloud, name, "first")}
    cloud.call("create_alias", name, body=body)
    return True


def publish(cloud: FunctionCompute, name: str, description: str) -> str:
    """Freeze what is deployed as a version; return its number."""
    body = {"description": description}
    return str(cloud.call("publish_function_version", name, body=body)["versionId"])


@dataclass(frozen=True)
class Release:
    """One release of all functions; `check` returns what is wrong with a version, "" if nothing.

    Each function has an alias of that name; `versions` are the new versions by function.
    """

    cloud: FunctionCompute
    names: Sequence[str]
    alias: str
    check: Callable[[str, str], str]
    tell: Callable[[str], object] = print

    def run(self, description: str, steps: Sequence[int], pause_s: float) -> None:
        """Publish, check and move all calls over in steps of per cent; back where a check fails.

        ReleaseStoppedError where a function does not run, NotFoundError where one has no alias.
        """
        self._aliases()
        versions = {name: publish(self.cloud, name, description) for name in self.names}
        self.tell(f"published {description} of {len(versions)} functions")
        self._checked(versions, "nothing calls it")
        try:
            for share in steps:
                self.share(versions, share)
                time.sleep(pause_s)
                self._checked(dict.fromkeys(self.names, self.alias), "all calls are back")
        except BundleError:
            self._put_back()
            raise

    def share(self, versions: Mapping[str, str], per_cent: int) -> None:
        """Let the new versions get a share of all calls; at 100 the alias names them."""
        for name, alias in self._aliases().items():
            old, new = alias["versionId"], versions[name]
            if old == new:
                continue
            whole = per_cent >= 100
            self._put(
                name,
                new if whole else old,
                f"before={old}" if whole else alias.get("description", ""),
                {} if whole else {new: per_cent / 100},
            )
        self.tell(f"{per_cent} % of calls go to the new version")

    def back(self) -> dict[str, str]:
        """Let all calls go where they went before; return the version of each function.

        NotFoundError where they never went elsewhere, or have gone back already.
        """
        now = self._put_back()
        if not now:
            msg = (
                "calls went to no version before; deploy an earlier release: git checkout TAG; "
                "poster build; poster rollout deploy; poster rollout release"
            )
            raise NotFoundError(msg)
        self.tell(f"all calls of {len(now)} functions go to the version before")
        return now

    def _put_back(self) -> dict[str, str]:
        now = {}
        for name, alias in self._aliases().items():
            before = _BEFORE.fullmatch(alias.get("description") or "")
            moving = bool(alias.get("additionalVersionWeight"))
            if before or moving:
                now[name] = before[1] if before and not moving else str(alias["versionId"])
                self._put(name, now[name], "", {})
        return now

    def status(self) -> list[dict[str, Any]]:
        """Return for each function where its calls go."""
        found = []
        for name in self.names:
            alias = self.cloud.call("get_alias", name, self.alias) or {}
            weights = alias.get("additionalVersionWeight") or {}
            shares = {version: f"{weight:.0%}" for version, weight in weights.items()}
            found.append(
                {"function": name, "version": alias.get("versionId", "LATEST"), "shares": shares}
            )
        return found

    def _put(self, name: str, version: str, words: str, shares: Mapping[str, float]) -> None:
        body = {"versionId": version, "description": words, "additionalVersionWeight": shares}
        self.cloud.call("update_alias", name, self.alias, body=body)

    def _aliases(self) -> dict[str, Any]:
        found = {name: self.cloud.call("get_alias", name, self.alias) for name in self.names}
        if missing := [name for name, alias in found.items() if alias is None]:
            msg = (
                f"{', '.join(missing)}: no alias {self.alias}; "
                f"with FUNCTION_QUALIFIER={self.alias} in the shell: poster rollout deploy"
            )
            raise NotFoundError(msg)
        return found

    def _checked(self, qualifiers: Mapping[str, str], consequence: str) -> None:
        if found := faults(self.check, qualifiers):
            words = "; ".join(
                f"{n}.{qualifiers[n]} does not run: {why}" for n, why in found.items()
            )
            raise ReleaseStoppedError(f"{words}; {consequence}")
