"""Under the top bar of every page: the plans under way, and the agreed wordings in force. It cannot be closed."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from console.ui import theme
from console.ui.i18n import dotted, joined, render, tr
from console.ui.shell import Shell
from console.ui.theme import Type
from console.views.plan_lines import STAGE_TONE, STAGE_WORDS, PlanBanner, PlanLine, Stage, WordingLine

ROW_HIGH = 37
WORDING_HIGH = 32
TINT = 0.1
KEY = "Ctrl+E"
AT_MOST_EVERY_MS = 500
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def stage_role(stage: Stage) -> str:
    """Return the role in whose colour a stage is marked; its ink on it is `sign`."""
    if stage in {Stage.RUNNING, Stage.STANDING}:
        return "accent"
    return theme.tone_role(STAGE_TONE[stage], calm="calm")


def paint_stage(painter: QPainter, where: QRectF, stage: Stage) -> None:
    """Draw a stage by its shape alone, in the pen's colour: the words and the colour say it again."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink, side, x, y = painter.pen().color(), where.width(), where.center().x(), where.center().y()
    half = side / 2
    painter.setPen(QPen(ink, max(1.4, side * 0.13), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    match stage:
        case Stage.PROPOSED:
            painter.drawEllipse(where.center(), half * 0.9, half * 0.9)
            painter.drawPolyline([QPointF(x, y - half * 0.5), QPointF(x, y), QPointF(x + half * 0.4, y + half * 0.2)])
        case Stage.ASKING:
            painter.drawLine(QPointF(x, y - half * 0.8), QPointF(x, y + half * 0.15))
            painter.drawPoint(QPointF(x, y + half * 0.75))
        case Stage.STOPPED:
            for left in (x - half * 0.4, x + half * 0.4):
                painter.drawLine(QPointF(left, y - half * 0.7), QPointF(left, y + half * 0.7))
        case Stage.RUNNING:
            painter.setBrush(ink)
            low, high, left = y + half * 0.7, y - half * 0.7, x - half * 0.5
            painter.drawPolygon(QPolygonF([QPointF(left, high), QPointF(x + half * 0.7, y), QPointF(left, low)]))
        case Stage.STANDING:
            painter.setBrush(ink)
            painter.drawRect(QRectF(x - half * 0.6, y - half * 0.6, side * 0.6, side * 0.6))
        case Stage.CALM | Stage.STANDING_DOWN:
            low = y + half * 0.6
            painter.drawLine(QPointF(x, y - half * 0.8), QPointF(x, low))
            painter.drawPolyline([QPointF(x - half * 0.6, y), QPointF(x, low), QPointF(x + half * 0.6, y)])
    painter.setPen(ink)


class _Row(QAbstractButton):
    """A line as wide as the window, pressed by a click, by Enter or by Space."""

    def __init__(self, high: int) -> None:
        super().__init__()
        self._high = high
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return its height; the width is the window's."""
        return QSize(theme.px(200), theme.px(self._high))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return its height, and little width: the words give way."""
        return QSize(theme.px(200), theme.px(self._high))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Press with Enter too."""
        if event.key() in _RETURN:
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Measure again when letters or colours change."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    def _ground(self, painter: QPainter, role: str) -> QRectF:
        """Fill the row, draw its edge in a role's colour and the focus; return the room for words."""
        whole = QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(whole, theme.colour("panel"))
        if role != "line":
            painter.fillRect(whole, theme.colour(role, TINT))
        painter.fillRect(QRectF(0, whole.height() - 2, whole.width(), 2), theme.colour(role))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("ink"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(whole.adjusted(1, 1, -1, -3))
        elif self.underMouse():
            painter.fillRect(whole.adjusted(0, 0, 0, -2), theme.colour("ink", 0.04))
        return whole.adjusted(theme.px(12), 0, -theme.px(16), -2)


def _words(painter: QPainter, room: QRectF, text: str, role: str, kind: Type) -> QRectF:
    """Write at the left of a room, shortened where it must be; return the room left over."""
    painter.setFont(theme.font(kind))
    painter.setPen(theme.colour(role))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, int(room.width())))
    painter.drawText(room, _LEFT, shown)
    return room.adjusted(painter.fontMetrics().horizontalAdvance(shown) + theme.px(14), 0, 0, 0)


def _words_right(painter: QPainter, room: QRectF, text: str, role: str, kind: Type) -> QRectF:
    """Write at the right of a room; return the room left over."""
    painter.setFont(theme.font(kind))
    painter.setPen(theme.colour(role))
    painter.drawText(room, _RIGHT, text)
    return room.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - theme.px(16), 0)


