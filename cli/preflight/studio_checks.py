"""The studio: people can sign in to it, and its address answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cli.preflight.addresses import host_of
from cli.preflight.findings import Place
from shared import settings
from shared.core.errors import UpstreamUnavailableError
from shared.settings.studio import StudioSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cli.preflight.findings import Finding
    from cli.preflight.world import World

_ABOUT = "/.well-known/openid-configuration"
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def check_sign_in(world: World) -> Iterator[Finding]:
    """The issuer answers, and has the code flow with S256 proof keys."""
    place, found = Place("sign-in"), settings.read(StudioSettings)
    host = host_of(found.issuer)
    try:
        status, body = world.ports.fetch(found.issuer.rstrip("/") + _ABOUT)
    except UpstreamUnavailableError as error:
        yield place.failure(str(error), "see STUDIO_OIDC_ISSUER; the studio has to reach it, too")
        return
    about = _object(body) if status == 200 else None
    if about is None:
        yield place.failure(
            f"{host} has no {_ABOUT} (status {status})",
            "set STUDIO_OIDC_ISSUER to the issuer of an OpenID Connect provider",
        )
        return
    faults = list(_faults(about, found))
    yield from (place.failure(f"{host} {what}", remedy) for what, remedy in faults)
    if not faults:
        yield place.ok(f"{host} has the code flow with S256")


def check_studio(world: World) -> Iterator[Finding]:
    """The studio answers at the address that people open."""
    place, url = Place("studio"), settings.read(StudioSettings).url.rstrip("/")
    if world.options.before:
        return
    try:
        status, _ = world.ports.fetch(f"{url}/alive")
    except UpstreamUnavailableError as error:
        yield place.failure(str(error), "see STUDIO_URL and the domain's DNS; --before skips it")
        return
    if status != 200:
        yield place.failure(
            f"{url}/alive answers {status}", "see the log of the function studio; its settings"
        )
    else:
        yield place.ok(f"{url} answers")


def _faults(about: Mapping[str, Any], found: StudioSettings) -> Iterator[tuple[str, str]]:
    """Yield what a provider lacks, and what to do."""
    if about.get("issuer") != found.issuer:
        told = str(about.get("issuer"))[:200]
        yield f"calls itself {told}", "write STUDIO_OIDC_ISSUER exactly so"
    if "code" not in _words(about, "response_types_supported"):
        yield "has no code flow", "let the provider allow response_type code"
    if "S256" not in _words(about, "code_challenge_methods_supported"):
        yield "does not say that it takes S256 proof keys", "let the provider allow PKCE with S256"
    for name in _NEEDED:
        if not str(about.get(name, "")).startswith(("https://", "http://127.0.0.1:")):
            yield f"names no {name} over HTTPS", "ask whoever runs the provider"


def _words(about: Mapping[str, Any], name: str) -> list[Any]:
    value = about.get(name)
    return value if isinstance(value, list) else []


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
