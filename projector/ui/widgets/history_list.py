"""Everybody's edits of the ride that is shown, the last one first, and the way back to any of them."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from projector.annotations.steps import Key, Step, Steps
from projector.ui.theme import Theme
from projector.ui.widgets.figures import when_text
from projector.ui.widgets.panel_dock import ElidedLabel
from projector.ui.widgets.step_delegate import NOW, TALL, StepDelegate

SPACING = 6
Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """A row a step. What is looked at is put into words, so that thousands cost no more than ten."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.steps = Steps()
        self._now: Key | None = None

    def show_steps(self, steps: Steps, now: Key | None) -> None:
        """now: the step after which the labels are as they are."""
        more = len(steps) - len(self.steps)
        if steps.continues(self.steps):  # what is chosen stays chosen
            if more:
                self.beginInsertRows(QModelIndex(), 0, more - 1)
            self.steps, self._now = steps, now
            if more:
                self.endInsertRows()
            if steps:
                self.dataChanged.emit(self.index(0), self.index(len(steps) - 1), [NOW])
            return
        self.beginResetModel()
        self.steps, self._now = steps, now
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.steps)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == NOW:
            return self.steps.key(index.row()) == self._now
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        step = self.steps[index.row()]
        return f"{step.what}\n{_who(step)} · {when_text(step.utc)}"


class HistoryList(QWidget):
    """Shows Steps. `wanted` carries the Step to go back to."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps, self._me = Steps(), ""
        self._now: Key | None = None
        self._room = 0
        self.model = HistoryModel(self)
        self.list = QListView()
        self._delegate = StepDelegate(theme, self.list)
        self.summary = ElidedLabel()
        self.mine, self.back = QToolButton(), QPushButton("Go back")
        self.mine.setText("only mine")
        self._build()
        self.mine.toggled.connect(self._renew)
        self.back.clicked.connect(self._on_back)
        self.list.activated.connect(self._on_back)
        self.list.selectionModel().currentChanged.connect(self._on_chosen)
        self.model.modelReset.connect(self._on_chosen)

    def _build(self) -> None:
        heading = QLabel("History")
        heading.setProperty("role", "strong")
        self.summary.setProperty("role", "muted")
        self.mine.setCheckable(True)
        self.mine.setToolTip("Only what I did on this ride")
        self.back.setToolTip("The labels become what they were after this step, as a new edit of yours")
        self.back.setEnabled(False)
        for button in (self.mine, self.back):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setMinimumHeight(TALL)
        self.list.setAccessibleName("History of this ride's labels")
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(heading)
        head.addWidget(self.summary, 1)
        head.addWidget(self.mine)
        head.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addStretch()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self._delegate.theme = theme
        self.list.viewport().update()

    @property
    def lists(self) -> bool:
        """Whether steps are listed: somebody has done something, and there is room for it."""
        return not self.list.isHidden()

    def set_room(self, tall: int) -> None:
        """How many pixels there are: without room for a step there is no list, only how many there are."""
        self._room = tall
        head = max(part.sizeHint().height() for part in (self.summary, self.back))
        self.list.setVisible(bool(self._steps) and tall >= head + SPACING + TALL)

    def show_steps(self, steps: Steps, me: str, now: Key | None) -> None:
        """Steps of a ride, who looks at them, and the step after which the labels are as they are shown."""
        self._steps, self._me, self._now = steps, me, now
        people = steps.people
        self.mine.setVisible(bool(people - {me}) or self.mine.isChecked())
        told = f"{len(steps):,} edit{'s' * (len(steps) != 1)}" if steps else "no edits yet"
        self.summary.set_whole_text(f"{told} · {len(people)} people" if len(people) > 1 else told)
        self.set_room(self._room)  # without a step it asks for none
        self._renew()

    def _renew(self) -> None:
        self.model.show_steps(self._steps.by(self._me) if self.mine.isChecked() else self._steps, self._now)
        self._on_chosen()

    def _on_chosen(self, *_: object) -> None:
        index = self.list.currentIndex()
        self.back.setEnabled(index.isValid() and not index.data(NOW))

    def _on_back(self) -> None:
        index = self.list.currentIndex()
        if index.isValid() and not index.data(NOW):
            self.wanted.emit(self.model.steps[index.row()])


def _who(step: Step) -> str:
    """'anna', and in whose layer where that isn't her own."""
    return step.author if step.layer in ("", step.author) else f"{step.author}, in {step.layer}"
