"""The event panel: what is typed and clicked there becomes an edit, and a ride goes back to any step."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from projector.ui.app import Application
from projector.ui.views.event_view import EventView
from projector.workspace.memory import Memory
from tests.ui.trace_made import made_library
from tests.ui.windows import opened, settle
from tests.workspace.labelling_made import said

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("event"))


@pytest.fixture
def app(qapp: object, original: Path, tmp_path: Path) -> Iterator[Application]:
    path = Path(shutil.copy(original, tmp_path / "rides.h5"))
    app = opened(path, Memory(theme="dark", layout="label", author="anna"))
    yield app
    app.close()


@pytest.fixture
def panel(app: Application) -> EventView:
    pick(app, "fall")
    return app.window.views["event"]


def pick(app: Application, label: str) -> None:
    marks = app.workspace.annotations
    app.workspace.select_event(int(np.flatnonzero(marks.label == marks.label_names.index(label))[0]))
    settle(app)


def typed(app: Application, line, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(app)


def test_it_shows_the_current_event_and_nothing_without_one(app: Application, panel: EventView) -> None:
    assert (panel.start.text(), panel.stop.text()) == ("02:30.000", "02:40.000")
    assert [button.name for button in panel.buttons if button.isChecked()] == ["fall"]
    assert app.window.docks["event"].subtitle() == "fall · 02:30.000 – 02:40.000"
    app.workspace.select_event(None)
    settle(app)
    assert panel.start.text() == ""
    assert not panel.start.isEnabled()
    assert panel.message.isVisible()


def test_a_click_labels_and_typed_ends_move(app: Application, panel: EventView) -> None:
    button = next(button for button in panel.buttons if button.name == "crash")
    QTest.mouseClick(button, LEFT)
    settle(app)
    assert (1, 150.0, 160.0, "crash") in said(app.workspace)
    typed(app, panel.start, "2:28.5")
    typed(app, panel.stop, "161.25")
    assert (1, 148.5, 161.25, "crash") in said(app.workspace)
    assert app.window._saved.text().startswith("saved ")
    assert app.window.trace.scene.ride.bands.start[app.workspace.event] == 148.5


def test_what_makes_no_sense_is_said_and_can_be_mended(app: Application, panel: EventView) -> None:
    before = said(app.workspace)
    for line, text, why in (
        (panel.start, "2:50", "would end before"),
        (panel.stop, "5:00", "ride ends at 03:00.000"),
        (panel.start, "soon", "is not a time"),
    ):
        typed(app, line, text)
        assert why in panel.message.text()
        assert line.text() == text
        assert said(app.workspace) == before
        app.workspace.select_event(None)
        pick(app, "fall")


def test_an_untouched_end_keeps_its_last_digit(app: Application, panel: EventView) -> None:
    app.labelling.resize({app.workspace.event: (150.0001234, 160.0)})
    settle(app)
    typed(app, panel.stop, "159")
    assert (1, 150.0001234, 159.0, "fall") in said(app.workspace)


def test_a_note_is_kept_with_the_annotation(app: Application, panel: EventView) -> None:
    typed(app, panel.note, "starts at the impact")
    marks = app.workspace.annotations
    assert marks.comment[app.workspace.event] == "starts at the impact"
    pick(app, "normal")
    assert panel.note.text() == ""
    pick(app, "fall")
    assert panel.note.text() == "starts at the impact"


def test_others_edits_dont_wipe_what_is_being_typed(app: Application, panel: EventView) -> None:
    panel.start.setFocus()
    panel.start.selectAll()
    QTest.keyClicks(panel.start, "2:2")
    app.workspace.labels_changed.emit()
    settle(app)
    assert panel.start.text() == "2:2"


def test_history_goes_back_to_any_step_as_a_new_one(app: Application, panel: EventView) -> None:
    imported = said(app.workspace)
    labelling = app.labelling
    labelling.resize({app.workspace.event: (149.0, 160.0)})
    middle = said(app.workspace)
    labelling.delete(app.workspace.event)
    labelling.add(1, 100.0, 101.0, "crash")
    last = said(app.workspace)
    settle(app)
    told = [panel.steps.item(row).text().split("\n")[0] for row in range(panel.steps.count())]
    assert told == ["new crash", "delete fall", "start of fall 02:30.00 → 02:29.00", "copied from imported"]
    panel.steps.setCurrentRow(2)
    QTest.mouseClick(panel.back, LEFT)
    settle(app)
    assert said(app.workspace) == middle
    panel.steps.setCurrentRow(panel.steps.count() - 1)
    QTest.mouseClick(panel.back, LEFT)
    settle(app)
    assert said(app.workspace) == imported
    for state in (middle, last):
        assert labelling.undo() is not None
        assert said(app.workspace) == state
    assert labelling.undo().what == "new crash"
    settle(app)
    assert panel.steps.item(0).text().startswith("undone: new crash\n"), "not: delete crash, the way back"
    labelling.redo()
    settle(app)
    assert panel.steps.item(0).text().startswith("redone: new crash\n")
    app.window.set_theme_choice("light")
    settle(app)
    assert not app.window.grab().isNull()
