"""What can go wrong with a build, in words for whoever runs it."""

from __future__ import annotations

from shared.core.errors import BundleError


class BundleBuildError(BundleError):
    """The artifact cannot be built, or is not fit to be deployed; the message says what to do."""
