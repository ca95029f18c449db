"""Which addresses a message may go to: HTTPS to the operator's hosts; plain only to ourselves."""

from __future__ import annotations

from urllib.parse import urlsplit

COMMUNITY, BACKEND = "community", "backend"
ENDPOINTS = (COMMUNITY, BACKEND)
_OURSELVES = "127.0.0.1"


def is_allowed(url: str, hosts: tuple[str, ...]) -> bool:
    """Say whether the address is one of the hosts, over HTTPS or, to 127.0.0.1, HTTP."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if host is None or host not in {each.lower() for each in hosts} or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host == _OURSELVES)
