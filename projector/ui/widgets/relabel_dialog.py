"""Before many annotations change their label: which, where, and with how many of the chosen windows."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projector.annotations.vocabulary import LabelClass
from projector.ui.theme import Theme
from projector.ui.widgets.label_mark import label_icon
from projector.workspace.behind import Selected
from projector.workspace.export import clock
from projector.workspace.workspace import Workspace

ROW = int(Qt.ItemDataRole.UserRole)


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
        self.choice, self.list = QComboBox(), QTreeWidget()
        for one in classes:
            self.choice.addItem(label_icon(one.slot, theme), one.name)
        self.choice.setCurrentIndex(-1)
        self.choice.setPlaceholderText("choose a label")
        self.choice.setAccessibleName("New label")
        self._fill(workspace, selected, {one.name: one.slot for one in classes}, theme)
        self._build(selected)
        self._tell()

    @property
    def label(self) -> str:
        """The label they are to have, "" as long as none is chosen."""
        return self.choice.currentText()

    @property
    def rows(self) -> tuple[int, ...]:
        """The annotations that are ticked and have another label now."""
        items = (self.list.topLevelItem(at) for at in range(self.list.topLevelItemCount()))
        return tuple(
            int(item.data(0, ROW))
            for item in filter(None, items)
            if item.checkState(0) == Qt.CheckState.Checked and item.text(2) != self.label
        )

    def _fill(self, workspace: Workspace, selected: Selected, slots: dict[str, int], theme: Theme) -> None:
        marks, library = workspace.annotations, workspace.library
        assert marks is not None
        assert library is not None
        self.list.setHeaderLabels(["ride", "from – to", "label now", "its windows in the selection"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName("Annotations behind the selection")
        icons = {name: label_icon(slot, theme) for name, slot in slots.items()}
        for one in selected.annotations:
            name = marks.label_names[marks.label[one.row]]
            span = f"{clock(marks.start_s[one.row], 1)} – {clock(marks.stop_s[one.row], 1)}"
            ride = library.id_of(int(marks.ride_number[one.row]))
            item = QTreeWidgetItem([ride, span, name, f"{one.chosen:,} of {one.windows:,}"])
            item.setData(0, ROW, one.row)
            item.setCheckState(0, Qt.CheckState.Checked)
            if name in icons:
                item.setIcon(2, icons[name])
            self.list.addTopLevelItem(item)
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
        self.list.itemChanged.connect(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(10)
        column.addWidget(head)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self.buttons)

    def _tell(self, *_: object) -> None:
        count = len(self.rows) if self.label else 0
        self.ok.setEnabled(count > 0)
        noun = "annotation" if count == 1 else "annotations"
        self.ok.setText(f"Relabel {count:,} {noun}, one undo" if count else "Relabel")


def _told(selected: Selected) -> str:
    count = len(selected.annotations)
    noun = "annotation stands" if count == 1 else "annotations stand"
    text = f"{count:,} {noun} behind the {selected.windows:,} windows that are selected."
    if selected.unlabelled:
        text += f" {selected.unlabelled:,} of these have no label, and stay without."
    return text
