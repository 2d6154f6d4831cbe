"""Long work in the status line: what, how far, and a button that stops it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget


class JobBar(QWidget):
    """Hidden while nothing runs."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(110)
        self._share = QLabel()
        self._stop = QToolButton()
        self._stop.setText("cancel")
        self._stop.setProperty("flat", True)
        self._stop.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(8)
        for part in (self._what, self._bar, self._share, self._stop):
            row.addWidget(part)
        self.hide()

    def show_job(self, what: str, fraction: float | None, *, can_stop: bool = True) -> None:
        """Say what runs and how far it is (None: not known yet)."""
        self._stop.setVisible(can_stop)
        self._what.setText(what)
        self._bar.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self._bar.setValue(round(1000 * fraction))
        self._share.setText("" if fraction is None else f"{fraction:.0%}")
        self.show()
