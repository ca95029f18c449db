"""The pictures that models are shown."""

from __future__ import annotations

import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError

from local.cloud.dashscope.replies import Refusal

_PREFIX = "data:image/"
_LEAST_SIDE, _MOST_BYTES = 10, 10_000_000


def opened(sent: str) -> Image.Image | Refusal:
    """Return the picture of a data URL, or why the model does not look at it."""
    unreadable = Refusal(400, "InvalidParameter.DataInspection", "The image cannot be read.")
    kind, _, data = sent.partition(";base64,")
    if not kind.startswith(_PREFIX) or len(data) > _MOST_BYTES:
        return unreadable
    try:
        with Image.open(io.BytesIO(base64.b64decode(data, validate=True))) as opened:
            picture = opened.convert("RGB")
    except (binascii.Error, UnidentifiedImageError, OSError):
        return unreadable
    small = min(picture.size) <= _LEAST_SIDE
    too_small = Refusal(400, "InvalidParameter", "Width and height must be larger than 10.")
    return too_small if small else picture
