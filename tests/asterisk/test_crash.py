"""The short form of the crash courses; the long one is `python -m tests.asterisk.crash --runs 300`."""

import os

import pytest

from tests.asterisk.crash import courses
from tests.asterisk.crash_courses import COURSES
from tests.asterisk.debian import SetUpError
from tests.asterisk.lab import why_not

pytestmark = pytest.mark.asterisk


def test_killed_anywhere_every_course_ends_like_an_undisturbed_one() -> None:
    reason = why_not()
    if reason and os.environ.get("FLOORDESK_ASTERISK") != "required":
        pytest.skip(reason)
    try:
        counts, wrong = courses(len(COURSES), seed=10, jobs=len(COURSES), say=False)
    except SetUpError as error:
        if os.environ.get("FLOORDESK_ASTERISK") == "required":
            raise
        pytest.skip(str(error))
    assert wrong == []
    assert counts["kill"] > len(COURSES)
