"""What takes long in the window's own process says how far it is, and Cancel leaves everything as it was."""

import csv
import shutil
import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from projector.domain.progress import Progress
from projector.library import label_store
from projector.library.label_store import LabelStore, store_path
from projector.ui import saving
from projector.ui.app import Application
from projector.ui.widgets import patience
from projector.ui.widgets.patience import Patience
from projector.workspace import export, journal
from projector.workspace.export import selection_csv
from tests.ui.windows import opened


def said(app: Application) -> list[str]:
    marks = app.workspace.annotations
    return [marks.label_names[code] for code in marks.label.tolist()]


def press_cancel(app: Application, seen: list[str]) -> None:
    """As soon as the dialog is there."""

    def press() -> None:
        dialog = app.qt.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(0, press)
            return
        seen.append(dialog.labelText())
        QTest.mouseClick(dialog.findChild(QPushButton), Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, press)


def test_an_export_that_is_stopped_writes_nothing(app, monkeypatch, tmp_path):
    path, seen = tmp_path / "selection.csv", []
    monkeypatch.setattr(patience, "SHOWN_AFTER_S", 0.0)
    monkeypatch.setattr(patience, "_STEP_S", 0.0)
    monkeypatch.setattr(export, "CSV_ROWS", 1)
    monkeypatch.setattr(saving, "ask_where", lambda *_: path)
    ids = app.workspace.table.windows.ids
    app.workspace.select_many(ids)
    press_cancel(app, seen)
    app.window.commands.export_selection()
    assert len(seen) == 1
    assert f"of {len(ids):,}" in seen[0]
    assert not path.exists()
    assert app.window.statusBar().currentMessage() == "stopped: nothing was written"


@pytest.fixture
def mine(qapp, sample_with_cache, tmp_path):
    """The app on a copy, whose labels may change."""
    folder = shutil.copytree(sample_with_cache.parent, tmp_path / "mine")
    app = opened(folder / sample_with_cache.name)
    yield app
    app.close()


def press_cancel_at(progress: Patience, what: str, seen: list[str]) -> None:
    """As soon as the dialog says this; it is said from the thread that writes."""

    def press() -> None:
        dialog = progress.dialog
        if dialog is None or not dialog.labelText().startswith(what):
            QTimer.singleShot(0, press)
            return
        seen.append(dialog.labelText())
        dialog.cancel()

    QTimer.singleShot(0, press)


def test_a_gesture_that_is_stopped_changes_nothing_while_it_is_made_or_written(mine, monkeypatch):
    app = mine
    monkeypatch.setattr(patience, "SHOWN_AFTER_S", 0.0)
    monkeypatch.setattr(patience, "_STEP_S", 0.0)
    app.labelling.ask_author = lambda: "anna"
    marks, before, seen = app.workspace.annotations, said(app), []
    rows, name = range(len(marks)), marks.label_names[0]
    assert len(np.unique(marks.ride_number)) > 2
    press_cancel(app, seen)
    with Patience(app.window, "relabelling") as progress:
        app.labelling.relabel_many(rows, name, progress)
    assert progress.cancelled
    assert len(seen) == 1
    assert app.workspace.annotations is marks
    assert not app.labelling.stacks().undo
    monkeypatch.setattr(journal, "MANY", 1)
    writing, tables = threading.Event(), LabelStore._add_to_view

    def slow(store: LabelStore, edits: list, report: Progress) -> None:
        tables(store, edits, report)
        while edits and writing.is_set():  # until the window has answered the click
            report(len(edits) - 1, len(edits), "writing")

    monkeypatch.setattr(LabelStore, "_add_to_view", slow)
    writing.set()
    with Patience(app.window, "relabelling") as progress:
        press_cancel_at(progress, "writing", seen)
        app.labelling.relabel_many(rows, name, progress)
    writing.clear()
    assert progress.cancelled
    assert len(seen) == 2
    assert (app.labelling.unsaved, app.workspace.annotations) == (0, marks)
    with LabelStore.open(store_path(app.workspace.library.path)) as store:
        assert len(store) == 0
    with Patience(app.window, "relabelling") as progress:
        assert app.labelling.relabel_many(rows, name, progress)
        assert progress.dialog.findChild(QPushButton) is None, "what was committed is shown"
    assert not progress.cancelled
    assert set(said(app)) == {name}
    press_cancel(app, seen)
    app.window.commands.labels.undo()
    assert len(seen) == 3
    assert set(said(app)) == {name}
    app.window.commands.labels.undo()
    assert said(app) == before


def test_a_row_of_an_exported_selection_says_the_same_as_the_status_line(app):
    workspace = app.workspace
    counted: list[tuple[float, float]] = []
    ids = workspace.table.windows.ids[::3]
    workspace.select_many(ids)
    assert np.array_equal(workspace.rows(workspace.selection.ids), np.arange(0, len(ids) * 3, 3))
    text = selection_csv(workspace, ids, lambda done, total, what="": counted.append((done, total)))
    rows = list(csv.DictReader(text.splitlines()))
    assert [int(row["window_id"]) for row in rows] == ids.tolist()
    assert counted == [(0, len(ids))]
    for row, window in zip(rows, ids.tolist(), strict=True):
        at = int(workspace.rows([window])[0])
        assert row["window"] == workspace.window_name(window)
        assert row["ride_id"] == workspace.window_name(window).rpartition("@")[0]
        assert float(row["start_s"]) == pytest.approx(workspace.table.windows.start_s[at], abs=1e-6)
        assert row["label"] == workspace.labels.text(at)


def test_saving_elsewhere_that_is_stopped_leaves_nothing_there(mine, monkeypatch, tmp_path):
    app, seen, other = mine, [], tmp_path / "other.labels.db"
    monkeypatch.setattr(patience, "SHOWN_AFTER_S", 0.0)
    monkeypatch.setattr(saving, "ask_where", lambda *_: other)
    app.labelling.ask_author = lambda: "anna"
    assert app.labelling.delete(0)
    with monkeypatch.context() as patched:
        patched.setattr(label_store, "_told", slow)
        press_cancel(app, seen)
        app.window.actions_by_id["save_labels_elsewhere"].trigger()
    assert len(seen) == 1
    assert seen[0].startswith("writing")
    assert not list(tmp_path.glob("*other*"))
    assert app.window.statusBar().currentMessage() == "stopped: nothing was written"
    app.window.actions_by_id["save_labels_elsewhere"].trigger()
    with LabelStore.open(other) as store:
        assert len(store) == len(app.labelling.journal.edits) > 0


def slow(heads, report: Progress):
    """As long as nobody has pressed Cancel."""
    yield from heads
    while True:
        report(1, 2, "writing")
