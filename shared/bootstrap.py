"""The composition root: settings → adapters, built when first asked for, once an instance.

Every vendor is imported inside the function that needs it, so a function's cold start pays for
nothing it does not use.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from shared import credentials, settings
from shared.setting_groups.admission import AdmissionSettings
from shared.setting_groups.announcements import AnnouncementSettings
from shared.setting_groups.upkeep import UpkeepSettings

if TYPE_CHECKING:
    from shared.credentials import Credentials
    from shared.jobs.admission import AdmissionRules
    from shared.jobs.circuits import Circuits
    from shared.jobs.control import Control
    from shared.ports import (
        Announcer,
        Clock,
        FunctionInvoker,
        JobStore,
        ObjectStore,
        PromptModel,
        SceneModel,
        WorkflowQueue,
    )
    from shared.quality.thresholds import Thresholds
    from shared.results.pictures import PictureLimits
    from shared.vehicles.catalogue import Catalogue

_CATALOGUE_SECONDS, _CONTROL_SECONDS = 60, 10


@functools.cache
def identity_settings() -> settings.IdentitySettings:
    """Return who may call."""
    return settings.read(settings.IdentitySettings)


@functools.cache
def job_settings() -> settings.JobSettings:
    """Return what is accepted and how long it may take."""
    return settings.read(settings.JobSettings)


@functools.cache
def model_settings() -> settings.ModelSettings:
    """Return the models' names and times."""
    return settings.read(settings.ModelSettings)


@functools.cache
def picture_settings() -> settings.PictureSettings:
    """Return limits and label of pictures."""
    return settings.read(settings.PictureSettings)


@functools.cache
def announcement_settings() -> AnnouncementSettings:
    """Return whom we tell of posters and failures."""
    return settings.read(AnnouncementSettings)


@functools.cache
def upkeep_settings() -> UpkeepSettings:
    """Return how jobs in flight are looked after."""
    return settings.read(UpkeepSettings)


@functools.cache
def admission_rules() -> AdmissionRules:
    """Return how much is accepted at once."""
    from shared.jobs.admission import AdmissionRules

    minutes = job_settings().deadline_minutes
    return AdmissionRules.of(settings.read(AdmissionSettings), minutes=minutes)


def id_key() -> bytes:
    """Return the secret under which jobs and drivers are named."""
    return identity_settings().id_key.get_secret_value().encode()


def picture_limits() -> PictureLimits:
    """Return how large a picture may be that is decoded."""
    from shared.results.pictures import PictureLimits

    found = picture_settings()
    return PictureLimits(max_bytes=found.max_bytes, max_pixels=found.max_pixels)


@functools.cache
def gate_thresholds() -> Thresholds:
    """Return what a poster must keep to."""
    from shared.quality.thresholds import Limits, Thresholds

    found = settings.read(settings.GateSettings).model_dump()

    def limits(side: str) -> Limits:
        own = [name for name in found if name.startswith(side)]
        return Limits(**{name.removeprefix(side): found.pop(name) for name in own})

    return Thresholds(master=limits("master_"), lossy=limits("lossy_"), **found)


@functools.cache
def clock() -> Clock:
    """Return the system's clock."""
    from shared.adapters.system_clock import SystemClock

    return SystemClock()


@functools.cache
def state() -> ObjectStore:
    """Return the bucket of jobs, results and index."""
    return _bucket(settings.read(settings.StorageSettings).state_bucket)


@functools.cache
def mount() -> ObjectStore:
    """Return the bucket that the GPU service mounts."""
    return _bucket(settings.read(settings.StorageSettings).mount_bucket)


@functools.cache
def jobs() -> JobStore:
    """Return the job records."""
    from shared.adapters.bucket_job_store import BucketJobStore

    return BucketJobStore(state(), clock=clock())


@functools.cache
def circuits() -> Circuits:
    """Return what holds sending back while a service fails."""
    from shared.jobs.circuits import CircuitRules, Circuits

    found = upkeep_settings()
    rules = CircuitRules(failures=found.circuit_failures, pause_seconds=found.circuit_seconds)
    return Circuits(state(), clock=clock(), rules=rules)


def control() -> Control:
    """Return what holds work back; read anew when the copy is some seconds old."""
    return _control(int(clock().monotonic() // _CONTROL_SECONDS))


@functools.cache
def invoker() -> FunctionInvoker:
    """Return the asynchronous hop to another function."""
    found = settings.read(settings.InvokerSettings)
    if found.invoker == "fc2":
        from shared.adapters.fc2_invoker import Fc2Invoker

        return Fc2Invoker(
            endpoint=found.endpoint,
            service=found.service,
            credentials=_credentials,
            prefix=found.prefix,
            timeout_seconds=found.timeout_seconds,
        )
    from shared.adapters.fc3_invoker import Fc3Invoker

    return Fc3Invoker(
        endpoint=found.endpoint,
        credentials=_credentials,
        prefix=found.prefix,
        timeout_seconds=found.timeout_seconds,
    )


@functools.cache
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


@functools.cache
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


@functools.cache
def queue() -> WorkflowQueue:
    """Return the GPU service's queues."""
    from shared.adapters.eas_workflow_queue import EasWorkflowQueue

    found = settings.read(settings.QueueSettings)
    return EasWorkflowQueue(
        service_url=found.service_url,
        token=found.token.get_secret_value(),
        timeout_seconds=found.timeout_seconds,
        deadline_seconds=found.deadline_seconds,
    )


@functools.cache
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


def catalogue() -> Catalogue:
    """Return the vehicles; read anew when the copy is a minute old."""
    return _catalogue(int(clock().monotonic() // _CATALOGUE_SECONDS))


def reset() -> None:
    """Forget everything built, for a process that changes its environment (the local stack)."""
    for built in _BUILT:
        built.cache_clear()


@functools.lru_cache(maxsize=1)
def _catalogue(minute: int) -> Catalogue:  # noqa: ARG001 - the key of the cache
    from shared.vehicles.files import read_catalogue

    return read_catalogue(mount())


@functools.lru_cache(maxsize=1)
def _control(moment: int) -> Control:  # noqa: ARG001 - the key of the cache
    from shared.jobs.control import read_control

    return read_control(state())


def _bucket(name: str) -> ObjectStore:
    from shared.adapters.oss_object_store import OssObjectStore

    found = settings.read(settings.StorageSettings)
    return OssObjectStore(
        endpoint=found.endpoint,
        public_endpoint=found.public_endpoint,
        region=found.region,
        bucket=name,
        credentials=_credentials,
        timeout_seconds=found.timeout_seconds,
        deadline_seconds=found.deadline_seconds,
    )


def _credentials() -> Credentials:
    return credentials.from_context() or settings.environment_credentials()


_BUILT: tuple[functools._lru_cache_wrapper[Any], ...] = (
    identity_settings,
    job_settings,
    model_settings,
    picture_settings,
    gate_thresholds,
    clock,
    state,
    mount,
    jobs,
    invoker,
    prompt_model,
    scene_model,
    queue,
    announcement_settings,
    admission_rules,
    announcer,
    upkeep_settings,
    circuits,
    _catalogue,
    _control,
)
