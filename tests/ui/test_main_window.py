"""The window as a person uses it: a click on a dot ends in the right samples, whatever happened before."""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox

from projector.domain import ids
from projector.domain.errors import LibraryError
from projector.library.library import Library
from projector.processing.overview import Raw
from projector.projection.registry import parameters_of
from projector.ui import dialogs
from projector.ui.actions import ACTIONS
from projector.ui.app import Application, select_when_there
from projector.ui.layouts import LAYOUTS
from projector.workspace.memory import Memory
from tests.ui.windows import opened, opened_once, settle

LEFT = Qt.MouseButton.LeftButton


def test_opening_looks_at_the_rides_it_shows_and_at_no_other(qapp, sample_with_cache, monkeypatch) -> None:
    """Thousands of them would make the window stand still."""
    opened_once(sample_with_cache, Memory())
    asked: set[int] = set()
    describe = Library.describe
    monkeypatch.setattr(
        Library, "describe", lambda library, number: asked.add(number) or describe(library, number)
    )
    app = opened(sample_with_cache)
    rides = len(app.workspace.library or ())
    app.close()
    assert 0 < len(asked) < rides / 3


def clickable_row(app: Application, chance: np.random.Generator) -> int:
    """A shown dot in view that no other dot hides and no panel covers."""
    surface, scene = app.window.map.surface, app.window.map.surface.scene
    covers = [piece.geometry() for piece in app.window.map.furniture.all() if not piece.isHidden()]
    reach = 8 / surface.view.scale
    for row in chance.permutation(scene.shown.rows):
        at, (x, y) = surface.point_of(int(row)).toPoint(), scene.position(int(row))
        alone = len(scene.shown.places_within(x - reach, y - reach, x + reach, y + reach)) == 1
        if alone and surface.rect().contains(at) and not any(cover.contains(at) for cover in covers):
            return int(row)
    raise AssertionError("no dot stands alone")


def click_and_compare(app: Application, seed: int) -> None:
    """A real click on a dot: the trace shows its ride and time, and draws the library's own numbers."""
    workspace, window = app.workspace, app.window
    row = clickable_row(app, np.random.default_rng(seed))
    wanted = int(workspace.table.windows.ids[row])
    QTest.mouseClick(window.map.surface, LEFT, pos=window.map.surface.point_of(row).toPoint())
    settle(app)
    assert workspace.selection.primary == wanted
    number = int(ids.ride_numbers(wanted))
    assert workspace.ride == number
    start, stop = workspace.table.windows.start_s[row], workspace.table.windows.stop_s[row]
    scene = window.trace.scene
    assert scene.ride.number == number
    assert scene.view.start_s <= start < stop <= scene.view.stop_s
    stream = workspace.library.ride(number).primary
    part = stream.pyramid().slice(scene.view.start_s, scene.view.stop_s, 100_000)
    drawn = scene.frame.slice(scene.ride.main.name)
    assert isinstance(part, Raw)
    if isinstance(drawn, Raw):
        times, samples = stream.times(0, stream.count), stream.samples(0, stream.count)
        at = np.searchsorted(times, drawn.times[0])
        column = stream.channels.index("ax")
        np.testing.assert_array_equal(drawn.values[:, column], samples[at : at + len(drawn.times), column])
    else:
        low, high = np.nanmin(drawn.low[0]), np.nanmax(drawn.high[0])
        inside = (part.times >= drawn.edges[0]) & (part.times < drawn.edges[-1])
        assert low == part.values[inside, 0].min()
        assert high == part.values[inside, 0].max()


def test_a_click_opens_the_very_moment(app: Application) -> None:
    for seed in range(3):
        click_and_compare(app, seed)


def test_also_after_filtering_sorting_solo_and_another_projection(app: Application) -> None:
    app.workspace.set_filter("speed_kmh > 5")
    settle(app)
    click_and_compare(app, 1)
    app.window.views["rides"].table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    click_and_compare(app, 2)
    app.workspace.solo_category(app.workspace.colouring.names.index("normal"))
    settle(app)
    click_and_compare(app, 3)
    wanted = parameters_of("axes", {"x": "a__std", "y": "az__mean"})
    app.pipeline.project("axes", wanted)
    settle(app)
    assert app.workspace.projection.method == "axes"
    click_and_compare(app, 4)
    app.window.actions_by_id["clear_filter"].trigger()
    settle(app)
    click_and_compare(app, 5)


