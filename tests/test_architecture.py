"""console/ARCHITECTURE.md tells the truth: its tables are the code's, the rooms it names exist."""

import re
from pathlib import Path

from tests.architecture import BEGIN, PAGE, renewed

ROOT = Path(__file__).parents[1]
LONGEST = 430
"""A room is small: about 400 lines."""


def test_the_tables_of_moves_are_those_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert BEGIN in page
    assert renewed(page) == page, "run: python -m tests.architecture"


def test_every_room_it_names_is_there() -> None:
    rows = re.findall(r"^\| `([a-z_/`, ]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    rooms = [room.strip("` ") for row in rows for room in row.split(",")]
    assert len(rooms) > 8
    for room in rooms:
        assert (ROOT / "console" / room).is_dir() or (ROOT / "console" / f"{room}.py").is_file(), room


def test_no_module_is_a_hall() -> None:
    halls = {
        str(path.relative_to(ROOT)): lines
        for path in (*ROOT.glob("console/**/*.py"), *ROOT.glob("tests/**/*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST and "tests/" not in str(path)
    }
    assert halls == {}


def test_the_top_level_is_what_was_agreed() -> None:
    allowed = {"console", "resources", "installers", "tests", "main.py", "pyproject.toml"}
    allowed |= {"README.md", "LICENSE", "CHANGELOG.md"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - {"build", "dist", "htmlcov"} <= allowed | {"__pycache__", "floordesk.egg-info"}
