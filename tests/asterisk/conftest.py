"""A real Asterisk for any test that asks: `asterisk` shared by the session, `fresh_asterisk` of the test's own."""

import os
from collections.abc import Iterator

import pytest

from tests.asterisk.ami import Ami
from tests.asterisk.debian import SetUpError
from tests.asterisk.lab import AsteriskLab, why_not


def _start_or_skip() -> AsteriskLab:
    """Start a server; where none can run, skip saying why, or fail where FLOORDESK_ASTERISK=required."""
    reason = why_not()
    if reason is None:
        try:
            return AsteriskLab.start()
        except SetUpError as error:
            reason = str(error)
    if os.environ.get("FLOORDESK_ASTERISK") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_asterisk() -> Iterator[AsteriskLab]:
    with _start_or_skip() as lab:
        yield lab


@pytest.fixture
def asterisk(shared_asterisk: AsteriskLab) -> AsteriskLab:
    """The session's server, as it was: no calls, nobody paused or logged in, no routing keys, phones that answer."""
    if not shared_asterisk.running:
        shared_asterisk.resume()
    shared_asterisk.clear()
    return shared_asterisk


@pytest.fixture
def fresh_asterisk() -> Iterator[AsteriskLab]:
    with _start_or_skip() as lab:
        yield lab


@pytest.fixture
def everything(asterisk: AsteriskLab) -> Iterator[Ami]:
    """A connection to the shared server that sees the unfiltered stream."""
    with asterisk.connect("everything") as ami:
        yield ami
