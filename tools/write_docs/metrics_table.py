"""The table of the metrics, from deploy/metrics.yaml, and which alerts watch each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from tools.write_docs.marked_parts import table

if TYPE_CHECKING:
    from pathlib import Path


def metrics_table(root: Path) -> str:
    """Return a row for each metric."""
    metrics = _part(root, "metrics")
    watched: dict[str, list[str]] = {}
    for alert in _part(root, "alerts"):
        watched.setdefault(alert["metric"], []).append(alert["entry"])
    rows = (
        (f"`{name}`", each["means"], "; ".join(map(_link, watched.get(name, []))) or "–")
        for name, each in metrics.items()
    )
    return table(("metric", "what it counts", "when somebody is told"), rows)


def _part(root: Path, name: str) -> Any:
    return yaml.safe_load((root / "deploy" / f"{name}.yaml").read_bytes())[name]


def _link(entry: str) -> str:
    return f"[{entry}](../how-to/runbook.md#{entry.lower().replace(' ', '-')})"
