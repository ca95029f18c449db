"""One instance: reads an event a line, runs the artifact's handler, writes the answer as a line.

It is run by the artifact's interpreter with the artifact's folder as argument, and imports
nothing of this project but what the artifact holds. What handlers print goes to stderr.
"""

from __future__ import annotations

import base64
import importlib
import json
import logging
import os
import sys
import traceback
from types import SimpleNamespace
from typing import Any


def main() -> None:
    """Serve until stdin ends."""
    sys.path.insert(0, sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(_answer(json.loads(line))) + "\n")
        answers.flush()


def _answer(asked: dict[str, Any]) -> dict[str, str]:
    module, _, method = asked["handler"].rpartition(".")
    try:
        handler = getattr(importlib.import_module(module), method)
        value = handler(base64.b64decode(asked["event"]), _context(asked["context"]))
    except BaseException:  # noqa: BLE001 - the platform survives whatever a handler raises
        return {"error": traceback.format_exc(), "answer": ""}
    body = value if isinstance(value, bytes) else _text(value).encode()
    return {"error": "", "answer": base64.b64encode(body).decode()}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _context(told: dict[str, Any]) -> SimpleNamespace:
    """Return the context with attributes, as a runtime hands it over."""
    parts = {k: SimpleNamespace(**v) if isinstance(v, dict) else v for k, v in told.items()}
    return SimpleNamespace(**parts, logger=logging.getLogger("fc"))


if __name__ == "__main__":
    main()
