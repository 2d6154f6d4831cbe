"""The three ready layouts: where each panel goes, which share a place as tabs, how much room each gets."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from projector.ui.widgets.deferred import held_back

Place = tuple[tuple[str, ...], int]


@dataclass(frozen=True)
class Layout:
    """Columns from left to right; each is places from top to bottom with their share of the height.

    A place holds panels as tabs, the first in front. A panel that isn't there is left out, and a place or a
    column without one; a panel named nowhere is hidden.
    """

    title: str
    columns: tuple[tuple[Place, ...], ...]
    widths: tuple[int, ...]

    def among(self, names: Mapping[str, object]) -> "Layout":
        """The same of the panels that are there."""
        columns, widths = [], []
        for column, width in zip(self.columns, self.widths, strict=True):
            there = ((tuple(name for name in tabs if name in names), share) for tabs, share in column)
            places = tuple(place for place in there if place[0])
            if places:
                columns.append(places)
                widths.append(width)
        return Layout(self.title, tuple(columns), tuple(widths))


LAYOUTS: Mapping[str, Layout] = {
    "inspect": Layout(
        "Inspect",
        (
            ((("rides",), 50), (("events",), 50)),
            ((("map",), 53), (("trace",), 47)),
            ((("inspector",), 100),),
        ),
        (19, 59, 22),
    ),
    "label": Layout(
        "Label",
        (
            ((("queue", "events", "rides"), 64), (("progress",), 36)),
            ((("trace",), 70), (("similar", "difference"), 30)),
            ((("event",), 60), (("map",), 40)),
        ),
        (19, 58, 23),
    ),
    "features": Layout(
        "Features",
        (
            ((("map",), 58), (("trace",), 42)),
            ((("distribution",), 36), (("inspector",), 64)),
        ),
        (62, 38),
    ),
}


def apply_layout(window: QMainWindow, docks: Mapping[str, QDockWidget], layout: Layout) -> None:
    """Place the docks; sizes follow the window's."""
    with held_back():
        _place(window, docks, layout.among(docks))
        share_room(window, docks, layout)


def _place(window: QMainWindow, docks: Mapping[str, QDockWidget], layout: Layout) -> None:
    for dock in docks.values():
        window.removeDockWidget(dock)
        dock.setFloating(False)
    firsts = [docks[column[0][0][0]] for column in layout.columns]
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, firsts[0])
    for before, dock in itertools.pairwise(firsts):
        window.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
    for column in layout.columns:
        for (above, _), (below, _) in itertools.pairwise(column):
            window.splitDockWidget(docks[above[0]], docks[below[0]], Qt.Orientation.Vertical)
    places = [tabs for column in layout.columns for tabs, _ in column]
    shown = {name for tabs in places for name in tabs}
    for name, dock in docks.items():
        if name not in shown:  # it has a place, so that switching it on puts it there
            window.splitDockWidget(docks[places[-1][0]], dock, Qt.Orientation.Vertical)
        dock.setVisible(name in shown)
    for front, *behind in places:
        for name in behind:
            window.tabifyDockWidget(docks[front], docks[name])
        if behind:
            docks[front].raise_()


def share_room(window: QMainWindow, docks: Mapping[str, QDockWidget], layout: Layout) -> None:
    """Give each panel its share of the window's present size."""
    layout = layout.among(docks)
    firsts = [docks[column[0][0][0]] for column in layout.columns]
    widths = [window.width() * share // 100 for share in layout.widths]
    window.resizeDocks(firsts, widths, Qt.Orientation.Horizontal)
    for column in layout.columns:
        heights = [window.height() * share // 100 for _, share in column]
        window.resizeDocks([docks[tabs[0]] for tabs, _ in column], heights, Qt.Orientation.Vertical)
