"""What goes wrong in a method Qt calls is told like any other error, and never ends the program.

Below Python 3.12 an error raised in C (an attribute of a widget that has gone, `int("x")`) is carried as a class and
words until somebody catches it. PySide takes it for an exception when it leaves a method that overrides one of Qt's
while Python itself called Qt (`show`, `setFocus`, a signal emitted), reads beyond it, and the process dies. Caught once
on its way, it is one.
"""

import sys
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

from PySide6.QtCore import QObject

NEEDED = sys.version_info < (3, 12)


def whole(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method with every error that leaves it made an exception first."""

    @wraps(method)
    def called(*given: Any, **named: Any) -> Any:  # noqa: ANN401  whatever Qt gives, whatever it wants back
        try:
            return method(*given, **named)
        except BaseException:  # noqa: TRY203  to catch is what makes it whole
            raise

    return called


def _watch(cls: type[QObject], /, **named: Any) -> None:  # noqa: ANN401  the words of a class statement
    """Wrap what a new class overrides of Qt's own."""
    super(QObject, cls).__init_subclass__(**named)
    qt = [base for base in cls.__mro__ if base.__module__.startswith("PySide6.")]
    for name, method in list(vars(cls).items()):
        if isinstance(method, FunctionType) and not name.startswith("__") and any(name in vars(base) for base in qt):
            setattr(cls, name, whole(method))


def watch_overrides() -> None:
    """Do so for every class derived of Qt's objects from now on; nothing to do from Python 3.12 on."""
    if NEEDED:
        QObject.__init_subclass__ = classmethod(_watch)  # type: ignore[assignment, method-assign]
