"""A page painted into a picture without a display."""

import os
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtWidgets import QWidget

from console.core.errors import BadInput
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.ports import Clock
from console.core.preferences import Settings
from console.core.rules.break_forecast import BreakForecast
from console.core.rules.plan_outlook import PlanOutlook
from console.core.words import say
from console.ui.bridge import Bridge
from console.ui.pages import PAGES
from console.ui.shell import Doors, Shell
from console.views.todo import Card

WALL = "wall"
_ROUNDS = 12


def pages() -> tuple[str, ...]:
    """Return what `--page` takes."""
    return (*(page.key for page in PAGES), WALL)


def snapshot(  # noqa: PLR0913  what a picture may show
    out: Path,
    view: FloorView,
    *,
    clock: Clock,
    settings: Settings,
    page: str = "board",
    size: tuple[int, int] = (1600, 940),
    doors: Doors | None = None,
    cards: tuple[Card, ...] = (),
    book: Book | None = None,
    forecasts: Mapping[str, BreakForecast] | None = None,
    outlooks: Mapping[str, PlanOutlook] | None = None,
) -> None:
    """Paint a page of a floor into `out` (PNG) in the language and theme of `settings`; raises BadInput.

    `page` may name what is shown on it after a colon: `breaks:history`, `settings:breaks`.

    Sets the offscreen platform where nothing else was asked for, so that it works in a container.
    """
    page, _, subject = page.partition(":")
    if page not in pages():
        raise BadInput(say("There is no page {page}; the pages are {pages}.", page=page, pages=", ".join(pages())))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from console.ui.application import make_application  # noqa: PLC0415  the platform must be set before

    make_application(settings.preferences())
    shell = Shell(bridge=Bridge(), clock=clock, settings=settings, doors=doors)
    window = _window(shell, page)
    window.resize(*size)
    window.show()
    shell.bridge.publish(view)
    shell.show_cards(cards)
    _settle()
    if book is not None:
        shell.take_book(book)
        shell.take_forecasts(forecasts or {})
        shell.take_outlooks(outlooks or {})
        _settle()
        work_cards = getattr(window, "work", None)
        if work_cards is not None:
            work_cards.judge_all()
    if subject:
        shell.go(page, subject)
    _settle()
    if not window.grab().save(str(out), "PNG"):
        raise BadInput(say("{path} cannot be written.", path=str(out)))
    window.close()
    window.deleteLater()
    shell.deleteLater()
    _settle()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _window(shell: Shell, page: str) -> QWidget:
    if page == WALL:
        from console.ui.wall import WallWindow  # noqa: PLC0415

        return WallWindow(shell)
    from console.ui.window import DeskWindow  # noqa: PLC0415

    window = DeskWindow(shell)
    window.open_page(page)
    return window


def _settle() -> None:
    for _ in range(_ROUNDS):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
