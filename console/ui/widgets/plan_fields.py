"""One field of a plan's form: its input, its unit, and what is wrong with it beneath, said while typing."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from console.core.floor.view import FloorView
from console.core.words import Said
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.ui.widgets.form import Choice, FormCard, Texts
from console.ui.widgets.pick_list import PickList
from console.ui.widgets.plan_condition import ConditionRows
from console.ui.widgets.plan_faults import FaultLine
from console.views.plan_form import Field, Kind, length_words, read_typed, write_typed

_WIDE = {Kind.NUMBER: 90, Kind.WHOLE: 90, Kind.PERCENT: 90, Kind.SPANS: 300}
_TYPED = frozenset({Kind.LINE, Kind.NUMBER, Kind.WHOLE, Kind.PERCENT, Kind.SPANS})
TEXT_LINES = 3

Offers = Callable[[Field], tuple[tuple[str, Said], ...]]
Faults = Callable[[str], tuple[Said, ...]]


class Words(QPlainTextEdit):
    """A text of some lines; Tab goes on to the next field."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.measure()

    def measure(self) -> None:
        """Take the letters in force."""
        line = QFontMetrics(theme.font(Type.BODY)).lineSpacing()
        self.setFixedHeight(line * TEXT_LINES + theme.px(24))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Leave Escape to the page."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class PlanField(QWidget):
    """A field by its kind; `changed` comes with every letter and choice."""

    changed = Signal(object)

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self._value: Any = None
        self.unit = QLabel()
        self.unit.setProperty("role", "soft")
        self.fault = FaultLine()
        self.input = self._input()
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.input, 100)
        row.addWidget(self.unit)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(3))
        column.addLayout(row)
        column.addWidget(self.fault)
        self.setFocusProxy(self.input)

    def _input(self) -> QWidget:
        kind = self.field.kind
        if kind is Kind.FLAG:
            box = QCheckBox()
            box.toggled.connect(self._choose)
            return box
        if kind is Kind.CHOICE:
            choice = Choice()
            choice.picked.connect(self._choose)
            choice.setMaximumWidth(theme.px(360))
            return choice
        if kind is Kind.PICKS:
            picks = PickList()
            picks.picked.connect(self._choose)
            return picks
        if kind is Kind.CONDITION:
            rows = ConditionRows(optional=True)
            rows.changed.connect(self._choose)
            return rows
        if kind is Kind.TEXT:
            words = Words()
            words.textChanged.connect(lambda: self._typed(words.toPlainText()))
            return words
        line = QLineEdit()
        line.setMaximumWidth(theme.px(_WIDE.get(kind, 420)))
        line.setMinimumWidth(theme.px(70))
        line.setReadOnly(kind is Kind.OTHER)
        line.textEdited.connect(self._typed)
        return line

    def setAccessibleName(self, name: str) -> None:  # noqa: N802  Qt's name
        """Name the input."""
        super().setAccessibleName(name)
        self.input.setAccessibleName(name)

    # -- what comes ---------------------------------------------------------------------------------------------------

    def show_value(self, value: Any, offered: tuple[tuple[str, Said], ...], view: FloorView) -> None:  # noqa: ANN401
        """Show what stands in the plan; what somebody is typing stays as it is typed."""
        self._value = value
        field, shown = self.field, self.field.usual if value is None else value
        words = tuple((key, render(said)) for key, said in offered)
        if isinstance(self.input, ConditionRows):
            self.input.show_condition(value if isinstance(value, dict) else {}, view)
        elif isinstance(self.input, QCheckBox):
            self.input.blockSignals(True)
            self.input.setChecked(bool(shown))
            self.input.blockSignals(False)
        elif isinstance(self.input, Choice):
            known = shown in dict(words)
            other = tr("choose…") if shown in {None, ""} else str(shown)
            self.input.offer(words if known else ((str(shown or ""), other), *words), str(shown or ""))
        elif isinstance(self.input, PickList):
            self.input.offer(words, tuple(str(each) for each in shown) if isinstance(shown, list) else ())
        else:
            self._show_text(write_typed(field, shown), shown)
        self._show_unit()

    def _show_text(self, text: str, value: Any) -> None:  # noqa: ANN401  whatever stands there
        if isinstance(self.input, QPlainTextEdit):
            if self.input.toPlainText() != text:
                self.input.blockSignals(True)
                self.input.setPlainText(text)
                self.input.blockSignals(False)
        elif isinstance(self.input, QLineEdit):
            now = self.input.text()
            if now != text and not (now and read_typed(self.field, now) == value):
                self.input.setText(text)
                self.input.setCursorPosition(0)

    def _show_unit(self) -> None:
        length = length_words(self.field, self.field.usual if self._value is None else self._value)
        unit = "" if self.field.unit is None else render(self.field.unit)
        self.unit.setText(dotted(unit, "" if length is None else render(length)))

    def show_faults(self, faults: Faults) -> None:
        """Show what is wrong here."""
        if isinstance(self.input, ConditionRows):
            self.input.show_faults(lambda part: faults(f"{self.field.name}{part}"))
            return
        self.input.setAccessibleDescription(self.fault.show_faults(faults(self.field.name)))

    # -- what is told -------------------------------------------------------------------------------------------------

    def _typed(self, typed: str) -> None:
        self._choose(read_typed(self.field, typed))

    def _choose(self, value: Any) -> None:  # noqa: ANN401  whatever the field holds
        self._value = value
        self._show_unit()
        self.changed.emit(value)


class PlanForm(FormCard):
    """A card of fields; `edited` comes with the field and its value."""

    edited = Signal(object, object)

    def __init__(self, texts: Texts, title: Said, fields: tuple[Field, ...], about: Said | None = None) -> None:
        super().__init__(texts, title, about, label_wide=150)
        self.fields: dict[str, PlanField] = {}
        self._lines: dict[str, list[QWidget]] = {}
        for field in fields:
            made = PlanField(field)
            made.changed.connect(lambda value, field=field: self.edited.emit(field, value))
            self.fields[field.name] = made
            first = self.grid.rowCount()
            self.row(field.said, made, field.hint)
            cells = (self.grid.itemAtPosition(n, k) for n in range(first, self.grid.rowCount()) for k in (0, 1))
            self._lines[field.name] = [w for cell in cells if cell is not None and (w := cell.widget()) is not None]

    def hide_title(self) -> None:
        """Leave the title away where something above says it."""
        layout = self.layout()
        head = None if layout is None else layout.itemAt(0)
        widget = None if head is None else head.widget()
        if widget is not None:
            widget.hide()

    def show_only(self, names: set[str]) -> None:
        """Show these fields, the others away with their words."""
        for name, line in self._lines.items():
            for widget in line:
                widget.setVisible(name in names)

    def show_table(self, table: dict[str, Any], offers: Offers, view: FloorView) -> None:
        """Show what stands in the plan."""
        for name, field in self.fields.items():
            field.show_value(table.get(name), offers(field.field), view)

    def show_faults(self, faults: Faults) -> None:
        """Show what is wrong at each field."""
        for field in self.fields.values():
            field.show_faults(faults)

    def seek(self, name: str) -> bool:
        """Put the keys into a field; return whether it is here."""
        field = self.fields.get(name.partition(".")[0].partition("[")[0])
        if field is None:
            return False
        field.input.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(field.input, ConditionRows):
            field.input.seek(name.partition(".")[2])
        return True
