"""Which blocks of a JPEG keep fine steps: those of the car, of its edge, and of lettering."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

from shared.quality.evidence import Evidence

_BLOCK = 8


def fine_blocks(evidence: Evidence) -> Image.Image:
    """Return a mask of the poster's size, 255 in the blocks of car and lettering and one beside."""
    height, width = evidence.plate.shape[:2]
    mask = Image.new("L", (width, height))
    car = Image.fromarray(evidence.car.pixels[..., 3])
    mask.paste(255, (evidence.claims.x, evidence.claims.y), car.point(_any))
    pen = ImageDraw.Draw(mask)
    for box in (evidence.mark_box, *(evidence.caption.boxes if evidence.caption else ())):
        pen.rectangle(box, fill=255)
    # A pixel of 64 makes a mean of 4.
    blocks = mask.reduce(_BLOCK).point(_any).filter(ImageFilter.MaxFilter(3))
    whole = blocks.resize((blocks.width * _BLOCK, blocks.height * _BLOCK), Image.Resampling.NEAREST)
    return whole.crop((0, 0, width, height))


def _any(value: int) -> int:
    return 255 if value else 0
