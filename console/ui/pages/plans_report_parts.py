"""The parts of a plan's report as the screen's tables and curve take them."""

from datetime import UTC, tzinfo

from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.theme import Type
from console.ui.widgets.day_curve import Curve, Expected
from console.ui.widgets.report_table import Cell, Head, Part
from console.views.plan_report import StepLine, ToldReport, grouped_marks
from console.views.plan_report_words import KINDS

Table = tuple[str, tuple[Head, ...], tuple[tuple[Cell, ...], ...]]


def curve_of(told: ToldReport, zone: tzinfo | None, width: int) -> Curve:
    """Return the curve with its marks; steps too near to one another at this width share one."""
    apart = (told.end - told.begin) * theme.px(26) / max(1, width)
    marks = []
    for mark in grouped_marks(told, apart):
        said = render(mark.said)
        marks.append((mark.at, tr("step {n}", n=mark.label) if mark.what == "step" else said))
    return Curve(
        points=told.curve,
        limit=told.limit,
        begin=told.begin,
        now=told.end,
        zone=zone or UTC,
        marks=tuple(marks),
        expected=tuple(
            Expected(at=point.at, low=point.waiting, middle=point.waiting, high=point.waiting)
            for point in told.without
            if point.at <= told.end
        ),
        over=told.over,
    )


def span_rows(told: ToldReport) -> Table:
    """Return before, while it stood and after."""
    heads = (
        Head(""),
        Head(tr("most waiting"), right=True),
        Head(tr("waiting on average"), right=True),
        Head(tr("average wait"), right=True),
        Head(tr("answered"), right=True),
        Head(tr("gave up"), right=True),
        Head("", rest=True),
    )
    rows = tuple(
        (
            _cell(render(span.label)),
            *(_cell(figure) for figure in (span.peak, span.mean, span.wait, span.answered, span.abandoned)),
            _cell(""),
        )
        for span in told.spans
    )
    return tr("Before, while it stood, after"), heads, rows


def step_rows(told: ToldReport) -> Table:
    """Return the steps as they went."""
    heads = (
        Head("#", right=True),
        Head(tr("step"), rest=True),
        Head(tr("state")),
        Head(tr("begins at")),
        Head(tr("stands at")),
        Head(tr("took"), right=True),
        Head(tr("back at")),
    )
    rows = tuple(
        (
            _cell(str(step.n), "soft"),
            _step_cell(step),
            _cell(render(step.state), theme.tone_role(step.tone)),
            *(_cell(each, "soft") for each in (step.begun, step.stood, step.took, step.ended)),
        )
        for step in told.steps
    )
    return tr("Steps"), heads, rows


def _step_cell(step: StepLine) -> Cell:
    parts = [Part(render(step.words))]
    if step.visible:
        parts.append(Part(tr("customers notice"), "warn", Type.SMALL))
    if step.trouble is not None:
        parts.append(Part(f"! {render(step.trouble)}", "alarm"))
    if step.asked:
        parts.append(Part(", ".join(render(each) for each in step.asked), "soft", Type.SMALL))
    if step.levers:
        parts.append(Part(", ".join(step.levers), "faint", Type.SMALL))
    return tuple(parts)


def timeline_rows(told: ToldReport) -> Table:
    """Return what happened, in order."""
    heads = (Head(tr("time")), Head(tr("what")), Head(tr("who")), Head(tr("what happened"), rest=True))
    rows = []
    for line in told.timeline:
        quiet = line.kind == "lever" and line.tone is Tone.CALM
        kind = Type.SMALL if quiet else Type.BODY
        said = [Part(render(line.said), "soft" if quiet else theme.tone_role(line.tone), kind)]
        if line.why:
            said.append(Part(tr("reason: {why}", why=line.why), "soft", Type.SMALL))
        rows.append(
            (
                (Part(line.time, "soft", kind),),
                (Part(render(KINDS[line.kind]), "faint", kind),),
                (Part(line.who, "ink", kind),),
                tuple(said),
            )
        )
    return tr("Timeline"), heads, tuple(rows)


def people_rows(told: ToldReport) -> Table:
    """Return who took part, and what they decided."""
    rows = tuple(
        (
            (Part(person.name, kind=Type.STRONG), Part(render(person.role), "soft", Type.SMALL)),
            tuple(Part(render(each)) for each in person.decided),
        )
        for person in told.people
    )
    return tr("People"), (Head(""), Head("", rest=True)), rows


def _cell(text: str, role: str = "ink") -> Cell:
    return (Part(text, role),)
