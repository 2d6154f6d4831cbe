"""The same annotation changed in two places: a card that tells of it, a dialog that asks which is meant."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from projector.annotations.conflicts import ALL
from projector.domain.edits import Edit
from projector.ui.widgets.figures import when_text
from projector.workspace.export import clock
from projector.workspace.layer_session import Conflict

FIELDS = ("label", "start", "end", "length", "note")
MARGIN, ABOVE = 14, 40  # pixels to the window's right edge, and to its lower one: above the status line


class ConflictCard(QFrame):
    """Tells of conflicts in a corner of the window: it takes no key and moves nothing."""

    wanted = Signal()  # to be settled now

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("panel")
        self.setAccessibleName("Conflicts")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.settle, self.later = QPushButton("Look at both…"), QPushButton("Later")
        for button in (self.settle, self.later):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.settle.clicked.connect(self.wanted)
        self.settle.clicked.connect(self.hide)
        self.later.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.later)
        row.addWidget(self.settle)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(self.text)
        column.addLayout(row)
        self.setFixedWidth(330)
        self.hide()
        window.installEventFilter(self)

    def tell(self, text: str) -> None:
        """Show it in the window's lower right corner."""
        self.text.setText(text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        window = self.window()
        self.move(window.width() - self.width() - MARGIN, window.height() - self.height() - ABOVE)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


class ConflictDialog(QDialog):
    """One conflict, its versions side by side. `keep` is what was answered, None for later."""

    def __init__(self, conflict: Conflict, ride: str, left: int, me: str, parent: QWidget) -> None:
        """left: how many conflicts there are, this one included; me: who is asked."""
        super().__init__(parent)
        self.setWindowTitle("Settle a conflict" if left == 1 else f"Settle a conflict (1 of {left})")
        self.keep: int | None = None
        self.buttons: list[QPushButton] = []
        heading = QLabel(f"An annotation of {ride} was changed in two places")
        heading.setProperty("role", "headline")
        about = QLabel("Both versions are kept and shown in the trace until you say which one is meant.")
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(heading)
        column.addWidget(about)
        column.addLayout(self._versions(conflict, me))
        column.addLayout(self._foot(conflict))
        self.setMinimumWidth(430)

    def _versions(self, conflict: Conflict, me: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        told = [facts_of(edit) for edit in conflict.versions]
        for row, name in enumerate(FIELDS, start=2):
            grid.addWidget(_label(name, "muted"), row, 0)
        for at, (edit, here) in enumerate(zip(conflict.versions, conflict.made_here, strict=True)):
            grid.addWidget(_label(_who(edit, me, here=here), "strong"), 0, at + 1)
            grid.addWidget(_label(when_text(edit.utc), "muted"), 1, at + 1)
            for row, name in enumerate(FIELDS, start=2):
                differs = len({one[name] for one in told}) > 1
                grid.addWidget(_label(told[at][name], "strong" if differs else "muted"), row, at + 1)
            removal = edit.after is None
            button = QPushButton(f"{at + 1}  Keep {'it removed' if removal else 'this one'}")
            button.clicked.connect(self._answer(at))
            self.buttons.append(button)
            grid.addWidget(button, len(FIELDS) + 2, at + 1)
            grid.setColumnStretch(at + 1, 1)
        return grid

    def _foot(self, conflict: Conflict) -> QHBoxLayout:
        row = QHBoxLayout()
        self.later = QPushButton("Later")
        self.later.clicked.connect(self.reject)
        row.addWidget(self.later)
        row.addStretch(1)
        self.both = QPushButton("B  Keep both, as two annotations")
        self.both.clicked.connect(self._answer(ALL))
        self.both.setEnabled(sum(edit.after is not None for edit in conflict.versions) > 1)
        row.addWidget(self.both)
        for button in (self.later, self.both, *self.buttons):
            button.setAutoDefault(False)
        return row

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The digit of a version, B for both, Esc for later."""
        digit = event.text()
        if digit.isdecimal() and 1 <= int(digit) <= len(self.buttons):
            self.buttons[int(digit) - 1].click()
        elif event.key() == Qt.Key.Key_B:
            self.both.click()
        else:
            super().keyPressEvent(event)

    def _answer(self, keep: int) -> Callable[[], None]:
        def answer() -> None:
            self.keep = keep
            self.accept()

        return answer


def facts_of(edit: Edit) -> dict[str, str]:
    """What a version says, field by field."""
    if edit.after is None:
        return dict.fromkeys(FIELDS, "–") | {"label": "removed"}
    start, stop = float(edit.after["start_s"]), float(edit.after["stop_s"])
    return {
        "label": str(edit.after["label"]),
        "start": clock(start, 3),
        "end": clock(stop, 3) if stop > start else "–",
        "length": f"{stop - start:.3f} s" if stop > start else "point",
        "note": str(edit.after.get("comment", "")) or "–",
    }


def _who(edit: Edit, me: str, *, here: bool) -> str:
    who = "you" if edit.author == me else edit.author
    return f"{who}, in this window" if here else f"{who}, elsewhere"


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setMaximumWidth(260)
    label.setWordWrap(True)
    return label
