"""A view that redraws at most once a turn of the event loop, and only while it can be seen.

What a click waits for comes first: painting at once paints whatever else of the window has changed by then,
so that lists and figures would be paid for before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakSet

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


class DeferredView(QWidget):
    """Facts mark parts as stale; `_refresh` is given all stale parts at once, later or when shown."""

    comes_first = False  # the others are brought up to date after it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stale: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._on_soon)
        if self.comes_first:
            _FIRST.add(self)

    def mark_stale(self, *parts: str) -> None:
        """Something that the view shows has changed."""
        if not isValid(self):  # a signal of the workspace may outlive the window
            return
        self._stale.update(parts)
        if self.isVisible():
            self._soon.start()

    @property
    def is_waiting(self) -> bool:
        """Whether it is brought up to date in a moment."""
        return self._soon.isActive()

    def _on_soon(self) -> None:
        if not self.comes_first and first_is_waiting():
            self._soon.start()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Bring the view up to date now, if it can be seen."""
        if self._stale and self.isVisible():
            parts, self._stale = self._stale, set()
            self._refresh(parts)

    def _refresh(self, parts: set[str]) -> None:
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if _HELD_BACK:
            _HELD_BACK[-1].append(self)
        else:
            self.refresh()


@contextmanager
def held_back() -> Iterator[None]:
    """Panels are being arranged: one that is shown for a moment, until it is behind another, does no work."""
    _HELD_BACK.append([])
    try:
        yield
    finally:
        for view in _HELD_BACK.pop():
            view.refresh()


def first_is_waiting() -> bool:
    """Whether a view that comes first has yet to show what changed; the others let it go ahead."""
    return any(isValid(view) and view.is_waiting for view in _FIRST)


_FIRST: WeakSet[DeferredView] = WeakSet()
_HELD_BACK: list[list[DeferredView]] = []
