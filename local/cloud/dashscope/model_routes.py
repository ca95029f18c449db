"""The stand-in's own switches for models, over HTTP, for a stack that runs in another process."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.cloud.dashscope.exchange import json_of
from local.cloud.dashscope.models import Models
from local.cloud.dashscope.replies import Refusal, native_error

_GOES_WITH = {"retire": {"fail_tasks"}, "announce": {"on"}, "shrink": {"share"}, "restore": set()}


class Change(BaseModel):
    """What becomes of a model: gone, with its tasks if told so, or ever less of it, or all again.

    `on` is the day that an announced model goes, `share` that of its calls that are throttled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["retire", "announce", "shrink", "restore"]
    fail_tasks: bool = False
    on: date = date.max
    share: float = Field(0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _says_all(self) -> Change:
        given, goes = self.model_fields_set - {"do"}, _GOES_WITH[self.do]
        if goes not in (given, given | {"fail_tasks"}):
            raise ValueError(f"with {self.do} goes {', '.join(goes) or 'nothing'}")
        return self

    def carry_out(self, models: Models, name: str) -> None:
        """Change one model; ValueError for a name that is not on the list."""
        if self.do == "announce":
            models.announce(name, on=self.on)
        elif self.do == "shrink":
            models.shrink(name, self.share)
        elif self.do == "retire":
            models.retire(name, fail_tasks=self.fail_tasks)
        else:
            models.restore(name)


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
            Change.model_validate(await json_of(request)).carry_out(self._models, name)
        except ValidationError as error:
            return native_error(Refusal(400, "InvalidParameter", error.errors()[0]["msg"]))
        except ValueError as error:
            return native_error(Refusal(404, "ModelNotFound", str(error)))
        return JSONResponse(self._models.standing()[name])
