"""The review queue as a Qt list: rows are read from the queue as they are painted, nothing is built ahead."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from projector.ui.widgets.figures import when_text
from projector.workspace.export import clock
from projector.workspace.review.ledger import Verdict
from projector.workspace.review.queue import ReviewQueue
from projector.workspace.review.subjects import Subject, hash_of
from projector.workspace.review.words import why

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class QueueRow:
    """What a row says: the label's slot in the palette (-1: none), two lines, a word at the right."""

    slot: int
    ride: str
    time: str
    label: str
    right: str
    reason: str


class QueueModel(QAbstractListModel):
    """What is left, or with `decided` what was decided, the last first."""

    def __init__(self, queue: ReviewQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._items = queue.items
        self._listed: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._verdicts: list[Verdict] = []
        self._ids: dict[int, str] = {}
        self._slots: dict[str, int] = {}
        self.decided = False

    def renew(self, decided: bool, ids: dict[int, str], slots: dict[str, int]) -> None:
        """Read the queue anew; one that is gone costs one row, other changes all."""
        queue, before = self._queue, self._listed
        items, listed = queue.items, queue.listed
        self._ids, self._slots = ids, slots
        if decided == self.decided and not decided and items is self._items:
            if len(listed) == len(before) - 1:
                row = int(np.argmin(np.append(listed, -1) == before))
                if np.array_equal(listed, np.delete(before, row)):
                    self.beginRemoveRows(QModelIndex(), row, row)
                    self._listed = listed
                    self.endRemoveRows()
                    return
            if np.array_equal(listed, before):
                return
        self.beginResetModel()
        self.decided, self._items, self._listed = decided, items, listed
        self._verdicts = queue.verdicts() if decided else []
        self.endResetModel()

    def subject(self, row: int) -> Subject:
        """What a row is about."""
        if self.decided:
            return self._verdicts[row].subject
        return self._items.subject(int(self._listed[row]))

    def row_of(self, number: int) -> int:
        """Where the subject of a number (see `hash_of`) stands, -1 where it doesn't."""
        if self.decided:
            found = (row for row, one in enumerate(self._verdicts) if hash_of(one.subject) == number)
            return next(found, -1)
        item = self._items.at(number)
        row = -1 if item is None else int(np.searchsorted(self._listed, item))
        return row if 0 <= row < len(self._listed) and self._listed[row] == item else -1

    def row(self, row: int) -> QueueRow:
        """What stands in a row."""
        subject = self.subject(row)
        slot = self._slots.get(subject.label, -1)
        place = self._ids.get(subject.ride, ""), clock(subject.start_s, 1), subject.label or "no label"
        if self.decided:
            one = self._verdicts[row]
            return QueueRow(
                slot, *place, one.verdict, f"{one.author} · {when_text(one.utc)} · {one.seconds:.1f} s"
            )
        item = int(self._listed[row])
        return QueueRow(slot, *place, score_text(self._items.score[item]), why(self._items, item))

    # --- Qt's questions -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid():
            return 0
        return len(self._verdicts) if self.decided else len(self._listed)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            row = self.row(index.row())
            head = f"{row.ride}  {row.time}  {row.label}  {row.right}"
            return f"{head}\n{row.reason.replace(' · ', chr(10)) if not self.decided else row.reason}"
        return None


def score_text(score: float) -> str:
    """Two digits, near 1 as many as tell one from another: '0.87', '0.993'; "" where nothing is weighed."""
    if not score:
        return ""
    digits = 2 if score < 0.99 else 3 if score < 0.999 else 4
    return f"{math.floor(score * 10**digits) / 10**digits:.{digits}f}"
