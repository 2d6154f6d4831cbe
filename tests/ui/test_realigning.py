"""A labelled ride is imported anew, cut: its labels don't move silently, and go where the signals say."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from projector.domain.nouns import AXES, Annotation, Recording, Stream
from projector.library.library import Library
from projector.library.writer import write_library
from projector.ui.app import Application
from projector.ui.widgets.realign_dialog import RealignDialog
from projector.workspace.memory import Memory
from projector.workspace.progress import Progress
from tests.ui.windows import opened, settle
from tests.workspace.labelling_made import Said, closed, said
from tests.workspace.labelling_made import opened as labelled

RATE_HZ, CUT = 100.0, 1237  # samples that the new import leaves out
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def ride(first: int = 0) -> Recording:
    """Two minutes on a road like no other; from a sample on."""
    rng = np.random.default_rng(5)
    samples = rng.normal(0, 1, (12_000, 3)).cumsum(axis=0).astype(np.float32) * 0.1
    samples += rng.normal(0, 2, samples.shape).astype(np.float32)
    stream = Stream("phone", AXES, ("m/s²",) * 3, samples[first:], RATE_HZ)
    return Recording("commute", (stream,), (Annotation(30.0, 40.0, "braking"),) if not first else ())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The library with the cut ride, its labels made before, the old library beside it."""
    path = tmp_path / "rides.h5"
    write_library(path, [ride()])
    pair = labelled(path)
    number = int(pair[0].library.numbers[0])
    for start, stop, label in ((2.0, 5.0, "normal"), (10.0, 20.0, "fall"), (60.0, 61.5, "crash")):
        pair[1].add(number, start, stop, label)
    closed(*pair)
    shutil.move(path, tmp_path / "before.h5")
    write_library(path, [ride(CUT)])
    return path


@pytest.fixture
def app(qapp: object, path: Path) -> Iterator[Application]:
    app = opened(path, Memory(theme="dark", layout="label", author="anna"))
    yield app
    app.close()


def moved(rows: list[tuple[float, float, str]], number: int) -> Said:
    by = CUT / RATE_HZ
    return [(number, max(start - by, 0.0), stop - by, label) for start, stop, label in rows]


def reopened(app: Application, path: Path) -> RealignDialog | None:
    app.pipeline.open(path)
    app.wait_until_idle()
    settle(app)
    return app.window.commands.realign.dialog


def test_labels_go_where_the_signals_say_and_back(app: Application, path: Path) -> None:
    dialog = app.window.commands.realign.dialog
    assert dialog is not None  # told without being asked
    assert dialog.isVisible()
    assert said(app.workspace) == []  # nothing moved silently
    assert dialog.head.text().startswith("4 labels of 1 ride were made on other signals")
    settle(app)
    (item,) = [dialog.list.topLevelItem(at) for at in range(dialog.list.topLevelItemCount())]
    assert item.checkState(0) == Qt.CheckState.Checked
    assert float(item.text(4)) > 0.99
    (seconds,) = dialog.chosen.values()
    assert seconds == pytest.approx(-CUT / RATE_HZ, abs=1e-9)
    QTest.mouseClick(dialog.ok, LEFT, NONE)
    settle(app)
    assert dialog.note.text().startswith("3 labels were moved. 1 would lie outside the ride")
    number = int(app.workspace.library.numbers[0])
    expected = moved([(10.0, 20.0, "fall"), (30.0, 40.0, "braking"), (60.0, 61.5, "crash")], number)
    for row, wanted in zip(said(app.workspace), expected, strict=True):
        assert row == pytest.approx(wanted, abs=1e-9)
    assert len(app.window.realigning.mismatches()) == 1  # the label that was cut off, kept and told
    dialog.reject()
    assert reopened(app, path) is None  # it was told; no dialog for a label that is left alone
    assert len(app.window.realigning.mismatches()) == 1
    assert Progress(app.workspace, app.labelling).overview().layers[0].labels == 3  # those that are shown
    app.window.actions_by_id["undo"].trigger()  # offscreen, a window is not made the active one again
    settle(app)
    assert said(app.workspace) == []
    (back,) = app.window.realigning.mismatches()
    assert len(back.labels) == 4
    assert {edit.after["start_s"] for edit in back.labels} == {2.0, 10.0, 30.0, 60.0}
    assert reopened(app, path) is not None  # four again: that is news


def test_without_the_old_signals_only_a_person_can_say(app: Application, path: Path) -> None:
    dialog = app.window.commands.realign.dialog
    pair = next(iter(app.window.realigning.alignments))
    app.window.realigning.alignments = {}
    app.window.realigning.changed.emit()
    item = dialog.list.topLevelItem(0)
    assert item.text(4) == "old signals not found"
    assert not dialog.ok.isEnabled()
    dialog.seconds[pair].setValue(-10.0)
    item.setCheckState(0, Qt.CheckState.Checked)
    QTest.mouseClick(dialog.ok, LEFT, NONE)
    settle(app)
    assert (20.0, 30.0, "braking") in [row[1:] for row in said(app.workspace)]
    with Library.open(path) as library:
        assert len(library.annotations) == 0  # the library itself is as it was
