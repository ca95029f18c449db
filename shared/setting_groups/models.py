"""The text and the picture model on DashScope."""

from __future__ import annotations

from pydantic import Field, SecretStr

from shared.setting_groups.base import Group, Words


class ModelSettings(Group):
    """The text and the picture model on DashScope."""

    api_key: SecretStr = Field(alias="DASHSCOPE_API_KEY", description="Key of the region.")
    base_url: str = Field(
        "https://dashscope.aliyuncs.com/api/v1",
        alias="DASHSCOPE_BASE_URL",
        description="Base of the native interface.",
    )
    text_model: str = Field("qwen-plus", alias="TEXT_MODEL", description="Writes prompts.")
    picture_model: str = Field(
        "wan2.2-t2i-flash", alias="PICTURE_MODEL", description="Paints plates; any size asked for."
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
