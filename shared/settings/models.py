"""The text and the picture models on DashScope."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from shared.models import defaults
from shared.models.catalogue import FILE, Use, find
from shared.settings.base import Group, Words, variable


def listed(use: Use) -> AfterValidator:
    """Return the check that a setting names models of the list, each once, one at least."""

    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        if not names or len(set(names)) < len(names):
            raise ValueError("one model or several, each once, with spaces between")
        for name in names:
            known = find(name, use)
            if known is None:
                raise ValueError(
                    f"deploy/{FILE.name} names no {use} model {name!r}; "
                    "take one that it names, or enter there what is known of this one"
                )
            if not known.is_called:
                raise ValueError(f"{name} is not called: it gives no ticket, or paints few sizes")
        return names

    return AfterValidator(check)


class ModelSettings(Group):
    """The text and the picture models on DashScope: the first is used that is offered."""

    api_key: SecretStr = variable("DASHSCOPE_API_KEY", "Key of the region.")
    base_url: str = variable(
        "DASHSCOPE_BASE_URL",
        "Base of the native interface; a workspace's own host, too.",
        "https://dashscope.aliyuncs.com/api/v1",
    )
    text_models: Annotated[Words, listed("prompt")] = variable(
        "TEXT_MODEL",
        "Writes prompts: list from `deploy/models.json`, successors behind the first.",
        defaults.TEXT,
    )
    picture_models: Annotated[Words, listed("picture")] = variable(
        "PICTURE_MODEL",
        "Paints plates: list from `deploy/models.json`.",
        defaults.PICTURE,
    )
    picture_hosts: Words = variable(
        "PICTURE_HOSTS",
        "List of hosts that plates may be downloaded from.",
        ("*.aliyuncs.com",),
    )
    timeout_seconds: float = variable(
        "DASHSCOPE_TIMEOUT_SECONDS", "Timeout of one request.", 12.0, gt=0
    )
    prompt_seconds: float = variable(
        "PROMPT_DEADLINE_SECONDS", "For writing one prompt, in all.", 40.0, gt=0
    )
    scene_seconds: float = variable("SCENE_DEADLINE_SECONDS", "For one plate, in all.", 240.0, gt=0)
    poll_seconds: float = variable(
        "SCENE_POLL_SECONDS", "Between two looks at a plate's order.", 5.0, gt=0
    )
