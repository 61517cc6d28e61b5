"""The curve of a plan's report as a drawing for paper: two lines told apart by their stroke, the steps by number."""

from collections.abc import Callable, Iterable, Iterator
from html import escape

from console.core.floor.model import Instant, Record, Seconds
from console.core.floor.policy import FloorPolicy, Tone
from console.core.words import Said, say
from console.views.curve import Plot, nice_top, plot, time_marks
from console.views.plan_report import ToldReport, grouped_marks
from console.views.plan_report_words import local

WIDE, HIGH = 720.0, 300.0
LEFT, RIGHT, FOOT = 42.0, 42.0, 24.0
LANE = 17.0
APART = 14.0
WITHOUT = 'stroke="#000" stroke-width="1.2" stroke-dasharray="9 3 2 3"'
_QUARTERS = 4

Words = Callable[[Said], str]


class _Area(Record, frozen=True, kw_only=True):
    """Where the lines lie: a moment's x, a share of the height's y, in units of the drawing."""

    begin: Instant
    length: Seconds
    top: float

    def x(self, at: Instant) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * (at - self.begin) / self.length

    def y(self, share: float) -> float:
        return HIGH - FOOT - (HIGH - FOOT - self.top) * share


class Flag(Record, frozen=True, kw_only=True):
    """Steps that stood so close to one another that one flag tells of them: where its pole stands, and its words."""

    x: float
    words: str
    lane: int

    @property
    def wide(self) -> float:
        """Return how wide it is."""
        return 9.0 + 6.0 * len(self.words)


def flags_of(marks: Iterable[tuple[float, str]]) -> tuple[Flag, ...]:
    """Return a flag for each mark (x, words), in lanes so that none covers another."""
    flags: list[Flag] = []
    ends: list[float] = []
    for x, words in sorted(marks):
        flag = Flag(x=x, words=words, lane=0)
        lane = next((n for n, end in enumerate(ends) if x - flag.wide / 2 > end + 2), len(ends))
        ends[lane : lane + 1] = [x + flag.wide / 2]
        flags.append(Flag(x=x, words=words, lane=lane))
    return tuple(flags)


def curve_svg(told: ToldReport, policy: FloorPolicy, words: Words) -> str:
    """Return the drawing as SVG; the lines differ by stroke as well as by colour."""
    length = max(60.0, told.end - told.begin)
    flat = _Area(begin=told.begin, length=length, top=0.0)
    grouped = grouped_marks(told, APART * length / (WIDE - LEFT - RIGHT))
    flags = flags_of((flat.x(mark.at), mark.label) for mark in grouped if mark.what == "step")
    lanes = max((flag.lane for flag in flags), default=-1) + 1
    area = _Area(begin=told.begin, length=length, top=26.0 + LANE * lanes)
    columns = int(WIDE - LEFT - RIGHT)
    waiting = plot(told.curve, told.begin, told.end, columns, lambda p: p.waiting)
    wait = plot(told.curve, told.begin, told.end, columns, lambda p: p.mean_wait_s)
    nothing = Plot(stretches=(tuple((point.at - told.begin, point.waiting) for point in told.without),))
    people = nice_top(max(waiting.highest, nothing.highest, told.limit or 0, 4.0))
    seconds = nice_top(wait.highest, 30.0)
    title = escape(words(say("People waiting and average wait")))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-label="{title}"',
        'font-family="inherit" font-size="11">',
        f"<title>{title}</title>",
        *_stood(told, area),
        *_scales(area, people, seconds, words),
        *_times(told, area, policy),
        *_line(wait, area, seconds, 'stroke="#777" stroke-width="1.2" stroke-dasharray="5 3"'),
        *_line(nothing if told.without else Plot(), area, people, WITHOUT),
        *_line(waiting, area, people, 'stroke="#000" stroke-width="1.6"'),
        *_moments(told, area),
        *_limit(told, area, people, words),
    ]
    parts += [_flag(flag, area) for flag in flags]
    if not waiting.stretches:
        middle = area.x(told.begin + length / 2)
        none = escape(words(say("No figures for this time yet")))
        parts.append(f'<text x="{middle:.1f}" y="{area.y(0.5):.1f}" text-anchor="middle" fill="#555">{none}</text>')
    return "\n".join((*parts, "</svg>"))


def _stood(told: ToldReport, area: _Area) -> Iterator[str]:
    """Yield the ground under the time the plan stood."""
    begun = next((mark.at for mark in told.marks if mark.what == "begun"), None)
    if begun is None:
        return
    down = next((mark.at for mark in told.marks if mark.what == "down"), told.end)
    x, wide = area.x(begun), max(0.5, area.x(down) - area.x(begun))
    yield f'<rect x="{x:.1f}" y="{area.y(1):.1f}" width="{wide:.1f}" height="{area.y(0) - area.y(1):.1f}" fill="#eee"/>'


