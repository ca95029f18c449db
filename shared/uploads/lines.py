"""A `.jsonl` file, line by line, in memory that does not grow with the file or its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.uploads.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHUNK = 256 * 1024
_BOM = b"\xef\xbb\xbf"


def lines(
    read: Callable[[int, int], bytes],
    *,
    offset: int,
    number: int,
    longest: int,
    chunk: int = CHUNK,
) -> Iterator[Entry]:
    """Yield the lines from `offset` on, where line `number` + 1 begins; blank ones have no data.

    `read(start, length)` gives b"" behind the end. A line of more than `longest` bytes is yielded
    with its beginning alone and the fault. Bytes include neither the line's end nor a BOM.
    """
    held, start = bytearray(), offset
    while True:
        end = held.find(b"\n")
        while end < 0 and len(held) <= longest:
            searched = len(held)
            more = read(start + searched, chunk)
            held += more
            end = held.find(b"\n", searched)
            if not more:
                break
        if end < 0 and not held:
            return
        number += 1
        if end < 0 and len(held) > longest:
            stop, rest = _behind_line(read, start + len(held), chunk)
            yield _line(number, start, stop, held, longest)
            held, start = rest, stop
            continue
        stop = start + (len(held) if end < 0 else end + 1)
        yield _line(number, start, stop, held[: stop - start], longest)
        del held[: stop - start]
        start = stop


def _line(number: int, start: int, stop: int, held: bytearray, longest: int) -> Entry:
    data = bytes(held[: longest + 2]).rstrip(b"\r\n")
    data = data[len(_BOM) :] if start == 0 and data.startswith(_BOM) else data
    if len(data) > longest:
        detail = f"the line has more than {longest} bytes"
        return Entry(number, start, stop, data[:longest], "too_long", detail)
    return Entry(number, start, stop, b"" if data.isspace() else data)


def _behind_line(
    read: Callable[[int, int], bytes], position: int, chunk: int
) -> tuple[int, bytearray]:
    """Return where the line ends that goes on at `position`, and what was read behind it."""
    while True:
        more = read(position, chunk)
        end = more.find(b"\n")
        if end >= 0:
            return position + end + 1, bytearray(more[end + 1 :])
        position += len(more)
        if not more:
            return position, bytearray()
