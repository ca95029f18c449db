"""A `.jsonl` file, line by line, in memory that does not grow with the file or its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shared.trips.encodings import NAMES, Encoding, as_utf_8, mark_of
from shared.uploads.entry import Entry

CHUNK = 256 * 1024


def lines(
    read: Callable[[int, int], bytes],
    *,
    offset: int,
    number: int,
    longest: int,
    encoding: Encoding = "utf-8",
    chunk: int = CHUNK,
) -> Iterator[Entry]:
    """Yield the lines from `offset` on, where line `number` + 1 begins; blank ones have no data.

    `read(start, length)` gives b"" behind the end. A line of more than `longest` bytes is yielded
    with its beginning alone and the fault. Data is UTF-8, without the line's end and a byte order
    mark, which no line includes.
    """
    mark, held, start = "\n".encode(encoding), bytearray(), offset
    while True:
        behind = _behind(held, mark)
        while behind < 0 and len(held) <= longest:
            searched = len(held)
            more = read(start + searched, chunk)
            held += more
            behind = _behind(held, mark, searched)
            if not more:
                break
        if behind < 0 and not held:
            return
        number += 1
        if behind < 0 and len(held) > longest:
            stop, rest = _behind_line(read, start, held, mark, chunk)
            yield _line(number, start, stop, held, longest, encoding)
            held, start = rest, stop
            continue
        stop = start + (len(held) if behind < 0 else behind)
        yield _line(number, start, stop, held[: stop - start], longest, encoding)
        del held[: stop - start]
        start = stop


def _line(
    number: int, start: int, stop: int, held: bytearray, longest: int, encoding: Encoding
) -> Entry:
    width = len(" ".encode(encoding))
    begins = mark_of(bytes(held[:4]), encoding) if start == 0 else b""
    start += len(begins)
    data = bytes(held[len(begins) : len(begins) + longest + 2 * width])
    while data.endswith(("\n".encode(encoding), "\r".encode(encoding))):
        data = data[:-width]
    plain, readable = as_utf_8(data[:longest], encoding)
    if len(data) > longest:
        detail = f"the line has more than {longest} bytes"
        return Entry(number, start, stop, plain, "too_long", detail)
    if not readable:
        return Entry(number, start, stop, plain, "malformed", unreadable(number, encoding))
    return Entry(number, start, stop, b"" if plain.isspace() else plain)


def unreadable(line: int, encoding: Encoding) -> str:
    """Return what is said of a line that cannot be read."""
    return f"line {line} cannot be read as {NAMES[encoding]}, which the file seems to be in"


def _behind(held: bytearray, mark: bytes, searched: int = 0) -> int:
    """Return where the first line ends, -1 when its end is not there."""
    found = held.find(mark, max(0, searched - len(mark) + 1))
    while found >= 0 and found % len(mark):
        # Half of one character and half of the next.
        found = held.find(mark, found + 1)
    return found + len(mark) if found >= 0 else -1


def _behind_line(
    read: Callable[[int, int], bytes], start: int, held: bytearray, mark: bytes, chunk: int
) -> tuple[int, bytearray]:
    """Return where the line ends that begins with `held`, and what was read behind it."""
    over = len(held) % len(mark)
    position, rest = start + len(held) - over, held[len(held) - over :]
    while True:
        more = read(position + len(rest), chunk)
        rest += more
        behind = _behind(rest, mark)
        if behind >= 0:
            return position + behind, rest[behind:]
        if not more:
            return position + len(rest), bytearray()
        position += len(rest) - len(rest) % len(mark)
        rest = rest[len(rest) - len(rest) % len(mark) :]
