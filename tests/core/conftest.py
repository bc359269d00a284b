"""What every test of the core runs under."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.quiet import quiet_core


@pytest.fixture(autouse=True)
def _the_core_keeps_still() -> Iterator[None]:
    with quiet_core():
        yield
