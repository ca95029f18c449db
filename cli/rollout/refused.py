"""What Function Compute refuses, apart from the SDK that says so."""

from __future__ import annotations

from shared.core.errors import BundleError


class CloudRefusedError(BundleError):
    """Function Compute refuses a call; the words are its own."""


class CloudBusyError(CloudRefusedError):
    """A function runs as often as it may; a little later it can be called."""
