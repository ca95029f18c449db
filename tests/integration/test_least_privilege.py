"""Every journey with the deployed policies enforced: all of them work, and nothing is left over."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.cloud.identity import keys
from local.stack import MOUNT_BUCKET, ROOT, STATE_BUCKET
from shared import bootstrap
from shared.core import ids, webhooks
from shared.core.errors import UpstreamRejectedError
from shared.jobs.moving import load
from shared.seasons.calendar import calendar
from tests.fakes.demo_car import demo_car
from tests.integration.guarded import CALLBACK_SECRET, JUDGES, PAINTERS, GuardedStack, trip, wait
from tests.integration.unused_permissions import surplus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.trip_posters import Job, TripPosters

pytestmark = pytest.mark.slow

_PATIENCE_SECONDS = 120.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedStack]:
    made = GuardedStack.create(tmp_path_factory.mktemp("guarded"))
    with made.stack:
        yield made


def finish(client: TripPosters, job_id: str) -> Job:
    return client.wait_for_poster(job_id, seconds=_PATIENCE_SECONDS, interval=0.3)


def review(world: GuardedStack, job_id: str, **decision: Any) -> None:
    headers = {"Authorization": f"Bearer {world.stack.keys.token('r-1', 'reviewer')}"}
    url = f"{world.stack.urls['app']}/v1/jobs/{job_id}/review"
    assert requests.post(url, json=decision, headers=headers, timeout=15).status_code == 200


def test_a_season_is_painted(world: GuardedStack) -> None:
    today = bootstrap.clock().now().date()
    seasons = {season.value for season in calendar().seasons}
    windows = [w for w in calendar().due(today) if w.occasion in seasons]
    onset = [w.campaign for w in windows if calendar().onset(w, "northeast") <= today]
    if not onset:
        pytest.skip("between two seasons there is no campaign to run")
    city = {"city": "哈尔滨市", "weather": "晴"}
    driver = world.posters("driver-3")
    job_id = driver.submit(trip(start=city, end=city, via=[], share=True)).job_id
    wait(lambda: driver.job(job_id).status == "needs_review", "the review")
    review(world, job_id, decision="approve")
    first = finish(driver, job_id)
    world.command("season", "plan", onset[-1], "--shards", "1")
    world.command("season", "start", onset[-1])
    painted = ids.season_job_id(bootstrap.id_key(), source=first.job_id, campaign=onset[-1])
    folder = world.stack.objects.folder(STATE_BUCKET) / "jobs" / painted
    wait(folder.exists, "the season's job")
    wait(lambda: driver.job(painted).status == "needs_review", "the season's poster")
    wait(lambda: '"done"' in world.command("season", "status", onset[-1], "--json"), "its end")


def test_a_shared_trip_is_painted_reviewed_announced_and_taken_back(world: GuardedStack) -> None:
    driver = world.posters("driver-1")
    job_id = driver.submit(trip(share=True), idempotency_key="shared").job_id
    wait(lambda: driver.job(job_id).status == "needs_review", "the review")
    reviewer = {"Authorization": f"Bearer {world.stack.keys.token('r-1', 'reviewer')}"}
    claim = f"{world.stack.urls['app']}/v1/jobs/{job_id}/claim"
    assert requests.put(claim, headers=reviewer, timeout=15).status_code == 200
    review(world, job_id, decision="approve")
    review(world, job_id, decision="take_back")
    review(world, job_id, decision="repaint", seed=3)
    wait(lambda: driver.job(job_id).attempt == 2, "the second picture")
    wait(lambda: driver.job(job_id).status == "needs_review", "its review")
    review(world, job_id, decision="approve")
    job = finish(driver, job_id)
    told = world.stack.community.messages
    wait(lambda: f"{job_id}-2-ready-2" in told("community"), "the announcement")

    address = f"{world.stack.urls['app']}/v1/posters/{job_id}"
    assert requests.get(address, timeout=15).status_code == 200
    assert job.poster is not None
    assert driver.download(job.poster.master)
    assert driver.set_share(job_id, share=False).share is False
    wait(lambda: any("withdrawn" in each for each in told("community")), "the withdrawal")
    (listed,) = driver.every_job()
    assert listed.poster is not None
    assert driver.download(listed.poster.thumbnail)
    (exported,) = driver.export()
    link = exported["jobs"][0]["job"]["poster"]["manifest"]["url"]
    assert requests.get(link, timeout=15).status_code == 200
    assert driver.styles()
    for url in world.previews().values():
        assert requests.get(url, timeout=15).status_code == 200


def test_a_poster_is_repainted_another_cancelled(world: GuardedStack) -> None:
    driver = world.posters("driver-2")
    first = finish(driver, driver.submit(trip(distance_km=20.5)).job_id)
    again = finish(driver, driver.repaint(first.job_id, seed=7).job_id)
    assert again.poster is not None
    open_one = driver.submit(trip(distance_km=21.5)).job_id
    assert driver.cancel(open_one).job_id == open_one


def test_a_signed_callback_and_a_failure_are_taken(world: GuardedStack) -> None:
    driver = world.posters("driver-4")
    job_id = finish(driver, driver.submit(trip(distance_km=40.5)).job_id).job_id
    body = json.dumps({"task_id": f"{job_id}-1"}).encode()
    headers = webhooks.signed_headers("msg_1", int(time.time()), body, (CALLBACK_SECRET,))
    url = f"{world.stack.urls['app']}/v1/callbacks/tasks"
    assert requests.post(url, data=body, headers=headers, timeout=15).status_code == 202

    unknown = json.dumps({"job_id": "j" + "b" * 31}).encode()
    world.stack.host.invoke_async("trip-poster-paint_trip", unknown)
    wait(lambda: "paint_trip" in world.command("dead", "list"), "the note of the failure")


def test_a_file_becomes_posters_and_what_a_driver_has_asked_for_is_erased(
    world: GuardedStack,
) -> None:
    leaving, staying = world.posters("leaving"), world.posters("staying")
    one = finish(leaving, leaving.submit(trip(distance_km=30.5)).job_id)
    lines = [{**trip(distance_km=31.5), "driver": name} for name in ("leaving", "staying")]
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    uploader = world.mount_of("uploader")
    uploader.put("uploads/trips/fleet.jsonl", body)
    wait(lambda: len(list(staying.every_job())) == 1, "the uploaded job")
    wait(lambda: len(list(leaving.every_job())) == 2, "the other uploaded job")
    for each in (*leaving.every_job(), *staying.every_job()):
        finish(leaving if each.job_id in {j.job_id for j in leaving.every_job()} else staying,
               each.job_id)  # fmt: skip
    reports = "uploads/reports/trips/fleet.jsonl/"
    wait(lambda: any(i.key.endswith("summary.json") for i in uploader.page(reports).items), "it")
    assert uploader.get(uploader.page(reports).items[0].key)

    erasure = leaving.erase(one.job_id)
    wait(lambda: leaving.erasure(erasure.erasure_id).status != "running", "the erasure")
    erasure = leaving.erase_everything()
    wait(lambda: leaving.erasure(erasure.erasure_id).status != "running", "the other erasure")
    assert leaving.erasure(erasure.erasure_id).counts["uploads"] == 1
    assert leaving.erase_everything().erasure_id == erasure.erasure_id
    assert list(leaving.every_job()) == []


def test_a_render_and_a_member_of_a_set_are_taken_in(world: GuardedStack) -> None:
    uploader, folder = world.mount_of("uploader"), "uploads/vehicles/citycar/g3"
    car = demo_car()
    for name, paint in ((f"{folder}/teal", "teal"), (f"{folder}/sea/front_left.noon", "sea")):
        card = car.card | {"generation": "g3", "paint": paint}
        uploader.put(f"{name}.json", json.dumps(card).encode())
        uploader.put(f"{name}.badge.png", car.badge)
        uploader.put(f"{name}.png", car.render)
    uploader.put("uploads/vehicles/what.png", b"no render")
    assert world.stack.host.drain(60)
    bootstrap.reset()

    assert requests.get(world.previews()["g3/teal"], timeout=15).status_code == 200
    page = world.stack.objects.get(MOUNT_BUCKET, "uploads/reports/vehicles/citycar/g3/sea/set.txt")
    assert b"1 renders" in page[1]


def test_staff_sees_the_wall_and_how_the_service_does(world: GuardedStack) -> None:
    def told(path: str, scope: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {world.stack.keys.token('s-1', scope)}"}
        answer = requests.get(world.stack.urls["app"] + path, headers=headers, timeout=15)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    driver = world.posters("driver-7")
    job_id = driver.submit(trip(distance_km=70.5, share=True)).job_id
    wait(lambda: driver.job(job_id).status == "needs_review", "the review")
    waiting = "/v1/wall?status=needs_review"
    wait(
        lambda: job_id in {each["job_id"] for each in told(waiting, "reviewer")["entries"]},
        "the entry on the wall, which is written after the record",
    )
    review(world, job_id, decision="approve")
    first = told("/v1/wall?limit=1", "studio")["entries"][0]
    assert requests.get(first["thumbnail"]["url"], timeout=15).status_code == 200
    assert told("/v1/health", "operator")["days"][0]["made"] > 0


def studio(world: GuardedStack, method: str, path: str, body: Any = None) -> Any:
    """Return what the studio is answered."""
    headers = {"Authorization": f"Bearer {world.stack.keys.token('artist-1', 'studio')}"}
    url = f"{world.stack.urls['app']}/v1/{path}"
    answer = requests.request(method, url, json=body, headers=headers, timeout=60)
    assert answer.status_code < 300, answer.text
    return answer.json()


def test_the_studio_uploads_draws_recalls_and_plans(world: GuardedStack) -> None:
    car, paint = demo_car(), {"model": "citycar", "generation": "g5", "paint": "plum"}
    sent = {"a.json": json.dumps(car.card | paint).encode(), "a.badge.png": car.badge,
            "a.png": car.render}  # fmt: skip
    kinds = {"json": "application/json", "png": "image/png"}
    files = [{"name": n, "size": len(d), "type": kinds[n[-4:].strip(".")]} for n, d in sent.items()]
    for form in studio(world, "POST", "vehicles/uploads", {**paint, "files": files})["forms"]:
        file = {"file": (form["name"], sent[form["name"]])}
        assert requests.post(form["url"], form["fields"], files=file, timeout=30).status_code == 204
    assert world.stack.host.drain(240)
    ((version,),) = [
        each["versions"]
        for found in studio(world, "GET", "vehicles/sets?vehicle=citycar/g5")["sets"]
        for each in found["members"]
    ]
    links = [version["preview"]["url"], *(each["url"] for each in version["pictures"])]
    assert {requests.get(url, timeout=15).status_code for url in links} == {200}
    badge = studio(world, "GET", f"vehicles/badge?vehicle={version['vehicle']}")
    assert requests.get(badge["mask"]["url"], timeout=15).status_code == 200
    drawn = {"vehicle": version["vehicle"], "polygons": badge["polygons"]}
    studio(world, "POST", "vehicles/badge", drawn)
    assert world.stack.host.drain(240)
    (found,) = studio(world, "GET", "vehicles/sets?vehicle=citycar/g5")["sets"]
    newest = found["members"][0]["versions"][0]["vehicle"]
    assert studio(world, "GET", f"vehicles/badge?vehicle={newest}")["polygons"] == drawn["polygons"]

    bootstrap.reset()
    driver = world.posters("driver-8")
    job_id = driver.submit(trip(distance_km=70.5, share=True, vehicle=paint)).job_id
    wait(lambda: driver.job(job_id).status == "needs_review", "the review")
    seen = studio(world, "GET", f"vehicles/recall?vehicle={newest}")
    assert seen["made_with_it"] == 1
    recall = {"vehicle": newest, "decision": "recall", "reason": "wrong wheels"}
    assert studio(world, "POST", "vehicles/decisions", recall)["ended_open"] == 1

    later = studio(world, "GET", "campaigns")["windows"][-1]["campaign"]
    studio(world, "POST", f"campaigns/{later}", {"action": "plan", "rules": {"shards": 1}})
    assert studio(world, "POST", f"campaigns/{later}", {"action": "stop"})["status"] == "stopped"


def test_the_operator_works_with_the_operators_key(world: GuardedStack) -> None:
    world.command("queue", "status")
    world.command("queue", "pause", "a look")
    world.command("queue", "resume")
    ran = world.process("preflight", "--json")
    assert [x for x in json.loads(ran.stdout) if x["level"] == "failure"] == [], ran.stdout


def test_the_operator_repaints_reviews_and_cancels_with_the_operators_key(
    world: GuardedStack,
) -> None:
    driver = world.posters("driver-6")
    shared = driver.submit(trip(distance_km=60.5, share=True)).job_id
    wait(lambda: driver.job(shared).status == "needs_review", "the review")
    listed = json.loads(world.command("job", "list", "--waiting-for-review", "--json"))
    assert shared in {row["job"] for row in listed}
    world.command("job", "review", shared, "approve", "--by", "anna")
    assert finish(driver, shared).status == "succeeded"
    world.command("job", "index")
    assert "review: approve" in world.command("job", "show", shared)

    told = json.loads(world.command("job", "repaint", shared, "--style", "ink_wash", "--json"))
    wait(lambda: driver.job(told["job"]).status == "needs_review", "the other poster")

    said = world.command("job", "cancel", told["job"])
    assert "is cancelled; its task: none" in said
    assert driver.job(told["job"]).status == "cancelled"


def test_models_that_are_retired_are_passed_over_and_the_records_say_which_worked(
    world: GuardedStack,
) -> None:
    for name in (JUDGES[0], PAINTERS[0]):
        world.stack.dashscope.models.retire(name)
    driver = world.posters("driver-5")

    job = finish(driver, driver.submit(trip(distance_km=50.5)).job_id)

    record = load(job.job_id, jobs=bootstrap.jobs())
    assert record.scene is not None
    assert record.result is not None
    assert (record.scene.model, record.result.judge_model) == (PAINTERS[1], JUDGES[1])
    assert (record.scene_failures, record.attempts, record.pictures_ordered) == (0, 1, 1)
    told = world.command("queue", "status")
    assert f"model.judge.{JUDGES[0]}" in told
    assert f"model.picture.{PAINTERS[0]}" in told
    assert job.poster is not None
    # By its link: whose key this process holds just now, a timer may change.
    manifest = requests.get(job.poster.manifest.url, timeout=15).json()
    assert manifest["scene"]["model"] == PAINTERS[1]


def test_whoever_lacks_a_permission_is_told_what_was_refused(world: GuardedStack) -> None:
    refused = len(world.guard.refused)
    with pytest.raises(UpstreamRejectedError, match=r"403 AccessDenied for output/x/task\.json"):
        world.mount_of("uploader").put("output/x/task.json", b"{}")
    with pytest.raises(UpstreamRejectedError, match="403 AccessDenied for uploads/trips/fleet"):
        world.mount_of("read_job").get("uploads/trips/fleet.jsonl")
    with pytest.raises(UpstreamRejectedError, match="403 AccessDenied"):
        world.mount_of("uploader").page("")
    assert [name for name, _ in world.guard.refused[refused:]] == [
        "uploader",
        "read_job",
        "uploader",
    ]
    del world.guard.refused[refused:]


def test_nothing_was_refused_and_no_permission_is_there_for_nothing(world: GuardedStack) -> None:
    assert [f"{name}: {wanted}" for name, wanted in world.guard.refused] == []
    assert surplus(world.guard.unused()) == []


def test_the_guarded_buckets_are_those_of_the_policies() -> None:
    text = (ROOT / "deploy" / "ram" / "paint_scene.json").read_text("utf-8")
    assert f"acs:oss:*:*:{STATE_BUCKET}/jobs/*" in text
    assert f"acs:oss:*:*:{MOUNT_BUCKET}/input/j*" in text
    assert f":{keys.ACCOUNT}:functions/trip-poster-receive_failure" in text
