"""The bar above the panels: layouts, whose labels, projection, colour, size, filter."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from projector.domain.columns import Category
from projector.domain.errors import InputError
from projector.ui.widgets.column_picker import ColumnPicker
from projector.ui.widgets.filter_box import FilterBox
from projector.ui.widgets.layer_chooser import LayerChooser, ReviewChooser
from projector.ui.widgets.panel_dock import ElidedLabel
from projector.ui.widgets.projection_panel import ProjectionPanel
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

if TYPE_CHECKING:
    from projector.ui.commands import Commands


class Toolbar(QToolBar):
    """Pills that say what is chosen and open what can be chosen."""

    def __init__(
        self, workspace: Workspace, pipeline: Pipeline, commands: "Commands", parent: QWidget
    ) -> None:
        super().__init__("Toolbar", parent)
        self._workspace, self._commands = workspace, commands
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        title = QLabel("Projector")
        title.setObjectName("app_title")
        self._library = ElidedLabel()
        self._library.setProperty("role", "muted")
        self._library.setMaximumWidth(190)
        self._library.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.addWidget(title)
        self.addWidget(self._library)
        self._layouts_end = self.addWidget(_gap(10))
        self.projection_pill = QToolButton()
        self.projection_pill.clicked.connect(self.open_projection_panel)
        self.colour_picker = ColumnPicker("colour", self._colour_names, self)
        self.size_picker = ColumnPicker("size", self._size_names, self)
        self.filter_box = FilterBox(workspace)
        self.filter_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.layer_chooser = LayerChooser(commands.labels.labelling)
        self.review_chooser = ReviewChooser(commands.labels.labelling)
        self._of_people = [self.addWidget(pill) for pill in (self.layer_chooser, self.review_chooser)]
        maps = (self.projection_pill, self.colour_picker, self.size_picker)
        self._of_map = [self.addWidget(pill) for pill in maps]
        for widget in (_gap(6), self.filter_box):
            self.addWidget(widget)
        self._panel = ProjectionPanel(workspace, pipeline, self)
        self.colour_picker.picked.connect(workspace.colour_by)
        self.size_picker.picked.connect(self._size_by)
        for signal in (
            workspace.library_changed,
            workspace.table_changed,
            workspace.projection_changed,
            workspace.colouring_changed,
            workspace.sizing_changed,
        ):
            signal.connect(self._show)
        self._show()

    def add_layout_buttons(self, actions: Sequence[QAction]) -> None:
        """One pill a layout, before the others, and the keys at the end."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setText(action.text().replace("&", ""))
            self.insertWidget(self._layouts_end, button)
        self.addWidget(_gap(6))
        keys = QToolButton()
        keys.setText("? keys")
        keys.clicked.connect(self._commands.keys.show_live)
        self.addWidget(keys)

    def set_layout(self, name: str) -> None:
        """While labelling whose labels these are matters, else how the map is made."""
        for action in self._of_people:
            action.setVisible(name == "label")
        for action in self._of_map:
            action.setVisible(name != "label")

    def open_projection_panel(self) -> None:
        """The projection's parameters, under its pill."""
        self._panel.open_at(self.projection_pill.mapToGlobal(QPoint(0, self.projection_pill.height() + 3)))

    def _show(self) -> None:
        workspace = self._workspace
        self._library.set_whole_text(workspace.library.path.name if workspace.library else "")
        self._library.setMinimumWidth(
            min(self._library.fontMetrics().horizontalAdvance(self._library.whole_text()) + 4, 190)
        )
        self.projection_pill.setText(f"{self._panel.title()} ▾")
        self.colour_picker.show_choice(workspace.colouring.name)
        self.size_picker.show_choice(workspace.sizing_name)
        for pill in (self.projection_pill, self.colour_picker, self.size_picker, self.filter_box):
            pill.setEnabled(workspace.table is not None)
        self.layer_chooser.setEnabled(workspace.library is not None)

    def _colour_names(self) -> list[tuple[str, str]]:
        return [(name, name) for name in self._workspace.column_names()]

    def _size_names(self) -> list[tuple[str, str]]:
        workspace = self._workspace
        metadata = {
            name
            for name in workspace.column_names()
            if name not in (workspace.table.names if workspace.table else ())
            and isinstance(workspace.column(name), Category)
        }
        return [
            ("", "none: equal dots"),
            *((name, name) for name in workspace.column_names() if name not in metadata),
        ]

    def _size_by(self, name: str) -> None:
        try:
            self._workspace.size_by(name)
        except InputError as error:
            self._commands.show_error(error)


def _gap(width: int) -> QWidget:
    gap = QWidget()
    gap.setFixedWidth(width)
    return gap
