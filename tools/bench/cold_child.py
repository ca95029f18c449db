"""One cold start in a fresh interpreter; prints CPU milliseconds and memory as JSON.

`ours`: the handler of one function. `naive`: the same handler behind a module that imports every
function and every vendor. `floor`: the SDKs that the function cannot do without, bare, with the
same requests that its event caused.

Imports nothing of ours by itself: it also runs inside an artifact, which has no bench.
"""

import base64
import contextlib
import importlib
import importlib.util
import json
import sys
import time
from types import SimpleNamespace
from typing import Any

_ALL = ("dashscope", "fc2", "numpy", "PIL.Image", "oss2", "jwt", "requests", "yaml")


def main() -> None:
    """Do what the argument, a JSON object, asks for."""
    asked = json.loads(sys.argv[1])
    run = {"ours": _ours, "naive": _naive, "floor": _floor}[asked["kind"]]
    began = time.process_time()
    first = run(asked)
    imported = time.process_time()
    first()
    ended = time.process_time()
    figures = {
        "import_ms": (imported - began) * 1e3,
        "event_ms": (ended - imported) * 1e3,
        "peak_mb": _peak_mb(),
    }
    sys.stdout.write(f"\n{json.dumps(figures)}\n")


def _peak_mb() -> float:
    """Return this program's peak; getrusage would count what the parent had before exec."""
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1e3


def _ours(asked: dict[str, Any]) -> Any:
    handler = importlib.import_module(f"functions.{asked['function']}.handler").handler
    context = SimpleNamespace(request_id="bench", credentials=SimpleNamespace(**asked["keys"]))

    def first() -> None:
        # An event of no job is refused; that is measured too.
        with contextlib.suppress(Exception):
            handler(asked["event"].encode(), context)

    return first


def _naive(asked: dict[str, Any]) -> Any:
    there = [name for name in _ALL if importlib.util.find_spec(name.partition(".")[0])]
    for name in (*there, *asked["modules"]):
        importlib.import_module(name)
    return _ours(asked)


def _floor(asked: dict[str, Any]) -> Any:
    modules = {name: importlib.import_module(name) for name in asked["sdks"]}
    base: Any = modules["pydantic"].BaseModel  # the package alone loads nothing

    def first() -> None:
        _model(base)
        if "jwt" in modules and asked["token"]:
            _verify(modules["jwt"], asked)
        if asked["calls"]:
            _replay(asked)

    return first


def _model(base: Any) -> None:
    """Read one field: nobody who uses pydantic does with less."""

    class One(base):  # type: ignore[misc]
        name: str

    One.model_validate({"name": "one"})


def _verify(jwt: Any, asked: dict[str, Any]) -> None:
    key = jwt.PyJWK(json.loads(asked["jwks"])["keys"][0])
    options = {"verify_aud": False}
    jwt.decode(asked["token"], key, algorithms=["RS256", "ES256", "EdDSA"], options=options)


def _replay(asked: dict[str, Any]) -> None:
    import oss2
    import requests

    keys, oss = asked["keys"], asked["oss"]
    provider = oss2.credentials.StaticCredentialsProvider(
        keys["access_key_id"], keys["access_key_secret"]
    )
    auth, session, buckets = oss2.ProviderAuthV4(provider), requests.Session(), dict[str, Any]()
    for service, method, path, query, body in asked["calls"]:
        if service != "oss":
            session.request(method, asked["urls"][service] + path, data=base64.b64decode(body))
            continue
        name, _, key = path.lstrip("/").partition("/")
        bucket = buckets.setdefault(
            name, oss2.Bucket(auth, oss, name, region="cn-shanghai", enable_crc=False)
        )
        _one(bucket, method, key, query, base64.b64decode(body))


def _one(bucket: Any, method: str, key: str, query: dict[str, str], body: bytes) -> None:
    import oss2

    with contextlib.suppress(oss2.exceptions.OssError):
        if method == "PUT":
            bucket.put_object(key, body)
        elif method == "DELETE":
            bucket.delete_object(key)
        elif method == "HEAD":
            bucket.head_object(key)
        elif key:
            bucket.get_object(key).read()
        else:
            bucket.list_objects_v2(prefix=query.get("prefix", ""))


if __name__ == "__main__":
    main()
