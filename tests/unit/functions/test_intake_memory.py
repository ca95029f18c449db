"""The largest render is taken in within the memory that s.yaml gives the function."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from local.cloud.fc.spec import load_stack
from local.stack import ROOT
from tests.fakes import renders

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

_WIDTH, _HEIGHT = 4000, 3000


def large_render() -> renders.Bytes:
    """Return the drawn car on a large canvas, premultiplied and with a haze."""
    small = renders.car()
    times = (_WIDTH - 80) // small.shape[1]
    enlarged = small.repeat(times, axis=0).repeat(times, axis=1)
    canvas = np.zeros((_HEIGHT, _WIDTH, 4), dtype=np.uint8)
    canvas[40 : 40 + enlarged.shape[0], 40 : 40 + enlarged.shape[1]] = enlarged
    share = canvas[..., 3:].astype(np.uint16)
    canvas[..., :3] = (canvas[..., :3] * share // 255).astype(np.uint8)
    canvas[::7, ::5, 3] |= 3
    return canvas


@pytest.mark.skipif(sys.platform == "win32", reason="resource is a module of Unix")
def test_a_render_of_4000_by_3000_fits_the_functions_memory_with_room(tmp_path: Path) -> None:
    path = tmp_path / "render.png"
    Image.fromarray(large_render()).save(path, compress_level=1)

    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.unit.functions.intake_large", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )

    told = json.loads(done.stdout.splitlines()[-1])
    assert told["verdicts"] == {"yes_with_proposals": 1}, told["report"]
    given = load_stack(ROOT / "s.yaml", {}).functions["trip-poster-intake_vehicle"].memory_mb
    assert 60 < told["before"] < told["peak"] < 0.75 * given