class PlanRow(_Row):
    """One plan: where it stands as shape, colour and words, its name and whom it is for, then what matters most."""

    def __init__(self) -> None:
        super().__init__(ROW_HIGH)
        self.line: PlanLine | None = None
        self._key = False
        self._past = False
        self._shown: object = None

    def show_line(self, line: PlanLine, *, key: bool, past: bool) -> None:
        """Show a plan as it stands; `key`: it is the one the key leads to; `past`: the page around it is not now's."""
        said = self._sentence(line)
        if (line, key, past, said) == self._shown:
            return
        self._shown = (line, key, past, said)
        self.line, self._key, self._past = line, key, past
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.update()

    @staticmethod
    def _sentence(line: PlanLine) -> str:
        parts = [render(STAGE_WORDS[line.stage]), line.name, render(line.subject), render(line.since)]
        parts += [render(part) for part in (line.by, line.progress, *line.figures, line.asks) if part is not None]
        return dotted(*parts)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the line."""
        if self.line is None:
            return
        painter, line = QPainter(self), self.line
        role = stage_role(line.stage)
        room = self._badge(painter, self._ground(painter, role), role)
        if self._key:
            room = _words_right(painter, room, KEY, "soft", Type.SMALL)
        if line.stage is Stage.PROPOSED:
            room = _words_right(painter, room, render(line.since), role, Type.STRONG)
        if self._past:
            room = self._now(painter, room)
        figures = joined(line.figures)
        name = dotted(line.name, render(line.subject))
        wide = QFontMetrics(theme.font(Type.TITLE)).horizontalAdvance(name)
        if figures and room.width() - wide > QFontMetrics(theme.font(Type.BODY)).horizontalAdvance(figures) * 1.6:
            room = _words_right(painter, room, figures, "ink", Type.BODY)
        room = _words(painter, room, name, "ink", Type.TITLE)
        if line.asks is not None:
            room = _words(painter, room, render(line.asks), role, Type.STRONG)
        more = dotted(render(line.progress), "" if line.stage is Stage.PROPOSED else render(line.since))
        if line.by is not None:
            more = dotted(more, render(line.by))
        if room.width() > theme.px(60):
            _words(painter, room, more, "soft", Type.BODY)

    def _badge(self, painter: QPainter, room: QRectF, role: str) -> QRectF:
        assert self.line is not None
        text, letters = render(STAGE_WORDS[self.line.stage]), theme.font(Type.STRONG)
        widest = max(QFontMetrics(letters).horizontalAdvance(render(words)) for words in STAGE_WORDS.values())
        high, side = float(theme.px(26)), float(theme.px(12))
        badge = QRectF(room.left(), room.center().y() - high / 2, widest + side + theme.px(27), high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role))
        painter.drawRoundedRect(badge, 5, 5)
        painter.setPen(theme.colour("sign"))
        paint_stage(
            painter, QRectF(badge.left() + theme.px(9), badge.center().y() - side / 2, side, side), self.line.stage
        )
        painter.setFont(letters)
        painter.drawText(badge.adjusted(theme.px(18) + side, 0, 0, 0), _LEFT, text)
        return room.adjusted(badge.width() + theme.px(13), 0, 0, 0)

    def _now(self, painter: QPainter, room: QRectF) -> QRectF:
        """Mark the line as now's beside a page that shows the past."""
        text = tr("As of now")
        painter.setFont(theme.font(Type.SMALL_STRONG))
        wide, high = painter.fontMetrics().horizontalAdvance(text) + theme.px(14), float(theme.px(21))
        chip = QRectF(room.left(), room.center().y() - high / 2, wide, high)
        painter.setPen(QPen(theme.colour("past"), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(chip, 5, 5)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
        return room.adjusted(wide + theme.px(12), 0, 0, 0)


class WordingRow(_Row):
    """The newest agreed wording, and how many more there are; pressed, it opens them all."""

    def __init__(self) -> None:
        super().__init__(WORDING_HIGH)
        self._wordings: tuple[WordingLine, ...] = ()

    def show_wordings(self, wordings: tuple[WordingLine, ...]) -> None:
        """Show what is in force; hidden where there is none."""
        self.setVisible(bool(wordings))
        if wordings:
            self._wordings = wordings
            first = wordings[0]
            self.setAccessibleName(f"{tr('Agreed wording')}: {first.title}. {first.text}")
            self.setToolTip(first.text)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the line."""
        if not self._wordings:
            return
        painter, first = QPainter(self), self._wordings[0]
        room = self._ground(painter, "line")
        painter.setFont(theme.font(Type.SMALL_STRONG))
        text = tr("Agreed wording")
        wide, high = painter.fontMetrics().horizontalAdvance(text) + theme.px(16), float(theme.px(22))
        chip = QRectF(room.left(), room.center().y() - high / 2, wide, high)
        painter.setPen(QPen(theme.colour("accent"), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(chip, 5, 5)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
        room = room.adjusted(wide + theme.px(12), 0, 0, 0)
        more = len(self._wordings) - 1
        if more:
            room = _words_right(painter, room, tr("and {count} more", count=more), "soft", Type.BODY)
        room = _words_right(painter, room, render(first.subject), "soft", Type.BODY)
        room = _words(painter, room, first.title, "ink", Type.STRONG)
        _words(painter, room, first.text, "soft", Type.BODY)


class PlanStrip(QWidget):
    """The lines, three at most, and below them the wordings; nothing at all while no plan is open."""

    wordings_asked = Signal()
    wordings_changed = Signal(object)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.banner = PlanBanner()
        self._rows: dict[str, PlanRow] = {}
        self.more = _MoreRow()
        self.more.clicked.connect(lambda: shell.go("plans"))
        self.wording = WordingRow()
        self.wording.clicked.connect(self.wordings_asked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.more)
        self._column.addWidget(self.wording)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AT_MOST_EVERY_MS)
        self._soon.timeout.connect(self.judge)
        shell.book_changed.connect(lambda _book: self.judge())
        shell.view_changed.connect(lambda _view: self._presently())
        shell.live_changed.connect(lambda _view: self._presently())
        shell.ticked.connect(self._presently)
        shell.preferences_changed.connect(self.judge)
        self.judge()

    def _presently(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @property
    def rows(self) -> list[PlanRow]:
        """Return the lines on screen in their order."""
        return [self._rows[line.run] for line in self.banner.lines]

    def lead(self) -> None:
        """Go to the plan that needs a person most, or to the page of plans."""
        lines = self.banner.lines
        self._shell.go("plans", f"plan:{lines[0].run}" if lines else "")

    def judge(self) -> None:
        """Show what stands now; the banner is always now's, whatever the page shows."""
        shell = self._shell
        self._soon.stop()
        before, self.banner = self.banner, self._banner()
        runs = [line.run for line in self.banner.lines]
        for gone in [run for run in self._rows if run not in runs]:
            row = self._rows.pop(gone)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, line in enumerate(self.banner.lines):
            row = self._rows.get(line.run) or self._made(line.run)
            row.show_line(line, key=place == 0, past=shell.view.past)
            if self._column.indexOf(row) != place:
                self._column.removeWidget(row)
                self._column.insertWidget(place, row)
            row.show()
        self.more.show_count(self.banner.more)
        self.wording.show_wordings(self.banner.wordings)
        self.setVisible(bool(self.banner.lines or self.banner.wordings))
        if self.banner.wordings != before.wordings:
            self.wordings_changed.emit(self.banner.wordings)

    def _banner(self) -> PlanBanner:
        shell = self._shell
        if not shell.book.kinds:
            return PlanBanner()
        from console.views.plan_banner import plan_banner  # noqa: PLC0415  after the first paint

        preferences = shell.preferences
        mine = preferences.my_groups if preferences.only_mine else ()
        return plan_banner(shell.live, shell.book, shell.live_now(), mine=mine)

    def _made(self, run: str) -> PlanRow:
        row = self._rows[run] = PlanRow()
        row.clicked.connect(lambda: self._shell.go("plans", f"plan:{run}"))
        return row

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Say it again in another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.judge()
        super().changeEvent(event)


class _MoreRow(_Row):
    """How many plans more there are; pressed, it opens their page."""

    def __init__(self) -> None:
        super().__init__(26)
        self._count = 0

    def show_count(self, count: int) -> None:
        """Show how many; hidden at none."""
        self._count = count
        self.setVisible(count > 0)
        self.setAccessibleName(tr("and {count} more plans", count=count))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the line."""
        painter = QPainter(self)
        _words(
            painter, self._ground(painter, "line"), tr("and {count} more plans", count=self._count), "ink", Type.BODY
        )
