"""What the settings say, in the words of the use cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import settings
from shared.bootstrap.keeping import kept
from shared.setting_groups.admission import AdmissionSettings
from shared.setting_groups.announcements import AnnouncementSettings
from shared.setting_groups.upkeep import UpkeepSettings

if TYPE_CHECKING:
    from shared.jobs.admission import AdmissionRules
    from shared.quality.thresholds import Thresholds
    from shared.results.pictures import PictureLimits


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


@kept
def gate_thresholds() -> Thresholds:
    """Return what a poster must keep to."""
    from shared.quality.thresholds import Limits, Thresholds

    found = settings.read(settings.GateSettings).model_dump()

    def limits(side: str) -> Limits:
        own = [name for name in found if name.startswith(side)]
        return Limits(**{name.removeprefix(side): found.pop(name) for name in own})

    return Thresholds(master=limits("master_"), lossy=limits("lossy_"), **found)
