"""Looking, saying that a ride is done, and how far the labelling is, as a person sees and does it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from projector.domain.edits import Kind
from projector.ui import dialogs
from projector.ui.app import Application
from projector.ui.items.trace_frame import Viewport
from projector.ui.views import progress_view
from projector.workspace.memory import Memory
from tests.ui.windows import opened, settle


@pytest.fixture
def app(qapp: object, sample_with_cache: Path, tmp_path: Path) -> Iterator[Application]:
    shutil.copytree(sample_with_cache.parent, tmp_path / "own")
    memory = Memory(theme="dark", layout="label", author="anna")
    made = opened(tmp_path / "own" / "rides.h5", memory)
    made.window.commands.seen.still.setInterval(0)
    yield made
    made.close()


def look(app: Application, start: float, stop: float) -> None:
    app.window.trace.canvas.set_view(Viewport(start, stop))
    settle(app)


def done(app: Application) -> list[list[float]]:
    return app.labelling.seen.done(app.workspace.ride).round(3).tolist()


def ctrl_enter(app: Application) -> None:
    QTest.keyClick(app.window.trace, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(app)


def test_ctrl_enter_marks_what_was_looked_at_or_all_and_asks(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, list[str]]] = []
    answer: list[int | None] = [None]

    def choose(_parent, what, more, answers):
        asked.append((what, more, list(answers)))
        return answer[0]

    monkeypatch.setattr(dialogs, "choose", choose)
    whole = app.labelling.seen.whole(app.workspace.ride)[0, 1]
    look(app, 0, whole)  # too far out to see anything
    ctrl_enter(app)
    assert asked.pop()[2] == ["Mark the whole ride"]
    look(app, 0, 20)
    look(app, 20, 40)
    look(app, 10, 25)  # again
    ctrl_enter(app)
    what, more, answers = asked.pop()
    assert "Not all of ride_0001" in what
    assert "00:40–02:14" in more
    assert answers == ["Mark what was looked at", "Mark the whole ride"]
    assert not app.labelling.current(Kind.SEEN)  # cancelled: nothing was marked
    answer[0] = 0
    ctrl_enter(app)
    assert done(app) == [[0.0, 40.0]]
    scene = app.window.trace.scene
    assert scene.looked.done.tolist() == [[0.0, 40.0]]
    strip = scene.layout.strip
    app.window.trace.canvas.repaint()
    shot = app.window.trace.canvas.grab().toImage()
    foot = [shot.pixelColor(round(strip.left() + x), round(strip.bottom() - 1.5)) for x in (20, 500)]
    assert foot[0].blue() > foot[1].blue() + 40
    assert "looked at" in app.window.trace.canvas.explain(strip.center())
    answer[0] = 1
    ctrl_enter(app)
    assert done(app) == [[0.0, round(whole, 3)]]
    ctrl_enter(app)
    assert len(asked) == 2  # a ride that is done asks nothing
    QTest.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(app)
    assert done(app) == [[0.0, 40.0]]
    app.window.actions_by_id["ride_not_done"].trigger()
    assert done(app) == []


def test_the_panel_counts_a_ride_at_a_time_where_there_is_much_and_says_so(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, numbers = app.window.views["progress"], app.workspace.library.numbers.tolist()
    said: list[str] = []
    view.subtitle_changed.connect(said.append)
    monkeypatch.setattr(progress_view, "AT_ONCE_S", -1.0)
    for number in numbers[:3]:
        app.labelling.seen.mark_done(number, whole=True)
    view.refresh()
    settle(app)
    assert [text for text in said if text.startswith("counting")] == [
        "counting: 2 rides to go",
        "counting: 1 ride to go",
    ]
    assert view.bars.bars[0].name == "anna"


def test_the_panel_counts_and_its_rides_are_clicked_and_sorted(app: Application) -> None:
    view, numbers = app.window.views["progress"], app.workspace.library.numbers.tolist()
    assert "Nobody has labelled here yet" in view.message.text()
    assert [bar.name for bar in view.bars.bars] == ["looked at, nothing here"]
    app.labelling.seen.mark_done(numbers[3], whole=True)
    app.labelling.relabel(0, "fall")
    view.refresh()
    marks = app.workspace.annotations
    through = len(range(*marks.of_ride(numbers[3]).indices(len(marks)))) + 1
    assert view.bars.bars[0].figure == f"{through} of {len(marks):,} events"
    assert not view.message.isVisible()
    view.buttons.button(1).click()
    settle(app)
    assert view.classes.isVisible()
    model = view.classes_model
    counts = {model.index(row, 0).data(): model.index(row, 1).data() for row in range(model.rowCount())}
    assert counts["fall"] == str(int((marks.label == marks.label_names.index("fall")).sum()))
    view.buttons.button(2).click()
    settle(app)
    view.rides.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert view.rides_model.key(0) == numbers[3]
    assert view.rides_model.index(0, 2).data() == "✓"
    place = view.rides.visualRect(view.rides_model.index(0, 0)).center()
    QTest.mouseClick(view.rides.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    assert app.workspace.ride == numbers[3]
    view.rides.sortByColumn(0, Qt.SortOrder.DescendingOrder)  # sorting chooses nobody
    assert app.workspace.ride == numbers[3]
    assert view.rides_model.key(view.rides.currentIndex().row()) == numbers[3]
    rides = app.window.views["rides"]
    app.window.docks["rides"].show()
    app.window.docks["rides"].raise_()
    settle(app)
    assert rides.model.done == {numbers[3]}
