"""What a delivered file says about itself: its colours' meaning, its label, its chroma."""

from __future__ import annotations

import html
import io
import json
import re
from typing import TYPE_CHECKING, Any

from PIL import Image
from PIL.JpegImagePlugin import get_sampling

from shared.core.errors import PictureError
from shared.pictures.colour import colours_of
from shared.pictures.contents import contents_of

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_LABEL = re.compile(rb"""TC260:AIGC=(?:"([^"]*)"|'([^']*)')""")
_FULL_CHROMA = 0


def file_facts(data: bytes) -> dict[str, float]:
    """Return profile_srgb, label_present and chroma_full, each 1 or 0.

    profile_srgb: the file says that its codes are sRGB (PNG sRGB chunk, EXIF ColorSpace 1 or an
    sRGB profile) and nothing else. label_present: XMP holds the implicit label of GB 45438-2025.
    chroma_full: not a JPEG with fewer chroma than luma samples, and no lossy WebP.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
            return {
                "profile_srgb": float(_says_srgb(data)),
                "label_present": float(_labelled(opened.info)),
                "chroma_full": float(_full_chroma(opened, data)),
            }
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError("a delivered file cannot be read") from error


def _says_srgb(data: bytes) -> bool:
    try:
        colours = colours_of(contents_of(data))
    except PictureError:
        return False
    return colours.stated and not colours.profile


def _labelled(info: dict[Any, Any]) -> bool:
    packet = info.get("xmp") or info.get("XML:com.adobe.xmp") or b""
    found = _LABEL.search(packet.encode() if isinstance(packet, str) else packet)
    if not found:
        return False
    try:
        fields = json.loads(html.unescape((found[1] or found[2] or b"").decode()))
    except ValueError:
        return False
    wanted = {"Label", "ContentProducer", "ProduceID"}
    return isinstance(fields, dict) and wanted <= fields.keys() and fields["Label"] == "1"


def _full_chroma(opened: ImageFile, data: bytes) -> bool:
    if opened.format == "JPEG":
        return bool(get_sampling(opened) == _FULL_CHROMA)
    # Lossless WebP is a chunk of its own; every lossy one has a quarter of the chroma.
    return opened.format == "PNG" or b"VP8L" in data[:64]
