"""The vendor's suite against the local OSS, here a suite of four tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.core.errors import NotFoundError
from tools.oss_suite.run import check

if TYPE_CHECKING:
    from pathlib import Path

COMMON = """
import unittest, oss2
OSS_ID = OSS_SECRET = OSS_ENDPOINT = OSS_REGION = OSS_AUTH_VERSION = None
class OssTestCase(unittest.TestCase):
    rsa_crypto_bucket = None
    def setUp(self):
        auth = oss2.make_auth(OSS_ID, OSS_SECRET, OSS_AUTH_VERSION)
        self.bucket = oss2.Bucket(auth, OSS_ENDPOINT, "suite", region=OSS_REGION)
        self.bucket.create_bucket()
"""
TESTS = """
from .common import *
class TestSmall(OssTestCase):
    def test_passes(self):
        self.bucket.put_object("k", b"1")
        self.assertEqual(self.bucket.get_object("k").read(), b"1")
    def test_refused(self):
        self.bucket.append_object("k", 0, b"1")
    def test_asks_nothing(self):
        pass
"""
DIFFERS = """
    def test_differs(self):
        self.assertTrue(self.bucket.object_exists("absent"))
"""


@pytest.mark.parametrize("signatures", ["v4", "v1"])
@pytest.mark.slow
def test_each_test_is_counted_and_one_that_differs_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], signatures: str
) -> None:
    suite = tmp_path / "tests"
    suite.mkdir()
    (suite / "__init__.py").touch()
    (suite / "common.py").write_text(COMMON)
    (suite / "test_small.py").write_text(TESTS)
    assert check(tmp_path, signatures=signatures) == 0
    told = capfd.readouterr().out
    assert [line.split()[1:] for line in told.splitlines()[1:]] == [["1", "1", "0", "1"]] * 2

    (suite / "test_small.py").write_text(TESTS + DIFFERS)
    assert check(tmp_path, only=["test_s*"], signatures=signatures) == 1
    told = capfd.readouterr().out
    assert "differs: test_small.TestSmall.test_differs\n  NOT KNOWN: AssertionError" in told


def test_a_folder_without_the_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no test suite"):
        check(tmp_path)
