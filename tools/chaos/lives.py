"""The stack as a process that is killed again and again and started on the same folder."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

from local.stack import ROOT
from tools.chaos.child import READY
from tools.chaos.life import Life
from tools.chaos.rules import ChaosRules

_START_SECONDS = 60.0
# Models are retired after this share of a life: that of the first, if it lives so long.
_RETIRED_AFTER = 0.4


class StackDeadError(Exception):
    """The stack does not start any more; what it wrote last is in `child.log`."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Lives:
    """Starts and kills; `kills` are ours, `deaths` are those at an effect."""

    rules: ChaosRules
    port: int
    lives: int = 0
    kills: int = 0
    deaths: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _ends_at: float = 0.0

    def begin(self, *, calm: bool = False) -> None:
        """Start the stack and wait until it serves; calm: nothing fails any more."""
        ready = self.rules.data / READY
        self.lives += 1
        draw = random.Random(f"{self.rules.seed}/life/{self.lives}")  # noqa: S311 - no secrets
        deadline = time.monotonic() + _START_SECONDS
        while True:
            ready.unlink(missing_ok=True)
            self._process = self._start(calm=calm)
            while not ready.exists() and self._process.poll() is None:
                time.sleep(0.05)
                if time.monotonic() > deadline:
                    raise StackDeadError
            if self._process.poll() is None:
                break
            # A life may end in its first second, too.
            self._check_death()
            self.lives += 1
        self._ends_at = time.monotonic() + self.rules.life_seconds * draw.uniform(0.5, 1.5)

    def tend(self) -> None:
        """Kill the stack when its time has come; start it again when it is dead."""
        if self._process is not None and self._process.poll() is not None:
            self._check_death()
        elif time.monotonic() < self._ends_at:
            return
        else:
            self.kill()
        self.begin()

    def kill(self) -> None:
        """Kill the stack now, whatever it is doing."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self.kills += 1
        self._bury()

    def _bury(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.wait()
            self._process.stdin.close()

    def _check_death(self) -> None:
        self._bury()
        if self._process is None or self._process.returncode != -signal.SIGKILL:
            raise StackDeadError
        self.deaths += 1

    def _start(self, *, calm: bool) -> subprocess.Popen[bytes]:
        rules = self.rules
        life = Life(
            data=str(rules.data.resolve()),
            number=self.lives,
            port=self.port,
            seed=rules.seed,
            share=0.0 if calm else rules.share,
            deadly=0.0 if calm else rules.deadly,
            pictures=rules.pictures,
            grace=rules.grace_seconds,
            skew=rules.skew_seconds,
            retire=rules.life_seconds * _RETIRED_AFTER,
            deployed=rules.deployed,
            settings=rules.settings(),
        )
        command = [sys.executable, "-m", "tools.chaos.child", str(life.write())]
        with (rules.data / "child.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log
            )
