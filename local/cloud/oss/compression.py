"""Texts in gzip, for whom asks for it.

https://help.aliyun.com/zh/oss/how-do-i-compress-objects-that-i-download-from-oss-in-the-gzip-format
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_LEAST_BYTES = 1024
_TYPES = re.compile(
    "text/(cache-manifest|xml|css|html|plain|json)"
    r"|application/(json|javascript|x-javascript|rss\+xml)"
)
_LOST = ("accept-ranges", "content-length", "etag")


def gzipped(
    asked: Mapping[str, str], headers: Mapping[str, str], size: int
) -> dict[str, str] | None:
    """Return the headers of an answer in gzip, None when it goes out as it is."""
    kind = headers["content-type"].partition(";")[0]
    wanted = "gzip" in asked.get("accept-encoding", "") and "content-encoding" not in headers
    if not wanted or not _TYPES.fullmatch(kind) or size < _LEAST_BYTES:
        return None
    kept = {name: value for name, value in headers.items() if name not in _LOST}
    return {**kept, "content-encoding": "gzip", "vary": "Accept-Encoding"}
