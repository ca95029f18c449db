"""All groups, for commands, docs and tests: a function imports those that it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.setting_groups.admission import AdmissionSettings
from shared.setting_groups.announcements import AnnouncementSettings
from shared.setting_groups.function_compute import PlatformSettings
from shared.setting_groups.gpu_queue import QueueSettings
from shared.setting_groups.identity import IdentitySettings, NamingSettings
from shared.setting_groups.invoker import InvokerSettings
from shared.setting_groups.jobs import JobSettings
from shared.setting_groups.models import ModelSettings
from shared.setting_groups.pictures import PictureSettings
from shared.setting_groups.quality import GateSettings, JudgeSettings
from shared.setting_groups.retention import RetentionSettings
from shared.setting_groups.seasons import SeasonSettings
from shared.setting_groups.storage import StorageSettings
from shared.setting_groups.upkeep import CallbackSettings, UpkeepSettings
from shared.setting_groups.uploads import UploadSettings
from shared.setting_groups.vehicles import VehicleSettings

if TYPE_CHECKING:
    from shared.setting_groups.base import Group

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
    PlatformSettings,
)
