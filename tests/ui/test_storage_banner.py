"""Where labels aren't safe or can't be saved, the window says so before the first edit, and offers a copy."""

import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

from projector.library.label_store import LabelStore, store_path
from projector.ui.app import Application
from projector.ui.widgets import storage_banner
from projector.workspace.memory import Memory
from tests.library.label_writer import an_edit
from tests.ui.windows import opened, settle
from tests.workspace.labelling_made import said


def test_a_network_drive_is_told_at_once_and_a_copy_is_worked_on(
    qapp: object, sample_with_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, near = tmp_path / "far", tmp_path / "near"
    shutil.copytree(sample_with_cache.parent, far)
    near.mkdir()
    with LabelStore.open(store_path(far / "rides.h5")) as store:
        store.append([an_edit(1)])
    monkeypatch.setattr(
        storage_banner, "network_type", lambda path: "nfs4" if path.is_relative_to(far) else ""
    )
    app = opened(far / "rides.h5", Memory(theme="dark", author="anna"))
    banner = app.window.storage_banner
    assert banner.isVisible()
    assert "(nfs4)" in banner.text.whole_text()
    assert "One writer is safe here" in banner.text.whole_text()
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_, **__: (str(near / "mine.h5"), "Projector library (*.h5)")
    )
    monkeypatch.setattr(app.pipeline, "extract", lambda: None)  # the copy's windows are of no matter here
    banner.copy.click()
    settle(app)
    assert app.workspace.library.path == near / "mine.h5"
    assert not banner.isVisible()
    assert len(list(app.labelling.journal.edits)) == 1
    app.pipeline.open(far / "rides.h5")
    settle(app)
    assert banner.isVisible()
    banner.hide_it.click()
    assert not banner.isVisible()
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    app.pipeline.open(near / "mine.h5")
    settle(app)
    assert "Nothing can be written here" in banner.text.whole_text()
    edit_and_save_elsewhere(app, tmp_path / "saved.labels.db", monkeypatch)
    assert banner.isVisible()
    app.window.restoreState(app.window.saveState())
    banner.dismiss()
    app.window.resize(1200, 800)
    settle(app)
    assert not banner.isVisible()
    monkeypatch.setattr(os, "access", access)
    assert app.labelling.save() or app.labelling.save()  # by itself it tries every second
    app.close()


def edit_and_save_elsewhere(app: Application, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked anything at an edit, nor told of it twice; one click saves all of it."""
    for kind in (QDialog, QMessageBox):
        monkeypatch.setattr(kind, "exec", lambda *_: pytest.fail("a dialog"))
    before = said(app.workspace)
    assert app.labelling.delete(0)
    assert app.labelling.relabel(0, before[2][3])
    app.labelling.poll()
    settle(app)
    assert said(app.workspace) != before
    assert app.window._saved.text().endswith("edits not saved: labels cannot be written here")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(saved), ""))
    QTest.mouseClick(app.window.storage_banner.elsewhere, Qt.MouseButton.LeftButton)
    settle(app)
    assert "edits only in saved.labels.db: " in app.window._saved.text()
    with LabelStore.open(saved) as store:
        assert {edit.id for edit in app.labelling.journal.unsaved} <= {edit.id for edit in store.edits()}
