"""Several people at one library, with real windows, keys and clicks; and two markers that measure."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from projector.annotations.differences import Difference
from projector.annotations.layers import ADJUDICATED, IMPORTED, first_edits
from projector.cli.labels import command as labels_command
from projector.domain.nouns import Annotation
from projector.jobs import tasks
from projector.library.label_store import store_path
from projector.ui import dialogs
from projector.ui.app import Application
from projector.ui.items.map_texts import legend_entries
from projector.ui.items.trace_measure import head_text, measured
from projector.ui.items.trace_model import OTHERS
from projector.ui.main_window import POLL_MS
from projector.ui.widgets.conflict_dialog import ConflictDialog
from projector.workspace import comparison as comparison_module
from projector.workspace.layering import HIDDEN
from projector.workspace.memory import Memory
from tests.ui.hands import CTRL, LEFT, SHIFT, Hand
from tests.ui.trace_made import made_library
from tests.ui.windows import opened, settle
from tests.workspace.labelling_made import closed, said
from tests.workspace.labelling_made import opened as labelling

Open = Callable[[str], Application]


@pytest.fixture(scope="module")
def original(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose features are in its cache, once for all tests."""
    path = made_library(tmp_path_factory.mktemp("people"))
    opened(path, Memory(theme="dark")).close()
    return path


@pytest.fixture
def path(original: Path) -> Path:
    store_path(original).unlink(missing_ok=True)
    return original


@pytest.fixture
def window(qapp: object, path: Path) -> Iterator[Open]:
    apps: list[Application] = []

    def make(author: str) -> Application:
        apps.append(opened(path, Memory(theme="dark", layout="label", author=author)))
        return apps[-1]

    yield make
    for app in apps:
        app.close()


@pytest.fixture
def anna(path: Path) -> None:
    """Anna has labelled: a boundary, a class, one event more and one less."""
    workspace, session = labelling(path, "anna")
    rows = {float(start): row for row, start in enumerate(workspace.annotations.start_s)}
    session.resize({rows[150.0]: (150.5, 159.0)})
    session.relabel(rows[10.0], "crash")
    session.delete(next(i for i, start in enumerate(workspace.annotations.start_s) if start == 61.0))
    session.add(1, 100.0, 104.0, "fall")
    closed(workspace, session)


def long_ride(app: Application) -> Hand:
    app.workspace.show_ride(app.workspace.library.number_of("long"))
    settle(app)
    return Hand(app)


def choose(app: Application, name: str) -> None:
    menu = app.window.toolbar.layer_chooser.menu_now()
    next(action for action in menu.actions() if action.data() == name).trigger()
    settle(app)


def test_a_pill_opens_another_layer_and_the_first_key_copies_it(anna: None, window: Open) -> None:
    app = window("ben")
    hand = long_ride(app)
    bar = app.window.toolbar
    assert bar.layer_chooser.isVisible()
    assert not bar.colour_picker.isVisible()
    assert [layer.name for layer in app.window.trace.scene.ride.others] == ["anna"]
    choose(app, "anna")
    assert bar.layer_chooser.text() == "layer: anna ▾"
    assert "labels: anna, else imported" in app.window._status.text()
    hers = said(app.workspace)
    hand.click(152.0)
    hand.key(str(app.labelling.names().index("normal") + 1))
    assert bar.layer_chooser.text() == "layer: ben ▾"
    assert app.window.statusBar().currentMessage().startswith("4 labels copied from anna")
    mine = said(app.workspace)
    assert [one for one in mine if one not in hers] == [(1, 150.5, 159.0, "normal")]
    scene = app.window.trace.scene
    assert (scene.ride.layer, [layer.name for layer in scene.ride.others]) == ("ben", ["anna", IMPORTED])
    spot = QPoint(round(scene.x(155.0)), round(scene.layout.lanes[OTHERS].top() + 7))
    assert app.window.trace.canvas.explain(spot.toPointF()).startswith("anna: fall")
    hand.key("h")
    assert OTHERS not in app.window.trace.scene.layout.lanes
    hand.key("h")
    assert OTHERS in app.window.trace.scene.layout.lanes
    app.window.actions_by_id["layout_inspect"].trigger()
    settle(app)
    assert not bar.layer_chooser.isVisible()
    assert bar.colour_picker.isVisible()


