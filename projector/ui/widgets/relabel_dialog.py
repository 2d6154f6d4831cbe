"""Before many annotations change their label: which, where, and with how many of the chosen windows."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from projector.annotations.vocabulary import LabelClass
from projector.ui.theme import Theme
from projector.ui.widgets.label_mark import label_icon
from projector.ui.widgets.relabel_model import RelabelModel
from projector.workspace.behind import Selected
from projector.workspace.workspace import Workspace

_ROW = 24


class RelabelDialog(QDialog):
    """`label` and `rows` are what was decided; each annotation can be left out."""

    def __init__(
        self,
        workspace: Workspace,
        selected: Selected,
        classes: Sequence[LabelClass],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Relabel what is selected")
        self.resize(620, 460)
        self.choice, self.list = QComboBox(), QTableView()
        for one in classes:
            self.choice.addItem(label_icon(one.slot, theme), one.name)
        self.choice.setCurrentIndex(-1)
        self.choice.setPlaceholderText("choose a label")
        self.choice.setAccessibleName("New label")
        slots = {one.name: one.slot for one in classes}
        self.model = RelabelModel(workspace, selected, slots, theme, self)
        self._show()
        self._build(selected)
        self._tell()

    @property
    def label(self) -> str:
        """The label they are to have, "" as long as none is chosen."""
        return self.choice.currentText()

    @property
    def rows(self) -> tuple[int, ...]:
        """The annotations that are ticked and have another label now."""
        return tuple(self.model.rows(self.label).tolist())

    def _show(self) -> None:
        self.list.setModel(self.model)
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.list.setShowGrid(False)
        self.list.setTabKeyNavigation(False)
        self.list.verticalHeader().hide()
        self.list.verticalHeader().setDefaultSectionSize(_ROW)
        self.list.horizontalHeader().setHighlightSections(False)
        self.list.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.list.horizontalHeader().setStretchLastSection(True)
        self.list.setAccessibleName("Annotations behind the selection")
        for column, width in enumerate((170, 150, 120)):
            self.list.setColumnWidth(column, width)

    def _build(self, selected: Selected) -> None:
        head = QLabel(_told(selected))
        head.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(QLabel("New label"))
        row.addWidget(self.choice, 1)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = self.buttons.addButton("Relabel", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.choice.currentIndexChanged.connect(self._tell)
        self.model.dataChanged.connect(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(10)
        column.addWidget(head)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self.buttons)

    def _tell(self, *_: object) -> None:
        count = len(self.model.rows(self.label)) if self.label else 0
        self.ok.setEnabled(count > 0)
        noun = "annotation" if count == 1 else "annotations"
        self.ok.setText(f"Relabel {count:,} {noun}, one undo" if count else "Relabel")


def _told(selected: Selected) -> str:
    count = len(selected.rows)
    noun = "annotation stands" if count == 1 else "annotations stand"
    text = f"{count:,} {noun} behind the {selected.windows:,} windows that are selected."
    if selected.unlabelled:
        verbs = "has no label, and stays" if selected.unlabelled == 1 else "have no label, and stay"
        text += f" {selected.unlabelled:,} of these {verbs} without."
    return text
