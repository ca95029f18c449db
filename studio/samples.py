"""The sample posters of styles that are shipped: which there are, and who painted them."""

from __future__ import annotations

import json
from functools import lru_cache

from studio.rendering import HERE

_SAMPLES = HERE / "static" / "samples"


def has_sample(name: str) -> bool:
    """Say whether there is a sample of that name: `{style}` or `{style}-{season}`."""
    return name in _names()


def painter() -> str:
    """Return who painted the samples: "demonstration", "own", or "" where there are none."""
    about = _SAMPLES / "about.json"
    return str(json.loads(about.read_text("utf-8"))["painter"]) if about.is_file() else ""


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(path.stem for path in _SAMPLES.glob("*.jpg"))
