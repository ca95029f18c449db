"""The text and the picture models on DashScope."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from shared.models import defaults
from shared.models.catalogue import FILE, Use, find
from shared.settings.base import Group, Words


def listed(use: Use) -> AfterValidator:
    """Return the check that a setting names models of the list, each once, one at least."""

    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        if not names or len(set(names)) < len(names):
            msg = "one model or several, each once, with spaces between"
            raise ValueError(msg)
        for name in names:
            known = find(name, use)
            if known is None:
                msg = (
                    f"deploy/{FILE.name} names no {use} model {name!r}; "
                    "take one that it names, or enter there what is known of this one"
                )
                raise ValueError(msg)
            if not known.is_called:
                msg = f"{name} is not called: it gives no ticket, or paints few sizes"
                raise ValueError(msg)
        return names

    return AfterValidator(check)


class ModelSettings(Group):
    """The text and the picture models on DashScope: the first is used that is offered."""

    api_key: SecretStr = Field(alias="DASHSCOPE_API_KEY", description="Key of the region.")
    base_url: str = Field(
        "https://dashscope.aliyuncs.com/api/v1",
        alias="DASHSCOPE_BASE_URL",
        description="Base of the native interface; a workspace's own host, too.",
    )
    text_models: Annotated[Words, listed("prompt")] = Field(
        defaults.TEXT,
        alias="TEXT_MODEL",
        description="Writes prompts: one of `deploy/models.json` for `prompt`, or several, "
        "successors behind the first, with spaces between.",
    )
    picture_models: Annotated[Words, listed("picture")] = Field(
        defaults.PICTURE,
        alias="PICTURE_MODEL",
        description="Paints plates: one of `deploy/models.json` for `picture`, or several, "
        "successors behind the first, with spaces between.",
    )
    picture_hosts: Words = Field(
        ("*.aliyuncs.com",),
        alias="PICTURE_HOSTS",
        description="Hosts that plates may be downloaded from, with spaces between.",
    )
    timeout_seconds: float = Field(
        12.0, alias="DASHSCOPE_TIMEOUT_SECONDS", gt=0, description="Timeout of one request."
    )
    prompt_seconds: float = Field(
        40.0, alias="PROMPT_DEADLINE_SECONDS", gt=0, description="For writing one prompt, in all."
    )
    scene_seconds: float = Field(
        240.0, alias="SCENE_DEADLINE_SECONDS", gt=0, description="For one plate, in all."
    )
    poll_seconds: float = Field(
        5.0, alias="SCENE_POLL_SECONDS", gt=0, description="Between two looks at a plate's order."
    )
