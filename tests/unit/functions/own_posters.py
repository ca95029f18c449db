"""What a driver does with posters of their own, over a world of fakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.change_share.use_case import change_share
from functions.erase_driver.use_case import erase_driver
from functions.erase_job.use_case import erase_job
from functions.export_driver.use_case import export_driver
from functions.list_jobs.use_case import list_jobs
from functions.read_erasure.use_case import read_erasure
from functions.repaint_job.schema import RepaintOrder
from functions.repaint_job.use_case import repaint_job
from functions.run_erasure.use_case import run_erasure
from functions.send_announcements.use_case import send_announcements
from shared.core import ids
from shared.core.callers import Caller
from shared.jobs.accepting import AcceptRules
from shared.jobs.closing import finish
from shared.jobs.control import read_control
from shared.jobs.erasing import GRACE
from shared.jobs.record import JobName, JobStatus, StoredResult, WrittenPrompt
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.trips.facts import facts_of
from tests.fakes.announcer import FakeAnnouncer
from tests.fakes.jobs import stepped
from tests.fakes.wired import wired
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from functions.export_driver.schema import Export
    from functions.list_jobs.schema import JobList
    from shared.jobs.closing import AnnounceMode
    from shared.jobs.erasures import Receipt
    from shared.jobs.record import JobRecord
    from tests.unit.functions.world import World

ID_KEY = b"k" * 32
RULES = AcceptRules(
    id_key=ID_KEY,
    default_style="photoreal",
    default_vehicle="testcar/g1/red",
    deadline_minutes=30,
)


def caller_of(driver: str, *, tenant: str = "maker", scope: str = "driver") -> Caller:
    """Return a driver's caller."""
    return Caller(tenant, driver, frozenset(scope.split()))


def key_of(driver: str, tenant: str = "maker") -> str:
    """Return the driver's name in keys."""
    return ids.driver_key(ID_KEY, tenant=tenant, driver=driver)


class Owner:
    """One driver in a world, doing what the handlers let a driver do."""

    def __init__(self, world: World, driver: str = "driver-1") -> None:
        self.world, self.driver = world, driver
        self.key = key_of(driver)
        self.announcer = FakeAnnouncer()

    def page(self, *, cursor: str = "", limit: int = 20) -> JobList:
        """Run list_jobs."""
        return list_jobs(
            self.key,
            cursor=cursor,
            limit=limit,
            id_key=ID_KEY,
            link_seconds=60,
            jobs=self.world.jobs,
            results=self.world.state,
            control=lambda: read_control(self.world.state),
        )

    def export(self, *, cursor: str = "") -> Export:
        """Run export_driver."""
        return wired(export_driver, self.world)(
            self.key,
            cursor=cursor,
            id_key=ID_KEY,
            link_seconds=60,
            control=lambda: read_control(self.world.state),
        )

    def share(self, job_id: str, *, to: bool, announce: AnnounceMode = "automatic") -> JobRecord:
        """Run change_share."""
        return wired(change_share, self.world)(
            job_id, caller_of(self.driver), share=to, announce=announce, id_key=ID_KEY
        )

    def repaint(self, job_id: str, *, key: str | None = None, **order: object) -> JobRecord:
        """Run repaint_job."""
        return wired(repaint_job, self.world)(
            job_id,
            RepaintOrder.model_validate(order),
            caller_of(self.driver),
            idempotency_key=key,
            rules=RULES,
            admission=self.world.admission,
            control=read_control(self.world.state),
            catalogue=self.world.catalogue,
        )

    def erase(self, job_id: str) -> Receipt:
        """Run erase_job."""
        return wired(erase_job, self.world)(
            JobName(job_id=job_id, tenant="maker", driver_key=self.key), id_key=ID_KEY
        )

    def erase_all(self) -> Receipt:
        """Run erase_driver."""
        return wired(erase_driver, self.world)(self.key, tenant="maker", id_key=ID_KEY)

    def carry_out(self, erasure_id: str, *, seconds: float = 60) -> Receipt | None:
        """Run run_erasure."""
        return wired(run_erasure, self.world)(erasure_id, seconds=seconds, id_key=ID_KEY)

    def receipt(self, erasure_id: str) -> Receipt:
        """Run read_erasure."""
        return read_erasure(erasure_id, self.key, id_key=ID_KEY, state=self.world.state)

    def announce(self) -> list[str]:
        """Run send_announcements; return the ids of all messages taken so far."""
        wired(send_announcements, self.world)(
            seconds=40,
            configured={"community", "backend"},
            base_url="https://posters.example.com",
            announcer=self.announcer,
        )
        return [each.message_id for each in self.announcer.taken]

    def settle(self, erasure_id: str, *, minutes: int = 60) -> Receipt:
        """Let time pass, sweeps and workers run, until the erasure is done for good."""
        for _ in range(minutes):
            self.world.invoker.handlers["run_erasure"] = lambda order: self.carry_out(
                order["erasure_id"]
            )
            self.world.step()
            if self.receipt(erasure_id).status == "done" and not self.world.state.keys("open/"):
                return self.receipt(erasure_id)
            self.world.clock.advance(60)
        msg = f"not done after {minutes} minutes: {self.world.state.keys('open/')}"
        raise AssertionError(msg)


def finished(
    world: World,
    *,
    driver: str = "driver-1",
    share: bool = False,
    status: str = "succeeded",
    **trip: object,
) -> JobRecord:
    """Return a job that came to its end long ago, as far as anybody can tell from the buckets."""
    prompt = template_prompt(facts_of(sample_trip(share=share, **trip)), seed=1)
    job = world.submit(sample_trip(share=share, **trip), driver=driver)
    world.invoker.lose()
    steps = ("prompted", "sending", "queued", "rendered", status)
    for step in steps[: steps.index(status) + 1]:
        job = stepped(job, JobStatus(step), now=world.clock.now())
        if step == "prompted":
            written = WrittenPrompt(prompt=prompt, source=PromptSource.TEMPLATE)
            job = job.model_copy(update={"prompt": written})
        if step == "succeeded":
            job = job.model_copy(update={"result": _stored(world, job)})
        assert world.jobs.append(job)
    world.mount.put(ids.plate_key(job.task_id), b"plate")
    for name in ("poster.png", "task.json"):
        world.mount.put(ids.output_key(job.task_id, name), b"output")
    finish(job, jobs=world.jobs)
    return job


def _stored(world: World, job: JobRecord) -> StoredResult:
    folder = ids.result_folder(job.job_id, job.task_id)
    for name in ("poster.png", "poster.jpg", "thumbnail.jpg", "manifest.json"):
        world.state.put(folder + name, b"poster")
    return StoredResult(
        folder=folder, manifest_sha256="0" * 64, protected_pixels=1, protected_pixels_changed=0
    )


def left_of(world: World, job_id: str) -> list[str]:
    """Return the keys that name a job, records, marks of withdrawals and receipts apart."""
    found = [*world.state.keys(), *(f"mount:{key}" for key in world.mount.keys(""))]
    harmless = ("jobs/", "control/")
    return [
        key
        for key in found
        if job_id in key and not key.startswith(harmless) and "-withdrawn" not in key
    ]


GRACE_SECONDS = GRACE.total_seconds()
