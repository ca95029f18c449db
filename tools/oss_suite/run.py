"""Run the test suite of the vendor's OSS SDK for Python against the local OSS.

The folder is a checkout of that SDK; its tests run on its own `oss2`. A test passes, meets an
honest 501 NotImplemented, or differs. Those that are known to differ stand in differs.json, each
with its reason; ends with 1 where another one does. Tests that ask nothing of the service, and
those that lack a package, are not counted.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from argparse import ArgumentParser
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from starlette.responses import Response

from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore, utc_now
from local.cloud.serving import LoopbackServer
from shared.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).parents[2]
DIFFERS = Path(__file__).with_name("differs.json")
_KEY_ID, _SECRET, _REGION = "suite-key", "suite-secret", "cn-hangzhou"
_NOT_IMPLEMENTED = 501

Kind = Literal["passed", "refused", "differs", "left out"]
_KINDS: tuple[Kind, ...] = ("passed", "refused", "differs", "left out")


class Outcome(NamedTuple):
    """What became of one test, `name` without the package; `why` is "" for one that passed."""

    name: str
    kind: Kind
    why: str


def check(folder: Path, *, only: Sequence[str] = (), signatures: str = "v4") -> int:
    """Run the suite in a process of its own, whose home and working folder are thrown away."""
    if not (folder / "tests" / "common.py").is_file():
        msg = f"no test suite of the OSS SDK in {folder}; check out aliyun/aliyun-oss-python-sdk"
        raise NotFoundError(msg)
    with tempfile.TemporaryDirectory() as scratch:
        module = (sys.executable, "-m", "tools.oss_suite.run")
        given = (str(folder.resolve()), scratch, signatures, *only)
        command = ["env", f"HOME={scratch}", *module, *given]
        return subprocess.run(command, check=False, cwd=ROOT).returncode


class _Service:
    """The local OSS, and the statuses it has answered with."""

    def __init__(self, root: Path) -> None:
        self._store = BucketStore(root, [])
        self.statuses: list[int] = []
        self._app: ASGIApp = create_oss_app(
            self._store,
            keys={_KEY_ID: _SECRET},
            region=_REGION,
            clock=utc_now,
            faults=self._make_bucket,
            old_buckets=_All(),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses.append(message["status"])
            await send(message)

        await self._app(scope, receive, noted)

    def _make_bucket(self, request: Request) -> Response | None:
        """Make the buckets that the tests want, which the local OSS is given otherwise."""
        bucket = request.url.path.strip("/")
        if request.method not in {"PUT", "DELETE"} or "/" in bucket or request.url.query:
            return None
        if request.method == "PUT":
            self._store.add(bucket)
        return Response(status_code=200 if request.method == "PUT" else 204)


class _All:
    def __contains__(self, _: object) -> bool:
        return True


def _outcome(test: unittest.TestCase, statuses: list[int]) -> Outcome:
    """Run one test; `statuses` is what the service answers it with."""
    statuses.clear()
    name = test.id().removeprefix("tests.").removeprefix("unittest.loader._FailedTest.")
    try:
        test.debug()
    except (unittest.SkipTest, ImportError) as reason:
        return Outcome(name, "left out", str(reason))
    except Exception as error:  # noqa: BLE001 - whatever the suite raises is its finding
        told = getattr(error, "status", 0) == _NOT_IMPLEMENTED
        last = statuses[-1:] == [_NOT_IMPLEMENTED]
        said = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        kind: Kind = "refused" if told or last else "differs"
        return Outcome(name, kind if statuses else "left out", said)
    if _NOT_IMPLEMENTED in statuses:
        return Outcome(name, "refused", "")
    return Outcome(name, "passed" if statuses else "left out", "")


def _tests(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from _tests(each)
        else:
            yield each


def _run(folder: Path, scratch: Path, signatures: str, only: Sequence[str]) -> list[Outcome]:
    """Run the tests in this process; it must end afterwards, for what they leave behind."""
    sys.path.insert(0, str(folder))
    # The suite asks for the package of which the standard library's is the successor.
    sys.modules["mock"] = importlib.import_module("unittest.mock")
    # Its tests read files of their own by relative paths, and write beside them.
    (scratch / "tests").symlink_to(folder / "tests")
    os.chdir(scratch)
    service = _Service(scratch / "oss")
    nowhere = io.StringIO()
    with (
        LoopbackServer(service) as server,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        _set_up(server.url, signatures, service.statuses)
        load = unittest.defaultTestLoader.loadTestsFromName
        modules = [load(f"tests.{name}") for name in _modules(folder, only)]
        tests = [test for module in modules for test in _tests(module)]
        return [_outcome(test, service.statuses) for test in tests]


def _set_up(url: str, signatures: str, statuses: list[int]) -> None:
    """Give the suite what it is told by the environment; its tests take it from this module."""
    common: ModuleType = importlib.import_module("tests.common")
    vars(common).update(
        OSS_ID=_KEY_ID,
        OSS_SECRET=_SECRET,
        OSS_ENDPOINT=url,
        OSS_REGION=_REGION,
        OSS_AUTH_VERSION=signatures,
        # Nothing needs to be cleared away.
        clean_and_delete_bucket=lambda _: None,
        clean_and_delete_bucket_by_prefix=lambda _: None,
    )
    set_up = common.OssTestCase.setUp

    def own_set_up(case: Any) -> None:
        set_up(case)
        # Tests draw one of two ways to encrypt; the other one asks another service.
        case.kms_crypto_bucket = case.rsa_crypto_bucket
        statuses.clear()

    common.OssTestCase.setUp = own_set_up


def _modules(folder: Path, only: Sequence[str]) -> Iterator[str]:
    for path in sorted((folder / "tests").glob("test_*.py")):
        if not only or any(fnmatchcase(path.stem, each) for each in only):
            yield path.stem


def _told(outcomes: Sequence[Outcome]) -> int:
    known: dict[str, str] = json.loads(DIFFERS.read_bytes())
    modules = list(dict.fromkeys(each.name.partition(".")[0] for each in outcomes))
    counts = Counter((each.name.partition(".")[0], each.kind) for each in outcomes)
    totals = Counter(each.kind for each in outcomes)
    print(f"{'':40}" + "".join(f"{kind:>10}" for kind in _KINDS))
    for module in modules:
        print(f"{module:40}" + "".join(f"{counts[module, kind]:10}" for kind in _KINDS))
    print(f"{'all':40}" + "".join(f"{totals[kind]:10}" for kind in _KINDS))
    unknown = 0
    for each in outcomes:
        reason = next((known[name] for name in known if fnmatchcase(each.name, name)), "")
        if each.kind == "differs":
            unknown += not reason
            print(f"differs: {each.name}\n  {reason or 'NOT KNOWN: ' + each.why}")
        elif reason and each.kind == "passed":
            print(f"passes now: {each.name}; take it off {DIFFERS.name}")
    return 1 if unknown else 0


def _main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("signatures")
    parser.add_argument("only", nargs="*")
    given = parser.parse_args()
    return _told(_run(given.folder, given.scratch, given.signatures, given.only))


if __name__ == "__main__":
    raise SystemExit(_main())
