"""The curve of a plan's report as a drawing for paper: two lines told apart by their stroke, the steps by number."""

from collections.abc import Callable, Iterator
from html import escape

from console.core.floor.model import Instant, Record, Seconds
from console.core.floor.policy import FloorPolicy, Tone
from console.core.words import Said, say
from console.views.curve import Plot, nice_top, plot, time_marks
from console.views.plan_report import Mark, ToldReport
from console.views.plan_report_words import local

WIDE, HIGH = 720.0, 300.0
LEFT, RIGHT, FOOT = 42.0, 42.0, 24.0
LANE = 17.0
MOST_LANES = 5
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


def lanes_of(marks: tuple[tuple[float, Mark], ...], apart: float) -> tuple[int, ...]:
    """Return for each mark, in order of x, the lowest lane in which it is `apart` from the one before it."""
    last: list[float] = []
    lanes = []
    for x, _ in marks:
        free = next((n for n, before in enumerate(last) if x - before >= apart), None)
        if free is None:
            free = len(last)
            last.append(x)
        last[free] = x
        lanes.append(min(free, MOST_LANES - 1))
    return tuple(lanes)


def curve_svg(told: ToldReport, policy: FloorPolicy, words: Words) -> str:
    """Return the drawing as SVG; the lines differ by stroke as well as by colour."""
    numbered = tuple(sorted((mark for mark in told.marks if mark.what == "step"), key=lambda mark: mark.at))
    length = max(60.0, told.end - told.begin)
    flat = _Area(begin=told.begin, length=length, top=0.0)
    placed = tuple((flat.x(mark.at), mark) for mark in numbered)
    lanes = lanes_of(placed, LANE)
    area = _Area(begin=told.begin, length=length, top=30.0 + LANE * (max(lanes, default=0) + 1))
    columns = int(WIDE - LEFT - RIGHT)
    waiting = plot(told.curve, told.begin, told.end, columns, lambda p: p.waiting)
    wait = plot(told.curve, told.begin, told.end, columns, lambda p: p.mean_wait_s)
    people = nice_top(max(waiting.highest, told.limit or 0, 4.0))
    seconds = nice_top(wait.highest, 30.0)
    title = escape(words(say("People waiting and average wait")))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-label="{title}"',
        'font-family="inherit" font-size="11">',
        f"<title>{title}</title>",
        *_stood(told, area),
        *_scales(area, people, seconds, words),
        *_times(told, area, policy),
        *_limit(told, area, people, words),
        *_line(wait, area, seconds, 'stroke="#777" stroke-width="1.2" stroke-dasharray="5 3"'),
        *_line(waiting, area, people, 'stroke="#000" stroke-width="1.6"'),
        *_moments(told, area),
    ]
    parts += [_number(mark, x, 30.0 + LANE * lane, area) for (x, mark), lane in zip(placed, lanes, strict=True)]
    if not waiting.stretches:
        middle = area.x(told.begin + length / 2)
        nothing = escape(words(say("No figures for this time yet")))
        parts.append(f'<text x="{middle:.1f}" y="{area.y(0.5):.1f}" text-anchor="middle" fill="#555">{nothing}</text>')
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
    for step in range(_QUARTERS + 1):
        y = area.y(step / _QUARTERS)
        stroke = "#000" if step == 0 else "#ccc"
        yield f'<line x1="{left:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}" stroke="{stroke}" stroke-width="0.6"/>'
        if step:
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
    yield f'<text x="{left + 5:.1f}" y="{y - 4:.1f}" fill="#333">{named}</text>'


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


def _number(mark: Mark, x: float, y: float, area: _Area) -> str:
    return (
        f'<g><line x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{area.y(0):.1f}" stroke="#000" stroke-width="0.4"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7.5" fill="#fff" stroke="#000" stroke-width="0.8"/>'
        f'<text x="{x:.1f}" y="{y + 3.6:.1f}" text-anchor="middle" font-size="10">{escape(mark.label)}</text></g>'
    )
