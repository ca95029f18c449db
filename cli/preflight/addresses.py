"""What kind of address a setting holds."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """Return the host, "" where there is none."""
    try:
        return urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""


def is_loopback(url: str) -> bool:
    """Say whether the address is this machine's own."""
    host = host_of(url)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def scheme_fault(url: str) -> str:
    """Return what is wrong with how an address is reached, "" when nothing is."""
    if not host_of(url):
        return "is no address"
    return "" if url.startswith("https://") or is_loopback(url) else "is not HTTPS"
