"""Settings: complete, of the right shape, and passed on to the functions."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from cli.preflight.addresses import is_loopback, scheme_fault
from cli.preflight.findings import Place
from cli.preflight.world import passed_on
from shared import settings
from shared.core.errors import suggestion
from shared.settings.every import GROUPS
from shared.settings.function_compute import PlatformSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    from cli.preflight.findings import Finding
    from cli.preflight.world import World
    from shared.settings.base import Group

_ENVIRONMENT_BYTES = 4096
_SHORTEST_TOKEN = 12
_LEAST_BITS = 2.5
_LONGEST_NAME = 32


def check_settings(world: World) -> Iterator[Finding]:
    """Every group of settings can be read; what is missing is named with what it is."""
    place, faults = Place("settings"), 0
    known = _known()
    for group in GROUPS:
        for name, why in _faults(group, world.variables):
            faults += 1
            yield _wrong(place, name, why, known, world.variables)
    if not faults:
        required = sum(1 for spec in known.values() if spec.is_required())
        yield place.ok(f"all {required} required settings are there, {len(known)} can be read")


def check_stack(world: World) -> Iterator[Finding]:
    """The stack file can be read, and passes on what is set here."""
    place = Place("stack file")
    if world.stack is None:
        yield place.failure(world.stack_error or "not read", "mend s.yaml as the message says")
        return
    sizes = {n: _bytes(f.environment) for n, f in world.stack.functions.items()}
    largest = max(sizes, key=lambda name: sizes[name], default="")
    if largest and sizes[largest] > _ENVIRONMENT_BYTES:
        yield place.failure(
            f"the environment of {largest} has {sizes[largest]} bytes, FC takes 4,096",
            "shorten it: in JWT_JWKS only keys that verify tokens, and those without x5c, which is "
            "not read; no setting that repeats its default",
        )
    else:
        yield place.ok(
            f"{len(sizes)} functions, at most {sizes.get(largest, 0)} bytes of environment"
        )
    for name in _not_passed_on(world):
        yield place.warning(
            f"{name} is set here, but s.yaml does not pass it on to the functions",
            f"add {name} to its group below vars.environment in s.yaml, or unset it",
        )


def check_keys(world: World) -> Iterator[Finding]:
    """Keys and tokens look like what they are said to be; their values are never shown."""
    place, given = Place("keys"), world.variables
    faults = [
        *_dashscope_faults(given.get("DASHSCOPE_API_KEY", ""), place),
        *_eas_faults(given.get("EAS_TOKEN", ""), place),
        *_id_key_faults(given.get("ID_KEY", ""), place),
        *_session_key_faults(given, place),
        *_access_faults(given, place),
        *_producer_faults(world, place),
    ]
    yield from faults
    if not faults:
        yield place.ok("every key has the shape of one")


def check_addresses(world: World) -> Iterator[Finding]:
    """Everything that is called is called over HTTPS, or inside the VPC."""
    place, faults = Place("addresses"), 0
    for name in ("OSS_PUBLIC_ENDPOINT", "DASHSCOPE_BASE_URL", "PUBLIC_BASE_URL", "JWT_ISSUER"):
        url = world.variables.get(name, "")
        fault = scheme_fault(url) if url and "://" in url else ""
        if fault:
            faults += 1
            yield place.failure(f"{name} {fault}", f"write {name} with https://")
    url = world.variables.get("EAS_SERVICE_URL", "")
    if url and scheme_fault(url) and ".vpc." not in url and not is_loopback(url):
        faults += 1
        yield place.failure(
            "EAS_SERVICE_URL is plain HTTP outside a VPC: the token would travel readable",
            "use the VPC address of the service, or its https:// one",
        )
    if url and "/api/predict/" not in url:
        faults += 1
        yield place.failure(
            "EAS_SERVICE_URL has no /api/predict/ in it", "copy the address from the EAS console"
        )
    if not faults:
        yield place.ok("HTTPS, VPC or this machine everywhere")


def _known() -> dict[str, FieldInfo]:
    fields = [spec for group in GROUPS for spec in group.model_fields.values()]
    return {str(spec.alias): spec for spec in fields}


def _faults(group: type[Group], given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    try:
        settings.read(group, given)
    except settings.SettingsError as error:
        return error.wrong
    return ()


def _wrong(
    place: Place, name: str, why: str, known: Mapping[str, FieldInfo], given: Mapping[str, str]
) -> Finding:
    spec = known.get(name.partition(".")[0])
    what = (spec.description or "") if spec else ""
    if spec is not None and not given.get(name):
        others = [each for each in given if each not in known and len(each) <= _LONGEST_NAME]
        meant = suggestion(name, others)
        return place.failure(
            f"{name} is not set{meant}: {what}", f"set {name}; docs/reference/settings.md"
        )
    named = f"{name} is wrong: {why}" if name else why
    said = f"{named.rstrip('.')}. {what}" if what else named
    return place.failure(said, "see docs/reference/settings.md")


def _bytes(environment: Mapping[str, str]) -> int:
    return sum(len(k.encode()) + len(v.encode()) + 2 for k, v in environment.items())


def _not_passed_on(world: World) -> list[str]:
    if world.stack is None or world.options.local:
        return []
    platform = {str(s.alias) for s in PlatformSettings.model_fields.values()}
    passed = {n for f in world.stack.functions.values() for n in f.environment}
    given = {n for n, text in world.shell.items() if text != ""}
    return sorted((given & set(_known())) - passed - platform - set(passed_on(world.stack)))


def _dashscope_faults(key: str, place: Place) -> Iterator[Finding]:
    if key and (not key.startswith("sk-") or key != key.strip()):
        yield place.failure(
            "DASHSCOPE_API_KEY does not begin with sk-",
            "copy the key of Model Studio, of the same region as DASHSCOPE_BASE_URL",
        )


def _eas_faults(token: str, place: Place) -> Iterator[Finding]:
    if token.lower().startswith("bearer") or token != token.strip() or " " in token:
        yield place.failure(
            "EAS_TOKEN holds Bearer or spaces: EAS takes the bare token", "copy the token alone"
        )
    elif token and len(token) < _SHORTEST_TOKEN:
        yield place.warning("EAS_TOKEN is very short", "copy the whole token from the EAS console")


def _id_key_faults(key: str, place: Place) -> Iterator[Finding]:
    if key and _bits(key) < _LEAST_BITS:
        yield place.failure(
            "ID_KEY repeats itself: job ids could be guessed",
            "make one with `openssl rand -hex 32`, before the first trip; never change it after",
        )


def _session_key_faults(given: Mapping[str, str], place: Place) -> Iterator[Finding]:
    key = given.get("STUDIO_SESSION_KEY", "")
    if key and (_bits(key) < _LEAST_BITS or key == given.get("ID_KEY")):
        yield place.failure(
            "STUDIO_SESSION_KEY repeats itself, or ID_KEY: sessions could be forged",
            "make one with `openssl rand -hex 32`; whoever is signed in signs in again",
        )


def _access_faults(given: Mapping[str, str], place: Place) -> Iterator[Finding]:
    if not given.get("ALIBABA_CLOUD_ACCESS_KEY_ID"):
        yield place.warning(
            "no ALIBABA_CLOUD_ACCESS_KEY_ID here: buckets and functions refuse this command",
            "export the operator's access key; the functions get theirs from their role",
        )


def _producer_faults(world: World, place: Place) -> Iterator[Finding]:
    if not world.options.local and not world.variables.get("LABEL_PRODUCER"):
        yield place.warning(
            "LABEL_PRODUCER is empty: the implicit label names no producer",
            "set the code that belongs to the operator (GB 45438-2025); have counsel read it",
        )


def _bits(text: str) -> float:
    """Return the entropy of one character, in bits."""
    counts, whole = Counter(text), len(text)
    return -sum(n / whole * math.log2(n / whole) for n in counts.values())
