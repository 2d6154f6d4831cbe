"""Any order of clicks and keys: nothing is raised, told as an error, left open or lost.

A failure prints its seed and its last steps; the same seed takes the same steps again.
"""

import gc
import shutil
from collections.abc import Iterator
from math import inf
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from projector.library import met
from projector.library.label_store import LabelStore, store_path
from projector.ui import dialogs
from projector.ui.app import Application
from projector.workspace.memory import Memory
from tests.ui.stranger import Stranger
from tests.ui.windows import opened
from tests.workspace.labelling_made import closed, said
from tests.workspace.labelling_made import opened as opened_again

SHORT_S, LONG_S = 5.0, 120.0
LATE_S, BUSY = 0.1, 2  # of a core; one that others' work shares takes up to twice as long for the same
SHORT_STEPS = 200  # a quick machine goes no further than a slow one
NO_FILES = ("getOpenFileName", "getOpenFileNames", "getSaveFileName")


@pytest.fixture
def desk(
    qapp: object, sample_with_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Application]:
    """The app on a copy of the sample; Open opens another copy, the next time the first."""
    paths = [tmp_path / name / "rides.h5" for name in ("one", "two")]
    for path in paths:
        shutil.copytree(sample_with_cache.parent, path.parent, ignore=shutil.ignore_patterns("*.labels.db*"))
        met.remember(path)
    app = opened(paths[0], Memory(theme="dark", layout="label", author="anna"))
    gc.freeze()  # as the program does at its start, here with all of the tests' own
    for name in NO_FILES:
        monkeypatch.setattr(QFileDialog, name, staticmethod(lambda *_, **__: ("", "")))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *_, **__: ""))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: True)
    monkeypatch.setattr(dialogs, "ask_for_library", lambda _: paths[app.workspace.library.path == paths[0]])
    yield app
    app.close()
    gc.unfreeze()


@pytest.fixture
def stranger(desk: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stranger]:
    stranger = Stranger(desk, tmp_path / "steps.txt")
    monkeypatch.setattr(
        dialogs, "show_error", lambda _, error: stranger.troubles.texts.append(f"told: {error}")
    )
    yield stranger
    stranger.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order(stranger: Stranger, seed: int) -> None:
    assert steps_for(stranger, seed, SHORT_S, SHORT_STEPS) > 10


@pytest.mark.long
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_any_order_for_long(stranger: Stranger, seed: int) -> None:
    assert steps_for(stranger, seed, LONG_S) > 100
    assert stranger.pace.within(0.99) < BUSY * LATE_S, stranger.pace.slowest()


def test_a_step_that_goes_wrong_is_told_with_how_one_gets_there(
    stranger: Stranger, unforeseen: list[str]
) -> None:
    def fault() -> None:
        raise ValueError("planted")

    stranger.begin(seed=4)
    stranger.step()
    stranger.app.window.trace.canvas.view_changed.connect(fault)
    with pytest.raises(AssertionError, match=r"(?s)planted.*seed 4\n1: "):
        steps(stranger, 50)
    unforeseen.clear()


def test_a_dialog_that_the_palette_opened_is_left_with_esc(stranger: Stranger) -> None:
    """The palette, gone by then, was still in the middle of its Enter: that ended the process."""
    asked: list[str] = []

    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        asked.append(dialog.windowTitle())
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    stranger.app.window.actions_by_id["palette"].trigger()
    palette = QApplication.activePopupWidget()
    QTest.keyClicks(palette.search, "import la")
    QTimer.singleShot(20, stranger.app.window, leave)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    stranger.app.settle()
    assert asked == ["Import labels"]
    assert QApplication.activeModalWidget() is None


def steps(stranger: Stranger, count: int) -> None:
    for _ in range(count):
        stranger.step()


def steps_for(stranger: Stranger, seed: int, seconds: float, most: float = inf) -> int:
    """How many steps there were; what is shown then is what somebody who opens the library finds."""
    stranger.begin(seed)
    stop, done = monotonic() + seconds, 0
    while monotonic() < stop and done < most:
        stranger.step()
        done += 1
    pace = stranger.pace
    print(
        f"\nseed {seed}: {done:,} steps of {len(pace.inputs):,} clicks and keys, half of them within "
        f"{1000 * pace.within(0.5):.0f} ms of a core, 99 % within {1000 * pace.within(0.99):.0f} ms"
        f"\n{pace.slowest()}"
    )
    agrees_with_the_disk(stranger.app)
    return done


def agrees_with_the_disk(app: Application) -> None:
    journal, path = app.labelling.journal, app.workspace.library.path
    app.labelling.poll()
    known = sorted(edit.id for edit in journal.edits)
    if not known:
        return
    with LabelStore.open(store_path(path)) as store:
        assert sorted(edit.id for edit in store.edits(0)) == known
    workspace, labelling = opened_again(path)
    if labelling.layering == app.labelling.layering:  # else other people's labels are shown, or nobody's
        assert said(workspace) == said(app.workspace)
    closed(workspace, labelling)
