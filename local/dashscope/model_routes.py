"""The stand-in's own switches for models, over HTTP, for a stack that runs in another process."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.responses import JSONResponse

from local.dashscope.exchange import json_of
from local.dashscope.replies import Refusal, native_error

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from local.dashscope.models import Models


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Retire(_Change):
    """Take it away; `fail_tasks`: what was accepted before fails too."""

    do: Literal["retire"]
    fail_tasks: bool = False


class Announce(_Change):
    """Announce that it goes on a day; until then ever more calls are throttled."""

    do: Literal["announce"]
    on: date


class Shrink(_Change):
    """Throttle a share of its calls."""

    do: Literal["shrink"]
    share: float = Field(ge=0, le=1)


class Restore(_Change):
    """Offer it again."""

    do: Literal["restore"]


Change = Annotated[Retire | Announce | Shrink | Restore, Field(discriminator="do")]
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


class ModelRoutes:
    """`GET /stand-in/models` tells how each model stands, `POST` with a `do` changes one."""

    def __init__(self, models: Models) -> None:
        self._models = models

    async def listed(self, _: Request) -> Response:
        """Tell of all."""
        return JSONResponse(self._models.standing())

    async def change(self, request: Request) -> Response:
        """Change one; answer how it stands then."""
        name = request.path_params["name"]
        try:
            change = _CHANGE.validate_python(await json_of(request))
            _carry_out(self._models, name, change)
        except ValidationError as error:
            return native_error(Refusal(400, "InvalidParameter", error.errors()[0]["msg"]))
        except ValueError as error:
            return native_error(Refusal(404, "ModelNotFound", str(error)))
        return JSONResponse(self._models.standing()[name])


def _carry_out(models: Models, name: str, change: Change) -> None:
    if isinstance(change, Retire):
        models.retire(name, fail_tasks=change.fail_tasks)
    elif isinstance(change, Announce):
        models.announce(name, on=change.on)
    elif isinstance(change, Shrink):
        models.shrink(name, change.share)
    else:
        models.restore(name)
