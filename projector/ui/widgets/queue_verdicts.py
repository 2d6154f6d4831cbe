"""The verdict on what is looked at: a button for each, with its key, and what was decided so far."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.figures import when_text
from projector.workspace.review.queue import ReviewQueue
from projector.workspace.workspace import Workspace

OF_EVENTS = (("Y", "right"), ("N", "wrong"), ("U", "unsure"))
OF_ALERTS = (
    ("Y", "true"),
    ("N", "false"),
    ("B", "harsh but harmless"),
    ("G", "data fault"),
    ("U", "unsure"),
)
_SHORT = {"harsh but harmless": "harmless"}
COLUMNS = 3


class VerdictBar(DeferredView):
    """`judged` carries the key of a verdict."""

    judged = Signal(str)

    def __init__(self, workspace: Workspace, queue: ReviewQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self.buttons: dict[str, QPushButton] = {}
        self._made_of: tuple[tuple[str, str], ...] = ()
        self._letters: dict[str, str] = {}
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        self.state = QLabel()
        self.state.setProperty("role", "muted")
        self.state.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._grid)
        column.addWidget(self.state)
        for signal in (queue.changed, queue.shown, workspace.event_changed, workspace.labels_changed):
            signal.connect(self._on_changed)
        workspace.ride_changed.connect(self._on_changed)
        self.mark_stale("verdict")

    def set_letters(self, letters: dict[str, str]) -> None:
        """What stands on the buttons where somebody has changed the keys, by the usual one."""
        if letters != self._letters:
            self._letters, self._made_of = letters, ()
            self.mark_stale("verdict")

    def _on_changed(self) -> None:
        self.mark_stale("verdict")

    def _refresh(self, parts: set[str]) -> None:
        current = self._queue.current
        self._show_buttons(OF_ALERTS if current is not None and current.is_alert else OF_EVENTS)
        decided = self._queue.verdict_on(current)
        for word, button in self.buttons.items():
            button.setEnabled(current is not None)
            button.setChecked(decided is not None and decided.verdict == word)
        text = ""
        if decided is not None:
            when = when_text(decided.utc)
            text = f"{decided.verdict}, {decided.author}, {when}, after {decided.seconds:.1f} s"
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def _show_buttons(self, verdicts: tuple[tuple[str, str], ...]) -> None:
        if verdicts == self._made_of:
            return
        self._made_of = verdicts
        for button in self.buttons.values():
            button.deleteLater()
        self.buttons = {}
        for at, (key, word) in enumerate(verdicts):
            letter = self._letters.get(key, key)
            button = QPushButton(f"{letter} {_SHORT.get(word, word)}".strip())
            button.setToolTip(f"{word} · {letter}" if letter else word)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, key=key: self._on_clicked(key))
            self._grid.addWidget(button, at // COLUMNS, at % COLUMNS)
            self._grid.setColumnStretch(at % COLUMNS, 1)
            self.buttons[word] = button

    def _on_clicked(self, key: str) -> None:
        self.judged.emit(key)
        self.mark_stale("verdict")  # a click ticks the button, whatever came of it
