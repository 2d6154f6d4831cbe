"""Five hundred frames: the reference counts of None and True hold, and nothing piles up.

PySide6 6.12.0 on CPython 3.11 loses a reference with each bool it paints or emits, until the process ends.
"""

import gc
import sys

import numpy as np
from PySide6.QtWidgets import QApplication

from projector.ui.app import Application

FRAMES = 500


def test_painting_keeps_the_reference_counts_of_none_and_true(app: Application) -> None:
    windows = app.workspace.table.windows.ids
    steps = np.linspace(0, len(windows) - 1, FRAMES).astype(int)
    one_frame(app, int(windows[0]), 0)
    gc.collect()
    before = sys.getrefcount(None), sys.getrefcount(True), len(QApplication.allWidgets())
    for frame, row in enumerate(steps):
        one_frame(app, int(windows[row]), frame)
    gc.collect()
    after = sys.getrefcount(None), sys.getrefcount(True), len(QApplication.allWidgets())
    # A count may rise by what caches keep; one that falls with the frames ends the process one day.
    assert after[0] > before[0] - FRAMES / 10
    assert after[1] > before[1] - FRAMES / 10
    assert after[2] <= before[2] + 5


def one_frame(app: Application, window: int, frame: int) -> None:
    """Paint map and trace moved; select, and filter, now and then."""
    if frame % 10 == 0:
        app.workspace.select(window)
        app.qt.processEvents()
    if frame % 50 == 0:
        app.workspace.set_filter("" if frame % 100 else "speed_kmh > 10")
    app.window.trace.zoom(0.9 if frame % 2 else 1.1)
    app.window.map.surface.repaint()
    app.window.trace.canvas.repaint()
