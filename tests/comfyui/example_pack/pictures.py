"""What the nodes work out, in NumPy alone: nothing here knows of ComfyUI, so plain tests do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHANNELS = ("red", "green", "blue")


class ExampleError(Exception):
    """Base of what this pack raises on purpose: a short sentence, without prompt, key or path."""


def inverted(codes: NDArray[np.uint8], channel: str) -> NDArray[np.uint8]:
    """Return the negative of pictures [B,H,W,3], or that of one channel; a copy in any case."""
    if channel == "all":
        return 255 - codes
    out = codes.copy()
    index = CHANNELS.index(channel)
    out[..., index] = 255 - codes[..., index]
    return out


def mixed(front: NDArray[np.uint8], back: NDArray[np.uint8], amount: float) -> NDArray[np.uint8]:
    """Return the share `amount` of one picture over another of the same size."""
    if front.shape[1:] != back.shape[1:]:
        sizes = " and ".join(f"{each.shape[2]}x{each.shape[1]}" for each in (front, back))
        msg = f"image and background differ in size: {sizes} pixels; scale one of them"
        raise ExampleError(msg)
    blend = amount * front.astype(np.float32) + (1 - amount) * back.astype(np.float32)
    return np.rint(blend).astype(np.uint8)


def mean_colour(codes: NDArray[np.uint8]) -> list[int]:
    """Return the mean colour of pictures [B,H,W,3] as three codes."""
    return [round(float(each)) for each in codes.reshape(-1, 3).mean(axis=0)]


def codes_of(image: Any) -> NDArray[np.uint8]:
    """Return an IMAGE, a float tensor or array from 0 to 1, as 8-bit codes, by rounding."""
    host = image.detach().cpu().numpy() if hasattr(image, "detach") else image
    codes: NDArray[np.uint8] = np.rint(np.clip(np.asarray(host), 0, 1) * 255).astype(np.uint8)
    return codes


def image_of(codes: NDArray[np.uint8], given: Any) -> Any:
    """Return codes as an IMAGE: a torch tensor where a tensor was given, else an array."""
    floats = codes.astype(np.float32) / np.float32(255)
    if not hasattr(given, "detach"):
        return floats
    import torch  # there wherever tensors are

    return torch.from_numpy(floats)
