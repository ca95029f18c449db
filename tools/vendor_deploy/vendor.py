"""Serverless Devs in a folder of its own, pointed at a local stack."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from local.cloud.identity import keys
from shared.core.errors import NotFoundError, UpstreamRejectedError

_SECONDS = 3600.0
_COMPONENTS = ("fc3", "fc3-domain")


@dataclass(frozen=True)
class Vendor:
    """The program `s`, run by Node in `folder` with the variables of `shell` and a few of ours."""

    program: Path
    folder: Path
    shell: Mapping[str, str]

    def set_up(self, template: Path, components: Path) -> None:
        """Write a copy of the template that names these components, and store the keys.

        The copy's domain is asked by plain HTTP: a certificate is looked up at a fixed address.
        """
        if not self.program.is_file():
            raise NotFoundError(f"{self.program} is not there: npm install @serverless-devs/s")
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in _COMPONENTS:
            if not (components / name).is_dir():
                raise NotFoundError(f"{components / name} is not there: a built component")
            # The component fc3 loads the other one by its name.
            shutil.copytree(components / name, self.folder / name, dirs_exist_ok=True)
        text = yaml.safe_dump(_changed(template), allow_unicode=True, sort_keys=False)
        (self.folder / "s.yaml").write_text(text, "utf-8")
        self.run(
            *("config", "add", "--AccountID", keys.ACCOUNT),
            *("--AccessKeyID", keys.ACCESS_KEY_ID),
            *("--AccessKeySecret", keys.ACCESS_KEY_SECRET, "-a", "default", "-f"),
        )

    def run(self, *words: str) -> str:
        """Run the program; return what it prints, or raise UpstreamRejectedError with its end."""
        here = os.environ  # noqa: TID251 - Node and its libraries are found by it
        ran = subprocess.run(
            ["node", str(self.program), *words],
            cwd=self.folder,
            env={"PATH": here["PATH"], "HOME": str(self.folder), **self.shell},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        if ran.returncode:
            msg = f"s {' '.join(words[:2])} ends with {ran.returncode}:\n{ran.stdout[-3000:]}"
            raise UpstreamRejectedError(msg)
        return ran.stdout


def _changed(template: Path) -> dict[str, object]:
    document: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(template.read_text("utf-8"))
    for each in document["resources"].values():
        component, props = each["component"], each["props"]
        each["component"] = f"./{component}"
        if component == "fc3-domain" and isinstance(props, dict):
            kept = {k: v for k, v in props.items() if k not in {"certConfig", "tlsConfig"}}
            each["props"] = {**kept, "protocol": "HTTP"}
    for name in ("full", "light", "web"):
        place = template.parent / str(document["vars"][name])
        document["vars"][name] = str(place.resolve())  # type: ignore[assignment]
    return dict(document)
