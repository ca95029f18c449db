"""A plate in no time, for runs that are not about the picture: bands of plain colour."""

from PIL import Image

from local.painter.facts import facts_from_prompt
from local.painter.painting import png_of

# Sky, what of it lies on the horizon, and ground.
_COLOURS = {
    "night": ((18, 22, 44), (60, 60, 90), (38, 40, 48)),
    "dusk": ((88, 78, 112), (225, 140, 90), (66, 66, 78)),
    "low": ((235, 170, 110), (235, 170, 110), (140, 150, 160)),
    "high": ((110, 165, 235), (110, 165, 235), (150, 150, 144)),
    "none": ((196, 200, 202), (196, 200, 202), (146, 150, 153)),
}
_BAND = 0.15


def plain(prompt: str, width: int, height: int, _seed: int) -> bytes:
    """Return a PNG of sky and ground, in the hour and with the horizon that the prompt asks for."""
    facts = facts_from_prompt(prompt)
    dark = facts.time_of_day if facts.time_of_day in _COLOURS else ""
    lamps = dark == "night" or (dark == "dusk" and facts.height == "none")
    sky, glow, ground = _COLOURS[dark if lamps else facts.height]
    horizon = round(facts.horizon * height)
    plate = Image.new("RGB", (width, height), ground)
    plate.paste(glow, (0, 0, width, horizon))
    plate.paste(sky, (0, 0, width, horizon - round(_BAND * height)))
    return png_of(plate)