def test_filter_box_filters_reports_and_clears(app: Application) -> None:
    box = app.window.toolbar.filter_box
    QTest.keyClicks(box.line, 'label == "fall"')
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    names = app.workspace.labels.names
    shown = {names[code] for code in app.workspace.labels.codes[app.workspace.shown]}
    assert shown == {"fall"}
    before = app.workspace.shown.copy()
    QTest.keyClicks(box.line, " and nothing > 3")
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    assert "no column nothing" in box.error_text()
    np.testing.assert_array_equal(app.workspace.shown, before)
    QTest.keyClick(box.line, Qt.Key.Key_Escape)
    assert box.error_text() == ""
    assert (
        app.workspace.counts()["shown"]
        == app.workspace.counts()["all"] - app.workspace.counts()["not placed"]
    )


def test_showing_all_again_empties_the_filter_box(app: Application) -> None:
    box = app.window.toolbar.filter_box
    box.line.setFocus()
    QTest.keyClicks(box.line, 'label == "fall"')
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    app.window.actions_by_id["clear_filter"].trigger()
    assert box.line.text() == ""
    QTest.keyClicks(box.line, "impact__p")  # what is being typed stays while other things change
    app.workspace.colour_by("rider")
    app.workspace.set_axes(1, 0)
    assert box.line.text() == "impact__p"


def test_a_panel_of_no_layout_has_a_place_when_it_is_switched_on(app: Application) -> None:
    app.window.set_layout("features")
    app.window.docks["events"].toggleViewAction().trigger()
    settle(app)
    assert app.window.docks["events"].isVisible()
    assert app.window.dockWidgetArea(app.window.docks["events"]) != Qt.DockWidgetArea.NoDockWidgetArea
    shapes = [dock.geometry() for dock in app.window.docks.values() if dock.view.isVisible()]
    assert not any(a.intersects(b) for a, b in itertools.combinations(shapes, 2))


@pytest.mark.parametrize("size", [(1000, 640), (1280, 800), (1920, 1080)])
def test_panels_never_overlap(app: Application, size: tuple[int, int]) -> None:
    for name in LAYOUTS:
        app.window.set_layout(name)
        app.window.resize(*size)
        app.workspace.select(int(app.workspace.table.windows.ids[5]))
        settle(app)
        seen = [dock for dock in app.window.docks.values() if dock.view.isVisible()]  # not behind a tab
        shapes = [dock.geometry() for dock in seen]
        assert not any(a.intersects(b) for a, b in itertools.combinations(shapes, 2))
        assert all(app.window.rect().contains(shape) for shape in shapes)


