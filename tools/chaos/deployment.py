"""The zips for chaos, deployed once by Function Compute's API: every life has them again."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cli.rollout import on_stack
from local.options import StackOptions
from local.stack import LocalStack
from tools.chaos.hastening import hasten_zip, pauses
from tools.chaos.lives import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from cli.rollout.wanted import Wanted
    from local.printed import Say
    from tools.chaos.rules import ChaosRules


@dataclass(frozen=True)
class Deployment:
    """What was deployed; `stack` has stopped, and each life serves at its addresses."""

    stack: LocalStack
    wanted: Wanted
    seconds: float

    def lost(self) -> list[str]:
        """Deploy again, to the life of now; return what that had to change."""
        return on_stack.deploy(self.stack, self.wanted)


def deploy(rules: ChaosRules, *, say: Say) -> Deployment:
    """Build the zips where need be, make those for chaos, and deploy them to a stack."""
    on_stack.build(say)
    begun = time.monotonic()
    # The pauses of timers are whole here: nothing is to run before its first life.
    options = StackOptions(
        port=free_port(), settings=rules.settings(), timer_scale=1.0, deployed=True
    )
    with LocalStack(rules.data, options) as stack:
        wanted = _hastened(on_stack.wanted_on(stack), rules)
        made = time.monotonic()
        on_stack.deploy(stack, wanted)
    ended = time.monotonic()
    say.note(
        f"deployed by Function Compute's API: zips with shortened pauses {made - begun:.0f} s, "
        f"deployment {ended - made:.0f} s"
    )
    return Deployment(stack, wanted, ended - begun)


def _hastened(wanted: Wanted, rules: ChaosRules) -> Wanted:
    """Return the same with other zips."""
    zips: dict[Path, Path] = {}
    for path in {each.code for each in wanted.functions}:
        zips[path] = rules.data / path.name
        hasten_zip(path, zips[path], pauses(rules.grace_seconds))
    functions = tuple(replace(each, code=zips[each.code]) for each in wanted.functions)
    return replace(wanted, functions=functions)
