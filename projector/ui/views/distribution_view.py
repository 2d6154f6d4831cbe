"""One feature's values by class: does it tell them apart, and where does this window stand?

Drawn with pyqtgraph, which is imported when the view is first shown, if not ahead: a start in another
layout doesn't wait for it.
"""

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from projector.domain.columns import Category
from projector.domain.ids import NO_WINDOW
from projector.features.registry import FEATURES
from projector.ui.theme import Theme
from projector.ui.widgets.column_picker import ColumnPicker
from projector.ui.widgets.deferred import DeferredView
from projector.workspace.distribution import Distribution, distribution, windows_in
from projector.workspace.workspace import Workspace

_FIRST = "impact__peak"


class DistributionView(DeferredView):
    """Step histograms, one a class and one of no label, each of area one; a click selects a bin's windows."""

    title = "Distribution"
    subtitle_changed = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._theme = workspace, theme
        self._plot: Any = None
        self.feature = ""
        self.shown: Distribution | None = None
        self.picker = ColumnPicker("feature", self._names, self)
        self.picker.picked.connect(self.show_feature)
        self._hint = QLabel("each label's area is one; a click selects a bin")
        self._hint.setProperty("role", "muted")
        row = QHBoxLayout()
        row.addWidget(self.picker)
        row.addStretch(1)
        row.addWidget(self._hint)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(11, 2, 9, 2)
        self._column.addLayout(row)
        for signal, part in (
            (workspace.table_changed, "values"),
            (workspace.labels_changed, "values"),
            (workspace.filter_changed, "values"),
            (workspace.features_chosen, "choice"),
            (workspace.selection_changed, "mark"),
        ):
            signal.connect(lambda part=part: self.mark_stale(part))
        self.mark_stale("choice", "values", "mark")

    def show_feature(self, name: str) -> None:
        """Show another column of numbers."""
        if name != self.feature:
            self.feature = name
            self.mark_stale("values", "mark")

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.mark_stale("values", "mark")

    def _names(self) -> list[tuple[str, str]]:
        workspace = self._workspace
        texts = {
            name
            for name in workspace.column_names()
            if workspace.table
            and name not in workspace.table.names
            and isinstance(workspace.column(name), Category)
        }
        return [(name, name) for name in workspace.column_names() if name not in texts]

    def _refresh(self, parts: set[str]) -> None:
        if self._plot is None:
            self._build_plot()
        if "choice" in parts or self.feature not in self._workspace.column_names():
            self.feature = self._default()
            parts = {"values", "mark"}
        if "values" in parts:
            self._draw()
        self._mark()

    def _default(self) -> str:
        known = self._workspace.column_names()
        chosen = [name for name in self._workspace.chosen_features if name in known]
        return chosen[-1] if chosen else _FIRST if _FIRST in known else ""

    # --- drawing --------------------------------------------------------------------------------------

    def _build_plot(self) -> None:
        import pyqtgraph as pg

        # Not a PlotWidget: its menus would outlive the view as windows of their own.
        self._plot = pg.GraphicsLayoutWidget()
        self._plot.ci.setContentsMargins(0, 2, 6, 0)
        self._plot.ci.setSpacing(0)
        self._box = self._plot.addViewBox(0, 0, enableMenu=False, enableMouse=False)
        self._axis = pg.AxisItem("bottom", linkView=self._box)
        self._plot.addItem(self._axis, 1, 0)
        self._plot.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self._plot.scene().sigMouseClicked.connect(self._on_click)
        self._column.addWidget(self._plot, 1)

    def _draw(self) -> None:
        import pyqtgraph as pg

        theme, box = self._theme, self._box
        box.clear()
        self._plot.setBackground(theme.panel)
        self._axis.setPen(theme.border)
        self._axis.setTextPen(theme.muted)
        self._line = pg.InfiniteLine(pen=pg.mkPen(theme.accent, width=2))
        self._line.setVisible(False)
        self.shown = self._distribution()
        self.picker.show_choice(self.feature)
        if self.shown is None:
            self.subtitle_changed.emit("")
            return
        slots = self._workspace.label_slots()
        for name, share in zip(self.shown.names, self.shown.shares, strict=True):
            colour = pg.mkColor(theme.label(slots.get(name, -1)))
            fill = pg.mkColor(colour)
            fill.setAlpha(28)
            curve = pg.PlotCurveItem(
                self.shown.edges,
                share,
                stepMode="center",
                pen=pg.mkPen(colour, width=1.4),
                fillLevel=0,
                brush=fill,
            )
            box.addItem(curve)
        box.addItem(self._line)
        box.setXRange(self.shown.edges[0], self.shown.edges[-1], padding=0.01)
        box.setYRange(0, float(self.shown.shares.max(initial=0)) or 1, padding=0.04)
        self.subtitle_changed.emit(self._words(self.shown))

    def _distribution(self) -> Distribution | None:
        workspace = self._workspace
        if workspace.table is None or not self.feature:
            return None
        values = workspace.column(self.feature)
        assert not isinstance(values, Category)
        return distribution(values, workspace.labels, workspace.shown)

    def _words(self, shown: Distribution) -> str:
        unit = next((one.unit for one in FEATURES if one.name == self.feature), "")
        counts = dict(zip(shown.codes, shown.counts, strict=True))
        without = counts.pop(-1, 0)
        parts = [
            unit,
            f"{sum(counts.values()):,} labelled windows" + f", {without:,} without" * bool(without),
        ]
        return " · ".join(
            [part for part in parts if part] + [f"{shown.beyond:,} beyond"] * bool(shown.beyond)
        )

    def _mark(self) -> None:
        primary = self._workspace.selection.primary
        if self.shown is None or primary == NO_WINDOW:
            if self._plot is not None and self.shown is not None:
                self._line.setVisible(False)
            return
        column = self._workspace.column(self.feature)
        assert not isinstance(column, Category)
        value = float(column[self._workspace.rows([primary])[0]])
        self._line.setVisible(bool(np.isfinite(value)))
        if np.isfinite(value):
            self._line.setValue(min(max(value, self.shown.edges[0]), self.shown.edges[-1]))

    # --- the mouse --------------------------------------------------------------------------------------

    def _on_click(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.shown is not None:
            at: QPointF = self._box.mapSceneToView(event.scenePos())
            self.select_bin(at.x())

    def select_bin(self, value: float) -> None:
        """Select the shown windows of the bin that a value lies in; Shift adds, Ctrl toggles."""
        shown, workspace = self.shown, self._workspace
        if shown is None or workspace.table is None or not shown.edges[0] <= value <= shown.edges[-1]:
            return
        bin_ = min(int(np.searchsorted(shown.edges, value, side="right")) - 1, len(shown.edges) - 2)
        column = workspace.column(self.feature)
        assert not isinstance(column, Category)
        rows = windows_in(column, shown.edges[bin_], shown.edges[bin_ + 1], workspace.shown)
        held = QApplication.keyboardModifiers()
        mode = (
            "add" if held & Qt.KeyboardModifier.ShiftModifier
            else "toggle" if held & Qt.KeyboardModifier.ControlModifier
            else "replace"
        )  # fmt: skip
        workspace.select_many(workspace.table.windows.ids[rows], mode, "distribution")
