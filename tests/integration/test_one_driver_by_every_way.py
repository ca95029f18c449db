"""A driver who came by every way, and left something in every place, is erased: what is left.

Searched through are both buckets (keys and bytes, packed ones unpacked), the GPU queues, the
platform's queue and log of invocations and all log lines of the functions, for the driver's name,
the captions and the ids of the jobs, in every form and encoding that an upload might have had. What
may be found stands in docs/reference/storage.md with its time. Left out is what others hold: the
models' services and the receivers of announcements.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import gzip
import json
import re
import threading
import time
import unicodedata
import zlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import requests
import structlog
from structlog.testing import LogCapture

from cli.retention import kept
from client.trip_posters import TripPosters
from functions.receive_failure.use_case import receive_failure
from functions.run_erasure.use_case import run_erasure
from local.painter.plain import plain
from local.stack import MOUNT_BUCKET, LocalStack
from shared import bootstrap
from shared.adapters.system_clock import SystemClock
from shared.core import ids
from shared.edge.events.failures import FailedInvocation
from shared.jobs.erasing import GRACE, Eraser
from shared.ports import every_object
from tests.integration.conftest import SAMPLE
from tools.chaos.small_stack import small_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from shared.ports import ObjectStore

pytestmark = pytest.mark.slow

DRIVER, OTHER = "José司机甲", "staying-driver"
NFD = unicodedata.normalize("NFD", DRIVER)
CAPTION, ALONE, _KEY = "暗号丁句子", "暗号戊句子", "clé 一"
_PATIENCE_SECONDS = 60.0
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030")
# What may name an erased job: each of these docs/explanation/privacy.md names.
_STAYS = re.compile(
    r"state jobs/|state announced/[^/]*-withdrawn|state campaigns/|state recalls/|log|"
    r"platform's log"
)


class LaterClock(SystemClock):
    """The system's clock, when all that was under way has ended."""

    def now(self) -> datetime:
        """Return the time after the grace of an erasure."""
        return super().now() + GRACE + timedelta(minutes=1)


@dataclass
class Run:
    """What the stack was made to hold, and what was seen on the way."""

    stack: LocalStack
    capture: LogCapture
    jobs: dict[str, str] = field(default_factory=dict)
    listed: dict[str, set[str]] = field(default_factory=dict)
    exported: dict[str, set[str]] = field(default_factory=dict)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    found: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    planted: dict[str, list[str]] = field(default_factory=dict)
    stays: list[str] = field(default_factory=list)


