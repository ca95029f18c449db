"""One run of the local stack for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.operations.run import Run, take


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        return take(tmp_path_factory.mktemp("operations"), patch)
