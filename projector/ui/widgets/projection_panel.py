"""Choosing a projection and its parameters; for PCA, which two components are shown."""

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from projector.domain.errors import InputError
from projector.projection.parameters import AxesParameters
from projector.projection.registry import METHODS
from projector.ui.widgets.form import DataclassForm
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace


class ProjectionPanel(QFrame):
    """A popup: methods on top, the chosen one's parameters under them, one button that does it."""

    def __init__(self, workspace: Workspace, pipeline: Pipeline, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self._workspace, self._pipeline = workspace, pipeline
        self.method = QComboBox()
        self._forms = QStackedWidget()
        self.forms: dict[str, DataclassForm] = {}
        for method in METHODS:
            self.method.addItem(method.title, method.name)
        self._components = _Components(workspace)
        self._error = QLabel()
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self.button = QPushButton("Lay out")
        self.button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        for part in (self.method, self._forms, self._components, self._error, self.button):
            column.addWidget(part)
        self.method.currentIndexChanged.connect(self._show_form)
        self.button.clicked.connect(self._project)

    def title(self) -> str:
        """The name of the projection that is shown."""
        projection = self._workspace.projection
        shown = projection.method if projection else self._pipeline.method
        return next((method.title for method in METHODS if method.name == shown), shown)

    def open_at(self, place: QPoint) -> None:
        """Show the panel there, on the projection that is in use."""
        self._make_forms()
        self.method.setCurrentIndex(max(self.method.findData(self._pipeline.method), 0))
        self._show_form()
        self.move(place)
        self.show()
        self.method.setFocus()  # else the keys stay with the view behind, Esc among them

    def _make_forms(self) -> None:
        """Anew each time: remembered values, and the features that this table has."""
        features = self._workspace.table.names if self._workspace.table else ()
        for old in self.forms.values():
            self._forms.removeWidget(old)
            old.deleteLater()
        for method in METHODS:
            parameters = self._pipeline.parameters(method.name)
            if isinstance(parameters, AxesParameters) and len(features) > 1:
                parameters = AxesParameters(parameters.x or features[0], parameters.y or features[1])
            form = DataclassForm(parameters, {"x": features, "y": features})
            self.forms[method.name] = form
            self._forms.addWidget(form)

    def _show_form(self) -> None:
        form = self.forms[self.method.currentData()]
        self._forms.setCurrentWidget(form)
        self._forms.setFixedHeight(form.sizeHint().height())
        self._components.show_for(self.method.currentData())
        self._error.hide()
        self.adjustSize()

    def _project(self) -> None:
        method = self.method.currentData()
        try:
            parameters: Any = self.forms[method].value()
        except InputError as error:
            self._error.setText(str(error))
            self._error.show()
            self.adjustSize()
            return
        self.hide()
        self._pipeline.project(method, parameters)


class _Components(QWidget):
    """Which two components of the present projection the map shows, with what each explains."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.boxes = (QComboBox(), QComboBox())
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for label, box in zip(("across", "up"), self.boxes, strict=True):
            layout.addRow(label, box)
            box.activated.connect(self._take)

    def show_for(self, method: str) -> None:
        """Fill in the components, or hide where there are only two."""
        projection = self._workspace.projection
        several = projection is not None and projection.method == method and projection.coords.shape[1] > 2
        self.setVisible(several)
        if projection is None or not several:
            return
        shares = projection.quality.get("explained_variance") or ()
        for box, axis in zip(self.boxes, self._workspace.axes, strict=True):
            box.clear()
            for index in range(projection.coords.shape[1]):
                share = f" · {shares[index]:.1%}" if index < len(shares) else ""  # type: ignore[arg-type,index]
                box.addItem(f"PC {index + 1}{share}", index)
            box.setCurrentIndex(axis)

    def _take(self) -> None:
        self._workspace.set_axes(self.boxes[0].currentData(), self.boxes[1].currentData())
