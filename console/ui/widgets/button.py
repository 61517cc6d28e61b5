"""Buttons that show the key that presses them."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from console.ui import theme
from console.ui.icons import paint_icon
from console.ui.theme import Type

_GROUNDS = {"strong": "calm_ground", "danger": "alarm_ground"}


class KeyButton(QAbstractButton):
    """A push button; `kind` is plain, strong or danger, `key` the shortcut shown beside its words."""

    def __init__(self, text: str = "", *, key: str = "", kind: str = "plain") -> None:
        super().__init__()
        self.key, self.kind = key, kind
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of words and key."""
        width = QFontMetrics(theme.font(Type.BODY)).horizontalAdvance(self.text()) + theme.px(26)
        if self.key:
            width += QFontMetrics(theme.font(Type.SMALL)).horizontalAdvance(self.key) + theme.px(9)
        return QSize(width, theme.px(31))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw ground, words, key and focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.isEnabled() and self.kind in _GROUNDS
        ground = _GROUNDS[self.kind] if strong else ("hover" if self._lit() else "")
        edge = "accent" if self.hasFocus() and not strong else ("ink" if self.hasFocus() else ground or "line")
        painter.setPen(QPen(theme.colour("line" if ground == "hover" and not self.hasFocus() else edge), 1))
        painter.setBrush(theme.colour(ground) if ground else Qt.BrushStyle.NoBrush)
        where = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(where, 6, 6)
        if strong and self._lit():
            painter.fillRect(where.adjusted(1, 1, -1, -1), theme.colour("on_strong", 0.08))
        ink = "on_strong" if strong else ("ink" if self.isEnabled() else "faint")
        inner = self.rect().adjusted(theme.px(13), 0, -theme.px(13), 0)
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font(Type.BODY))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.key:
            painter.setPen(theme.colour(ink, 0.82) if strong else theme.colour("soft"))
            painter.setFont(theme.font(Type.SMALL))
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.key)

    def _lit(self) -> bool:
        return self.isEnabled() and (self.underMouse() or self.isDown())


class IconButton(QAbstractButton):
    """A square button with an icon; its name is said in the tool tip and to screen readers."""

    def __init__(self, icon: str, side: int = 30) -> None:
        super().__init__()
        self.icon_name, self._side = icon, side
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def name(self, text: str) -> None:
        """Say what it does."""
        self.setToolTip(text)
        self.setAccessibleName(text)

    def show_icon(self, icon: str) -> None:
        """Draw another icon."""
        if icon != self.icon_name:
            self.icon_name = icon
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return its square."""
        return QSize(theme.px(self._side), theme.px(self._side))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the icon, and its ground under mouse or focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(theme.colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("chosen"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        side = theme.px(18)
        where = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_icon(painter, self.icon_name, where, theme.colour("ink" if self.underMouse() else "soft"))


class RailButton(QAbstractButton):
    """One page in the rail: its drawing, its name beneath."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self.icon_name = icon
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return its tile."""
        return QSize(theme.px(theme.RAIL_WIDTH - 14), theme.px(56))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of the drawing alone: in a low window with large letters the name is in the tool tip."""
        return QSize(theme.px(theme.RAIL_WIDTH - 14), theme.px(27))

    @property
    def named(self) -> bool:
        """Return whether there is room for the name beneath the drawing."""
        return self.height() >= theme.px(21) + QFontMetrics(theme.font(Type.SMALL)).height() + theme.px(3)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802  Qt's name
        """Light up."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Go dim."""
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the tile."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        where = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setPen(theme.colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("chosen" if self.isChecked() else "hover"))
            painter.drawRoundedRect(where, 7, 7)
        role = "ink" if self.isChecked() or self.underMouse() else "soft"
        side = theme.px(21)
        metrics = QFontMetrics(theme.font(Type.SMALL))
        spare = self.height() - side - (metrics.height() if self.named else 0)
        top = min(theme.px(8), spare / 3) if self.named else spare / 2
        paint_icon(painter, self.icon_name, QRectF((self.width() - side) / 2, top, side, side), theme.colour(role))
        if not self.named:
            return
        painter.setPen(theme.colour(role))
        painter.setFont(theme.font(Type.SMALL))
        low = QRectF(-4, top + side, self.width() + 8, self.height() - top - side - min(theme.px(4), spare / 4))
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, round(low.width()))
        painter.drawText(low, Qt.AlignmentFlag.AlignCenter, text)
