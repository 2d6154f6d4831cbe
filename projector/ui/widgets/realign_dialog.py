"""Labels made on other signals: which, where they would lie on the ride as it is now, and how surely."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projector.domain.errors import InputError
from projector.workspace.realigning import Mismatch, Realigning

SURE = 0.9
PAIR = int(Qt.ItemDataRole.UserRole)
COLUMNS = ("ride", "labels", "whose", "seconds to add", "correlation")
_LONGEST_S = 1e6


class RealignDialog(QDialog):
    """Ticked rides get their labels moved; what isn't ticked stays as it is, unseen but kept."""

    def __init__(self, realigning: Realigning, parent: QWidget) -> None:
        super().__init__(parent)
        self._realigning = realigning
        self.setWindowTitle("Labels of other signals")
        self.resize(720, 420)
        self.head, self.list, self.note = QLabel(), QTreeWidget(), QLabel()
        self.seconds: dict[tuple[str, str], QDoubleSpinBox] = {}
        self.elsewhere = QPushButton("Find the old signals in…")
        self._build()
        realigning.changed.connect(self._fill)
        self.finished.connect(lambda _: realigning.changed.disconnect(self._fill))
        self._fill()

    def _build(self) -> None:
        self.list.setHeaderLabels(COLUMNS)
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName("Rides whose labels were made on other signals")
        self.list.itemChanged.connect(self._tell)
        for label in (self.head, self.note):
            label.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.ok = self.buttons.addButton("Move", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(self.elsewhere, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.accepted.connect(self._move)
        self.buttons.rejected.connect(self.reject)
        self.elsewhere.clicked.connect(self._ask_where)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(10)
        for part in (self.head, self.list, self.note, self.buttons):
            column.addWidget(part)

    def _fill(self) -> None:
        mismatches = self._realigning.mismatches()
        self.head.setText(_told(mismatches))
        self.list.blockSignals(True)
        self.list.clear()
        self.seconds = {}
        for one in mismatches:
            self._put(one)
        for column, width in enumerate((170, 80, 150, 150)):
            self.list.setColumnWidth(column, width)
        self.list.blockSignals(False)
        self._tell()

    def _put(self, one: Mismatch) -> None:
        pair = one.ride, one.signal_hash
        found = self._realigning.alignments.get(pair)
        item = QTreeWidgetItem([one.ride, f"{len(one.labels):,}", ", ".join(one.layers)])
        item.setData(0, PAIR, pair)
        self.list.addTopLevelItem(item)
        if one.number is None:
            item.setText(4, "no such ride here")
            return
        box = QDoubleSpinBox(decimals=3, minimum=-_LONGEST_S, maximum=_LONGEST_S, suffix=" s")
        box.setAccessibleName(f"Seconds to add to the labels of {one.ride}")
        self.seconds[pair] = box
        sure = found is not None and found.score is not None and found.score >= SURE
        item.setCheckState(0, Qt.CheckState.Checked if sure else Qt.CheckState.Unchecked)
        if found is not None:
            box.setValue(found.by_s)
            item.setToolTip(4, f"over {found.overlap_s:.0f} s, against {found.found_in}")
        score = "looking…" if self._realigning.busy else "old signals not found"
        if found is not None:
            score = "nothing in common" if found.score is None else f"{found.score:.3f}"
        item.setText(4, score)
        self.list.setItemWidget(item, 3, box)

    @property
    def chosen(self) -> dict[tuple[str, str], float]:
        """Seconds to add, for the rides that are ticked."""
        items = (self.list.topLevelItem(at) for at in range(self.list.topLevelItemCount()))
        ticked = (one for one in filter(None, items) if one.checkState(0) == Qt.CheckState.Checked)
        pairs = (tuple(one.data(0, PAIR)) for one in ticked)
        return {pair: self.seconds[pair].value() for pair in pairs if pair in self.seconds}

    def _tell(self, *_: object) -> None:
        count = len(self.chosen)
        self.ok.setEnabled(count > 0)
        rides = "1 ride" if count == 1 else f"{count:,} rides"
        self.ok.setText(f"Move the labels of {rides}, one undo" if count else "Move")
        self.elsewhere.setEnabled(not self._realigning.busy and bool(self.seconds))

    def _move(self) -> None:
        try:
            moved, left = self._realigning.move(self.chosen)
        except InputError as error:
            self.note.setText(f"{error.what}: {error.remedy}" if error.remedy else error.what)
            return
        text = "1 label was moved." if moved == 1 else f"{moved:,} labels were moved."
        stay = "stays where it is" if left == 1 else "stay where they are"
        self.note.setText(text + (f" {left:,} would lie outside the ride and {stay}." if left else ""))
        if not self._realigning.mismatches():
            self.accept()

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "The library that the labels were made on", "", "Libraries (*.h5)"
        )
        if name:
            self._realigning.look(Path(name))


def _told(mismatches: list[Mismatch]) -> str:
    if not mismatches:
        return "Every label belongs to the signals of its ride."
    labels = sum(len(one.labels) for one in mismatches)
    rides = len({one.ride for one in mismatches})
    return (
        f"{labels:,} {'labels' if labels != 1 else 'label'} of {rides:,} {'rides' if rides != 1 else 'ride'} "
        f"{'were' if labels != 1 else 'was'} made on other signals than are here now: imported anew, or cut. "
        "Kept, but not shown. Where the old signals are at hand, the correlation of |a| says where labels "
        "lie now."
    )
