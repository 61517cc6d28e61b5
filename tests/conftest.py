"""For every test: the collector of cycles runs between tests, in the main thread, and nowhere else.

A widget in a cycle must not be destroyed by a floor's thread that happens to collect; the program itself sees to the
same (`console/ui/tidy.py`).
"""

import gc
from collections.abc import Iterator
from itertools import count

import pytest

_EVERY = 40
_tests = count(1)


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    gc.disable()
    yield
    gc.collect(2 if next(_tests) % _EVERY == 0 else 1)
