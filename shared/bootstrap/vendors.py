"""The adapters to functions, models, the GPU service and receivers of announcements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import settings
from shared.bootstrap.keeping import kept
from shared.bootstrap.rules import announcement_settings, model_settings
from shared.bootstrap.stores import clock, granted_credentials

if TYPE_CHECKING:
    from shared.ports import Announcer, FunctionInvoker, PromptModel, SceneModel, WorkflowQueue
    from shared.quality.second_look import SecondLook


@kept
def invoker() -> FunctionInvoker:
    """Return the asynchronous hop to another function."""
    from shared.setting_groups.invoker import InvokerSettings

    found = settings.read(InvokerSettings)
    if found.invoker == "fc2":
        from shared.adapters.fc2_invoker import Fc2Invoker

        return Fc2Invoker(
            endpoint=found.endpoint,
            service=found.service,
            credentials=granted_credentials,
            prefix=found.prefix,
            timeout_seconds=found.timeout_seconds,
        )
    from shared.adapters.fc3_invoker import Fc3Invoker

    return Fc3Invoker(
        endpoint=found.endpoint,
        credentials=granted_credentials,
        prefix=found.prefix,
        timeout_seconds=found.timeout_seconds,
    )


@kept
def prompt_model() -> PromptModel:
    """Return the text model."""
    from shared.adapters.qwen_prompt_model import QwenPromptModel

    found = model_settings()
    return QwenPromptModel(
        api_key=found.api_key.get_secret_value(),
        base_url=found.base_url,
        model=found.text_model,
        timeout_seconds=found.timeout_seconds,
    )


@kept
def scene_model() -> SceneModel:
    """Return the picture model."""
    from shared.adapters.wanx_scene_model import WanxSceneModel

    found = model_settings()
    return WanxSceneModel(
        api_key=found.api_key.get_secret_value(),
        base_url=found.base_url,
        model=found.picture_model,
        timeout_seconds=found.timeout_seconds,
        allowed_hosts=found.picture_hosts,
    )


@kept
def second_look() -> SecondLook | None:
    """Return the model that looks at posters; None, and nothing is imported, where it is off."""
    from shared.setting_groups.quality import JudgeSettings

    found = settings.read(JudgeSettings)
    if found.judge == "off":
        return None
    from shared.adapters.qwen_style_judge import QwenStyleJudge
    from shared.quality.second_look import SecondLook

    models = model_settings()
    judge = QwenStyleJudge(
        api_key=models.api_key.get_secret_value(),
        base_url=models.base_url,
        model=found.model,
        timeout_seconds=found.timeout_seconds,
    )
    return SecondLook(judge, least=found.least, deadline_seconds=found.deadline_seconds)


@kept
def queue() -> WorkflowQueue:
    """Return the GPU service's queues."""
    from shared.adapters.eas_workflow_queue import EasWorkflowQueue
    from shared.setting_groups.gpu_queue import QueueSettings

    found = settings.read(QueueSettings)
    return EasWorkflowQueue(
        service_url=found.service_url,
        token=found.token.get_secret_value(),
        timeout_seconds=found.timeout_seconds,
        deadline_seconds=found.deadline_seconds,
    )


@kept
def announcer() -> Announcer:
    """Return the way to those who are told of posters and failures."""
    from shared.adapters.webhook_announcer import WebhookAnnouncer, WebhookEndpoint

    found = announcement_settings()
    return WebhookAnnouncer(
        {name: WebhookEndpoint(*given) for name, given in found.endpoints().items()},
        allowed_hosts=found.hosts,
        timeout_seconds=found.timeout_seconds,
        clock=clock(),
    )