def test_a_mistyped_window_id_is_told_like_any_mistake(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(dialogs, "show_error", lambda parent, error: told.append(error))
    select_when_there(app, "ride_0001@7")
    select_when_there(app, "nonsense")
    assert len(told) == 2
    assert "no window" in str(told[0])


def test_recordings_that_are_dropped_name_their_library_and_what_is_there_is_told_in_the_forms_words(
    app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, errors = tmp_path / "odd; name", []
    folder.mkdir()
    (folder / "a.csv").write_text("time_s,ax,ay,az\n" + "".join(f"{at / 50},0,0,9.8\n" for at in range(500)))
    (tmp_path / "odd; name.h5").write_bytes(b"something")
    monkeypatch.setattr(dialogs.FormDialog, "ask", lambda dialog, value: value())
    monkeypatch.setattr(dialogs, "show_error", lambda parent, error: errors.append(error))
    asked = dialogs.ask_for_import(app.window, [folder])
    assert (asked["sources"], asked["output"]) == ([str(folder)], str(tmp_path / "odd; name.h5"))
    app.window.commands.import_dialog([folder])
    settle(app)
    assert "there is a file already" in str(errors[0])
    assert "if it is there" in str(errors[0])
    assert "--" not in str(errors[0])


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_layout_shows_its_panels_and_no_other(
    app: Application,
    name: str,
    theme: str,
) -> None:
    app.window.set_theme_choice(theme)
    app.window.set_layout(name)
    settle(app)
    places = [tabs for column in LAYOUTS[name].among(app.window.docks).columns for tabs, _ in column]
    wanted = {panel for tabs in places for panel in tabs}
    assert {panel for panel, dock in app.window.docks.items() if dock.isVisible()} == wanted
    assert app.window.actions_by_id[f"layout_{name}"].isChecked()
    for front, *behind in places:
        assert min(app.window.docks[front].width(), app.window.docks[front].height()) > 120
        assert app.window.docks[front].view.isVisible()
        assert not any(app.window.docks[panel].view.isVisible() for panel in behind)  # and does no work


def test_every_action_can_be_triggered_and_none_disturbs(
    app: Application,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With dialogs answered by 'cancel': nothing raises, with a library and without one."""
    monkeypatch.setattr(QDialog, "exec", lambda self: 0)
    monkeypatch.setattr("projector.ui.dialogs.QFileDialog.getOpenFileName", lambda *a, **k: ("", ""))
    monkeypatch.setattr("projector.ui.saving.QFileDialog.getSaveFileName", lambda *a, **k: ("", ""))
    monkeypatch.setattr("projector.ui.commands.QDesktopServices.openUrl", lambda url: True)
    monkeypatch.setattr(type(app.window.trace), "ask_for_time", lambda self: None)
    app.workspace.select(int(app.workspace.table.windows.ids[5]))
    for spec in ACTIONS:
        if spec.id not in ("quit", "open", "sample"):
            app.window.actions_by_id[spec.id].trigger()
            popup = QApplication.activePopupWidget()
            if popup is not None:
                popup.close()
    settle(app)
    app.workspace.set_library(None)
    assert not app.window.actions_by_id["fit_map"].isEnabled()
    settle(app)


def test_keys_reach_the_trace_when_it_has_the_focus_and_no_text_field(app: Application) -> None:
    trace, none = app.window.trace, Qt.KeyboardModifier.NoModifier
    app.workspace.select_at(1, 30.0)
    settle(app)
    app.window.activateWindow()
    trace.setFocus()
    start, span = trace.scene.view.start_s, trace.scene.view.span_s
    QTest.keyClick(trace, Qt.Key.Key_Right)
    assert trace.scene.view.start_s == pytest.approx(start + span / 4)
    QTest.keyClick(trace, Qt.Key.Key_Up)
    assert trace.scene.view.span_s == pytest.approx(span / 2)
    QTest.keyClick(trace, Qt.Key.Key_Home)
    assert trace.scene.view.start_s == pytest.approx(trace.scene.ride.start_s)
    QTest.keyClick(trace, Qt.Key.Key_X)
    assert not trace.crosshair
    for key, held, event in (
        (Qt.Key.Key_Tab, none, 1),
        (Qt.Key.Key_Tab, none, 1),
        (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier, -1),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier, -1),
    ):
        before = app.workspace.event
        QTest.keyClick(trace, key, held)
        settle(app)
        assert before is None or app.workspace.event == before + event
        assert app.workspace.event is not None
    QTest.keyClick(trace, Qt.Key.Key_Escape)
    box = app.window.toolbar.filter_box.line
    box.setFocus()
    view = trace.scene.view
    QTest.keyClicks(box, "fxohgl")
    QTest.keyClick(box, Qt.Key.Key_Right)
    assert box.text() == "fxohgl"
    assert trace.scene.view == view
    assert not trace.crosshair


def test_ids_of_actions_and_their_keys_are_used_once() -> None:
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)
    keys = [(spec.scope, key) for spec in ACTIONS for key in spec.keys]
    assert len(set(keys)) == len(keys)


def test_copying_id_and_time(app: Application) -> None:
    window = int(app.workspace.table.windows.ids[7])
    app.workspace.select(window)
    app.window.commands.copy_id_and_time()
    name = QApplication.clipboard().text().split("\t")[0]
    assert app.workspace.window_id(name) == window


def test_exporting_the_selection(
    app: Application,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = app.workspace.table.windows.ids[[3, 9, 400]]
    app.workspace.select_many(chosen)
    target = tmp_path / "selection.csv"
    monkeypatch.setattr("projector.ui.saving.QFileDialog.getSaveFileName", lambda *a: (str(target), ""))
    app.window.commands.export_selection()
    rows = [line.split(",") for line in target.read_text().splitlines()]
    assert [int(row[0]) for row in rows[1:]] == list(chosen)
    assert [app.workspace.window_id(row[1]) for row in rows[1:]] == list(chosen)


@pytest.mark.parametrize(
    ("view", "ending"), [("map", "png"), ("trace", "svg"), ("window", "png"), ("map", "svg")]
)
def test_saving_a_view(
    app: Application,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    view: str,
    ending: str,
) -> None:
    target = tmp_path / f"view.{ending}"
    monkeypatch.setattr("projector.ui.saving.QFileDialog.getSaveFileName", lambda *a: (str(target), ""))
    app.window.commands.save_view(view)
    start = target.read_bytes()[:200]
    assert start.startswith(b"\x89PNG") if ending == "png" else b"<svg" in target.read_bytes()


def test_a_file_that_is_no_library_is_told_and_what_was_open_stays(
    app: Application,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[LibraryError] = []
    monkeypatch.setattr(dialogs, "show_error", lambda parent, error: told.append(error))
    wrong = tmp_path / "wrong.h5"
    wrong.write_bytes(b"no library")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(wrong))])
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    app.window.dropEvent(drop)
    assert len(told) == 1
    assert told[0].remedy
    assert app.workspace.library is not None
    assert app.workspace.table is not None


def test_choices_are_remembered_and_come_back(qapp: object, sample_with_cache: Path) -> None:
    memory = Memory(theme="dark")
    first = opened(sample_with_cache, memory)
    first.workspace.colour_by("rider")
    first.workspace.set_filter("speed_kmh > 5")
    first.workspace.choose_features(("impact__peak",))
    first.window.set_layout("label")
    first.close()
    assert memory.recent[0] == str(sample_with_cache.resolve())
    second = opened(sample_with_cache, memory)
    assert second.workspace.colouring.name == "rider"
    assert second.workspace.filter_text == "speed_kmh > 5"
    assert second.workspace.chosen_features == ("impact__peak",)
    assert second.window.layout_name == "label"
    assert second.window.docks["rides"].isVisible()
    second.close()


def test_the_map_tells_of_its_own_work_only_and_within_its_width(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.runner, "_notify", lambda: None)  # jobs wait
    app.window.set_layout("label")
    app.window.resize(1000, 640)
    message, bar = app.window.map.furniture.message, app.window._job_bar
    app.pipeline.project("umap", app.pipeline.parameters("umap"))
    (laying,) = (job for job in app.runner._waiting if job.kind == "project")
    laying._tell(3, 200, "Laying out the map: epoch 3 of 200")
    settle(app)
    assert message.text() == "Laying out the map"
    assert app.window.map.surface.rect().contains(message.geometry())
    app.pipeline.run("label_files", "check", {"folders": []}, lambda _: None)
    settle(app)
    assert (message.text(), bar._what.text()) == ("Laying out the map", "reading and writing labels")
    app.pipeline.cancel("project")
    settle(app)
    assert (message.text(), bar.isVisible()) == ("", True)
    app.pipeline.cancel()
    settle(app)
    assert not bar.isVisible()


def test_an_empty_window_says_what_to_do_first(qapp: object) -> None:
    empty = opened(None)
    assert "no library open" in empty.window._status.text()
    empty.close()


def test_an_exception_in_a_slot_is_logged_told_once_and_the_window_stays(
    foreseen: None,
    app: Application,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[object] = []
    monkeypatch.setattr(dialogs, "show_error", lambda parent, error: told.append(error))
    monkeypatch.setattr(app.workspace, "set_filter", lambda text: 1 / 0)
    for _ in range(2):
        try:
            app.workspace.set_filter("x")
        except ZeroDivisionError:
            sys.excepthook(*sys.exc_info())
        app.settle()
    assert len(told) == 1
    assert "ZeroDivisionError" in told[0].details
    assert app.window.isVisible()


def test_error_dialog_says_what_where_and_what_to_do(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda self: seen.append(self.text() + self.informativeText()))
    app.window.commands.show_error(LibraryError("the what", where="the where", remedy="the remedy"))
    assert all(part in seen[0] for part in ("the what", "the where", "the remedy"))
