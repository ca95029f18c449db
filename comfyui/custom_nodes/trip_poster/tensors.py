"""Between ComfyUI's pictures and the pack's: torch tensors there, NumPy arrays elsewhere.

Each node answers in the kind it was given.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .colour import Bytes, from_floats
from .errors import PictureInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def folder(kind: str) -> Path:
    """Return ComfyUI's "input" or "output" folder."""
    import folder_paths  # ComfyUI's own module; there only while it runs

    return Path(getattr(folder_paths, f"get_{kind}_directory")())


def array(image: Any) -> NDArray[Any]:
    """Return a tensor or an array as a NumPy array."""
    host = image.detach().cpu().numpy() if hasattr(image, "detach") else image
    return np.asarray(host)


def like(given: Any, values: NDArray[np.float32]) -> Any:
    """Return the array as a tensor if a tensor was given."""
    return tensor(values) if hasattr(given, "detach") else values


def fresh(values: NDArray[np.float32]) -> Any:
    """Return what nodes without a picture input give: a tensor wherever torch is there."""
    import importlib.util

    return tensor(values) if importlib.util.find_spec("torch") else values


def tensor(values: NDArray[np.float32]) -> Any:
    import torch

    return torch.from_numpy(values)


def canvas(picture: Bytes) -> tuple[int, int]:
    return (picture.shape[1], picture.shape[0])


def single(batch: list[Bytes]) -> Bytes:
    """Return the only picture of a batch; PictureInputError for more."""
    if len(batch) != 1:
        raise PictureInputError(f"one task has one picture, got a batch of {len(batch)}")
    return batch[0]


def single_mask(mask: NDArray[Any]) -> Bytes:
    """Return the only plane of a MASK [B,H,W] as codes."""
    planes = mask if mask.ndim == 3 else mask[None]
    if planes.ndim != 3:
        raise PictureInputError(f"protected must be a MASK [B,H,W], got shape {tuple(mask.shape)}")
    return single([from_floats(each) for each in planes])
