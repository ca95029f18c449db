"""The adapters to functions, models, the GPU service and receivers of announcements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared import settings
from shared.bootstrap.keeping import kept
from shared.bootstrap.rules import announcement_settings, model_settings
from shared.bootstrap.stores import circuits, clock, granted_credentials
from shared.ports import (
    Announcer,
    FunctionInvoker,
    PromptModel,
    SceneModel,
    StyleJudge,
    WorkflowQueue,
)

if TYPE_CHECKING:
    from shared.jobs.model_list import ModelList
    from shared.quality.second_look import SecondLook


@kept
def invoker() -> FunctionInvoker:
    """Return the asynchronous hop to another function."""
    from shared.settings.invoker import InvokerSettings

    found = settings.read(InvokerSettings)
    common: Any = {
        "endpoint": found.endpoint,
        "credentials": granted_credentials,
        "prefix": found.prefix,
        "qualifier": found.qualifier,
        "timeout_seconds": found.timeout_seconds,
    }
    if found.invoker == "fc2":
        from shared.adapters.fc2_invoker import Fc2Invoker

        return Fc2Invoker(service=found.service, **common)
    from shared.adapters.fc3_invoker import Fc3Invoker

    return Fc3Invoker(**common)


@kept
def prompt_model() -> PromptModel:
    """Return the text models, as one."""
    from shared.jobs.model_list import ModelList, PromptModels

    names = model_settings().text_models
    models = ModelList("prompt", names, prompt_model_named, circuits=circuits())
    return PromptModels(models, clock=clock())


def prompt_model_named(name: str) -> PromptModel:
    from shared.adapters.qwen_prompt_model import QwenPromptModel

    found = model_settings()
    return QwenPromptModel(
        api_key=found.api_key.get_secret_value(),
        base_url=found.base_url,
        model=name,
        timeout_seconds=found.timeout_seconds,
    )


@kept
def scene_models() -> ModelList[SceneModel]:
    from shared.jobs.model_list import ModelList

    names = model_settings().picture_models
    return ModelList("picture", names, scene_model_named, circuits=circuits())


def scene_model_named(name: str) -> SceneModel:
    from shared.adapters.wanx_scene_model import WanxSceneModel

    found = model_settings()
    return WanxSceneModel(
        api_key=found.api_key.get_secret_value(),
        base_url=found.base_url,
        model=name,
        timeout_seconds=found.timeout_seconds,
        allowed_hosts=found.picture_hosts,
    )


@kept
def second_look() -> SecondLook | None:
    """Return the model that looks at posters; None, and nothing is imported, where it is off."""
    from shared.settings.quality import JudgeSettings

    found = settings.read(JudgeSettings)
    if found.judge == "off":
        return None
    from shared.jobs.model_list import ModelList, StyleJudges
    from shared.quality.second_look import SecondLook

    models = ModelList("judge", found.models, style_judge_named, circuits=circuits())
    judge = StyleJudges(models, clock=clock())
    return SecondLook(judge, least=found.least, deadline_seconds=found.deadline_seconds)


def style_judge_named(name: str) -> StyleJudge:
    from shared.adapters.qwen_style_judge import QwenStyleJudge
    from shared.settings.quality import JudgeSettings

    models = model_settings()
    return QwenStyleJudge(
        api_key=models.api_key.get_secret_value(),
        base_url=models.base_url,
        model=name,
        timeout_seconds=settings.read(JudgeSettings).timeout_seconds,
    )


@kept
def queue() -> WorkflowQueue:
    """Return the GPU service's queues."""
    from shared.adapters.eas_workflow_queue import EasWorkflowQueue
    from shared.settings.gpu_queue import QueueSettings

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