def wait(until: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < end, "it did not come about"
        threading.Event().wait(0.1)


def trip(**changes: Any) -> dict[str, Any]:
    """Return the sample trip, with the caption and changed."""
    return {**json.loads(SAMPLE.read_bytes()), "caption": CAPTION, **changes}


def line(driver: str | None = DRIVER, **changes: Any) -> str:
    """Return a line of an upload."""
    return json.dumps(trip(driver=driver, **changes), ensure_ascii=False)


def others() -> str:
    """Return the line of a driver who stays."""
    return line(OTHER, distance_km=9, caption="留下")


def _line_of_alone() -> str:
    return line(NFD, caption=ALONE, share=True, idempotency_key=unicodedata.normalize("NFD", _KEY))


def clients(stack: LocalStack) -> dict[str, TripPosters]:
    """Return the driver's client by every way there is."""
    token, url = stack.keys.token, stack.urls["app"]
    service = token("backend", "service")
    return {
        "token": TripPosters(url, token(DRIVER)),
        "decomposed token": TripPosters(url, token(NFD)),
        "service": TripPosters(url, service, driver=DRIVER),
        "service, decomposed": TripPosters(url, service, driver=NFD),
    }


def by_bytes(stack: LocalStack, name: str, method: str, path: str, **body: Any) -> dict[str, Any]:
    """Call as a service that sends the name's bytes as they are."""
    token = stack.keys.token("backend", "service")
    headers = {"Authorization": f"Bearer {token}".encode(), "X-Driver-Id": name.encode()}
    url = stack.urls["app"] + path
    answer = requests.request(method, url, headers=headers, timeout=15, **body)
    assert answer.status_code in {200, 202}, answer.text
    found: dict[str, Any] = answer.json()
    return found


def put(stack: LocalStack, name: str, data: bytes | str) -> str:
    """Put an upload; return its key."""
    key = f"uploads/trips/{name}"
    stack.objects.put(MOUNT_BUCKET, key, data.encode() if isinstance(data, str) else data)
    return key


def reports(name: str, count: int = 1) -> Callable[[], bool]:
    """Return whether so many contents of a file have their summary."""
    prefix = f"uploads/reports/trips/{name}/"

    def are_there() -> bool:
        found = (item.key for item in bootstrap.mount().page(prefix).items)
        return sum(key.endswith("/summary.json") for key in found) == count

    return are_there


def _send(run: Run) -> None:
    """Send trips by every way."""
    stack, of = run.stack, clients(run.stack)
    run.jobs["token"] = of["token"].submit(trip(distance_km=101, share=True)).job_id
    run.jobs["decomposed token"] = of["decomposed token"].submit(trip(distance_km=102)).job_id
    run.jobs["service"] = of["service"].submit(trip(distance_km=103)).job_id
    alone = of["service, decomposed"].submit(trip(caption=ALONE, share=True), idempotency_key=_KEY)
    run.jobs["alone"] = alone.job_id
    for number, name in enumerate((DRIVER, NFD)):
        sent = by_bytes(stack, name, "POST", "/v1/trips", json=trip(distance_km=104 + number))
        run.jobs[f"bytes {number}"] = sent["job_id"]
    uploaded = [line(distance_km=106), line(NFD, distance_km=107), others(), _line_of_alone()]
    put(stack, "good.jsonl", "\n".join(uploaded))
    put(stack, "list.json", json.dumps([trip(driver=NFD, distance_km=108)]))
    sample = SAMPLE.with_name("article_trip.txt").read_text("utf-8").replace("645.4", "109")
    put(stack, "trip.txt", f"司机：{NFD}\n{sample}")
    wait(lambda: all(reports(name)() for name in ("good.jsonl", "list.json", "trip.txt")))
    every = list(of["token"].every_job())
    for job in every:
        of["token"].wait_for_poster(job.job_id, seconds=_PATIENCE_SECONDS, interval=0.1)
    run.jobs |= {f"uploaded {n}": j.job_id for n, j in enumerate(every) if j.origin == "upload"}


def _look(run: Run) -> None:
    """List and export by every way."""
    for way, client in clients(run.stack).items():
        run.listed[way] = {job.job_id for job in client.every_job()}
        files = [each for file in client.export() for each in file["jobs"]]
        run.exported[way] = {each["job"]["job_id"] for each in files}
    for number, name in enumerate((DRIVER, NFD)):
        page = by_bytes(run.stack, name, "GET", "/v1/jobs?limit=50")
        run.listed[f"bytes {number}"] = {job["job_id"] for job in page["jobs"]}


def _leave_uploads(run: Run) -> None:
    """Leave a file of every kind that is refused, half readable, replaced or deleted."""
    stack, rest = run.stack, others()
    refused: dict[str, bytes | str] = {
        "name.csv": f"driver,caption\n{DRIVER},{CAPTION}\n",
        "name": line(),
        "packed.jsonl.gz": gzip.compress(line().encode()),
        "packed.zip.txt.zlib": zlib.compress(line().encode()),
        "large.json": f"[{line()}{' ' * 4_200_000}]",
    }
    half: dict[str, bytes | str] = {
        "gbk.jsonl": f"{line()}\n".encode("gb18030"),
        "utf16.jsonl": f"{line()}\n{line()}\n".encode("utf-16"),
        "table.csv": f"司机,标题,结束时间,终点\n{NFD},{CAPTION},2024-05-02 22:38,上海市\n"
        f'{DRIVER},"{CAPTION}\n",soon,上海市\n"{DRIVER}","{CAPTION}\n'.encode("gb18030"),
        "utf16.csv": f"driver\tcaption\tended_at\tend\n{DRIVER}\t{CAPTION}\t\t\n".encode("utf-16"),
        "big5.txt": "司機: 司機一\n標題: 出遊\n".encode("big5"),
        "utf16.json": line().encode("utf-16-be"),
        "utf16.txt": f"司机: {DRIVER}\n{CAPTION}\n".encode("utf-16-le"),
        "utf8.txt": f"司机: {DRIVER}\u200b\n标题: {CAPTION}\n",
        "broken.json": f'[{rest}, {{"driver": "{NFD}", "caption": "{CAPTION}", ] {line()}',
        "odd.jsonl": "\n".join(
            [
                rest,
                line(None),
                line(f" {DRIVER} "),
                line(f"{DRIVER}\u200b"),
                line(distance_km="far"),
                line()[:-9],
                f'{{"driver_id": "{DRIVER}", "caption": "{CAPTION}"}}',
                json.dumps({"driver": NFD, "caption": CAPTION}),
                f"{DRIVER},{CAPTION}",
                line(note="x" * 70_000),
                rest,
            ]
        ),
    }
    twice = line(distance_km=106)
    for name in ("replaced.jsonl", "deleted.jsonl"):
        put(stack, name, f"{twice}\n{_line_of_alone()}\n")
    for name, data in {**refused, **half}.items():
        put(stack, name, data)
    wait(lambda: all(reports(name)() for name in (*refused, *half, "replaced.jsonl")))
    wait(reports("deleted.jsonl"))
    put(stack, "replaced.jsonl", rest)
    wait(reports("replaced.jsonl", 2))
    stack.objects.delete(MOUNT_BUCKET, "uploads/trips/deleted.jsonl")


def _leave_the_rest(run: Run) -> None:
    """Leave dead letters of every kind, outputs that are waited for, and ids with others."""
    state, mount = bootstrap.state(), bootstrap.mount()
    for job_id in (run.jobs["token"], run.jobs["alone"]):
        task = ids.task_id(job_id, 1)
        _fail(job_id, "1")
        state.put(f"dead/sink/000000000001-{job_id[:8]}/why.json", task.encode())
        state.put(f"dead/sink/000000000001-{job_id[:8]}/body", CAPTION.encode())
        state.put(f"dead/announcements/{job_id}-1-ready.json", CAPTION.encode())
        state.put(f"late/{task}", b"")
        mount.put(f"output/{task}/late.png", CAPTION.encode())
        mount.put(f"input/{task}/plate.png", CAPTION.encode())
        # Of others, and with a time of their own.
        state.put("campaigns/winter-2026/plan1/0/000001.json", job_id.encode())
        state.put("recalls/citycar/g1/red/0123456789ab.json", job_id.encode())


def _fail(job_id: str, request_id: str) -> None:
    context = {"functionArn": "acs:fc:r:1:functions/store_result", "requestId": request_id}
    payload = json.dumps({"task_id": ids.task_id(job_id, 1)})
    failed = {"requestContext": context, "requestPayload": payload}
    receive_failure(
        FailedInvocation.model_validate(failed), jobs=bootstrap.jobs(), dead=bootstrap.state()
    )


def _erase(run: Run, erasure: dict[str, Any], *job_ids: str) -> None:
    """Let an erasure be carried out, and what comes late come late."""
    path, state = f"/v1/erasures/{erasure['erasure_id']}", bootstrap.state()
    wait(lambda: by_bytes(run.stack, DRIVER, "GET", path)["status"] == "settling")
    _fail(job_ids[0], "2")
    state.put(f"dead/sink/000000000002-{job_ids[0][:8]}/why.json", job_ids[0].encode())
    ports: dict[str, Any] = {"jobs": bootstrap.jobs(), "state": state, "mount": bootstrap.mount()}
    ports["queue"] = bootstrap.queue()
    run_erasure(
        erasure["erasure_id"],
        seconds=60,
        id_key=bootstrap.id_key(),
        invoker=bootstrap.invoker(),
        clock=LaterClock(),
        **ports,
    )
    # As the sweeper does a quarter of an hour after the last notice of each.
    for job_id in job_ids:
        Eraser(**ports).purge_at_last(job_id)
        wait(lambda: not list(state.page("outbox/").items))
    run.receipts.append(by_bytes(run.stack, DRIVER, "GET", path))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    capture, before = LogCapture(), structlog.get_config()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, capture],
        wrapper_class=structlog.make_filtering_bound_logger("DEBUG"),
        cache_logger_on_first_use=False,
    )
    try:
        with small_stack(tmp_path_factory.mktemp("one-driver"), paint=plain) as stack:
            found = Run(stack, capture)
            _send(found)
            _look(found)
            _leave_uploads(found)
            _leave_the_rest(found)
            found.planted = holders(found, DRIVER, CAPTION, ALONE)
            alone = found.jobs["alone"]
            service = clients(stack)["service, decomposed"]
            service.erase(alone)
            erasure = by_bytes(stack, NFD, "DELETE", f"/v1/jobs/{alone}")
            _erase(found, erasure, alone)
            found.found["job"] = holders(found, ALONE, alone)
            erasure = by_bytes(stack, NFD, "DELETE", "/v1/me")
            _erase(found, erasure, *sorted(set(found.jobs.values()) - {alone}))
            # A file that is put again, as a nightly copy does.
            put(stack, "good.jsonl", f"{line(distance_km=106)}\n{others()}")
            assert stack.host.drain(20)
            found.found["driver"] = holders(found, DRIVER, CAPTION, ALONE, *found.jobs.values())
            found.stays = holders(found, OTHER)[OTHER]
            yield found
    finally:
        structlog.configure(**before)


