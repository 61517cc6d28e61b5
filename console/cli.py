"""The command line: the same program with and without a window.

Exit status 0 done, 1 a failure, 2 bad input; errors are one line on standard error with what to do, and standard
output stays empty. Rooms are imported when a command needs them, so that `--version` and `replay` start no Qt.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from console import __version__
from console.core.errors import BadInput, FloordeskError

Command = Callable[[argparse.Namespace], int]


class _OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        print(f"floordesk: {message} (see main.py --help)", file=sys.stderr)
        raise SystemExit(2)


def note(line: str) -> None:
    """Say one line on standard error."""
    print(f"floordesk: {line}", file=sys.stderr)


def _replay(arguments: argparse.Namespace) -> int:
    from console.feeds.replay import summarise  # noqa: PLC0415  rooms open when needed

    figures = summarise(Path(arguments.trace), note)
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False, indent=1))
        return 0
    total = figures["total"]
    print(f"{arguments.trace}: {figures['messages']} messages, {len(figures['queues'])} queues")
    for name, value in total.items():
        print(f"  {name:22} {'—' if value is None else value}")
    return 0


def _forecast(arguments: argparse.Namespace) -> int:
    from console.core.forecast.cases import CaseError, run_cases  # noqa: PLC0415  numpy only when asked

    try:
        text = Path(arguments.cases).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{arguments.cases} cannot be read: {_reason(error)}") from None
    try:
        answers = run_cases(text)
    except CaseError as error:
        raise BadInput(error.said) from None
    print(json.dumps(answers, indent=1, allow_nan=False))
    return 0


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _open(arguments: argparse.Namespace) -> int:
    from console import app  # noqa: PLC0415

    return app.open_console(demo=arguments.command == "demo", seed=arguments.seed, rate=arguments.rate)


def _snapshot(arguments: argparse.Namespace) -> int:
    from console import app  # noqa: PLC0415

    return app.snapshot(
        Path(arguments.out),
        page=arguments.page,
        floor=arguments.floor,
        size=arguments.size,
        language=arguments.lang,
        theme=arguments.theme,
        after=arguments.after,
    )


def _serve(_arguments: argparse.Namespace) -> int:
    from console import app  # noqa: PLC0415

    return app.serve()


def _check(_arguments: argparse.Namespace) -> int:
    from console import app  # noqa: PLC0415

    return app.check(print)


def _audit(arguments: argparse.Namespace) -> int:
    from console import app  # noqa: PLC0415

    return app.audit_verify(arguments.floor, print)


def _db(arguments: argparse.Namespace) -> int:
    from console import app  # noqa: PLC0415

    return app.db_upgrade(arguments.floor, print)


def _watch(arguments: argparse.Namespace) -> int:
    from console.app import plans  # noqa: PLC0415

    return plans.watch_try(arguments.watch, Path(arguments.trace), print, as_json=arguments.json)


def _plan(arguments: argparse.Namespace) -> int:
    from console.app import plans  # noqa: PLC0415

    told, floor = arguments, arguments.floor
    match told.verb:
        case "check":
            return plans.plan_check(Path(told.file), floor, print, note)
        case "import":
            return plans.plan_import(Path(told.file), floor, print)
        case "export":
            return plans.plan_export(told.name, floor, print)
        case "rehearse":
            return plans.plan_rehearse(told.name, told.subject, floor, print, as_json=told.json)
        case "start":
            return plans.plan_start(
                told.name, told.subject, floor, print, anyway=told.anyway, visible=told.visible, why=told.why
            )
        case _:
            return plans.plan_stand_down(told.name, told.subject, floor, print, cause=told.cause_gone, why=told.why)


def _plan_report(arguments: argparse.Namespace) -> int:
    from console.app.plan_sheets import plan_report  # noqa: PLC0415

    html = Path(arguments.html) if arguments.html else None
    return plan_report(arguments.name, arguments.floor, print, plain=arguments.json, html=html, language=arguments.lang)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()) or not (320 <= int(width) <= 8000 and 240 <= int(height) <= 8000):
        raise argparse.ArgumentTypeError("a size is WIDTHxHEIGHT, such as 1600x940, from 320x240 to 8000x8000")
    return int(width), int(height)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is not a rate between 0 and 1000")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="main.py",
        description="Floordesk · 值守台: the console call-centre supervisors keep open all day.",
        epilog="Without a command the console opens; the first time on the demo floor.",
    )
    parser.add_argument("--version", action="version", version=f"Floordesk {__version__}")
    parser.set_defaults(run=_open, command="", seed=None, rate=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_OneLineParser)

    demo = commands.add_parser("demo", help="open the console on the built-in demo floor")
    demo.add_argument("--seed", type=int, default=None, help="the same seed is the same day")
    demo.add_argument("--rate", type=_positive, default=None, help="seconds of the floor per second")
    demo.set_defaults(run=_open)

    picture = commands.add_parser("snapshot", help="paint a page into a picture; needs no display")
    picture.add_argument("out", metavar="OUT.png")
    picture.add_argument("--page", default="board")
    picture.add_argument("--floor", default="demo", help="demo, the name of a connection, or a recorded stream")
    picture.add_argument("--size", type=_size, default=(1600, 940), metavar="WxH")
    picture.add_argument("--lang", choices=("zh_CN", "en"), default="zh_CN")
    picture.add_argument("--theme", choices=("dark", "light"), default="dark")
    picture.add_argument("--after", type=float, default=0.0, metavar="S", help="let the floor run S seconds first")
    picture.set_defaults(run=_snapshot)

    replay = commands.add_parser("replay", help="read a recorded AMI stream and print the floor's figures")
    replay.add_argument("trace", metavar="TRACE[.gz|.xz]")
    replay.add_argument("--json", action="store_true")
    replay.set_defaults(run=_replay)

    forecast = commands.add_parser("forecast", help="what a break does to the queue, case by case, as JSON")
    forecast.add_argument("cases", metavar="CASES.json")
    forecast.set_defaults(run=_forecast)

    commands.add_parser("serve", help="no window: feed, steward, recorder, schedule").set_defaults(run=_serve)
    commands.add_parser("check", help="try settings and connections, a line each").set_defaults(run=_check)

    audit = commands.add_parser("audit", help="is the journal whole? names the first altered, missing or cut entry")
    audit.add_argument("what", choices=("verify",))
    audit.add_argument("--floor", default="", help="the connection whose journal is meant; the one last used")
    audit.set_defaults(run=_audit)

    database = commands.add_parser("db", help="bring the desk's database to this version (a copy is kept)")
    database.add_argument("what", choices=("upgrade",))
    database.add_argument("--floor", default="", help="the connection whose database is meant; the one last used")
    database.set_defaults(run=_db)
    _plan_parsers(commands)
    return parser


def _plan_parsers(commands: "argparse._SubParsersAction[_OneLineParser]") -> None:
    watch = commands.add_parser("watch", help="when a watch would have fired and cleared on a recorded stream")
    watch.add_argument("what", choices=("try",))
    watch.add_argument("watch", metavar="WATCH", help="a shipped plan's id, or a file with a [watch]")
    watch.add_argument("trace", metavar="TRACE[.gz|.xz]")
    watch.add_argument("--json", action="store_true")
    watch.set_defaults(run=_watch)

    plan = commands.add_parser(
        "plan", help="emergency plans: check, export, import, rehearse, start, stand-down, report"
    )
    verbs = plan.add_subparsers(dest="verb", metavar="VERB", parser_class=_OneLineParser, required=True)
    verb = {
        "check": verbs.add_parser("check", help="is a plan's file right? each fault with its line; nothing is changed"),
        "import": verbs.add_parser("import", help="put a file's plan in force"),
        "export": verbs.add_parser("export", help="print a plan in force as a file"),
        "rehearse": verbs.add_parser("rehearse", help="what a plan would set, and what stands there now; sets nothing"),
        "start": verbs.add_parser("start", help="begin a plan, or a proposal of it"),
        "stand-down": verbs.add_parser("stand-down", help="put everything a plan changed back, in stages"),
        "report": verbs.add_parser("report", help="what came of a run: a plan's newest, or one by its id"),
    }
    for name, parser in verb.items():
        if name in {"check", "import"}:
            parser.add_argument("file", metavar="FILE.toml")
        else:
            parser.add_argument("name", metavar="NAME", help="the plan's id or name")
        if name in {"rehearse", "start", "stand-down"}:
            parser.add_argument("--for", dest="subject", default="", metavar="GROUP", help="such as group:sales")
        if name in {"start", "stand-down"}:
            parser.add_argument("--why", default="", help="the reason, for the journal")
        parser.add_argument("--floor", default="", help="the connection that is meant; the one last used")
        parser.set_defaults(run=_plan)
    verb["rehearse"].add_argument("--json", action="store_true")
    verb["report"].set_defaults(run=_plan_report)
    form = verb["report"].add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--html", default="", metavar="OUT.html", help="write a printable page")
    verb["report"].add_argument("--lang", choices=("zh_CN", "en"), default="zh_CN", help="the page's language")
    verb["start"].add_argument("--anyway", action="store_true", help="though others hold a lever of it")
    verb["start"].add_argument("--visible", action="store_true", help="agree beforehand to what customers notice")
    verb["stand-down"].add_argument("--cause-gone", action="store_true", help="its cause is confirmed gone")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 failed, 2 bad input."""
    try:
        parsed = _parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    except SystemExit as ended:
        return int(ended.code or 0)
    try:
        command: Command = parsed.run
        return command(parsed)
    except BadInput as error:
        note(error.said.english())
        return 2
    except FloordeskError as error:
        note(error.said.english())
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
