"""What the settings say, in the words of the use cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import settings
from shared.bootstrap.keeping import kept

if TYPE_CHECKING:
    from shared.jobs.admission import AdmissionRules
    from shared.quality.thresholds import Thresholds
    from shared.results.pictures import PictureLimits
    from shared.seasons.model import Rules
    from shared.seasons.ports import SeasonRules
    from shared.settings.announcements import AnnouncementSettings
    from shared.settings.identity import IdentitySettings
    from shared.settings.jobs import JobSettings
    from shared.settings.models import ModelSettings
    from shared.settings.pictures import PictureSettings
    from shared.settings.storage import StorageSettings
    from shared.settings.upkeep import CallbackSettings, UpkeepSettings
    from shared.settings.uploads import UploadSettings
    from shared.settings.vehicles import VehicleSettings
    from shared.uploads.source import UploadLimits
    from shared.vehicles.intake.pictures import Limits as VehicleLimits


@kept
def identity_settings() -> IdentitySettings:
    """Return who may call."""
    from shared.settings.identity import IdentitySettings

    return settings.read(IdentitySettings)


@kept
def storage_settings() -> StorageSettings:
    """Return where records, results and the mount live."""
    from shared.settings.storage import StorageSettings

    return settings.read(StorageSettings)


@kept
def job_settings() -> JobSettings:
    """Return what is accepted and how long it may take."""
    from shared.settings.jobs import JobSettings

    return settings.read(JobSettings)


@kept
def model_settings() -> ModelSettings:
    """Return the models' names and times."""
    from shared.settings.models import ModelSettings

    return settings.read(ModelSettings)


@kept
def picture_settings() -> PictureSettings:
    """Return limits and label of pictures."""
    from shared.settings.pictures import PictureSettings

    return settings.read(PictureSettings)


@kept
def announcement_settings() -> AnnouncementSettings:
    """Return whom we tell of posters and failures."""
    from shared.settings.announcements import AnnouncementSettings

    return settings.read(AnnouncementSettings)


@kept
def upkeep_settings() -> UpkeepSettings:
    """Return how jobs in flight are looked after."""
    from shared.settings.upkeep import UpkeepSettings

    return settings.read(UpkeepSettings)


@kept
def callback_settings() -> CallbackSettings:
    from shared.settings.upkeep import CallbackSettings

    return settings.read(CallbackSettings)


@kept
def upload_settings() -> UploadSettings:
    """Return how files of trips are taken in."""
    from shared.settings.uploads import UploadSettings

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
    from shared.settings.admission import AdmissionSettings

    minutes = job_settings().deadline_minutes
    return AdmissionRules.of(settings.read(AdmissionSettings), minutes=minutes)


def campaign_rules() -> Rules:
    """Return what a campaign keeps to where nobody says otherwise."""
    from shared.seasons.model import Rules
    from shared.settings.seasons import SeasonSettings

    found = settings.read(SeasonSettings)
    return Rules(
        newest=found.newest, shards=found.shards, cap=found.cap, budget_cny=found.budget_cny
    )


def season_rules(*, seconds: float) -> SeasonRules:
    """Return how campaigns are planned and sent; a part of one runs for `seconds`."""
    from shared.seasons.ports import SeasonRules
    from shared.settings.admission import AdmissionSettings
    from shared.settings.seasons import SeasonSettings

    found = settings.read(SeasonSettings)
    return SeasonRules(
        occasions=found.occasions,
        campaign=campaign_rules(),
        # What came in files and campaigns share one count of open jobs.
        open_jobs=upload_settings().open_jobs,
        queue_length=found.queue_length,
        tasks_per_minute=settings.read(AdmissionSettings).tasks_per_minute,
        minutes=job_settings().bulk_deadline_minutes,
        seconds=seconds,
    )


@kept
def id_key() -> bytes:
    """Return the secret under which jobs and drivers are named."""
    from shared.settings.identity import NamingSettings

    return settings.read(NamingSettings).id_key.get_secret_value().encode()


@kept
def vehicle_settings() -> VehicleSettings:
    """Return what is taken in as a vehicle's render."""
    from shared.settings.vehicles import VehicleSettings

    return settings.read(VehicleSettings)


def vehicle_limits() -> VehicleLimits:
    """Return how large an uploaded render may be."""
    from shared.vehicles.intake.pictures import Limits as VehicleLimits

    found = vehicle_settings()
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
    from shared.settings.quality import GateSettings

    found = settings.read(GateSettings).model_dump()

    def limits(side: str) -> Limits:
        own = [name for name in found if name.startswith(side)]
        return Limits(**{name.removeprefix(side): found.pop(name) for name in own})

    return Thresholds(master=limits("master_"), lossy=limits("lossy_"), **found)
