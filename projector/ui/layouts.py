"""The three ready layouts: where each panel goes and how much room it gets."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow


@dataclass(frozen=True)
class Layout:
    """Columns from left to right; each is panels from top to bottom with their share of the height.

    A panel named in no column is hidden.
    """

    title: str
    columns: tuple[tuple[tuple[str, int], ...], ...]
    widths: tuple[int, ...]


LAYOUTS: Mapping[str, Layout] = {
    "inspect": Layout(
        "Inspect",
        ((("rides", 50), ("events", 50)), (("map", 53), ("trace", 47)), (("inspector", 100),)),
        (19, 59, 22),
    ),
    "label": Layout(
        "Label",
        ((("events", 62), ("rides", 38)), (("trace", 100),), (("event", 60), ("map", 40))),
        (19, 58, 23),
    ),
    "features": Layout(
        "Features",
        ((("map", 58), ("trace", 42)), (("distribution", 36), ("inspector", 64))),
        (62, 38),
    ),
}


def apply_layout(window: QMainWindow, docks: Mapping[str, QDockWidget], layout: Layout) -> None:
    """Place the docks; sizes follow the window's."""
    for dock in docks.values():
        window.removeDockWidget(dock)
        dock.setFloating(False)
    firsts = [docks[column[0][0]] for column in layout.columns]
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, firsts[0])
    for before, dock in itertools.pairwise(firsts):
        window.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
    for column in layout.columns:
        for (above, _), (below, _) in itertools.pairwise(column):
            window.splitDockWidget(docks[above], docks[below], Qt.Orientation.Vertical)
    last = layout.columns[-1][-1][0]
    shown = {name for column in layout.columns for name, _ in column}
    for name, dock in docks.items():
        if name not in shown:  # it has a place, so that switching it on puts it there
            window.splitDockWidget(docks[last], dock, Qt.Orientation.Vertical)
        dock.setVisible(name in shown)
    share_room(window, docks, layout)


def share_room(window: QMainWindow, docks: Mapping[str, QDockWidget], layout: Layout) -> None:
    """Give each panel its share of the window's present size."""
    firsts = [docks[column[0][0]] for column in layout.columns]
    widths = [window.width() * share // 100 for share in layout.widths]
    window.resizeDocks(firsts, widths, Qt.Orientation.Horizontal)
    for column in layout.columns:
        heights = [window.height() * share // 100 for _, share in column]
        window.resizeDocks([docks[name] for name, _ in column], heights, Qt.Orientation.Vertical)
