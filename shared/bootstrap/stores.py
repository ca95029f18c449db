"""Both buckets, and what lies in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import settings
from shared.bootstrap.keeping import kept
from shared.bootstrap.rules import job_settings, storage_settings, upkeep_settings
from shared.ports import Clock, JobStore, ObjectStore
from shared.settings import credentials
from shared.settings.credentials import Credentials

if TYPE_CHECKING:
    from shared.jobs.circuits import Circuits
    from shared.jobs.claims import Claims
    from shared.jobs.control import Control
    from shared.vehicles.catalogue import Catalogue

_CATALOGUE_SECONDS, _CONTROL_SECONDS = 60, 10


@kept
def clock() -> Clock:
    from shared.adapters.system_clock import SystemClock

    return SystemClock()


@kept
def state() -> ObjectStore:
    """Return the bucket of jobs, results and index."""
    return _bucket(storage_settings().state_bucket)


@kept
def mount() -> ObjectStore:
    """Return the bucket that the GPU service mounts."""
    return _bucket(storage_settings().mount_bucket)


@kept
def jobs() -> JobStore:
    from shared.adapters.bucket_job_store import BucketJobStore

    return BucketJobStore(state(), clock=clock())


def claims() -> Claims:
    """Return who looks at which poster."""
    from shared.jobs.claims import Claims

    seconds = job_settings().review_claim_seconds
    return Claims(state=state(), clock=clock(), seconds=seconds)


@kept
def circuits() -> Circuits:
    """Return what holds sending back while a service fails."""
    from shared.jobs.circuits import CircuitRules, Circuits

    found = upkeep_settings()
    rules = CircuitRules(failures=found.circuit_failures, pause_seconds=found.circuit_seconds)
    return Circuits(state(), clock=clock(), rules=rules)


def control() -> Control:
    """Return what holds work back; read anew when the copy is some seconds old."""
    return _control(int(clock().monotonic() // _CONTROL_SECONDS))


def catalogue() -> Catalogue:
    """Return the vehicles; read anew when the copy is a minute old."""
    return _catalogue(int(clock().monotonic() // _CATALOGUE_SECONDS))


def granted_credentials() -> Credentials:
    """Return the function's own credentials, or those of the environment."""
    return credentials.from_context() or settings.environment_credentials()


@kept
def _catalogue(minute: int) -> Catalogue:  # noqa: ARG001 - the key of the cache
    from shared.vehicles.register import read_catalogue

    return read_catalogue(mount())


@kept
def _control(moment: int) -> Control:  # noqa: ARG001 - the key of the cache
    from shared.jobs.control import read_control

    return read_control(state())


def _bucket(name: str) -> ObjectStore:
    from shared.adapters.oss_object_store import OssObjectStore

    found = storage_settings()
    return OssObjectStore(
        endpoint=found.endpoint,
        public_endpoint=found.public_endpoint,
        region=found.region,
        bucket=name,
        credentials=granted_credentials,
        timeout_seconds=found.timeout_seconds,
        deadline_seconds=found.deadline_seconds,
    )
