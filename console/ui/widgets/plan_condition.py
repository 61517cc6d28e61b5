"""A condition as rows: measure, comparison, number, unit, per seat; joined by all or by any."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.widgets.button import KeyButton
from console.ui.widgets.flow import FlowLayout
from console.ui.widgets.form import Choice
from console.ui.widgets.plan_faults import FaultLine
from console.ui.widgets.segments import Segments
from console.views.plan_conditions import (
    Part,
    comparison_of,
    comparisons,
    is_nested,
    joined,
    joined_parts,
    may_be_per_seat,
    measures,
    new_part,
    number_text,
    part_words,
    unit_of,
    with_comparison,
    with_measure,
    with_number,
    with_per_seat,
)
from console.views.plan_words import subject_words


class _Row(QWidget):
    """One comparison, or one that joins others, shown in words and kept as it is."""

    changed = Signal(object)
    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.part: Part = {}
        self.measure, self.comparison, self.number = Choice(), Choice(), QLineEdit()
        self.unit, self.words, self.of = QLabel(), QLabel(), QLabel()
        self.words.setWordWrap(True)
        for label in (self.unit, self.of):
            label.setProperty("role", "soft")
        self.per_seat = QCheckBox()
        self.drop = KeyButton("×")
        self.fault = FaultLine()
        self.number.setFixedWidth(theme.px(78))
        self.measure.picked.connect(lambda name: self._put(with_measure(self.part, name)))
        self.comparison.picked.connect(lambda how: self._put(with_comparison(self.part, how)))
        self.number.textEdited.connect(lambda typed: self._put(with_number(self.part, typed)))
        self.per_seat.clicked.connect(lambda on: self._put(with_per_seat(self.part, per_seat=on)))
        self.drop.clicked.connect(self.dropped)
        row = FlowLayout(theme.px(8))
        for low in (self.unit, self.of, self.per_seat, self.drop):
            low.setFixedHeight(theme.px(35))
        for part in (self.measure, self.comparison, self.number, self.unit, self.per_seat, self.of, self.drop):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(3))
        column.addWidget(self.words)
        column.addLayout(row)
        column.addWidget(self.fault)

    def show_part(self, part: Part, view: FloorView) -> None:
        """Show a part; a number being typed stays as it is typed."""
        self.part = part
        nested, how = is_nested(part), comparison_of(part)
        self.words.setVisible(nested)
        for each in (self.measure, self.comparison):
            each.setVisible(not nested)
        numbered = not nested and how != "emergency"
        self.number.setVisible(numbered)
        self.per_seat.setVisible(not nested and (may_be_per_seat(part) or bool(part.get("per_seat"))))
        self.per_seat.setText(tr("per seat"))
        self.per_seat.setChecked(bool(part.get("per_seat")))
        self.of.setText(
            render(say("of {subject}", subject=subject_words(view, str(part["of"])))) if part.get("of") else ""
        )
        self.of.setVisible(bool(part.get("of")) and not nested)
        self.drop.setAccessibleName(tr("Remove this condition"))
        self.drop.setToolTip(tr("Remove this condition"))
        unit = unit_of(part)
        self.unit.setText(render(unit) if numbered and unit is not None else "")
        self.unit.setVisible(numbered and unit is not None)
        if nested:
            self.words.setText(render(part_words(part, view)))
            return
        name = str(part.get("measure", ""))
        known = tuple((key, render(said)) for key, said in measures())
        self.measure.offer(known if name in dict(known) else ((name, name or tr("choose…")), *known), name)
        self.measure.setAccessibleName(tr("Measure"))
        self.comparison.offer(tuple((key, render(said)) for key, said in comparisons(name)), how)
        self.comparison.setAccessibleName(tr("Comparison"))
        self.number.setAccessibleName(tr("Number"))
        typed = self.number.text()
        if typed != number_text(part) and not (typed and with_number(part, typed) == part):
            self.number.setText(number_text(part))

    def show_faults(self, faults: tuple[Said, ...]) -> None:
        """Show what is wrong with it."""
        text = self.fault.show_faults(faults)
        for each in (self.measure, self.number):
            each.setAccessibleDescription(text)

    def _put(self, part: Part) -> None:
        self.part = part
        self.changed.emit(part)


class ConditionRows(QWidget):
    """The rows of a condition; `changed` comes with the whole of it, None for none where it may be left out."""

    changed = Signal(object)

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__()
        self._optional = optional
        self._how = "any"
        self._parts: tuple[Part, ...] = ()
        self._view = FloorView()
        self.rows: list[_Row] = []
        self._every: list[_Row] = []
        self.join = Segments()
        self.join.chosen.connect(self._choose_join)
        self.add = KeyButton()
        self.add.clicked.connect(self._add)
        self.fault = FaultLine()
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(10))
        foot.addWidget(self.add)
        foot.addWidget(self.join)
        foot.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(6))
        self._column.addWidget(self.fault)
        self._column.addLayout(foot)
        self._name()
        self.setFocusProxy(self.add)

    def show_condition(self, condition: dict[str, Any], view: FloorView) -> None:
        """Show a condition's parts."""
        how, self._parts = joined_parts(condition)
        self._how, self._view = how or self._how, view
        # Rows stay and are shown or hidden: one may be dropped from its own click.
        while len(self._every) < len(self._parts):
            self._new_row()
        self.rows = self._every[: len(self._parts)]
        for n, each in enumerate(self._every):
            each.setVisible(n < len(self.rows))
        for row, part in zip(self.rows, self._parts, strict=True):
            row.show_part(part, view)
            row.drop.setVisible(self._optional or len(self._parts) > 1)
        self._name()

    def _new_row(self) -> None:
        row = _Row()
        n = len(self._every)
        row.changed.connect(lambda part, n=n: self._put(n, part))
        row.dropped.connect(lambda n=n: self._drop(n))
        self._every.append(row)
        self._column.insertWidget(n, row)
        before: QWidget | None = self._every[n - 1].drop if n else None
        for each in (row.measure, row.comparison, row.number, row.per_seat, row.drop):
            if before is not None:
                QWidget.setTabOrder(before, each)
            before = each
        QWidget.setTabOrder(row.drop, self.add)

    def show_faults(self, faults: Callable[[str], tuple[Said, ...]]) -> None:
        """Show what is wrong; `faults` is asked for the whole ("") and for each part (".0")."""
        whole = list(faults(""))
        several = len(self.rows) > 1
        for n, row in enumerate(self.rows):
            own = faults(f".{n}") if several else tuple(whole)
            row.show_faults(own)
            whole = [each for each in whole if each not in own]
        self.fault.show_faults(tuple(whole))

    def seek(self, part: str) -> None:
        """Put the keys into a row, by its number."""
        number = part.partition(".")[0]
        place = int(number) if number.isdecimal() else 0
        if self.rows:
            row = self.rows[min(place, len(self.rows) - 1)]
            (row.drop if is_nested(row.part) else row.measure).setFocus(Qt.FocusReason.OtherFocusReason)

    def _put(self, n: int, part: Part) -> None:
        self._tell(tuple(part if m == n else each for m, each in enumerate(self._parts)))

    def _drop(self, n: int) -> None:
        self._tell(tuple(each for m, each in enumerate(self._parts) if m != n))
        (self.rows[min(n, len(self.rows) - 1)].drop if self.rows else self.add).setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    def _add(self) -> None:
        self._tell((*self._parts, new_part()))
        self.rows[-1].measure.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_join(self, how: str) -> None:
        self._how = how
        self._tell(self._parts)

    def _tell(self, parts: tuple[Part, ...]) -> None:
        condition = joined(self._how, parts)
        self.show_condition(condition, self._view)
        self.changed.emit(condition or None)

    def _name(self) -> None:
        self.add.setText(tr("Another condition") if self._parts else tr("Add a condition"))
        self.add.updateGeometry()
        choices = (("any", tr("any one is enough")), ("all", tr("all of them")))
        self.join.offer(choices, self._how)
        self.join.setVisible(len(self._parts) > 1)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Say it in another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.show_condition(joined(self._how, self._parts), self._view)
        super().changeEvent(event)