def pieces(run: Run) -> Iterator[tuple[str, bytes]]:
    """Yield everything that is stored, and all lines that were logged."""
    stores: dict[str, ObjectStore] = {"state": bootstrap.state(), "mount": bootstrap.mount()}
    for name, store in stores.items():
        for item in list(every_object(store, "")):
            if not item.key.startswith(("models/", "input/vehicles/", "custom_nodes/")):
                body = store.get(item.key, max_bytes=1 << 30) or b""
                yield f"{name} {item.key}", item.key.encode() + b"\n" + body
    root = run.stack.objects.folder(MOUNT_BUCKET).parent.parent
    for name, folder in (("platform's log", "fc"), ("GPU queues", "eas")):
        for path in sorted(p for p in (root / folder).rglob("*") if p.is_file()):
            yield f"{name} {path.name}", path.name.encode() + b"\n" + path.read_bytes()
    for entry in run.capture.entries:
        yield "log", json.dumps(entry, ensure_ascii=False, default=repr).encode()


def holders(run: Run, *words: str) -> dict[str, list[str]]:
    """Return where each word is found, in whatever form, packed or encoded."""
    patterns = {word: re.compile(b"|".join(map(re.escape, _forms(word)))) for word in words}
    found: dict[str, list[str]] = {word: [] for word in words}
    for where, data in pieces(run):
        layers = list(_layers(data))
        for word, pattern in patterns.items():
            if any(pattern.search(layer) for layer in layers):
                found[word].append(where)
    return found


