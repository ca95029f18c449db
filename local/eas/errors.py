"""What the local queue service refuses."""

from __future__ import annotations


class LocalEasError(Exception):
    """Base of the local queue service's errors."""


class QueueFullError(LocalEasError):
    """The queue holds as many items as it may."""


class PayloadTooLargeError(LocalEasError):
    """The item's data exceed `meta.maxPayloadBytes`."""


class MalformedQueryError(LocalEasError):
    """A reserved query parameter cannot be read."""
