"""More like this: the same jolt planted in several rides is found where it is, and labelled in one step."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from projector.domain.ids import ride_numbers
from projector.domain.nouns import AXES, Annotation, Recording, Stream
from projector.library.writer import write_library
from projector.ui import dialogs
from projector.ui.app import Application
from projector.ui.widgets import patience
from projector.ui.widgets.relabel_dialog import RelabelDialog
from projector.workspace import label_session
from projector.workspace.behind import behind
from projector.workspace.memory import Memory
from tests.ui.test_patience import press_cancel
from tests.ui.windows import opened, settle
from tests.workspace.labelling_made import said

RATE_HZ, SECONDS, LONG_S = 100.0, 60.0, 1.5
PLANTED = {"first": 20.0, "second": 33.37, "third": 41.81}  # between the starts of windows
CTRL = Qt.KeyboardModifier.ControlModifier


def jolted(name: str, seed: int) -> Recording:
    """A calm ride, with the jolt where it is planted; it lies differently in each, as a phone does."""
    times = np.arange(0, SECONDS, 1 / RATE_HZ)
    along = 9.81 + np.random.default_rng(seed).normal(0, 0.15, len(times))
    if name in PLANTED:
        since = times - PLANTED[name]
        shape = 25 * np.sin(2 * np.pi * 3 * since) * np.exp(-2 * since)
        along += np.where((since >= 0) & (since < LONG_S), shape, 0)
    turned = np.linalg.qr(np.random.default_rng(seed + 9).normal(size=(3, 3)))[0][0]
    stream = Stream("phone", AXES, ("m/s²",) * 3, np.outer(along, turned).astype(np.float32), RATE_HZ)
    labels = {"first": "pothole", "second": "braking"}
    marks = [Annotation(PLANTED[name], PLANTED[name] + LONG_S, labels[name])] if name in labels else []
    if name == "fourth":
        marks.append(Annotation(5.0, 12.0, "braking"))
    return Recording(id=name, streams=(stream,), annotations=tuple(marks))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("similar") / "rides.h5"
    write_library(path, (jolted(name, at) for at, name in enumerate([*PLANTED, "fourth"])))
    return path


@pytest.fixture
def app(qapp: object, original: Path, tmp_path: Path) -> Iterator[Application]:
    path = Path(shutil.copy(original, tmp_path / "rides.h5"))
    app = opened(
        path, Memory(theme="dark", layout="label", author="anna", rule={"length_s": 2.0, "hop_s": 1.0})
    )
    yield app
    app.close()


def find(app: Application) -> None:
    """The pothole becomes the current event, and Ctrl+M looks for more like it."""
    app.workspace.select_event(0)
    settle(app)
    app.window.trace.setFocus()
    QTest.keyClick(app.window.trace, Qt.Key.Key_M, CTRL)
    settle(app)


def click(app: Application, row: int) -> None:
    cards = app.window.views["similar"].cards
    place = cards.visualRect(cards.model().index(row)).center()
    QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    settle(app)


def test_the_same_jolt_is_found_to_the_sample_in_other_rides(app: Application) -> None:
    told: list[str] = []
    app.window.views["similar"].subtitle_changed.connect(told.append)
    find(app)
    similar, library = app.window.similar, app.workspace.library
    count = len(similar.found)
    assert told[-1] == f"the {count} nearest, like pothole of first · grey is the chosen moment"
    ids = [library.id_of(one.ride) for one in similar.found]
    assert set(ids[:2]) == {"second", "third"}
    assert "first" not in ids
    for one, name in zip(similar.found[:2], ids, strict=False):
        assert one.start_s == pytest.approx(PLANTED[name], abs=1.1 / RATE_HZ)
        assert one.stop_s - one.start_s == pytest.approx(LONG_S)
        assert one.score > 0.99
        assert max(value for value in one.high if value is not None) == pytest.approx(33, abs=3)
    assert all(one.score < 0.9 for one in similar.found[2:])
    assert [one.distance for one in similar.found] == sorted(one.distance for one in similar.found)


def test_labelling_accepted_ones_can_be_stopped(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    before, seen = said(app.workspace), list[str]()
    monkeypatch.setattr(patience, "SHOWN_AFTER_S", 0.0)
    monkeypatch.setattr(patience, "_STEP_S", 0.0)
    monkeypatch.setattr(label_session, "MANY", 0)  # as if their rides had thousands of annotations
    find(app)
    for row in range(3):
        click(app, row)
    press_cancel(app, seen)
    QTest.keyClick(app.window.views["similar"].cards, Qt.Key.Key_Return)
    assert len(seen) == 1
    assert seen[0].startswith("changing the labels\n")
    assert said(app.workspace) == before
    assert app.labelling.journal.known == 0
    assert app.window.statusBar().currentMessage() == "stopped: no label was changed"
    QTest.keyClick(app.window.views["similar"].cards, Qt.Key.Key_Return)
    assert said(app.workspace) != before


def test_accepted_ones_get_the_label_in_one_step(app: Application) -> None:
    before = said(app.workspace)
    find(app)
    click(app, 0)
    click(app, 1)
    view = app.window.views["similar"]
    assert view.give.text() == "Label 2 moments pothole"
    assert view.plan.whole_text() == "1 new, 1 changes its label · one undo"
    app.window.resize(1000, 640)
    settle(app)
    docks = app.window.docks
    assert docks["similar"].geometry().right() < docks["map"].geometry().left()
    assert view.give.text() == "Label 2"
    assert view.give.geometry().right() <= view.width()
    QTest.keyClick(view.cards, Qt.Key.Key_Return)
    settle(app)
    second, third = (app.workspace.library.number_of(name) for name in ("second", "third"))
    now = said(app.workspace)
    assert (second, PLANTED["second"], PLANTED["second"] + LONG_S, "pothole") in now
    (new,) = [row for row in now if row[0] == third]
    assert new[1:3] == pytest.approx((PLANTED["third"], PLANTED["third"] + LONG_S), abs=1.1 / RATE_HZ)
    assert len(now) == len(before) + 1
    assert view.plan.whole_text() == "2 have it already · one undo"
    QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
    settle(app)
    assert said(app.workspace) == before


def test_a_library_that_is_gone_is_told_with_what_to_do(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr(dialogs, "show_error", lambda _, error: told.append(error))
    path = app.workspace.library.path
    path.rename(path.with_name("moved.h5"))
    find(app)
    ((where, remedy),) = [(error.where, error.remedy) for error in told]
    assert where == str(path)
    assert remedy.startswith("connect its disk or put it back")


def test_look_alikes_of_a_closed_library_are_not_kept_behind_another_panel(app: Application) -> None:
    find(app)
    view = app.window.views["similar"]
    assert view.model.cards
    view.hide()
    app.workspace.set_library(None)
    assert (view.model.query, view.model.cards) == (None, ())


def test_the_next_look_alike_is_a_key_away_and_opens_its_ride(app: Application) -> None:
    find(app)
    shown = []
    for _ in range(2):
        QTest.keyClick(app.window, Qt.Key.Key_Down, CTRL | Qt.KeyboardModifier.ShiftModifier)
        settle(app)
        shown.append(app.workspace.library.id_of(app.workspace.ride))
    assert set(shown) == {"second", "third"}
    QTest.keyClick(app.window, Qt.Key.Key_Up, CTRL | Qt.KeyboardModifier.ShiftModifier)
    settle(app)
    assert app.workspace.library.id_of(app.workspace.ride) == shown[0]


def test_what_is_behind_a_selection_is_what_labels_its_windows(app: Application) -> None:
    workspace = app.workspace
    windows, marks = workspace.table.windows, workspace.annotations
    ids = windows.ids[::2]
    found = behind(workspace, ids)
    for row, chosen, of in zip(found.rows, found.chosen, found.of, strict=True):
        name = marks.label_names[marks.label[row]]
        over = [
            window
            for at, window in enumerate(windows.ids)
            if ride_numbers(window) == marks.ride_number[row]
            and windows.start_s[at] < marks.stop_s[row]
            and windows.stop_s[at] > marks.start_s[row]
            and workspace.labels.text(at) == name
        ]
        assert (chosen, of) == (len(set(over) & set(ids.tolist())), len(over))
        assert chosen > 0
    assert len(found.rows) == len(marks)
    assert found.unlabelled == sum(code < 0 for code in workspace.labels.codes[::2])


def test_a_selection_is_relabelled_after_a_look_at_the_list(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = said(app.workspace)
    seen: list[RelabelDialog] = []

    def answer(dialog: RelabelDialog) -> int:
        seen.append(dialog)
        assert not dialog.ok.isEnabled()
        dialog.choice.setCurrentText("pothole")
        assert dialog.ok.text() == "Relabel 2 annotations, one undo"  # the pothole is one already
        role = Qt.ItemDataRole.CheckStateRole
        assert dialog.model.setData(dialog.model.index(1, 0), Qt.CheckState.Unchecked, role)
        assert dialog.ok.text() == "Relabel 1 annotation, one undo"
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(RelabelDialog, "exec", answer)
    app.workspace.select_many(app.workspace.table.windows.ids, cause="test")
    settle(app)
    QTest.keyClick(app.window, Qt.Key.Key_E, CTRL | Qt.KeyboardModifier.ShiftModifier)
    settle(app)
    assert len(seen) == 1
    fourth = app.workspace.library.number_of("fourth")
    expected = [row if row[0] != fourth else (*row[:3], "pothole") for row in before]
    assert said(app.workspace) == sorted(expected)
    QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
    settle(app)
    assert said(app.workspace) == before


def test_what_the_queue_shows_has_its_look_alikes_beside_it_while_they_can_be_seen(
    app: Application, qtbot: QtBot
) -> None:
    similar, docks, pause = app.window.similar, app.window.docks, app.window.commands.similar.pause
    pause.setInterval(0)

    def space() -> None:
        app.window.trace.setFocus()
        QTest.keyClick(app.window.trace, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not pause.isActive())
        settle(app)

    def beside() -> bool:
        return (similar.query.ride, similar.query.start_s) == similar.subject()[:2]

    space()
    assert beside()
    assert app.window.views["similar"].model.rowCount() == len(similar.found) > 0
    click(app, 0)
    app.window.review_queue.show_as(around_s=2.0)  # the same event, seen otherwise
    qtbot.waitUntil(lambda: not pause.isActive())
    settle(app)
    assert similar.chosen == {0}
    docks["difference"].raise_()
    settle(app)
    space()
    assert not beside()  # a hidden panel does no work
    docks["similar"].raise_()
    settle(app)
    assert beside()
