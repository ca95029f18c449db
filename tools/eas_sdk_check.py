"""Put into and get from the local queue service with the vendor's EAS SDK.

Run by eas_sdk_check.sh in the SDK's own environment; the service runs in a subprocess
(`--serve`) in the project's environment. Ends with a non-zero status on the first mismatch.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SERVICE = "trip-poster-comfyui"
TOKEN = "local-eas-token"  # noqa: S105 - the local stack's published token
WORKFLOW = {"1": {"class_type": "LoadImage", "inputs": {"image": "雪山.png"}}}


def main() -> int:
    """Serve or check, as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", type=Path, help="serve a queue under this folder")
    parser.add_argument("--server-python", default=sys.executable)
    given = parser.parse_args()
    return _serve(given.serve) if given.serve else _check_with_server(given.server_python)


def _serve(folder: Path) -> int:
    """Print the URL, then serve until standard input closes."""
    from local.cloud.eas.app import create_eas_app
    from local.cloud.eas.consumer import EasConsumer
    from local.cloud.eas.service import EasService, RunOutcome
    from local.cloud.serving import LoopbackServer

    service = EasService(folder, SERVICE)
    worker = EasConsumer(service, lambda data, _tags: RunOutcome(200, b"[" + data + b"]"))
    with LoopbackServer(create_eas_app(service, TOKEN)) as server:
        print(server.url, flush=True)
        for line in sys.stdin:
            if line.strip() == "consume":
                worker.start()
        worker.stop()
    return 0


def _check_with_server(server_python: str) -> int:
    # Not resolved: following the link would leave the virtual environment.
    python = str(Path(server_python).absolute())
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [python, "-m", "tools.eas_sdk_check", "--serve", folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            return _check(server)
        finally:
            server.communicate(timeout=30)


def _check(server: subprocess.Popen[str]) -> int:
    if server.stdin is None or server.stdout is None:
        raise AssertionError("the service was started without pipes")
    endpoint = server.stdout.readline().strip().removeprefix("http://")
    source, sink = _client(endpoint, SERVICE), _client(endpoint, f"{SERVICE}/sink")
    try:
        _check_the_rest(source, endpoint)
        index, request_id = _check_input(source)
        server.stdin.write("consume\n")
        server.stdin.flush()
        _check_sink(sink, request_id)
        _expect("search once the item is gone", source.search(index), {})
    finally:
        source.destroy()
        sink.destroy()
    print("the EAS SDK and the local queue agree")
    return 0


def _client(endpoint: str, queue: str, *, kind: str = "QueueClient", token: str = TOKEN) -> Any:
    import eas_prediction

    client = getattr(eas_prediction, kind)(endpoint, queue)
    client.set_token(token)
    client.set_retry_count(0 if kind == "QueueClient" else 1)
    client.set_timeout(15000)
    client.init()
    return client


def _check_the_rest(source: Any, endpoint: str) -> None:
    """Show the calls that the project does not make, and leave the queue empty."""
    from eas_prediction import StringRequest

    source.add_extra_headers({"X-Own": "1"})
    source.set_content_type("text/plain")
    one, two, three = (int(source.put(each, {"kind": each})[0]) for each in ("a", "b", "c"))
    [tagged] = source.get(length=9, timeout="0s", auto_delete=False, tags={"kind": "b"})
    _expect("get by a tag", tagged.index, two)
    [newest] = source.get(index=-1, timeout="0s", auto_delete=False)
    _expect("get of the newest", newest.index, three)
    _expect("truncate", source.truncate(two), b"OK")
    _expect("search for what was truncated", source.search(one), {})
    _expect("delete of several", source.delete([two, three]), "OK")
    _expect("attributes by another path", _elsewhere(endpoint), f"{SERVICE}/sink")
    signing = _client(endpoint, SERVICE, kind="PredictClient")
    answer = signing.predict(StringRequest("signed"))
    signing.destroy()
    [same] = source.get(length=1, timeout="0s", auto_delete=True)
    _expect("what PredictClient signs and sends", same.data, b"signed")
    _expect("its answer", answer.response_data, b"%d" % same.index)
    _expect("length after all", source.attributes()["stream.length"], "0")
    stranger = _client(endpoint, SERVICE, token="x")  # noqa: S106 - opens nothing
    _expect_refused("another token", 401, stranger.attributes)
    stranger.destroy()
    _expect_refused("a get from no number", 400, lambda: source.get(index="first"))
    _expect_refused("watch", 501, lambda: next(source.watch(0, 1).run()))
    source.watch_sock = None


def _elsewhere(endpoint: str) -> str:
    client = _client(endpoint, SERVICE)
    client.path_suffix = "sink"
    name: str = client.attributes()["meta.name"]
    client.destroy()
    return name


def _expect_refused(what: str, status: int, call: Callable[[], object]) -> None:
    try:
        found: object = call()
    except Exception as error:  # noqa: BLE001 - the SDK's own and its libraries' have no base
        found = getattr(error, "code", None) or getattr(error, "status_code", error)
    _expect(f"{what} is refused", found, status)


def _check_input(source: Any) -> tuple[int, str]:
    body = json.dumps(WORKFLOW, ensure_ascii=False)
    text, request_id = source.put(body, {"task_id": "t-1"})
    print(f"put: index {text}, request id {request_id}")
    index = int(text)
    second = int(source.put("to be deleted", {"task_id": "t-2", "_priority_": "1"})[0])
    _expect("length after two puts", source.attributes()["stream.length"], "2")
    _expect("payload limit", source.attributes()["meta.maxPayloadBytes"], "8192")
    standing = source.search(index)
    _expect("search", standing, {"ConsumerId": "", "IsPending": False, "WaitCount": 1})
    _expect("delete", source.delete(second), "OK")
    _expect("length after the deletion", source.attributes()["stream.length"], "1")
    return index, request_id


def _check_sink(sink: Any, request_id: str) -> None:
    [frame] = sink.get(request_id=request_id, length=1, timeout="10s", auto_delete=False)
    _expect("task id in the sink", frame.tags["task_id"], "t-1")
    _expect("request id in the sink", frame.tags["requestId"], request_id)
    _expect("data in the sink", json.loads(frame.data), [WORKFLOW])
    [same] = sink.get(length=5, timeout="0s", auto_delete=False)
    _expect("a second get sees the same item", same.index, frame.index)
    _expect("commit", sink.commit([frame.index]), b"OK")
    _expect("the sink afterwards", list(sink.get(length=1, timeout="0s")), [])


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        print(f"MISMATCH in {what}: {found!r}, not {wanted!r}")
        raise SystemExit(1)
    print(f"{what}: {found!r}")


if __name__ == "__main__":
    raise SystemExit(main())
