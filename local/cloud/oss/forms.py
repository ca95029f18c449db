"""An upload by form, read without holding its file in memory.

https://help.aliyun.com/zh/oss/developer-reference/postobject
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from local.cloud.oss.errors import (
    EntityTooLargeError,
    IncorrectNumberOfFilesInPOSTRequestError,
    MalformedPOSTRequestError,
)

FORM = "multipart/form-data"
_LARGEST_FILE = 5 * 1024**3
_FIELD_BYTES, _FIELDS = 16 * 1024, 200


@dataclass(frozen=True)
class PostForm:
    """A form: what its fields say, those before the file, by lower-case name; and the file."""

    fields: Mapping[str, str]
    file: BinaryIO
    file_name: str
    size: int

    def expand(self, text: str) -> str:
        """Return a field's text with the file's own name where it asks for that."""
        return text.replace("${filename}", self.file_name)


async def read_form(request: Request) -> PostForm:
    """Read the body to its end; the file lies on disk from its second megabyte on."""
    body = _Body(request)
    parser = MultiPartParser(
        request.headers,
        body.chunks(),
        max_files=1,
        max_fields=_FIELDS,
        max_part_size=_FIELD_BYTES,
    )
    try:
        found = (await parser.parse()).multi_items()
    except _TooLargeError as error:
        await body.drain()
        raise EntityTooLargeError(ec="0006-00000003") from error
    except (MultiPartException, KeyError, UnicodeError) as error:
        # What is refused is still read, or a browser would see its connection break.
        await body.drain()
        raise MalformedPOSTRequestError(ec="0006-00000103") from error
    fields: dict[str, str] = {}
    for name, value in found:
        if isinstance(value, UploadFile):
            return _form(name, value, fields)
        fields[name.lower()] = value
    raise IncorrectNumberOfFilesInPOSTRequestError


def _form(name: str, upload: UploadFile, fields: dict[str, str]) -> PostForm:
    if name != "file":
        upload.file.close()
        raise MalformedPOSTRequestError(ec="0006-00000103")
    # Browsers of old sent the whole path.
    file_name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    return PostForm(fields, upload.file, file_name, upload.size or 0)


class _TooLargeError(MultiPartException):
    """The parser closes its files for one of its own."""


class _Body:
    """The request's bytes, as far as the largest file goes."""

    def __init__(self, request: Request) -> None:
        self._stream = request.stream()
        self._left = _LARGEST_FILE

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        async for chunk in self._stream:
            self._left -= len(chunk)
            if self._left < 0:
                raise _TooLargeError("")
            yield chunk

    async def drain(self) -> None:
        async for _ in self._stream:
            pass