def _forms(word: str) -> set[bytes]:
    texts = {unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)}
    texts |= {json.dumps(text)[1:-1] for text in texts} | {quote(text, safe="") for text in texts}
    texts |= {text.encode().decode("latin-1") for text in texts}
    return {text.encode(each) for text in texts for each in _ENCODINGS}


def _layers(data: bytes) -> Iterator[bytes]:
    """Yield bytes as they are, unpacked, and what stands in base64 in them."""
    yield data
    body = data.partition(b"\n")[2]
    with contextlib.suppress(OSError, EOFError, zlib.error):
        yield gzip.decompress(body)
    with contextlib.suppress(zlib.error):
        yield zlib.decompress(body)
    for match in _BASE64.finditer(data) if len(data) < 100_000 else ():
        text = match[0].replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        with contextlib.suppress(binascii.Error):
            yield base64.b64decode(text + b"=" * (-len(text) % 4))


def test_a_driver_has_one_list_and_one_export_by_every_way(run: Run) -> None:
    jobs = set(run.jobs.values())
    assert len(jobs) == len(run.jobs) == 10
    assert run.listed == dict.fromkeys(run.listed, jobs)
    assert len(run.listed) == 6
    assert run.exported == dict.fromkeys(clients(run.stack), jobs)


def test_an_erasure_by_any_way_reaches_all_of_them(run: Run) -> None:
    by_job, by_driver = (each["counts"] for each in run.receipts)
    assert [each["status"] for each in run.receipts] == ["done", "done"]
    # Three of the files that were left have a trip in them that no other way had sent.
    assert (by_job["posters"], by_driver["posters"]) == (1, 12)
    # The uploads of one job are its lines; the driver's are what was left, refused ones too.
    assert (by_job["uploads"], by_job["dead"], by_job["results"]) == (1, 3, 8)
    assert by_driver["uploads"] >= 4
    for client in clients(run.stack).values():
        assert list(client.every_job()) == []
    staying = TripPosters(run.stack.urls["app"], run.stack.keys.token(OTHER))
    assert len(list(staying.every_job())) == 1


@pytest.mark.parametrize("erased", ["job", "driver"])
def test_nothing_is_left_but_what_the_documentation_names(run: Run, erased: str) -> None:
    for word, places in run.found[erased].items():
        is_id = ids.is_job_id(word)
        left = [place for place in places if not (is_id and _STAYS.match(place))]
        assert left == [], word
        for place in places:
            bucket, _, key = place.partition(" ")
            times = [k.days for k in kept() if k.bucket == bucket and key.startswith(k.prefix)]
            assert all(days is not None for days in times[:1]), place


def test_what_stays_of_others_is_still_there(run: Run) -> None:
    assert "mount uploads/trips/good.jsonl" in run.stays
    assert "mount uploads/trips/odd.jsonl" in run.stays


def test_the_search_finds_what_was_planted_in_every_place(run: Run) -> None:
    """Or it would look through nothing."""
    places = {place for found in run.planted.values() for place in found}
    for part in ("uploads/trips/odd.jsonl", "dead/sink/", "dead/announcements/", "output/"):
        assert any(part in place for place in places), part
