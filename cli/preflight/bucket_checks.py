"""Both buckets: they refuse a second writer, were never versioned, and keep the right time."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.preflight.findings import Place
from shared import settings
from shared.core.errors import AccountError, UpstreamRejectedError
from shared.settings.storage import StorageSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cli.preflight.findings import Finding
    from cli.preflight.world import World

_TAKEN = 200
_PROBE = "probe/preflight/"
# Signatures are refused beyond 15 minutes; webhooks and tokens suffer earlier.
_CLOCK_WARNING, _CLOCK_FAILURE = 30, 300
_NEW_BUCKET = (
    "make a new bucket and never switch versioning on: suspended is as bad, "
    "and a bucket cannot go back"
)


def check_create_once(world: World) -> Iterator[Finding]:
    """A second writer of one key is refused: all state rests on it."""
    place = Place("create-if-absent")
    for name, store in (("state", world.ports.state()), ("mount", world.ports.mount())):
        key = f"{_PROBE}{secrets.token_hex(8)}"
        try:
            answers = [store.create(key, secrets.token_bytes(16)) for _ in range(2)]
            readable = store.get(key, max_bytes=1024) is not None
        finally:
            store.delete(key)
        yield _created(place, name, answers, readable=readable)


def check_versioning(world: World) -> Iterator[Finding]:
    """Versioning was never switched on, on either bucket."""
    place, found = Place("versioning"), settings.read(StorageSettings)
    for name in (found.state_bucket, found.mount_bucket):
        try:
            versioning = world.ports.bucket(name).versioning
        except AccountError:
            yield place.warning(
                f"these credentials may not read it for {name}",
                f"grant oss:GetBucketVersioning, or: ossutil api get-bucket-versioning "
                f"--bucket {name}",
            )
            continue
        if versioning:
            yield place.failure(
                f"it is {versioning.lower()} on {name}: OSS ignores create-if-absent there",
                _NEW_BUCKET,
            )
        else:
            yield place.ok(f"never switched on for {name}")


def check_uploads(world: World) -> Iterator[Finding]:
    """The studio's pages may put renders onto the mount from a browser, other pages may not."""
    place, bucket = Place("uploads by browsers"), settings.read(StorageSettings).mount_bucket
    given = world.variables.get("STUDIO_URL") or world.variables.get("PUBLIC_BASE_URL", "")
    parts = urlsplit(given)
    own, other = f"{parts.scheme}://{parts.netloc}", "https://other.example.net"
    taken = [world.ports.cors(bucket, each) == _TAKEN for each in (own, other)]
    if taken[1]:
        yield place.failure(
            f"{bucket} takes them from any page",
            "allow the studio's origin alone: deploy/cors/mount.xml",
        )
    elif not taken[0]:
        yield place.warning(
            f"{bucket} refuses them from {own}: no render can be uploaded in the studio",
            f"ossutil api put-bucket-cors --bucket {bucket} --cors-configuration "
            "file://deploy/cors/mount.xml",
        )
    else:
        yield place.ok(f"from {own} alone")


def check_clock(world: World) -> Iterator[Finding]:
    """Here and at OSS it is the same time."""
    place, found = Place("clock"), settings.read(StorageSettings)
    try:
        date = world.ports.bucket(found.state_bucket).date
    except UpstreamRejectedError as error:
        yield place.failure(str(error), "set this machine's clock by NTP")
        return
    yield _difference(place, date, world.ports.clock().now())


def _created(place: Place, name: str, answers: list[bool], *, readable: bool) -> Finding:
    if answers != [True, False]:
        return place.failure(
            f"the {name} bucket lets a second writer win",
            f"do not go live; {_NEW_BUCKET}",
        )
    if not readable:
        return place.failure(
            f"the {name} bucket does not show what was just written",
            "look at the endpoint: it may be a cache or a proxy",
        )
    return place.ok(f"the {name} bucket refuses a second writer")


def _difference(place: Place, date: datetime | None, now: datetime) -> Finding:
    if date is None:
        return place.warning("OSS sent no Date", "look at the endpoint: it may be a proxy")
    seconds = (now - date).total_seconds()
    text = f"{abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} OSS's"
    if abs(seconds) > _CLOCK_FAILURE:
        return place.failure(f"this clock is {text}", "set this machine's clock by NTP")
    if abs(seconds) > _CLOCK_WARNING:
        return place.warning(f"this clock is {text}", "set this machine's clock by NTP")
    return place.ok(f"{abs(seconds):.0f} s from OSS's")
