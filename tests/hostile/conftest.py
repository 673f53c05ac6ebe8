"""Which kind of machine the hostile set is graded on: one has all layers of isolation, others less.

`pytest tests/hostile --machine container` leaves out what a container would not allow.
"""

from __future__ import annotations

import pytest
from machines import MACHINES


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --machine."""
    parser.addoption(
        "--machine",
        choices=sorted(MACHINES),
        default="bubblewrap",
        help="the hostile set without the layers that such a machine lacks",
    )


@pytest.fixture(scope="session")
def without(request: pytest.FixtureRequest) -> frozenset[str]:
    """The layers of isolation to leave out."""
    return MACHINES[request.config.getoption("--machine")]
