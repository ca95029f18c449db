"""`python -m scripts.chaos`: prints the account; the status is 1 when a promise was broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from local.data_folder import FolderTakenError, held
from local.printed import command_console
from scripts.chaos.rules import ChaosRules, add_rules
from scripts.chaos.run import run

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run once."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    add_rules(parser)
    chosen = vars(parser.parse_args(arguments))
    data = chosen.pop("data") or Path(tempfile.mkdtemp(prefix="chaos-"))
    console = command_console()
    try:
        with held(data):
            pass
    except FolderTakenError as error:
        console.print(str(error), style="red")
        return 2
    account = run(ChaosRules(data=data, **chosen), console)
    console.print(f"{len(account.violations)} violations; everything is left in {data}")
    return 1 if account.violations else 0


if __name__ == "__main__":
    sys.exit(main())
