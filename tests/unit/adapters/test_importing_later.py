"""A vendor's unused packages wait until somebody looks into them."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.source_files import ROOT

_SAY = "import sys; print('\\n'.join(sys.modules))"


def _run(program: str) -> list[str]:
    ran = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


def test_the_store_leaves_the_sdks_encryption_unrun() -> None:
    loaded = _run(f"import shared.adapters.oss_object_store; {_SAY}")
    assert "oss2.crypto" in loaded
    # What these two import when they run.
    assert "Crypto.Cipher.oaep" not in loaded
    assert "aliyunsdkcore.vendored.requests" not in loaded


def test_what_was_left_out_works_once_it_is_used() -> None:
    said = _run(
        "import shared.adapters.oss_object_store, oss2.crypto;"
        "key = oss2.crypto.RSA.generate(1024);"
        "box = oss2.crypto.PKCS1_OAEP.new(key);"
        "print(box.decrypt(box.encrypt(b'open')).decode());"
        "print(oss2.crypto.client.AcsClient('id', 'secret', 'cn-shanghai').get_region_id())"
    )
    assert said == ["open", "cn-shanghai"]


def test_other_packages_are_imported_as_always() -> None:
    said = _run(
        "from shared.adapters.importing_later import importing_later\n"
        "import sys\n"
        "before = list(sys.meta_path)\n"
        "with importing_later('wave', 'no_such_package'):\n"
        "    import wave, colorsys\n"
        "print(type(colorsys).__name__, type(wave).__name__, sys.meta_path == before)\n"
        "print(wave.WAVE_FORMAT_PCM, type(wave).__name__)\n"
    )
    assert said == ["module", "_LazyModule", "True", "1", "module"]
