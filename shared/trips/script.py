"""Traditional to simplified characters, as far as trips and prompts need it for matching.

`characters.json` has the pairs: names of places, labels of the text form, weather, moods, and every
character of the refused words. It is no converter for prose.
"""

from __future__ import annotations

import functools
import unicodedata

from shared.core.tables import table


def plain(text: str) -> str:
    """Return simplified lower-case text without invisible marks, each run of spaces as one."""
    visible = "".join(char for char in simplified(text) if unicodedata.category(char) != "Cf")
    return " ".join(visible.replace("\ufe0f", "").lower().split())


def simplified(text: str) -> str:
    """Return the text in simplified characters and half-width forms (NFKC), for matching."""
    plain = unicodedata.normalize("NFKC", text)
    converted = plain.translate(_table())
    # Only what was written so: 余干县 has another 干.
    for name in (each for each in table(__file__, "characters")["kept"].split() if each in plain):
        converted = converted.replace(name.replace("乾", "干"), name)
    return converted


@functools.cache
def _table() -> dict[int, str]:
    rows = " ".join(table(__file__, "characters")["pairs"])
    return {ord(pair[0]): pair[1] for pair in rows.split()}