def test_adjudicating_and_labelling_blind_by_keys(
    anna: None, window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = window("ben")
    hand = long_ride(app)
    choose(app, "anna")
    QTest.keyClick(app.window, Qt.Key.Key_J, CTRL | SHIFT)
    assert app.window.toolbar.layer_chooser.text() == "layer: adjudicated ▾"
    hand.pick("fall")
    hand.key(Qt.Key.Key_Delete)
    assert "adjudicating" in app.window._status.text()
    assert {edit.layer for edit in app.labelling.journal.edits if edit.author == "ben"} == {ADJUDICATED}
    QTest.keyClick(app.window, Qt.Key.Key_B, CTRL | SHIFT)
    settle(app)
    assert said(app.workspace) == []
    assert app.window.trace.scene.ride.others == ()
    assert app.window.views["events"].model.rowCount() == 0
    legend = legend_entries(app.workspace, app.window.theme)
    assert {entry.name for entry in legend if entry.total} == {HIDDEN}
    app.window.actions_by_id["differences"].trigger()
    settle(app)
    assert HIDDEN in app.window.views["difference"].table.empty_text
    assert app.window.views["difference"].figures.rows() == []
    assert not app.window.toolbar.review_chooser.isEnabled()
    QTest.keyClick(app.window, Qt.Key.Key_B, CTRL | SHIFT)
    settle(app)
    assert len(said(app.workspace)) == 3
    choose(app, "ben")
    monkeypatch.setattr(dialogs, "choose", lambda *_: 0)
    hand.key(Qt.Key.Key_Return, CTRL)  # what is adjudicated is not ben's to call done: a note, no dialog
    assert "are adjudicated" in app.window.trace.canvas._note.text


def turn_to(app: Application) -> None:
    """Keys go to the window that is in front."""
    app.window.activateWindow()
    app.window.trace.setFocus()
    settle(app)


def test_the_same_annotation_changed_in_two_windows_is_asked_about(
    window: Open, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    here, there = window("anna"), window("anna")
    first, second = long_ride(here), long_ride(there)
    turn_to(here)
    first.click(155.0)
    first.key(".")  # a copy of one's own, seen by both
    there.labelling.poll()
    there.window._poll.stop()  # it is not to see the next edit before its own
    first.key(str(here.labelling.names().index("crash") + 1))
    turn_to(there)
    second.click(155.0)
    second.key(",", CTRL)
    turn_to(here)
    assert POLL_MS < 1000
    qtbot.waitUntil(lambda: bool(here.labelling.conflicts()), timeout=5000)
    card = here.window.commands.layers.card
    assert card.isVisible()
    assert "long was changed here and elsewhere" in card.text.text()
    assert here.window._saved.text().endswith("1 conflict to settle")
    rows = [one for one in said(here.workspace) if one[1] > 149]
    assert len(rows) == 2, "both versions stand in the trace"

    seen: list[ConflictDialog] = []
    answers = iter([Qt.Key.Key_Escape, Qt.Key.Key_B])

    def run(dialog: ConflictDialog) -> int:
        seen.append(dialog)
        dialog.show()
        QTest.keyClick(dialog, next(answers))
        return dialog.result()

    monkeypatch.setattr(QDialog, "exec", run)
    QTest.mouseClick(card.settle, LEFT)
    assert not card.isVisible()
    assert len(here.labelling.conflicts()) == 1, "later: it stays, counted"
    here.window.actions_by_id["conflicts"].trigger()
    assert here.labelling.conflicts() == []
    assert not here.window.actions_by_id["conflicts"].isEnabled()
    assert sorted(one for one in said(here.workspace) if one[1] > 149) == sorted(rows)
    assert len(seen) == 2
    there.labelling.poll()
    settle(there)
    assert there.labelling.conflicts() == []
    assert not there.window.commands.layers.card.isVisible()
    turn_to(here)
    QTest.keyClick(here.window, Qt.Key.Key_Z, CTRL)
    assert len(here.labelling.conflicts()) == 1, "the question is back"


@pytest.fixture
def ben(anna: None, window: Open) -> Application:
    """Ben with a layer of his own, the imported labels but for a note, beside what differs from anna's."""
    app = window("ben")
    long_ride(app)
    app.labelling.note(0, "seen")
    app.window.actions_by_id["differences"].trigger()
    compared(app)
    return app


def compared(app: Application) -> None:
    view = app.window.views["difference"]
    view.mark_stale("sides")  # not after the pause that hands are given,
    view.refresh()  # nor once every other timer that a busy machine is late with has had its turn
    settle(app)


def column(app: Application, at: int) -> list[str]:
    model = app.window.views["difference"].model
    return [model.index(row, at).data() for row in range(model.rowCount())]


def test_differences_of_a_library_that_is_closed_are_not_painted_again(ben: Application) -> None:
    table = ben.window.views["difference"].table
    assert table.model().rowCount()
    ben.workspace.set_library(None)
    table.viewport().repaint()  # as any panel's repaint paints it, before its own turn has come
    assert not table.model().rowCount()


WHAT = ["braking → crash", "fall, only anna", "fall", "crash, only ben"]


def test_differences_are_gone_to_taken_and_kept_one_by_one(ben: Application) -> None:
    app, view = ben, ben.window.views["difference"]
    assert (view.mine.currentText(), view.theirs.currentText()) == ("ben", "anna")
    assert column(app, 0) == WHAT
    assert column(app, 2) == ["00:10.0", "01:40.0", "02:30.0", "01:01.0"]
    assert column(app, 3) == ["0", "", "+0.50", ""]
    assert column(app, 4) == ["0", "", "−1.00", ""]

    def press(row: int, button: QPushButton | None = None) -> None:
        place = view.table.visualRect(view.model.index(row, 0)).center()
        QTest.mouseClick(view.table.viewport(), LEFT, pos=place)
        settle(app)
        if button is not None:
            QTest.mouseClick(button, LEFT)
            settle(app)

    press(2)
    seen = app.window.trace.scene.view
    assert seen.start_s < 150.0 < 160.0 < seen.stop_s
    assert app.workspace.annotations.start_s[app.workspace.event] == 150.0
    press(2, view.take)
    assert (1, 150.5, 159.0, "fall") in said(app.workspace)
    assert view.model.rowCount() == 3
    press(1, view.take)
    assert (1, 100.0, 104.0, "fall") in said(app.workspace)
    before = said(app.workspace)
    figures = app.window.comparison.pairs
    press(0, view.keep)
    assert said(app.workspace) == before, "kept: nothing changes"
    assert app.window.comparison.pairs is figures, "nor is anything compared again"
    assert app.window.docks["difference"].subtitle() == "1 left · 1 settled · the greatest first"
    press(0, view.take)
    assert not any(start == 61.0 for _, start, _, _ in said(app.workspace))
    assert column(app, 0) == []
    for _ in range(4):
        QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
    compared(app)
    assert column(app, 0) == WHAT
    view.kinds.setCurrentIndex(view.kinds.findData(Difference.ONLY_A))
    view.kinds.activated.emit(view.kinds.currentIndex())
    assert column(app, 0) == ["crash, only ben"]


def test_agreement_is_told_of_every_pair_with_when_and_whether_it_still_holds(ben: Application) -> None:
    progress = ben.window.views["progress"]
    first, *pairs = progress.agreement.text().splitlines()
    assert first == f"agreement at {ben.window.comparison.at:%H:%M:%S}"
    sides = [tuple(line.split(":")[0].split(" and ")) for line in pairs]
    assert sorted(map(sorted, sides)) == [["anna", "ben"], ["anna", "imported"], ["ben", "imported"]]
    ben.window.docks["difference"].hide()
    ben.labelling.add(1, 200.0, 204.0, "fall")
    settle(ben)
    assert "labels have changed since" in progress.agreement.text().splitlines()[0]
    ben.window.docks["difference"].show()
    ben.window.docks["difference"].raise_()
    compared(ben)
    assert "changed" not in progress.agreement.text()


def test_a_detector_is_compared_by_name_and_counts_as_no_person(ben: Application) -> None:
    comparison, view = ben.window.comparison, ben.window.views["difference"]
    told, people = ben.window.views["progress"].agreement.text().splitlines()[1:], comparison.people()
    row = ben.workspace.library.describe(1)
    for layer in ("alerts", "model 7"):
        alert, where = Annotation(150.0, 155.0, "fall"), (row.id, row.signal_hash.hex())
        edits = first_edits([alert], *where, layer=layer, utc="2026-01-05T08:00:00.000+00:00", reason="made")
        ben.labelling.journal.append(edits)
    ben.window.review_queue.preferences.set(alerts="model 7")
    ben.labelling.changed.emit()
    compared(ben)
    assert {"alerts", "model 7"} < set(comparison.names)
    assert (comparison.a, comparison.b) == ("ben", "anna")
    assert ben.window.views["progress"].agreement.text().splitlines()[1:] == told
    assert comparison.people() == people
    assert view.figures.heading.text().startswith("agreement")
    comparison.choose("ben", "model 7")
    compared(ben)
    assert view.figures.heading.text().startswith("a detector and labels")


def test_in_the_smallest_window_no_panel_lies_over_another(ben: Application) -> None:
    window = ben.window
    window.resize(window.minimumSize())
    settle(ben)
    shown = {
        name: dock.geometry() for name, dock in window.docks.items() if not dock.visibleRegion().isEmpty()
    }
    assert {"difference", "map", "trace", "event"} <= shown.keys()
    over = [(a, b) for a in shown for b in shown if a < b and shown[a].intersects(shown[b])]
    assert over == []
    view = window.views["difference"]
    assert view.rect().contains(view.take.geometry())


def test_figures_are_those_of_the_command_in_the_window_and_by_the_worker(
    ben: Application, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["compare", str(path), "--json", "--layer", "anna", "--layer", "ben"]
    ran = CliRunner().invoke(labels_command, names)
    assert ran.exit_code == 0, ran.output
    (told,) = json.loads(ran.output)["pairs"]
    comparison, view = ben.window.comparison, ben.window.views["difference"]
    here, found = comparison.figures, comparison.found
    classes = [told["overall"], *told["classes"].values()]
    assert here.windows == told["windows"]
    for name in ("kappa", "mean_iou", "matched"):
        theirs = [float("nan") if one[name] is None else float(one[name]) for one in classes]
        mine = [here.value(name, row) for row in range(len(classes))]
        assert np.allclose(mine, theirs, equal_nan=True)
    assert [row[0] for row in view.figures.rows()[1:]][: len(classes)] == ["all classes", *told["classes"]]

    asked = []
    real = tasks.TASKS["compare_layers"]
    monkeypatch.setattr(comparison_module, "AT_ONCE", 0.0)
    monkeypatch.setattr(comparison, "_asked", None)  # else nothing has changed, and nothing is compared
    monkeypatch.setitem(tasks.TASKS, "compare_layers", lambda **given: asked.append(1) or real(**given))
    compared(ben)
    assert asked, "what takes long is the worker's"
    assert comparison.found is not found
    assert np.array_equal(comparison.found.kind, found.kind)
    assert np.array_equal(comparison.found.size, found.size)
    assert np.array_equal(comparison.figures.figures, here.figures, equal_nan=True)


def test_two_markers_measure_time_and_each_channel(window: Open) -> None:
    app = window("ben")
    hand = long_ride(app)
    hand.look(60, 64)
    hand.click(61.0)
    hand.key("d")
    tool = app.window.commands.measure
    assert tool.markers[0] == pytest.approx(61.0, abs=0.006)
    second = tool.markers[1]
    hand.drag(second, 62.5)
    assert tool.markers == pytest.approx([61.0, 62.5], abs=0.006)
    hand.click(60.5)
    assert tool.markers == pytest.approx([60.5, 62.5], abs=0.006), "the nearer one comes"
    stream = app.workspace.library.ride(1).primary
    times = stream.times(0, stream.count)
    ends = [int(np.argmin(np.abs(times - marker))) for marker in tool.markers]
    assert times[ends] == pytest.approx(tool.markers, abs=1e-9), "markers rest on samples"
    values = [stream.samples(at, at + 1)[0] for at in ends]
    found = {one.name: one.change for one in measured(hand.scene, *tool.markers)}
    axes = [stream.channels.index(name) for name in ("ax", "ay", "az")]
    for name, at in zip(("ax", "ay", "az"), axes, strict=True):
        assert found[name] == pytest.approx(values[1][at] - values[0][at], abs=1e-5)
    lengths = [float(np.linalg.norm(value[axes])) for value in values]
    assert found["|a|"] == pytest.approx(lengths[1] - lengths[0], abs=1e-5)
    hand.scene.view = type(hand.scene.view)(0.0, 176.0)
    hand.scene.arrange(900, 500, 1.0)
    assert {one.name: one.change for one in measured(hand.scene, *tool.markers)} == found, "at any zoom"
    assert head_text(*tool.markers) == "Δt 2.000 s · 0.5 Hz"
    assert app.window.actions_by_id["measure"].isChecked()
    hand.key(Qt.Key.Key_Escape)
    assert not tool.on


def test_a_second_person_goes_through_the_first_one_s_events(anna: None, window: Open) -> None:
    app = window("ben")
    hand = long_ride(app)
    queue = app.window.review_queue
    menu = app.window.toolbar.review_chooser.menu_now()
    next(action for action in menu.actions() if action.data() == "anna").trigger()
    settle(app)
    assert app.window.toolbar.review_chooser.text() == "review: anna ▾"
    assert app.window.docks["queue"].subtitle() == "4 left · Space next"
    places = [queue.items.subject(item).start_s for item in queue.listed.tolist()]
    assert places == [10.0, 15.0, 100.0, 150.5], "all of hers, in order of time"
    hand.key(Qt.Key.Key_Space)
    assert "anna's" in queue.why(queue.current_item)
    hand.key("y")
    assert app.window.docks["queue"].subtitle() == "3 left · Space next"
    view = app.window.trace.scene.view
    assert view.start_s < 15.0 < view.stop_s, "and on to the next"
    app.labelling.review("")
    settle(app)
    assert app.window.toolbar.review_chooser.text() == "review: all labels ▾"
