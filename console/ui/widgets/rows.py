"""The rows of a table as a model: records compared by `is`, only what changed told to the screen, keys kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from console.core.words import Said
from console.ui.i18n import render

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")

MOST_PIECES = 40
"""More comings and goings than this in one frame are told as a new table."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: `wide` its width in pixels at 100 %, `share` of what is left, `gives_way` first where room is short.

    `gives_way` 0: never. A `head` of None has no words. `sorts`: a click on the head sorts by it.
    """

    key: str
    head: Said | None
    wide: int
    right: bool = False
    share: int = 0
    gives_way: int = 0
    sorts: bool = True
    strong: bool = False


class Rows(QAbstractTableModel, Generic[R]):
    """The rows on screen, in the order shown; `moving` while they come, go and change places."""

    rearranged = Signal()

    def __init__(
        self, columns: tuple[Column, ...], key: Callable[[R], str], text: Callable[[R, str], str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self.key = key
        self._text = text
        self.rows: list[R] = []
        self.sorted_by = ""
        self.descending = False
        self.told = 0
        self.moving = False

    def show_rows(self, rows: Sequence[R]) -> None:
        """Take the rows as they now stand: the same ones in the same places cost a comparison by `is` each."""
        old, key = self.rows, self.key
        if len(rows) == len(old):
            changed = [place for place, (new, was) in enumerate(zip(rows, old, strict=True)) if new is not was]
            if all(key(rows[place]) == key(old[place]) for place in changed):
                self.put({place: rows[place] for place in changed if rows[place] != old[place]})
                return
        self.moving = True
        self._rearrange(list(rows))
        self.moving = False
        self.rearranged.emit()

    def put(self, changed: Mapping[int, R]) -> None:
        """Take another row with the same key in some places; told run by run."""
        if not changed:
            return
        for place, row in changed.items():
            self.rows[place] = row
        last_column = len(self.columns) - 1
        for first, last in runs(sorted(changed)):
            self.told += 1
            # createIndex asks nobody whether the row is there: `index` would cost three calls into Python.
            self.dataChanged.emit(self.createIndex(first, 0), self.createIndex(last, last_column))

    def place_of(self, key: str) -> int:
        """Return where the row with a key stands, -1 for nowhere."""
        return next((place for place, row in enumerate(self.rows) if self.key(row) == key), -1)

    def _rearrange(self, rows: list[R]) -> None:
        key = self.key
        before, after = [key(row) for row in self.rows], [key(row) for row in rows]
        names, known = set(after), set(before)
        if names == known:
            self._reorder(rows, before, after)
            return
        gone = list(runs([place for place, name in enumerate(before) if name not in names]))
        come = list(runs([place for place, name in enumerate(after) if name not in known]))
        if len(gone) + len(come) > MOST_PIECES:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self.rows[first : last + 1]
            self.endRemoveRows()
        stay = [row for row, name in zip(rows, after, strict=True) if name in known]
        self._reorder(stay, [key(row) for row in self.rows], [key(row) for row in stay])
        for first, last in come:
            self.beginInsertRows(QModelIndex(), first, last)
            self.rows[first:first] = rows[first : last + 1]
            self.endInsertRows()

    def _reorder(self, wanted: list[R], before: list[str], after: list[str]) -> None:
        if before == after:
            self.put({n: new for n, (new, was) in enumerate(zip(wanted, self.rows, strict=True)) if new is not was})
            return
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        places = {before[each.row()]: -1 for each in old}
        places.update((name, place) for place, name in enumerate(after) if name in places)
        new = [self.index(places[before[each.row()]], each.column()) for each in old]
        self.rows = wanted
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and default
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and default
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  Qt's type
        """Return a cell in words; its look is the delegate's."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return self._text(self.rows[index.row()], self.columns[index.column()].key)
        return None

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401  Qt's type
        """Return the words over a column."""
        if orientation is Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        head = self.columns[section].head
        return "" if head is None else render(head)


def runs(places: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Return ascending places as runs (first, last)."""
    first = last = -2
    for place in places:
        if place == last + 1:
            last = place
            continue
        if last >= 0:
            yield first, last
        first = last = place
    if last >= 0:
        yield first, last
