"""What the mount holds before anybody has uploaded anything: the bundle's vehicles.

Freezing a whole set takes half a minute, and a poster needs few of its members: the catalogue is
there at once, and a member's files as soon as somebody reads them.
"""

import functools
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local.cloud.files import replace_bytes
from local.cloud.oss.cors import set_rules
from local.cloud.oss.store import BucketStore
from shared.vehicles.bundle import bundled, bundled_catalogue
from shared.vehicles.catalogue import CATALOGUE_KEY
from shared.vehicles.freeze import mount_files

_VEHICLES = Path(__file__).parents[1] / "comfyui" / "vehicles"
_REFERENCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}(?:/[a-z0-9][a-z0-9_-]{0,31}){2}/[0-9a-f]{12}")
_THREADS = 2
# As deploy/cors/mount.xml lets the studio's pages, this machine's may upload.
_FROM_HERE = b"""\
<CORSConfiguration>
  <CORSRule>
    <AllowedOrigin>http://127.0.0.1:*</AllowedOrigin>
    <AllowedOrigin>http://localhost:*</AllowedOrigin>
    <AllowedMethod>GET</AllowedMethod>
    <AllowedMethod>POST</AllowedMethod>
    <MaxAgeSeconds>600</MaxAgeSeconds>
  </CORSRule>
</CORSConfiguration>
"""


class BundledVehicles:
    """Puts the renders of the bundle that a text names onto the mount, once each."""

    def __init__(self, mount: Path) -> None:
        self._mount = mount
        self._renders = {each.reference: each for each in bundled(_VEHICLES)}

    def catalogue(self) -> bytes:
        """Return the bytes of the catalogue that offers exactly these."""
        return bundled_catalogue(tuple(self._renders.values())).to_json()

    def supply(self, text: str) -> None:
        """Freeze what the text names and the mount lacks."""
        named = [each for each in dict.fromkeys(_REFERENCE.findall(text)) if each in self._renders]
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(self._put, named))

    def _put(self, reference: str) -> None:
        if (self._mount / "input" / "vehicles" / reference / "sidecar.json").is_file():
            return
        render = self._renders[reference]
        # The sidecar comes last, so that what it names is there.
        for key, data in _frozen(render.render, reference):
            replace_bytes(self._mount / key, data)


def seed_mount(objects: BucketStore, bucket: str) -> BundledVehicles:
    """Offer the bundle's vehicles on the mount; return what supplies their files."""
    set_rules(objects, bucket, _FROM_HERE)
    vehicles = BundledVehicles(objects.folder(bucket))
    objects.put(bucket, CATALOGUE_KEY, vehicles.catalogue())
    objects.supply(bucket, vehicles.supply)
    return vehicles


@functools.lru_cache(maxsize=16)
def _frozen(place: Path, reference: str) -> tuple[tuple[str, bytes], ...]:
    """Freeze a render once a process: another stack asks for the same."""
    (render,) = [each for each in bundled(place.parent) if each.reference == reference]
    return tuple(mount_files(render.frozen()))
