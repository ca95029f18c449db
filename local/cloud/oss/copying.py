"""Read the object that a request copies, whole or in part."""

from __future__ import annotations

from urllib.parse import unquote

from local.cloud.oss.calls import OssCall
from local.cloud.oss.conditions import check_conditions, chosen_range
from local.cloud.oss.errors import InvalidArgumentError, NotImplementedByOssError
from local.cloud.oss.objects import StoredObject
from local.cloud.oss.store import BucketStore

SOURCE_HEADER = "x-oss-copy-source"
_PREFIX = f"{SOURCE_HEADER}-"


def read_source(call: OssCall, store: BucketStore) -> tuple[StoredObject, bytes]:
    """Return the source and its bytes, those of x-oss-copy-source-range if that lies within.

    Raises as a read under the conditions x-oss-copy-source-if-* does.
    """
    bucket, key = _named(call.headers[SOURCE_HEADER])
    source, data = store.get(bucket, key)
    told = call.headers.items()
    asked = {name[len(_PREFIX) :]: value for name, value in told if name.startswith(_PREFIX)}
    check_conditions(asked, source)
    chosen = chosen_range(asked, source.size)
    return source, data if chosen is None else data[chosen.start : chosen.stop]


def _named(header: str) -> tuple[str, str]:
    bucket, slash, key = header.removeprefix("/").partition("/")
    if not slash or not key:
        raise InvalidArgumentError(
            "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey."
        )
    if "?" in key:
        raise NotImplementedByOssError(details={"Header": SOURCE_HEADER})
    return bucket, unquote(key)
