"""A fresh desk for every test."""

from __future__ import annotations

import pytest

from tests.unit.announcements.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
