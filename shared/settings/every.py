"""All groups, for commands, docs and tests: a function imports those that it reads."""

from __future__ import annotations

from shared.settings.admission import AdmissionSettings
from shared.settings.announcements import AnnouncementSettings
from shared.settings.base import Group
from shared.settings.function_compute import PlatformSettings
from shared.settings.gpu_queue import QueueSettings
from shared.settings.identity import IdentitySettings, NamingSettings
from shared.settings.invoker import InvokerSettings
from shared.settings.jobs import JobSettings
from shared.settings.models import ModelSettings
from shared.settings.pictures import PictureSettings
from shared.settings.quality import GateSettings, JudgeSettings
from shared.settings.retention import RetentionSettings
from shared.settings.seasons import SeasonSettings
from shared.settings.storage import StorageSettings
from shared.settings.studio import StudioSettings
from shared.settings.upkeep import CallbackSettings, UpkeepSettings
from shared.settings.uploads import UploadSettings
from shared.settings.vehicles import VehicleSettings

GROUPS: tuple[type[Group], ...] = (
    StorageSettings,
    IdentitySettings,
    NamingSettings,
    InvokerSettings,
    JobSettings,
    ModelSettings,
    QueueSettings,
    PictureSettings,
    GateSettings,
    JudgeSettings,
    UpkeepSettings,
    CallbackSettings,
    AdmissionSettings,
    SeasonSettings,
    UploadSettings,
    VehicleSettings,
    AnnouncementSettings,
    RetentionSettings,
    StudioSettings,
    PlatformSettings,
)
