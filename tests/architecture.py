"""The tables of moves in console/ARCHITECTURE.md: `python -m tests.architecture` writes them anew from the code."""

from pathlib import Path

from console.core.work import WORKFLOWS

PAGE = Path(__file__).parents[1] / "console" / "ARCHITECTURE.md"
BEGIN = "<!-- moves: written by `python -m tests.architecture` -->"
END = "<!-- end of moves -->"


def tables() -> str:
    """Return the tables of all workflows, one row a command, its states together."""
    parts = []
    for workflow in WORKFLOWS:
        rows: dict[tuple[str, str], list[str]] = {}
        for state, command, after in workflow.machine.rows():
            rows.setdefault((command, after), []).append(state)
        lines = [f"### {workflow.name}", "| from | command | to |", "|---|---|---|"]
        lines += [f"| {', '.join(states)} | {command} | {after} |" for (command, after), states in rows.items()]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def renewed(page: str) -> str:
    """Return the page with its tables as the code has them."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{tables()}\n\n{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
