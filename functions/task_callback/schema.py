"""What a callback says: the id of a task. Whatever else it holds is neither believed nor read."""

from __future__ import annotations

from pydantic import Field, ValidationError

from shared.core.errors import UnauthorizedError
from shared.core.models import Lenient


class _Callback(Lenient):
    # Hosts add what they like; only the id is read.
    task_id: str = Field(max_length=200)


def task_named_in(body: bytes) -> str:
    """Return the task's id; UnauthorizedError, as for a bad signature, for any other body."""
    try:
        return _Callback.model_validate_json(body).task_id
    except ValidationError:
        msg = "the message is not signed as agreed, or not now"
        raise UnauthorizedError(msg) from None
