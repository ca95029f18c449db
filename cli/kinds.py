"""Kinds of arguments that several commands take."""

from __future__ import annotations

import shlex
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from typer import Argument, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from local.printed import Say

_M = TypeVar("_M", bound="BaseModel")
JOB = "j4kq2v7mzc5xw3apn6ydbe2hrt7uf5sg"  # of the examples
Job = Annotated[str, Argument(metavar="JOB", help="A job's id, or a task's.")]


def day(text: str) -> date:
    """Return a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is no day such as 2026-11-23"
    raise typer.BadParameter(msg)


def moment(text: str, say: Say) -> datetime:
    """Return a time; one that is none, or has no zone, is refused with the whole next command."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        msg = f"{text!r} is no time such as 2026-11-23T08:00:00+08:00"
    else:
        if found.tzinfo:
            return found
        named = found.isoformat(timespec="seconds") + "+08:00"
        again = [named if each == text else each for each in say.typed]
        msg = f"{text} has no zone; in China: {shlex.join(('poster', *again))}"
    raise typer.BadParameter(msg)


def checked(model: type[_M], given: Mapping[str, object]) -> _M:
    """Return what is given of a model; InvalidRequestError names the first option that is wrong."""
    from pydantic import ValidationError

    from shared.core.errors import InvalidRequestError

    try:
        return model.model_validate({k: v for k, v in given.items() if v is not None})
    except ValidationError as error:
        wrong = error.errors()[0]
    place = "--" + str(wrong["loc"][0]).replace("_", "-") if wrong["loc"] else "these options"
    raise InvalidRequestError(f"{place}: {wrong['msg']}")


Day = Annotated[date | None, Option(parser=day, metavar="DAY", help="As 2026-11-23.")]
