"""What the settings say, in the words of the use cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import settings
from shared.bootstrap.keeping import kept
from shared.setting_groups.admission import AdmissionSettings
from shared.setting_groups.announcements import AnnouncementSettings
from shared.setting_groups.quality import GateSettings
from shared.setting_groups.seasons import SeasonSettings
from shared.setting_groups.upkeep import CallbackSettings, UpkeepSettings
from shared.setting_groups.uploads import UploadSettings
from shared.setting_groups.vehicles import VehicleSettings

if TYPE_CHECKING:
    from shared.jobs.admission import AdmissionRules
    from shared.quality.thresholds import Thresholds
    from shared.results.pictures import PictureLimits
    from shared.seasons.sending import SeasonRules
    from shared.uploads.source import UploadLimits
    from shared.vehicles.intake.pictures import Limits as VehicleLimits


@kept
def identity_settings() -> settings.IdentitySettings:
    """Return who may call."""
    return settings.read(settings.IdentitySettings)


@kept
def job_settings() -> settings.JobSettings:
    """Return what is accepted and how long it may take."""
    return settings.read(settings.JobSettings)


@kept
def model_settings() -> settings.ModelSettings:
    """Return the models' names and times."""
    return settings.read(settings.ModelSettings)


@kept
def picture_settings() -> settings.PictureSettings:
    """Return limits and label of pictures."""
    return settings.read(settings.PictureSettings)


@kept
def announcement_settings() -> AnnouncementSettings:
    """Return whom we tell of posters and failures."""
    return settings.read(AnnouncementSettings)


@kept
def upkeep_settings() -> UpkeepSettings:
    """Return how jobs in flight are looked after."""
    return settings.read(UpkeepSettings)


@kept
def callback_settings() -> CallbackSettings:
    """Return what callbacks are signed with."""
    return settings.read(CallbackSettings)


@kept
def upload_settings() -> UploadSettings:
    """Return how files of trips are taken in."""
    return settings.read(UploadSettings)


def upload_limits() -> UploadLimits:
    """Return how large uploaded files and their lines may be."""
    from shared.uploads.source import UploadLimits

    found, line = upload_settings(), job_settings().max_body_bytes
    return UploadLimits(file=found.max_bytes, json=found.json_bytes, line=line)


@kept
def admission_rules() -> AdmissionRules:
    """Return how much is accepted at once."""
    from shared.jobs.admission import AdmissionRules

    minutes = job_settings().deadline_minutes
    return AdmissionRules.of(settings.read(AdmissionSettings), minutes=minutes)


def season_rules(*, seconds: float) -> SeasonRules:
    """Return how campaigns are planned and sent; a part of one runs for `seconds`."""
    from shared.seasons.model import Rules
    from shared.seasons.sending import SeasonRules, SendRules

    found = settings.read(SeasonSettings)
    return SeasonRules(
        occasions=found.occasions,
        campaign=Rules(
            newest=found.newest, shards=found.shards, cap=found.cap, budget_cny=found.budget_cny
        ),
        send=SendRules(
            # What came in files and campaigns share one count of open jobs.
            open_jobs=upload_settings().open_jobs,
            queue_length=found.queue_length,
        ),
        tasks_per_minute=settings.read(AdmissionSettings).tasks_per_minute,
        minutes=job_settings().bulk_deadline_minutes,
        seconds=seconds,
    )


@kept
def id_key() -> bytes:
    """Return the secret under which jobs and drivers are named."""
    return settings.read(settings.NamingSettings).id_key.get_secret_value().encode()


def vehicle_limits() -> VehicleLimits:
    """Return how large an uploaded render may be."""
    from shared.vehicles.intake.pictures import Limits as VehicleLimits

    found = settings.read(VehicleSettings)
    return VehicleLimits(max_bytes=found.max_bytes, max_pixels=found.max_pixels)


def picture_limits() -> PictureLimits:
    """Return how large a picture may be that is decoded."""
    from shared.results.pictures import PictureLimits

    found = picture_settings()
    return PictureLimits(max_bytes=found.max_bytes, max_pixels=found.max_pixels)


@kept
def gate_thresholds() -> Thresholds:
    """Return what a poster must keep to."""
    from shared.quality.thresholds import Limits, Thresholds

    found = settings.read(GateSettings).model_dump()

    def limits(side: str) -> Limits:
        own = [name for name in found if name.startswith(side)]
        return Limits(**{name.removeprefix(side): found.pop(name) for name in own})

    return Thresholds(master=limits("master_"), lossy=limits("lossy_"), **found)
