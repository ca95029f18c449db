"""A local stack whose pictures are some pixels, for work that is not about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from functions.store_result import use_case
from local.options import StackOptions
from local.stack import LocalStack
from tools.chaos import small_poster
from tools.chaos.gpu import SmallPictures


@contextmanager
def small_stack(folder: Path, **options: Any) -> Iterator[LocalStack]:
    """Run a stack in which nodes, label, encoder and gate are stood in for, and no picture fails.

    `options` are those of StackOptions.
    """
    gpu, real = SmallPictures(), vars(use_case)["make_poster"]
    stack = LocalStack(folder, StackOptions(run_task=gpu.run_task, **options))
    gpu.objects = stack.objects
    # A draw of so many is never one of the two that go wrong.
    small_poster.stand_in(of=1 << 256)
    try:
        with stack:
            yield stack
    finally:
        vars(use_case)["make_poster"] = real
