"""The plans that come with the program, and plans as files."""

from functools import cache
from pathlib import Path

from console.core.errors import BadInput
from console.core.roles import CONSOLE
from console.core.words import say
from console.core.work.plan_records import KeepPlan
from console.core.work.plan_text import read_plan

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "plans"


def read_text(path: Path) -> str:
    """Return a text file's contents; raises BadInput."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8"
        raise BadInput(say("{path} cannot be read: {reason}", path=str(path), reason=reason)) from None


@cache
def shipped_texts(language: str = "zh_CN") -> dict[str, str]:
    """Return the texts of the plans that come with the program, by id, in English or Chinese."""
    folder = SHIPPED if language.startswith("zh") or not language else SHIPPED / "en"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}


def first_plans(language: str) -> tuple[KeepPlan, ...]:
    """Return what keeps the shipped plans where they never were; one that people withdrew stays withdrawn."""
    found = ((name, read_plan(text).body) for name, text in shipped_texts(language).items())
    return tuple(
        KeepPlan(id=f"shipped/{name}", by=CONSOLE, plan=name, body=body) for name, body in found if body is not None
    )
