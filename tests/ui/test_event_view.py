"""The event panel: what is typed and clicked there becomes an edit, and a ride goes back to any step."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest

from projector.annotations.vocabulary import LabelClass
from projector.domain.edits import new_id
from projector.ui import dialogs
from projector.ui.app import Application
from projector.ui.views.event_view import EventView
from projector.ui.widgets.history_list import HistoryList
from projector.ui.widgets.label_button import in_lines
from projector.ui.widgets.step_delegate import TALL
from projector.workspace.memory import Memory
from tests.ui.trace_made import made_library
from tests.ui.windows import copied, opened, opened_once, settle
from tests.workspace.labelling_made import closed, said
from tests.workspace.labelling_made import opened as opened_by

LEFT = Qt.MouseButton.LeftButton


def memory() -> Memory:
    return Memory(theme="dark", layout="label", author="anna")


@pytest.fixture(scope="module")
def original(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return opened_once(made_library(tmp_path_factory.mktemp("event")), memory())


@pytest.fixture
def app(qapp: object, original: Path, tmp_path: Path) -> Iterator[Application]:
    app = opened(copied(original, tmp_path), memory())
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
    shown = panel.history
    assert words(shown) == [
        *("new crash", "delete fall", "start of fall 02:30.00 → 02:29.00", "copied from imported")
    ]
    choose(shown, 2)
    QTest.mouseClick(shown.back, LEFT)
    settle(app)
    assert said(app.workspace) == middle
    choose(shown, len(words(shown)) - 1)
    QTest.mouseClick(shown.back, LEFT)
    settle(app)
    assert said(app.workspace) == imported
    for state in (middle, last):
        assert labelling.undo() is not None
        assert said(app.workspace) == state
    assert labelling.undo().what == "new crash"
    settle(app)
    assert words(shown)[0] == "undone: new crash", "not: delete crash, the way back"
    labelling.redo()
    settle(app)
    assert words(shown)[0] == "redone: new crash"
    choose(shown, 0)
    assert not shown.back.isEnabled(), "the labels are like that now"


def test_who_changed_it_since_is_you_where_that_was_your_other_window(
    app: Application, panel: EventView, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask_yes", lambda _parent, text, _question: asked.append(text))
    app.labelling.relabel(app.workspace.event, "crash")
    mine = list(app.labelling.journal.edits)[-1]
    later = {"parents": (mine.id,), "before": mine.after, "after": {**mine.after, "label": "normal"}}
    app.labelling.journal.append([replace(mine, id=new_id(), group="elsewhere", **later)])
    QTest.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["Your “fall → crash” was changed since by you (elsewhere)."]


def words(shown: HistoryList) -> list[str]:
    """What was done, of each row that can be seen by scrolling."""
    return [shown.model.index(row).data().split("\n")[0] for row in range(shown.model.rowCount())]


def choose(shown: HistoryList, row: int) -> None:
    shown.list.setCurrentIndex(shown.model.index(row))


def test_history_has_everybodys_edits_and_takes_one_of_theirs_into_ones_own_layer(
    app: Application, panel: EventView
) -> None:
    imported = said(app.workspace)
    ben_at, ben = opened_by(app.workspace.library.path, "ben")
    ben.relabel(app.workspace.event, "crash")
    bens = said(ben_at)
    ben.delete(ben_at.event)
    closed(ben_at, ben)
    app.labelling.poll()
    settle(app)
    shown = panel.history
    assert words(shown) == ["delete crash", "fall → crash", "copied from imported"]
    choose(shown, 1)
    app.labelling.add(1, 100.0, 101.0, "normal")
    settle(app)
    assert shown.list.currentIndex().data().startswith("fall → crash\nben · "), "still chosen"
    assert shown.back.isEnabled()
    mine = said(app.workspace)
    QTest.mouseClick(shown.back, LEFT)
    settle(app)
    assert said(app.workspace) == bens
    assert app.labelling.history.steps(1)[0].layer == "anna"
    assert {edit.layer for edit in app.labelling.journal.edits if edit.author == "anna"} == {"anna"}
    QTest.mouseClick(shown.mine, LEFT)
    assert words(shown)[1:] == ["new normal", "copied from imported"]
    assert words(shown)[0].endswith("as it was after: fall → crash")
    for state in (mine, imported):
        app.labelling.undo()
        assert said(app.workspace) == state
    app.labelling.label_blind(True)
    settle(app)
    QTest.mouseClick(shown.mine, LEFT)
    assert all(shown.model.index(row).data().split("\n")[1].startswith("anna · ") for row in range(4))
    assert shown.model.rowCount() == 5, "labelling blind, nothing is told of others"


def test_every_label_has_its_button_in_sight_and_long_ones_tell_apart(
    app: Application, panel: EventView
) -> None:
    """The twelve classes of HAPT, in the lowest window, too; where there is room, with the ride's history."""
    names = [
        *("WALKING", "LAYING", "LIE_TO_SIT", "LIE_TO_STAND", "SITTING", "SIT_TO_LIE", "SIT_TO_STAND"),
        *("STANDING", "STAND_TO_LIE", "STAND_TO_SIT", "WALKING_DOWNSTAIRS", "WALKING_UPSTAIRS"),
    ]
    hapt = tuple(LabelClass(name, at, (at + 1) % 10) for at, name in enumerate(names))
    labels = panel._labels
    few = app.labelling.vocabulary.classes

    def check(classes: tuple[LabelClass, ...], height: int) -> None:
        app.window.resize(1280, height)
        app.window.set_layout("label")
        labels.show_labels(classes, app.window.theme)
        settle(app)
        assert app.window.height() == height
        assert labels.height() >= labels.widget().sizeHint().height(), (len(classes), height)

    app.workspace.select_event(None)
    check(hapt, 640)
    pick(app, "fall")
    check(hapt, 640)
    app.labelling.note(app.workspace.event, "a step of history")
    for classes, height in ((few, 640), (hapt, 640), (hapt, 800), (hapt, 1080)):
        check(classes, height)
        assert panel.history.list.isVisible() == ((classes, height) != (hapt, 640))
        assert not panel.history.list.isVisible() or panel.history.list.height() >= TALL, "whole steps"
    check(hapt, 640)
    app.workspace.select_event(None)
    settle(app)
    assert panel.history.list.isVisible(), "without an event there is room"
    metrics = QFontMetricsF(panel.buttons[0].font())
    drawn = {name: tuple(in_lines(name, metrics, 60.0)) for name in names}
    assert len(set(drawn.values())) == len(names)
