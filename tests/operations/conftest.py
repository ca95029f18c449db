"""One run of the local stack for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.fakes.kept import keep_frozen, keep_ids, once_a_run
from tests.operations.run import Run, take


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    def taken() -> Run:
        with pytest.MonkeyPatch.context() as patch:
            keep_frozen(tmp_path_factory, patch)
            keep_ids(patch)
            return take(tmp_path_factory.mktemp("operations"), patch)

    return once_a_run(tmp_path_factory, "operations", taken)
