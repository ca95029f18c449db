"""Run the tasks of the local queue on a real ComfyUI instead of the built-in engine."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import requests

from local.cloud.files import replace_bytes
from local.comfyui.engine import CONTENT_TYPES

Publish = Callable[[str, bytes, str], None]

_CALL_SECONDS = 30.0
_POLL_SECONDS = 0.2


class RemoteComfyUiError(Exception):
    """The ComfyUI server cannot be reached or did not finish in time."""


class RemoteComfyUi:
    """The same work on a running ComfyUI that has the bundle's node pack in custom_nodes.

    Inputs are uploaded from `data_dir`/input, results fetched and put below output/:
    by `publish` if given, else as files of `data_dir`. `token` is for the standard edition on EAS;
    `seen` is told in words what the server is at.
    """

    def __init__(
        self,
        url: str,
        data_dir: Path,
        publish: Publish | None = None,
        *,
        token: str | None = None,
        seen: Callable[[str], None] = lambda _: None,
        task_seconds: float = 300.0,
    ) -> None:
        self._url = url.rstrip("/")
        self._data_dir = data_dir
        self._publish = publish or self._write
        self._task_seconds = task_seconds
        # Without a client id some versions answer a cached graph with no outputs.
        self._client_id = uuid.uuid4().hex
        self._session = requests.Session()
        self._seen = seen
        if token:
            # EAS takes the bare token.
            self._session.headers["Authorization"] = token

    def run_task(self, body: bytes, tags: Mapping[str, str]) -> tuple[int, bytes]:
        """Run a workflow; same answers as WorkflowEngine.run_task. Raises RemoteComfyUiError."""
        try:
            return self._run(body)
        except requests.RequestException as error:
            label = tags.get("task_id", "a task")
            msg = f"ComfyUI at {self._url} failed on {label}: {type(error).__name__}"
            raise RemoteComfyUiError(msg) from error

    def _run(self, body: bytes) -> tuple[int, bytes]:
        prompt = json.loads(body)
        self._seen("uploading")
        for name in sorted(self._inputs(prompt)):
            self._upload(name)
        request = {"prompt": prompt, "client_id": self._client_id}
        answer = self._session.post(f"{self._url}/prompt", json=request, timeout=_CALL_SECONDS)
        if answer.status_code != 200:
            return answer.status_code, answer.content
        accepted = answer.json()
        if accepted.get("node_errors"):
            # ComfyUI would run the other outputs, and leave this one out without a word.
            delete = {"delete": [accepted["prompt_id"]]}
            self._session.post(f"{self._url}/queue", json=delete, timeout=_CALL_SECONDS)
            return 400, answer.content
        entry = self._finished(accepted["prompt_id"])
        failure = _failure(entry)
        if failure is not None:
            return 500, json.dumps(failure, ensure_ascii=False).encode()
        self._seen("downloading")
        self._fetch_all(entry["outputs"])
        return 200, json.dumps(_message(entry), ensure_ascii=False).encode()

    def _inputs(self, prompt: dict[str, Any]) -> Iterator[str]:
        """Yield the files below input/ that the graph's literals name."""
        source = self._data_dir / "input"
        for node in prompt.values():
            inputs = node.get("inputs", {})
            if node.get("class_type") == "LoadImage" and isinstance(inputs.get("image"), str):
                yield inputs["image"]
            named = inputs.get("vehicle")
            for reference in named.split() if isinstance(named, str) else ():
                for path in (source / "vehicles" / reference).rglob("*.*"):
                    yield path.relative_to(source).as_posix()

    def _upload(self, name: str) -> None:
        """Upload one file under its own name; a missing one is left for ComfyUI to refuse."""
        path = self._data_dir / "input" / name
        if not path.is_file():
            return
        subfolder, _, file = name.rpartition("/")
        form = {"subfolder": subfolder, "type": "input", "overwrite": "true"}
        answer = self._session.post(
            f"{self._url}/upload/image",
            data=form,
            files={"image": (file, path.read_bytes())},
            timeout=_CALL_SECONDS,
        )
        answer.raise_for_status()

    def _finished(self, prompt_id: str) -> dict[str, Any]:
        """Poll the history; it may lag behind the end of the run by a moment."""
        deadline = time.monotonic() + self._task_seconds
        while time.monotonic() < deadline:
            answer = self._session.get(f"{self._url}/history/{prompt_id}", timeout=_CALL_SECONDS)
            answer.raise_for_status()
            entry: dict[str, Any] | None = answer.json().get(prompt_id)
            if entry is not None:
                return entry
            self._seen(self._position(prompt_id))
            time.sleep(_POLL_SECONDS)
        msg = f"ComfyUI at {self._url} did not finish within {self._task_seconds:.0f} s"
        raise RemoteComfyUiError(msg)

    def _position(self, prompt_id: str) -> str:
        """Return where a task stands; how busy the server is does not matter to the task itself."""
        answer = self._session.get(f"{self._url}/queue", timeout=_CALL_SECONDS)
        if answer.status_code != 200:
            return "running"
        queue = answer.json()
        waiting = [each for _, each in sorted(each[:2] for each in queue["queue_pending"])]
        if prompt_id not in waiting:
            return "running"
        return f"waiting, {waiting.index(prompt_id) + len(queue['queue_running'])} before it"

    def _fetch_all(self, outputs: dict[str, Any]) -> None:
        """Fetch what is listed, and what a task.json beside it names; task.json last."""
        listed = [each for shown in outputs.values() for each in shown.get("images", [])]
        kept = [each for each in listed if each.get("type") == "output"]
        for subfolder in sorted({each["subfolder"] for each in kept}):
            names = {each["filename"] for each in kept if each["subfolder"] == subfolder}
            task = self._view(subfolder, "task.json") if subfolder else None
            if task is not None:
                names |= {each["name"] for each in json.loads(task)["files"]}
            for name in sorted(names):
                self._put(subfolder, name, self._view(subfolder, name))
            self._put(subfolder, "task.json", task)

    def _view(self, subfolder: str, name: str) -> bytes | None:
        query = {"filename": name, "subfolder": subfolder, "type": "output"}
        answer = self._session.get(f"{self._url}/view", params=query, timeout=_CALL_SECONDS)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        return answer.content

    def _put(self, subfolder: str, name: str, data: bytes | None) -> None:
        if data is not None:
            key = "/".join(part for part in ("output", subfolder, name) if part)
            suffix = name[name.rfind(".") :]
            self._publish(key, data, CONTENT_TYPES.get(suffix, "application/octet-stream"))

    def _write(self, key: str, data: bytes, _content_type: str) -> None:
        replace_bytes(self._data_dir / key, data)


def _failure(entry: dict[str, Any]) -> dict[str, Any] | None:
    """Return the error or interrupt that ended a run, None when it succeeded."""
    for kind, data in reversed(entry["status"]["messages"]):
        if kind in {"execution_error", "execution_interrupted"}:
            return {"type": kind, "data": data}
    return None


def _message(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the sink message: an event for each output node that ran, then all outputs."""
    cached = {
        node
        for kind, data in entry["status"]["messages"]
        if kind == "execution_cached"
        for node in data["nodes"]
    }
    outputs: dict[str, Any] = entry["outputs"]
    events = [
        {
            "type": "executed",
            "data": {"node": node, "output": shown, "prompt_id": entry["prompt"][1]},
        }
        for node, shown in outputs.items()
        if node not in cached
    ]
    return [*events, outputs]
