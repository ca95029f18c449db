"""What the local queue service refuses."""

from __future__ import annotations


class LocalEasError(Exception):
    """Base of the local queue service's errors; `status` is what HTTP callers get.

    Assumed: the vendor publishes none for a put that is too large or meets a full queue. 413 is
    HTTP's own word; 450 is what the vendor documents for an instance's full queue.
    """

    status = 400


class QueueFullError(LocalEasError):
    """The queue holds as many items as it may."""

    status = 450


class PayloadTooLargeError(LocalEasError):
    """The item's data exceed `meta.maxPayloadBytes`."""

    status = 413


class MalformedQueryError(LocalEasError):
    """A reserved query parameter cannot be read."""
