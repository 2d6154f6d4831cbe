"""Labels in the window: found by typing, edited in the dialog, trimming, points, ±; real clicks and keys."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog

from projector.library.label_store import store_path
from projector.library.writer import write_library
from projector.ui.app import Application
from projector.ui.items.trace_model import LABELS
from projector.ui.widgets.label_finder import LabelFinder
from projector.ui.widgets.vocabulary_dialog import VocabularyDialog
from projector.workspace.memory import Memory
from projector.workspace.vocabulary_draft import VocabularyDraft
from tests.ui.hands import CTRL, LEFT, NONE, SHIFT, Hand
from tests.ui.trace_made import made_library, short_ride
from tests.ui.windows import opened, settle
from tests.workspace.labelling_made import said


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("labels"))


@pytest.fixture
def app(qapp: object, original: Path) -> Iterator[Application]:
    """On one library for all tests, so that its features are computed once; labels are each test's own."""
    app = opened(original, Memory(theme="dark", layout="label", author="anna"))
    yield app
    app.close()
    store_path(original).unlink()


@pytest.fixture
def unlabelled(qapp: object, tmp_path: Path) -> Iterator[Application]:
    path = tmp_path / "bare.h5"
    write_library(path, [short_ride()])
    app = opened(path, Memory(theme="light", layout="label", author="anna"))
    app.workspace.show_ride(1)
    settle(app)
    yield app
    app.close()


@pytest.fixture
def hand(app: Application) -> Hand:
    return Hand(app)


def finder(app: Application) -> LabelFinder:
    return app.window.commands.labels._finder


