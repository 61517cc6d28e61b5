"""Every literal the program says, found in its source."""

import ast
import string
from pathlib import Path

CONSOLE = Path(__file__).resolve().parents[2] / "console"
SAYING = {"tr", "say", "NotAllowed", "Stale", "FloordeskError"}


def said_in(source: str) -> set[str]:
    """Return the English literals a module says."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0]
        if name in SAYING and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value)
    return found


def not_literal(source: str) -> list[str]:
    """Return calls of `tr` and `say` whose words are made up at run time: no catalogue can hold those."""
    return [
        f"line {node.lineno}: {ast.unparse(node)[:80]}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"tr", "say"}
        and not (node.args and isinstance(node.args[0], ast.Constant))
    ]


def sources() -> list[Path]:
    return sorted(CONSOLE.rglob("*.py"))


def everything_said() -> set[str]:
    return {words for path in sources() for words in said_in(path.read_text(encoding="utf-8"))}


def braces(pattern: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None)


if __name__ == "__main__":
    import tomllib

    table = tomllib.loads((CONSOLE.parent / "resources" / "words" / "zh_CN.toml").read_text(encoding="utf-8"))
    for words in sorted(everything_said() - table.keys()):
        print(f"missing: {words!r}")
    for words in sorted(table.keys() - everything_said()):
        print(f"stale: {words!r}")
