"""The tables of the plans page: every plan and how it stands, and the runs that have ended."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from console.core.floor.policy import FloorPolicy, Tone
from console.core.roles import CONSOLE
from console.core.words import say
from console.ui import theme
from console.ui.i18n import joined, render, tr
from console.ui.theme import Type
from console.ui.when import local
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.table import Column, RowDelegate, RowTable, paint_text
from console.views.plans import PastRow, PlanRow
from console.views.words import DASH, clock

PLAN_COLUMNS = (
    Column(key="name", head=say("Plan"), wide=130, share=3, strong=True, sorts=False),
    Column(key="state", head=say("State"), wide=170, share=4, sorts=False),
    Column(key="whom", head=say("For whom"), wide=90, share=2, sorts=False),
    Column(key="trigger", head=say("Begins"), wide=104, share=2, sorts=False, gives_way=2),
    Column(key="decider", head=say("Decides"), wide=84, share=1, sorts=False, gives_way=3),
    Column(key="last", head=say("Last begun"), wide=92, right=True, sorts=False),
    Column(key="version", head=say("Version"), wide=66, right=True, sorts=False, gives_way=1),
)
PAST_COLUMNS = (
    Column(key="at", head=say("When"), wide=96),
    Column(key="name", head=say("Plan"), wide=110, share=2, strong=True),
    Column(key="subject", head=say("For whom"), wide=96, share=1),
    Column(key="fired", head=say("Fired on"), wide=130, share=3, sorts=False, gives_way=2),
    Column(key="by", head=say("Begun by"), wide=84, share=1, gives_way=3),
    Column(key="lasted", head=say("Lasted"), wide=72, right=True),
    Column(key="ended", head=say("Ended"), wide=110, share=1),
    Column(key="version", head=say("Version"), wide=66, right=True, gives_way=1),
)

Policy = Callable[[], FloorPolicy]


class PlanDelegate(RowDelegate[PlanRow]):
    """Draws the state with its mark, what is out of force faint."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: PlanRow, column: Column, text: str) -> None:
        """Draw a cell."""
        faint = "faint" if row.withdrawn else "soft"
        if column.key == "state":
            paint_tone_mark(
                painter,
                QPointF(inner.left() + theme.px(4), inner.center().y()),
                theme.px(4),
                row.tone,
                "faint" if row.withdrawn else None,
            )
            loud = row.tone is not Tone.CALM
            role = theme.tone_role(row.tone, calm=faint)
            kind = Type.STRONG if loud else Type.BODY
            paint_text(painter, inner.adjusted(theme.px(14), 0, 0, 0), text, role=role, kind=kind)
        elif column.key == "name":
            paint_text(painter, inner, text, kind=Type.STRONG, role="faint" if row.withdrawn else "ink")
        else:
            paint_text(painter, inner, text, role=faint, right=column.right)


def plan_cell(row: PlanRow, key: str, policy: FloorPolicy) -> str:
    """Return a cell of the list of plans in words."""
    if key == "last":
        return DASH if row.last is None else local(row.last, policy).strftime("%m-%d %H:%M")
    words = {"state": row.state, "whom": row.whom, "trigger": row.trigger, "decider": row.decider}
    if key in words:
        return render(words[key])
    return row.name if key == "name" else str(row.version)


def plan_table(policy: Policy) -> RowTable[PlanRow]:
    """Return an empty table of plans."""
    return RowTable(
        PLAN_COLUMNS, lambda row: row.id, lambda row, key: plan_cell(row, key, policy()), PlanDelegate(), row_height=38
    )


def past_cell(row: PastRow, key: str, policy: FloorPolicy) -> str:
    """Return a cell of the history in words."""
    if key == "at":
        return local(row.at, policy).strftime("%H:%M:%S" if row.today else "%m-%d %H:%M")
    if key == "fired":
        return joined(row.fired) if row.fired else render(say("begun by hand"))
    if key == "by":
        return tr("Floordesk") if row.by == CONSOLE.id else row.by or DASH
    if key == "lasted":
        return clock(row.lasted_s)
    words = {"subject": row.subject, "ended": row.ended}
    if key in words:
        return render(words[key])
    return row.name if key == "name" else str(row.version)


class PastDelegate(RowDelegate[PastRow]):
    """Draws the name strong."""

    def paint_cell(self, painter: QPainter, inner: QRect, _row: PastRow, column: Column, text: str) -> None:
        """Draw a cell."""
        kind, role = (Type.STRONG, "ink") if column.strong else (Type.BODY, "soft")
        paint_text(painter, inner, text, role=role, kind=kind, right=column.right)


def past_table(policy: Policy) -> RowTable[PastRow]:
    """Return an empty table of ended runs."""
    return RowTable(PAST_COLUMNS, lambda row: row.id, lambda row, key: past_cell(row, key, policy()), PastDelegate())
