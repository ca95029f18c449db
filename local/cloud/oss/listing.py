"""Cut one page out of the sorted keys of a bucket, as ListObjectsV2 does."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator

from local.cloud.oss.errors import InvalidArgumentError


def page_items(
    keys: Iterable[str],
    *,
    prefix: str,
    delimiter: str,
    start_after: str,
    after_item: str,
    max_keys: int,
) -> tuple[list[str], bool]:
    """Return at most max_keys items, each a key or a common prefix, and whether more follow.

    `start_after` compares keys, as the caller's parameter does; `after_item` compares items, so
    that a page that ended with a common prefix is not followed by that prefix again.
    """
    wanted = (key for key in keys if key > start_after)
    items: list[str] = []
    for item in _items(wanted, prefix, delimiter):
        if item <= after_item:
            continue
        if len(items) == max_keys:
            return items, True
        items.append(item)
    return items, False


def rolled_up(key: str, prefix: str, delimiter: str) -> str:
    """Return what a key is listed as: the common prefix that it lies in, or itself."""
    if not delimiter:
        return key
    head, found, _ = key[len(prefix) :].partition(delimiter)
    return prefix + head + found


def is_common_prefix(item: str, *, prefix: str, delimiter: str) -> bool:
    """Tell a common prefix from a key among the items of a page."""
    return bool(delimiter) and delimiter in item[len(prefix) :]


def encode_token(item: str) -> str:
    """Return the continuation token that resumes after an item."""
    return base64.urlsafe_b64encode(item.encode()).decode()


def decode_token(token: str) -> str:
    """Return the item a continuation token stands for."""
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidArgumentError(
            "The continuation token provided is incorrect.",
            details={"ArgumentName": "continuation-token", "ArgumentValue": token},
        ) from error


def _items(keys: Iterable[str], prefix: str, delimiter: str) -> Iterator[str]:
    last = ""
    for key in keys:
        item = rolled_up(key, prefix, delimiter)
        if item != last:
            yield item
        last = item
