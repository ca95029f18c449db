"""sRGB codes and linear light. ComfyUI's float pictures are snapped to the 8-bit grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .errors import PictureInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float32]"
Bytes: TypeAlias = "NDArray[np.uint8]"


def _decoding_table() -> NDArray[np.float32]:
    value: NDArray[Any] = np.arange(256) / 255.0
    low, high = value / 12.92, ((value + 0.055) / 1.055) ** 2.4
    return np.where(value <= 0.04045, low, high).astype(np.float32)


def decode(codes: Bytes) -> Floats:
    """Turn sRGB codes into linear light 0-1 (IEC 61966-2-1, the exact piecewise curve)."""
    return _decoding_table()[codes]


def encode(linear: NDArray[Any]) -> Bytes:
    """Turn linear light into sRGB codes; rounds, where a cast would truncate a whole code."""
    x = np.clip(linear, 0.0, 1.0).astype(np.float64)
    value = np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)
    return np.rint(value * 255.0).astype(np.uint8)


def luminance(linear: NDArray[Any]) -> NDArray[Any]:
    """Return relative luminance Y of linear sRGB [...,3] (IEC 61966-2-1, as WCAG 2 uses it)."""
    weighted: NDArray[Any] = linear @ np.array([0.2126, 0.7152, 0.0722], dtype=linear.dtype)
    return weighted


def from_floats(image: NDArray[Any]) -> Bytes:
    """Snap a float picture 0-1 to codes, by rounding."""
    return np.rint(np.clip(image, 0.0, 1.0) * 255.0).astype(np.uint8)


def to_floats(codes: Bytes) -> Floats:
    """Return codes as float32 0-1, as ComfyUI passes pictures on."""
    return codes.astype(np.float32) / np.float32(255.0)


def rgb_batch(image: NDArray[Any], what: str) -> list[Bytes]:
    """Split an IMAGE [B,H,W,C] into 8-bit RGB pictures; alpha, if any, is not used."""
    if image.ndim != 4 or image.shape[0] < 1 or image.shape[3] not in (3, 4):
        msg = f"{what} must be an IMAGE [B,H,W,3], got shape {tuple(image.shape)}"
        raise PictureInputError(msg)
    return [from_floats(each[..., :3]) for each in image]