def type_label(app: Application, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    assert finder(app).isVisible()
    QTest.keyClicks(finder(app).search, text)
    QTest.keyClick(finder(app).search, key)
    settle(app)


def shown(app: Application) -> list[str]:
    items = finder(app).list
    return [items.item(row).text() for row in range(items.count())]


def in_dialog(
    app: Application, monkeypatch: pytest.MonkeyPatch, use: Callable[[VocabularyDialog], None]
) -> None:
    """Label → Vocabulary…, and what is done there."""

    def run(dialog: QDialog) -> int:
        assert isinstance(dialog, VocabularyDialog)
        dialog.show()
        QApplication.processEvents()
        use(dialog)
        dialog.close()
        return 0

    monkeypatch.setattr(QDialog, "exec", run)
    app.window.actions_by_id["vocabulary"].trigger()
    settle(app)


def choose(dialog: VocabularyDialog, name: str) -> None:
    row = next(at for at, row in enumerate(dialog.draft.rows) if row.one.name == name)
    rect = dialog.list.visualItemRect(dialog.list.item(row))
    QTest.mouseClick(dialog.list.viewport(), LEFT, NONE, rect.center())


def take(box: QComboBox, data: object) -> None:
    """With the keyboard, as a person who goes through the box's choices."""
    box.setFocus()
    for _ in range(box.count()):
        QTest.keyClick(box, Qt.Key.Key_Home if box.currentIndex() > box.findData(data) else Qt.Key.Key_Down)
        if box.currentData() == data:
            return
    raise AssertionError(data)


def make_class(app: Application, name: str, **rules: object) -> None:
    """A rule of a class, without the dialog."""
    draft = VocabularyDraft(app.labelling.vocabulary.classes)
    row = next(row for row in draft.rows if row.one.name == name)
    draft.set_rules(row, **({"point": False, "overlap": "keep"} | rules))
    app.labelling.vocabulary.change(draft.classes)
    settle(app)


# --- any label by typing -------------------------------------------------------------------------------


def test_a_label_is_found_by_typing_for_the_event_or_the_next_one(app: Application, hand: Hand) -> None:
    """A new name makes a class in the same step; editing an event leaves the next one's label alone."""
    editor = app.window.commands.labels.editor
    assert editor.label == "normal"
    hand.pick("fall")
    hand.key("/")
    type_label(app, "riding")  # a name that the palette would put first
    assert (1, 150.0, 160.0, "riding") in said(app.workspace)
    assert app.labelling.vocabulary.names()[-1] == "riding"
    assert editor.label == "normal"
    buttons = app.window.views["event"].buttons
    assert [button.name for button in buttons if button.isChecked()] == ["riding"]
    QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
    settle(app)
    assert "riding" not in app.labelling.names()
    assert (1, 150.0, 160.0, "fall") in said(app.workspace)
    hand.pick("normal")
    hand.key("3")  # the last annotation with that label
    assert (1, 15.0, 30.0, "fall") in said(app.workspace)
    assert editor.label == "normal"
    QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
    settle(app)

    # known labels
    hand.pick("fall")
    hand.key("/")
    assert shown(app) == ["normal", "braking", "fall", "crash"]
    QTest.keyClicks(finder(app).search, "ra")
    assert shown(app) == ["braking", "crash", "new label “ra”"]
    QTest.keyClick(finder(app).search, Qt.Key.Key_Down)
    type_label(app, "")
    assert (1, 150.0, 160.0, "crash") in said(app.workspace)
    app.workspace.select_event(None)
    hand.key("/")
    type_label(app, "br")
    assert len(said(app.workspace)) == 4
    hand.look(120, 140)
    hand.drag(125.0, 128.0, SHIFT)
    labels = [row[3] for row in said(app.workspace) if 124 < row[1] < 126]
    assert labels == ["braking"]
    before = said(app.workspace)
    hand.key("/")
    QTest.keyClick(finder(app).search, Qt.Key.Key_Escape)
    settle(app)
    assert not finder(app).isVisible()
    assert said(app.workspace) == before


def test_an_unlabelled_library_gets_its_first_label_and_annotation(unlabelled: Application) -> None:
    app, hand = unlabelled, Hand(unlabelled)
    panel = app.window.views["event"]
    assert panel.message.text().startswith("There is no label yet. /")
    app.window.docks["events"].raise_()
    settle(app)
    assert "/ in the trace names a label" in app.window.views["events"].table.empty_text
    hand.drag(5.0, 9.0, SHIFT)
    assert shown(app) == ["no label yet: type a name, Enter adds it"]
    assert app.window.commands.labels.editor.draft.start_s == pytest.approx(5.0, abs=0.05)
    QTest.keyClick(finder(app).search, Qt.Key.Key_Escape)
    settle(app)
    assert said(app.workspace) == []
    assert app.window.commands.labels.editor.draft is None
    hand.drag(5.0, 9.0, SHIFT)
    type_label(app, "skid")
    ((ride, start, stop, label),) = said(app.workspace)
    assert (ride, label) == (1, "skid")
    assert (start, stop) == (pytest.approx(5.0, abs=0.05), pytest.approx(9.0, abs=0.05))
    assert app.labelling.vocabulary.written
    assert [button.name for button in panel.buttons] == ["skid"]
    QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
    settle(app)
    assert (said(app.workspace), app.labelling.names()) == ([], ())
    hand.key("/")
    type_label(app, "tumble")  # named first, drawn then
    hand.drag(12.0, 15.0, SHIFT)
    assert [row[3] for row in said(app.workspace)] == ["tumble"]


# --- the dialog ------------------------------------------------------------------------------------------


def test_the_dialog_renames_recolours_and_gives_another_key(
    app: Application, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.pick("fall")
    before = said(app.workspace)

    def use(dialog: VocabularyDialog) -> None:
        choose(dialog, "fall")
        dialog.name.selectAll()
        QTest.keyClicks(dialog.name, "tumble")
        assert dialog._message.text() == "fall becomes tumble: 1 annotation on 1 ride"
        QTest.mouseClick(dialog.slot, LEFT, NONE, dialog.slot.place(12).toPoint())
        take(dialog.digit, 1)
        assert {row.one.name: row.one.digit for row in dialog.draft.rows}["normal"] == 3
        take(dialog.parent_class, "crash")
        assert [row.one.name for row in dialog.draft.rows] == ["normal", "braking", "crash", "tumble"]
        QTest.mouseClick(dialog.up, LEFT)  # its only sister is none: it stays
        choose(dialog, "crash")
        QTest.mouseClick(dialog.up, LEFT)
        QTest.mouseClick(dialog.save, LEFT)
        assert not dialog.isVisible()

    in_dialog(app, monkeypatch, use)
    assert said(app.workspace) == [(*row[:3], row[3].replace("fall", "tumble")) for row in before]
    assert app.workspace.annotations.start_s[app.workspace.event] == 150.0
    window, buttons = app.window, app.window.views["event"].buttons
    assert [(button.name, button._digit) for button in buttons] == [
        *(("normal", "3"), ("crash", "4")),
        *(("tumble", "1"), ("braking", "2")),
    ]
    assert app.workspace.label_slots()["tumble"] == 12
    window.docks["events"].raise_()
    settle(app)
    scene, facts = hand.scene, window.views["events"].model.facts
    assert scene.ride.slots[scene.ride.bands.names.index("tumble")] == facts.slots["tumble"] == 12
    assert window.actions_by_id["label_1"].text() == "tumble"
    assert app.workspace.colouring.slots[app.workspace.colouring.names.index("tumble")] == 12
    combo = window.views["events"].labels
    assert [combo.itemText(at).rpartition("  ")[0] for at in range(1, combo.count())] == [
        *("normal", "crash"),
        *("   tumble", "braking"),
    ]
    window.activateWindow()
    hand.trace.setFocus()
    hand.pick("braking")
    hand.key("1")
    assert (1, 10.0, 20.0, "tumble") in said(app.workspace)
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
        settle(app)
    assert said(app.workspace) == before
    assert app.labelling.names() == ("normal", "braking", "fall", "crash")
    assert app.workspace.label_slots()["fall"] == 4


def test_the_dialog_refuses_nonsense_and_asks_before_a_used_label_goes(
    app: Application, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def use(dialog: VocabularyDialog) -> None:
        QTest.mouseClick(dialog.add, LEFT)
        QTest.keyClicks(dialog.name, "crash")
        assert "two labels crash" in dialog._message.text()
        assert not dialog.save.isEnabled()
        QTest.keyClicks(dialog.name, " test dummy")
        assert dialog.save.isEnabled()
        QTest.mouseClick(dialog.remove, LEFT)  # nobody has it
        assert [row.one.name for row in dialog.draft.rows] == ["normal", "braking", "fall", "crash"]
        choose(dialog, "fall")
        QTest.mouseClick(dialog.remove, LEFT)
        assert dialog._used.text() == "1 annotation has it: it becomes"
        assert len(dialog.draft.rows) == 4
        dialog.heir.setCurrentIndex(dialog.heir.findText("normal"))
        QTest.mouseClick(dialog.relabel, LEFT)
        assert dialog._message.text() == "fall becomes normal: 1 annotation on 1 ride"
        app.labelling.vocabulary.add("from another window")
        QTest.mouseClick(dialog.save, LEFT)
        assert dialog.isVisible()
        assert "meanwhile" in dialog._message.text()
        choose(dialog, "fall")
        QTest.mouseClick(dialog.remove, LEFT)
        QTest.mouseClick(dialog.relabel, LEFT)
        QTest.mouseClick(dialog.save, LEFT)

    in_dialog(app, monkeypatch, use)
    assert (1, 150.0, 160.0, "normal") in said(app.workspace)
    assert app.labelling.names() == ("normal", "braking", "crash", "from another window")


# --- what a class means for drawing -------------------------------------------------------------------------


def test_classes_trim_and_make_points(app: Application, hand: Hand) -> None:
    """What would be trimmed is said while it is dragged, and is one step with the gesture."""
    make_class(app, "fall", overlap="trim")
    app.labelling.add(1, 145.0, 152.0, "normal")
    settle(app)
    before = said(app.workspace)
    hand.pick("fall")
    hand.drag_to(150.0, 148.0)
    draft = app.window.commands.labels.editor.draft
    assert draft.lines[1].startswith("trims normal by 3.99 s · ")  # a sample short of 4
    assert app.window.statusBar().currentMessage() == draft.lines[1]
    assert said(app.workspace) == before
    hand.send(QEvent.Type.MouseButtonRelease, hand.place(148.0), NONE, Qt.MouseButton.NoButton)
    settle(app)
    ((start, _),) = [row[1:3] for row in said(app.workspace) if row[3] == "fall"]
    assert (1, 145.0, start, "normal") in said(app.workspace)
    assert start == pytest.approx(148.0, abs=0.05)
    assert app.window.statusBar().currentMessage() == "trims normal by 3.99 s"
    QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
    settle(app)
    assert said(app.workspace) == before
    assert app.window.statusBar().currentMessage() == ""

    # points
    make_class(app, "crash", point=True)
    app.window.commands.labels.editor.label = "crash"
    hand.look(120, 140)
    hand.drag(122.0, 125.0, SHIFT)
    hand.key("a")
    hand.click(128.0)
    hand.click(131.0, CTRL)
    app.workspace.select_event(None)
    hand.click(134.0)
    hand.key("[")
    made = [row[1:] for row in said(app.workspace) if row[1] > 100 and row[3] == "crash"]
    assert [start for start, _, _ in made] == pytest.approx([125.0, 128.0, 131.0, 134.0], abs=0.05)
    assert all(start == stop for start, stop, _ in made)
    assert not app.window.commands.labels.editor.busy


# --- ± -----------------------------------------------------------------------------------------------------


def test_an_uncertain_end_is_typed_drawn_and_goes_along(app: Application, hand: Hand) -> None:
    panel = app.window.views["event"]
    hand.pick("fall")
    hand.look(148, 164)
    after = hand.place(160.6, "ax") + QPoint(0, 10)
    ground = hand.canvas.grab().toImage().pixelColor(after)
    hand.key("e")
    hand.key("p")
    assert panel.stop_pm.hasFocus()
    QTest.keyClicks(panel.stop_pm, "1,2")
    QTest.keyClick(panel.stop_pm, Qt.Key.Key_Return)
    settle(app)
    assert hand.trace.hasFocus()
    assert app.workspace.annotations.uncertainty(app.workspace.event) == (0.0, 1.2)
    assert app.labelling.history.steps(1)[0].what == "end ± 1.2 s of fall"
    inside = hand.canvas.grab().toImage().pixelColor(after)
    far = hand.canvas.grab().toImage().pixelColor(hand.place(162.0, "ax") + QPoint(0, 10))
    assert inside.red() > ground.red() + 8  # the band's colour, fading
    assert far == ground
    hand.drag(160.0, 158.0)
    marks = app.workspace.annotations
    assert marks.stop_s[app.workspace.event] == pytest.approx(158.0, abs=0.05)
    assert marks.uncertainty(app.workspace.event) == (0.0, 1.2)
    panel.start_pm.setFocus()
    QTest.keyClicks(panel.start_pm, "-2")
    QTest.keyClick(panel.start_pm, Qt.Key.Key_Return)
    settle(app)
    assert "uncertain by" in panel.message.text()
    for _ in range(2):
        QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
        settle(app)
    assert app.workspace.annotations.uncertainty(app.workspace.event) == (0.0, 0.0)
    app.workspace.select_event(int(np.flatnonzero(app.workspace.annotations.start_s == 61.0)[0]))
    settle(app)
    assert panel.start_pm.isVisible()
    assert not panel.stop_pm.isVisible()  # a point has one
    assert LABELS in hand.scene.layout.lanes