def _scales(area: _Area, people: float, seconds: float, words: Words) -> Iterator[str]:
    left, right = area.x(area.begin), area.x(area.begin + area.length)
    # A scale whose quarters are no whole numbers names its halves.
    every = 1 if people % _QUARTERS == 0 and seconds % _QUARTERS == 0 else 2
    for step in range(_QUARTERS + 1):
        y = area.y(step / _QUARTERS)
        stroke = "#000" if step == 0 else "#ccc"
        yield f'<line x1="{left:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}" stroke="{stroke}" stroke-width="0.6"/>'
        if step % every == 0 and step:
            at = f'y="{y + 4:.1f}"'
            yield f'<text x="{left - 6:.1f}" {at} text-anchor="end">{people * step / _QUARTERS:g}</text>'
            yield f'<text x="{right + 6:.1f}" {at} fill="#555">{seconds * step / _QUARTERS:g}</text>'
    yield f'<text x="{0:g}" y="11" font-weight="600">{escape(words(say("people waiting")))}</text>'
    named = escape(words(say("average wait (s)")))
    yield f'<text x="{WIDE:g}" y="11" text-anchor="end" fill="#555">{named}</text>'


def _times(told: ToldReport, area: _Area, policy: FloorPolicy) -> Iterator[str]:
    offset = local(told.begin, policy).utcoffset()
    marks = time_marks(
        told.begin, told.begin + area.length, WIDE - LEFT - RIGHT, offset.total_seconds() if offset else 0.0, 80
    )
    for at in marks:
        time = local(at, policy)
        x, y = area.x(at), area.y(0)
        yield f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{y + 4:.1f}" stroke="#000" stroke-width="0.6"/>'
        yield f'<text x="{x:.1f}" y="{HIGH - 6:g}" text-anchor="middle">{time:%H:%M}</text>'


def _limit(told: ToldReport, area: _Area, people: float, words: Words) -> Iterator[str]:
    if not told.limit:
        return
    y, left, right = area.y(told.limit / people), area.x(area.begin), area.x(area.begin + area.length)
    named = escape(words(say("Emergency line {limit} people", limit=told.limit)))
    yield (
        f'<line x1="{left:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}" stroke="#000" stroke-width="0.8" '
        'stroke-dasharray="1 3"/>'
    )
    halo = 'stroke="#fff" stroke-width="3" paint-order="stroke"'
    yield f'<text x="{left + 5:.1f}" y="{y - 4:.1f}" fill="#333" {halo}>{named}</text>'


def _line(drawn: Plot, area: _Area, top: float, stroke: str) -> Iterator[str]:
    for stretch in drawn.stretches:
        # A point alone still shows: as a dash of a minute.
        points = stretch if len(stretch) > 1 else (*stretch, (stretch[0][0] + 60.0, stretch[0][1]))
        path = " ".join(f"{area.x(area.begin + at):.1f},{area.y(value / top):.1f}" for at, value in points)
        yield f'<polyline points="{path}" fill="none" stroke-linejoin="round" {stroke}/>'


def _moments(told: ToldReport, area: _Area) -> Iterator[str]:
    """Yield a tall line for the fire, the beginning and the ends; their names stand in the legend by their stroke."""
    for mark in told.marks:
        if mark.what == "step":
            continue
        x = area.x(mark.at)
        dash = (
            ""
            if mark.tone is Tone.ALARM
            else ' stroke-dasharray="6 2"'
            if mark.tone is Tone.WARN
            else ' stroke-dasharray="2 2"'
        )
        wide = 1.4 if mark.tone is Tone.ALARM else 0.9
        yield (
            f'<line x1="{x:.1f}" y1="{area.y(1):.1f}" x2="{x:.1f}" y2="{area.y(0):.1f}" stroke="#000" '
            f'stroke-width="{wide}"{dash}/>'
        )


def _flag(flag: Flag, area: _Area) -> str:
    x, y, wide = flag.x, 30.0 + LANE * flag.lane, flag.wide
    return (
        f'<g><line x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{area.y(0):.1f}" stroke="#000" stroke-width="0.4"/>'
        f'<rect x="{x - wide / 2:.1f}" y="{y - 7.5:.1f}" width="{wide:.1f}" height="15" rx="7.5" fill="#fff" '
        'stroke="#000" stroke-width="0.8"/>'
        f'<text x="{x:.1f}" y="{y + 3.6:.1f}" text-anchor="middle" font-size="10">{escape(flag.words)}</text></g>'
    )
