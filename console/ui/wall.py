"""Wall mode: the floor in letters that are read at six metres; no names, nothing to press."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.icons import icon
from console.ui.plan_banner import TINT, paint_stage, stage_role
from console.ui.shell import Shell
from console.ui.when import clock_time
from console.ui.widgets.marks import paint_tone_mark
from console.views.board import Board, Card, Row, board
from console.views.link import Standing, Trust, standing
from console.views.plan_banner import plan_banner
from console.views.plan_lines import STAGE_WORDS, PlanBanner, PlanLine, Stage

# At six metres a figure must be about 3 cm high: a twelfth of a 55" screen's height, whatever its pixels.
ROWS_A_PAGE = 6
PLANS_A_WALL = 2
LEAST_ROTATE_S = 3.0
_CENTER = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def wall_screen(wanted: str, desk: QScreen | None) -> QScreen | None:
    """Return the screen for the wall: the one named, else one the desk window is not on, else the desk's own."""
    screens = QGuiApplication.screens()
    for screen in screens:
        if wanted and screen.name() == wanted:
            return screen
    return next((screen for screen in screens if screen is not desk), desk)


class WallWindow(QWidget):
    """The wall: six figures on top, a row for each chosen group beneath; Escape or F11 leaves."""

    closed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._shell = shell
        self._board = Board()
        self._plans = PlanBanner()
        self._standing: Standing | None = None
        self._page = 0
        self._drawn: object = None
        self.setWindowIcon(icon("floordesk"))
        self.setWindowTitle(tr("Floordesk"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._turn = QTimer(self)
        self._turn.timeout.connect(self.turn_page)
        shell.view_changed.connect(self.show_view)
        shell.ticked.connect(self._tick)
        # A method, not a lambda: what is connected to a closed wall would be called for ever.
        shell.book_changed.connect(self._tick)
        shell.preferences_changed.connect(self._follow_preferences)
        self._follow_preferences()

    @property
    def pages(self) -> int:
        """Return how many pages the chosen groups take."""
        return max(1, -(-len(self._board.rows) // ROWS_A_PAGE))

    @property
    def page(self) -> int:
        """Return the page on screen, from 0."""
        return min(self._page, self.pages - 1)

    def rows(self) -> tuple[Row, ...]:
        """Return the groups on screen."""
        first = self.page * ROWS_A_PAGE
        return self._board.rows[first : first + ROWS_A_PAGE]

    def show_view(self, view: FloorView) -> None:
        """Draw the newest view."""
        self._board = board(view, self._shell.preferences.wall_groups, self._board)
        self._tick()

    def turn_page(self) -> None:
        """Show the next page."""
        self._page = (self.page + 1) % self.pages
        self._tick()

    def _follow_preferences(self) -> None:
        every = self._shell.preferences.wall_rotate_s
        if every > 0:
            self._turn.start(round(max(LEAST_ROTATE_S, every) * 1000))
        else:
            self._turn.stop()
        self.show_view(self._shell.view)

    def _tick(self, _book: object = None) -> None:
        self._standing = standing(self._shell.view, self._shell.now())
        shell = self._shell
        self._plans = plan_banner(shell.live, shell.book, shell.live_now(), most=PLANS_A_WALL)
        drawn = (self._board, self._standing, self.page, self._time(), self._plans, shell.view.past)
        if drawn != self._drawn:
            self._drawn = drawn
            self.update()

    def _time(self) -> str:
        return clock_time(self._shell.now(), self._shell.view.policy)[:5]

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw everything; a wall changes a few times a second at most."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour("ground"))
        high, wide = float(self.height()), float(self.width())
        edge = wide * 0.02
        self._paint_head(painter, QRectF(edge, high * 0.012, wide - 2 * edge, high * 0.075))
        taken = self._paint_plans(painter, QRectF(edge, high * 0.095, wide - 2 * edge, high * 0.08))
        muted = self._standing is not None and self._standing.trust in (Trust.OLD, Trust.NOTHING_YET)
        if not self._board.rows:
            self._paint_nothing(painter, QRectF(edge, high * 0.2 + taken, wide - 2 * edge, high * 0.5))
            return
        painter.setOpacity(0.42 if muted else 1.0)
        # What plans take of the height, cards and rows give in their own proportion.
        left = 1 - taken / (high * 0.89)
        top = high * 0.095 + taken
        self._paint_cards(painter, QRectF(edge, top, wide - 2 * edge, high * 0.225 * left), muted=muted)
        top += high * 0.24 * left
        self._paint_rows(painter, QRectF(edge, top, wide - 2 * edge, high * 0.65 * left), muted=muted)

    def _paint_plans(self, painter: QPainter, line: QRectF) -> float:
        """Draw the plans under way, a line of this height each; return the height they take."""
        lines, more = self._plans.lines, self._plans.more
        for place, plan in enumerate(lines):
            where = line.translated(0, place * line.height() * 1.12)
            last = more if place == len(lines) - 1 else 0
            self._paint_plan(painter, where, plan, tr("and {count} more", count=last) if last else "")
        return len(lines) * line.height() * 1.12 + (line.height() * 0.12 if lines else 0.0)

    def _paint_plan(self, painter: QPainter, room: QRectF, plan: PlanLine, more: str) -> None:
        role, high = stage_role(plan.stage), room.height()
        painter.setPen(QPen(theme.colour(role), 3))
        painter.setBrush(theme.colour("panel"))
        painter.drawRoundedRect(room, high * 0.14, high * 0.14)
        painter.setBrush(theme.colour(role, TINT))
        painter.drawRoundedRect(room, high * 0.14, high * 0.14)
        said = render(STAGE_WORDS[plan.stage])
        if self._shell.view.past:
            said = dotted(tr("As of now"), said)
        letters = theme.sized(high * 0.42)
        badge = QRectF(room.left(), room.top(), QFontMetrics(letters).horizontalAdvance(said) + high * 1.15, high)
        painter.setBrush(theme.colour(role))
        painter.drawRoundedRect(badge, high * 0.14, high * 0.14)
        painter.setPen(theme.colour("sign"))
        sign = high * 0.36
        paint_stage(painter, QRectF(badge.left() + high * 0.25, badge.center().y() - sign / 2, sign, sign), plan.stage)
        painter.setPen(theme.colour("sign"))
        painter.setFont(letters)
        painter.drawText(badge.adjusted(high * 0.8, 0, 0, 0), _LEFT, said)
        painter.setPen(theme.colour("ink"))
        rest = QRectF(badge.right() + high * 0.35, room.top(), room.right() - badge.right() - high * 0.7, high)
        # Of the figures the first only: a wall says one thing that is read from afar.
        tail = render(plan.since) if plan.stage is Stage.PROPOSED else "".join(render(f) for f in plan.figures[:1])
        tail = dotted(tail, more)
        painter.setFont(_fitted([tail], rest.width() * 0.5, high * 0.46, 600))
        painter.drawText(rest, _RIGHT, tail)
        rest.setRight(rest.right() - painter.fontMetrics().horizontalAdvance(tail) - high * 0.3)
        name = dotted(plan.name, render(plan.subject))
        painter.setFont(_fitted([name], rest.width(), high * 0.56, 600))
        painter.drawText(rest, _LEFT, name)

    def _paint_head(self, painter: QPainter, room: QRectF) -> None:
        painter.setFont(theme.sized(room.height() * 0.5))
        painter.setPen(theme.colour("ink"))
        painter.drawText(room, _RIGHT, self._time())
        clock_wide = painter.fontMetrics().horizontalAdvance("00:00")
        painter.setPen(theme.colour("soft"))
        painter.setFont(theme.sized(room.height() * 0.42, 400))
        centre = self._shell.view.policy.centre or tr("Floordesk")
        if self.pages > 1:
            centre = f"{centre}   {self.page + 1}/{self.pages}"
        painter.drawText(room, _LEFT, centre)
        if self._standing is None:
            return
        role = theme.tone_role(self._standing.tone, calm="calm")
        if self._standing.trust is Trust.PAST:
            role = "past"
        words = render(self._standing.said)
        live = self._standing.trust is Trust.LIVE
        painter.setFont(theme.sized(room.height() * (0.42 if live else 0.55), 400 if live else 600))
        painter.setPen(theme.colour(role))
        left = room.adjusted(0, 0, -clock_wide - room.height() * 0.6, 0)
        painter.drawText(left, _RIGHT, words)
        x = left.right() - painter.fontMetrics().horizontalAdvance(words) - room.height() * 0.35
        paint_tone_mark(painter, QPointF(x, room.center().y()), room.height() * 0.13, self._standing.tone, role)

    def _paint_nothing(self, painter: QPainter, room: QRectF) -> None:
        if self._standing is None:
            return
        painter.setPen(theme.colour(theme.tone_role(self._standing.tone)))
        painter.setFont(theme.sized(room.height() * 0.16))
        reason = render(self._standing.reason) if self._standing.reason is not None else ""
        text = f"{render(self._standing.said)}\n{reason}"
        painter.drawText(room, _CENTER | Qt.TextFlag.TextWordWrap, text)

    def _paint_cards(self, painter: QPainter, room: QRectF, *, muted: bool) -> None:
        cards = self._board.cards
        gap = room.width() * 0.012
        width = (room.width() - gap * (len(cards) - 1)) / max(1, len(cards))
        inner = width * 0.88
        # One size for all labels and one for all figures: a row of equals.
        labels = _fitted([render(card.label) for card in cards], inner * 0.86, room.height() * 0.16, 400)
        values = _fitted([card.value for card in cards], inner, room.height() * 0.5, 600)
        unders = _fitted([render(card.under[0]) for card in cards if card.under], inner, room.height() * 0.135, 400)
        for number, card in enumerate(cards):
            left = room.left() + number * (width + gap)
            tone = Tone.CALM if muted else card.tone
            role = theme.tone_role(tone)
            where = QRectF(left, room.top(), width, room.height())
            painter.setPen(QPen(theme.colour("line" if tone is Tone.CALM else role), 1 if tone is Tone.CALM else 4))
            painter.setBrush(theme.colour("panel"))
            painter.drawRoundedRect(where, room.height() * 0.06, room.height() * 0.06)
            if tone is not Tone.CALM:
                mark = QPointF(where.right() - width * 0.1, where.top() + room.height() * 0.16)
                paint_tone_mark(painter, mark, room.height() * 0.065, tone)
            self._paint_card(
                painter, where.adjusted(width * 0.06, 0, -width * 0.06, 0), card, (labels, values, unders), role
            )

    def _paint_card(
        self, painter: QPainter, room: QRectF, card: Card, letters: tuple[QFont, QFont, QFont], role: str
    ) -> None:
        labels, values, unders = letters
        high = room.height()
        painter.setPen(theme.colour("soft"))
        painter.setFont(labels)
        painter.drawText(
            QRectF(room.left(), room.top() + high * 0.04, room.width(), high * 0.24), _LEFT, render(card.label)
        )
        painter.setFont(unders)
        if card.under:
            low = QRectF(room.left(), room.top() + high * 0.78, room.width(), high * 0.18)
            painter.drawText(low, _LEFT, render(card.under[0]))
        painter.setFont(values)
        wide = painter.fontMetrics().horizontalAdvance(card.value)
        base = room.top() + high * 0.53 + painter.fontMetrics().capHeight() / 2
        painter.setPen(theme.colour(role))
        painter.drawText(QPointF(room.left(), base), card.value)
        if card.unit is not None:
            painter.setPen(theme.colour("soft"))
            painter.setFont(labels)
            painter.drawText(QPointF(room.left() + wide + high * 0.05, base), render(card.unit))

    def _paint_rows(self, painter: QPainter, room: QRectF, *, muted: bool) -> None:
        rows = self.rows()
        head = room.height() * 0.075
        shares = (0.36, 0.16, 0.17, 0.15, 0.16)
        starts = [room.left() + room.width() * sum(shares[:place]) for place in range(len(shares))]
        painter.setFont(theme.sized(head * 0.62, 400))
        painter.setPen(theme.colour("soft"))
        titles = (tr("Skill group"), tr("Waiting"), tr("Longest"), tr("Service level"), tr("On-line ratio"))
        for place, title in enumerate(titles):
            cell = QRectF(starts[place], room.top(), room.width() * shares[place], head)
            painter.drawText(cell, _RIGHT if place else _LEFT, title)
        tall = (room.height() - head) / ROWS_A_PAGE
        for number, row in enumerate(rows):
            top = room.top() + head + number * tall
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QPointF(room.left(), top), QPointF(room.right(), top))
            mark = QPointF(room.left() + tall * 0.16, top + tall / 2)
            paint_tone_mark(painter, mark, tall * 0.13, row.tone, "faint" if muted else None)
            name = QRectF(room.left() + tall * 0.5, top, room.width() * shares[0] - tall * 0.5, tall)
            painter.setPen(theme.colour("ink"))
            painter.setFont(_fitted([row.name], name.width(), tall * 0.5, 600))
            painter.drawText(name, _LEFT, row.name)
            figures = (
                (str(row.waiting), row.waiting_tone, 0.74),
                (row.longest, row.longest_tone, 0.56),
                (row.service, row.service_tone, 0.56),
                (row.ratio, row.ratio_tone, 0.56),
            )
            for place, (text, tone, size) in enumerate(figures, start=1):
                cell = QRectF(starts[place], top, room.width() * shares[place], tall)
                painter.setPen(theme.colour(theme.tone_role(Tone.CALM if muted else tone)))
                painter.setFont(_fitted([text], cell.width() * 0.94, tall * size, 600))
                painter.drawText(cell, _RIGHT, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Escape and F11 leave, the arrows turn pages."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Space):
            self.turn_page()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_PageUp):
            self._page = (self.page - 1) % self.pages
            self._tick()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Tell the desk window."""
        self._turn.stop()
        self.closed.emit()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Draw anew in other words or colours."""
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.PaletteChange):
            self._drawn = None
            self.update()
        super().changeEvent(event)


def _fitted(texts: list[str], width: float, pixels: float, weight: int) -> QFont:
    """Return letters of one size in which every text fits the width, at most `pixels` high."""
    letters = theme.sized(pixels, weight)
    wide = max((QFontMetrics(letters).horizontalAdvance(text) for text in texts), default=0)
    return letters if wide <= width else theme.sized(max(pixels * 0.45, pixels * width / wide), weight)
