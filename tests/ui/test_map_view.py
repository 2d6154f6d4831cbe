"""A click on a dot selects that window and no other: after filtering, hiding, zooming, another projection."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from projector.domain.errors import StorageError
from projector.domain.ids import NO_WINDOW
from projector.domain.nouns import Projection
from projector.processing.polygon import inside
from projector.ui.items import map_pane, map_stages
from projector.ui.theme import load_theme
from projector.ui.views.map_view import MapView
from projector.workspace.workspace import Workspace
from tests.ui.made import made_workspace

DARK, LIGHT = load_theme("dark"), load_theme("light")
LEFT = Qt.MouseButton.LeftButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def workspace() -> Workspace:
    return made_workspace()


@pytest.fixture
def view(qtbot, workspace: Workspace) -> MapView:
    return shown(qtbot, workspace)


def shown(qtbot, workspace: Workspace) -> MapView:
    view = MapView(workspace, DARK)
    qtbot.addWidget(view)
    view.set_animated(False)
    view.resize(800, 600)
    view.show()
    view.settle()
    return view


def lonely_rows(view: MapView, count: int = 8) -> list[int]:
    """Rows of shown dots in view with no other shown dot within 10 pixels, and nothing lying over them."""
    QApplication.processEvents()
    index = view.surface.scene.shown
    covers = [piece.geometry() for piece in view.furniture.all() if not piece.isHidden()]
    found = []
    for row in index.rows.tolist():
        at = view.surface.point_of(row)
        x, y = view.surface.scene.position(row)
        reach = 10 / view.surface.view.scale
        free = not any(cover.contains(at.toPoint()) for cover in covers)
        inner = view.surface.rect().adjusted(12, 12, -12, -12).contains(at.toPoint())
        if free and inner and len(index.places_within(x - reach, y - reach, x + reach, y + reach)) == 1:
            found.append(row)
    assert len(found) >= count
    return found[:count]


def click(view: MapView, row: int, modifiers: Qt.KeyboardModifier = NONE) -> int:
    """A press and release on a row's dot; the window that is meant."""
    QTest.mouseClick(view.surface, LEFT, modifiers, view.surface.point_of(row).toPoint())
    return int(view.workspace.table.windows.ids[row])


def pixels_of(surface: map_pane.DotPane) -> np.ndarray:
    image = surface.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def drag(view: MapView, points: list[QPoint], modifiers: Qt.KeyboardModifier = NONE) -> None:
    surface = view.surface
    QTest.mousePress(surface, LEFT, modifiers, points[0])
    for point in points[1:]:
        at = QPointF(point)
        moved = QMouseEvent(QEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, LEFT, modifiers)
        QApplication.sendEvent(surface, moved)
    QTest.mouseRelease(surface, LEFT, modifiers, points[-1])


def turn_wheel(view: MapView, steps: int, at: QPointF) -> None:
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, at, QPoint(), QPoint(0, 120 * steps), buttons, NONE, phase, False)
    QApplication.sendEvent(view.surface, event)


def assert_clicks_select(view: MapView) -> None:
    for row in lonely_rows(view):
        window = click(view, row)
        assert view.workspace.selection.primary == window
        assert view.workspace.selection.ids.tolist() == [window]


def test_a_click_selects_the_window_of_the_dot(view) -> None:
    assert_clicks_select(view)


def test_after_a_filter(view, workspace) -> None:
    workspace.set_filter("speed_kmh > 60")
    assert_clicks_select(view)
    assert all(workspace.shown[workspace.rows(workspace.selection.ids)])


def test_after_hiding_and_solo_in_the_legend(view, workspace) -> None:
    workspace.colour_by("rider")
    workspace.hide_category(2, True)
    assert_clicks_select(view)
    workspace.solo_category(1)
    view.settle()
    assert_clicks_select(view)
    assert set(workspace.colouring.codes[view.surface.scene.shown.rows]) == {1}


def test_after_another_projection_other_axes_and_zooming(view, workspace) -> None:
    table = workspace.table
    coords = table.values[:, 60:63].copy() * np.float32(3)
    workspace.set_projection(Projection(table.windows.ids, coords, "pca", {}))
    view.settle()
    assert_clicks_select(view)
    workspace.set_axes(2, 0)
    turn_wheel(view, 2, QPointF(400, 300))
    assert_clicks_select(view)
    position = view.surface.scene.position(5)
    index = view.surface.scene.index
    assert position == pytest.approx((coords[5, 2] - index.left, index.top - coords[5, 0]))


def test_a_dot_that_is_filtered_out_cannot_be_clicked(view, workspace) -> None:
    row = lonely_rows(view)[0]
    speed = workspace.column("speed_kmh")[row]
    workspace.set_filter(f"speed_kmh > {speed + 1}")
    click(view, row)
    assert workspace.selection.primary == NO_WINDOW


def test_shift_adds_and_ctrl_toggles(view, workspace) -> None:
    rows = lonely_rows(view)
    first, second = click(view, rows[0]), click(view, rows[1], SHIFT)
    assert workspace.selection.ids.tolist() == sorted([first, second])
    assert workspace.selection.primary == first
    third = click(view, rows[2], CTRL)
    click(view, rows[1], CTRL)
    assert workspace.selection.ids.tolist() == sorted([first, third])


def test_a_slow_or_shaky_click_is_a_click_and_a_drag_pans(view, workspace) -> None:
    row = lonely_rows(view)[0]
    at = view.surface.point_of(row).toPoint()
    drag(view, [at, at + QPoint(2, 1), at + QPoint(1, 2)])
    assert workspace.selection.primary == workspace.table.windows.ids[row]
    workspace.clear_selection()
    drag(view, [at, at + QPoint(20, 5), at + QPoint(50, -30)])
    assert workspace.selection.primary == NO_WINDOW
    assert view.surface.point_of(row).toPoint() == at + QPoint(50, -30)


@pytest.mark.parametrize("dpr_zoom", [1.0, 3.0])
def test_lasso_with_its_modes(view, workspace, dpr_zoom) -> None:
    view.surface.zoom(dpr_zoom)
    angle = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    outline = [QPoint(round(400 + 120 * np.cos(a)), round(300 + 90 * np.sin(a))) for a in angle]

    def within(points: list[QPoint]) -> set[int]:
        rows = view.surface.scene.shown.rows
        at = np.array([view.surface.point_of(row).toTuple() for row in rows.tolist()])
        polygon = np.array([point.toTuple() for point in points], float)
        return set(workspace.table.windows.ids[rows[inside(polygon, at[:, 0], at[:, 1])]].tolist())

    view.start_lasso()
    drag(view, outline)
    assert set(workspace.selection.ids.tolist()) == within(outline) != set()
    assert "dots in the lasso" in text_at_left(view)
    view.start_rectangle()
    corners = [QPoint(380, 250), QPoint(600, 250), QPoint(600, 500), QPoint(380, 500)]
    drag(view, [corners[0], corners[2]], SHIFT)
    assert set(workspace.selection.ids.tolist()) == within(outline) | within(corners)
    drag(view, [corners[0], corners[2]], CTRL)
    assert set(workspace.selection.ids.tolist()) == within(outline) - within(corners)
    drag(view, [QPoint(300, 200), QPoint(400, 400)], SHIFT | CTRL)
    left = [QPoint(300, 200), QPoint(400, 200), QPoint(400, 400), QPoint(300, 400)]
    assert set(workspace.selection.ids.tolist()) == (within(outline) - within(corners)) & within(left)


def text_at_left(view: MapView) -> str:
    view.surface.set_drawing_mode(None)
    view.settle()
    return view.furniture.left.text()


def test_escape_goes_back_one_level_at_a_time(view, workspace) -> None:
    click(view, lonely_rows(view)[0])
    view.start_lasso()
    QTest.mousePress(view.surface, LEFT, NONE, QPoint(300, 300))
    at = QPointF(350, 320)
    moved = QMouseEvent(QEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, LEFT, NONE)
    QApplication.sendEvent(view.surface, moved)
    QTest.keyClick(view.surface, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.surface, LEFT, NONE, QPoint(360, 330))
    assert view.surface.drawing_mode is not None
    assert workspace.selection.primary != NO_WINDOW
    QTest.keyClick(view.surface, Qt.Key.Key_Escape)
    assert view.surface.drawing_mode is None
    assert workspace.selection.primary != NO_WINDOW
    QTest.keyClick(view.surface, Qt.Key.Key_Escape)
    assert workspace.selection.primary == NO_WINDOW
    assert view.isVisible()


def test_arrows_step_to_the_next_dot_that_way(view, workspace) -> None:
    row = lonely_rows(view)[0]
    click(view, row)
    x, y = view.surface.scene.position(row)
    QTest.keyClick(view.surface, Qt.Key.Key_Right)
    stepped = int(workspace.rows(workspace.selection.primary))
    right, down = view.surface.scene.position(stepped)
    assert right > x
    assert abs(down - y) <= right - x


def test_double_click_and_enter_zoom_to_the_dot(view) -> None:
    row = lonely_rows(view)[0]
    scale = view.surface.view.scale
    QTest.mouseDClick(view.surface, LEFT, NONE, view.surface.point_of(row).toPoint())
    assert view.surface.view.scale > scale
    assert view.surface.point_of(row).x() == pytest.approx(400, abs=2)
    view.fit()
    click(view, row)
    QTest.keyClick(view.surface, Qt.Key.Key_Return)
    assert view.surface.point_of(row).y() == pytest.approx(300, abs=2)


def test_hover_tells_ride_time_and_label(view, workspace) -> None:
    row = lonely_rows(view)[0]
    at = view.surface.point_of(row)
    moved = QMouseEvent(QEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, NONE)
    QApplication.sendEvent(view.surface, moved)
    ride = workspace.library.id_of(int(workspace.table.windows.ids[row]) >> 32)
    start = workspace.table.windows.start_s[row]
    assert view.furniture.card.isVisible()
    assert view.furniture.card.text.heading == f"{ride} · {int(start // 60)}:{start % 60:04.1f}"
    QApplication.sendEvent(view.surface, QEvent(QEvent.Type.Leave))
    assert not view.furniture.card.isVisible()


def test_the_legend_counts_switches_and_leaves_one_alone(view, workspace) -> None:
    legend = view.furniture.legend
    entries = {entry.name: entry for entry in legend.entries()}
    counts = np.bincount(workspace.labels.codes[workspace.labels.codes >= 0])
    assert entries["normal"].total == counts[0]
    where = legend.visualRect(legend.model().index(1)).center()
    code = legend.entries()[1].code
    QTest.mouseClick(legend.viewport(), LEFT, NONE, where)
    assert workspace.colouring.hidden == {code}
    legend.setCurrentIndex(legend.model().index(1))
    QTest.keyClick(legend, Qt.Key.Key_Space)
    assert not workspace.colouring.hidden
    QTest.mouseClick(legend.viewport(), LEFT, Qt.KeyboardModifier.AltModifier, where)
    assert code not in workspace.colouring.hidden
    assert len(workspace.colouring.hidden) == len(workspace.colouring.names)
    QTest.mouseClick(legend.viewport(), LEFT, Qt.KeyboardModifier.AltModifier, where)
    assert not workspace.colouring.hidden
    workspace.set_filter("speed_kmh > 45")
    view.settle()
    assert " of " in legend.entries()[0].count_text()


def test_a_double_click_in_the_legend_twice_brings_all_back(view, workspace) -> None:
    legend = view.furniture.legend
    where = legend.visualRect(legend.model().index(0)).center()
    for hidden in (len(workspace.colouring.names), 0):
        QTest.mouseClick(legend.viewport(), LEFT, NONE, where)
        QTest.mouseDClick(legend.viewport(), LEFT, NONE, where)
        assert len(workspace.colouring.hidden) == hidden
        view.settle()


def test_a_filter_that_leaves_nothing_says_so_and_offers_a_way_back(view, workspace) -> None:
    workspace.set_filter("speed_kmh > 9999")
    view.settle()
    assert "0 of 720 windows match" in view.furniture.message.text()
    assert "clear filter" in view.furniture.message.text()
    view.furniture.message.link_followed.emit()
    view.settle()
    assert workspace.shown.any()
    assert view.furniture.message.text() == ""


def test_states_without_a_map(qtbot) -> None:
    view = shown(qtbot, Workspace())
    assert "Open a library" in view.furniture.message.text()
    view.set_busy("extracting · ride 3 of 9", 0.3)
    view.settle()
    assert "ride 3 of 9" in view.furniture.message.text()
    view.set_busy(None)
    without = made_workspace(windows_per_ride=0)
    assert "No windows yet" in shown(qtbot, without).furniture.message.text()
    one = made_workspace(rides=1, windows_per_ride=1)
    alone = shown(qtbot, one)
    assert alone.surface.point_of(0).toPoint() == QPoint(400, 300)
    click(alone, 0)
    assert one.selection.primary == one.table.windows.ids[0]


def test_a_hidden_map_does_no_work_and_catches_up(qtbot, view, workspace, monkeypatch) -> None:
    view.hide()
    drawn = []
    monkeypatch.setattr(view.surface, "redraw", drawn.append)
    workspace.colour_by("rider")
    workspace.set_filter("speed_kmh > 30")
    workspace.set_projection(
        Projection(workspace.table.windows.ids, workspace.table.values[:, 70:72], "pca", {})
    )
    QApplication.processEvents()
    assert not drawn
    monkeypatch.undo()
    view.show()
    qtbot.waitUntil(lambda: len(view.surface.scene.shown) == np.count_nonzero(workspace.shown))
    assert_clicks_select(view)


def test_one_change_is_drawn_once(qtbot, view, workspace, monkeypatch) -> None:
    qtbot.wait(1)
    drawn = []
    real = view.surface.redraw
    monkeypatch.setattr(view.surface, "redraw", lambda table: (drawn.append(1), real(table)))
    workspace.colour_by("rider")
    workspace.solo_category(2)
    view.grab()
    QApplication.processEvents()
    assert len(drawn) == 1


def test_a_single_selected_dot_never_redraws_the_others(qtbot, view, workspace, monkeypatch) -> None:
    monkeypatch.setattr(view.surface, "redraw", lambda table: pytest.fail("drawn again"))
    for row in (3, 200, 5):
        workspace.select(int(workspace.table.windows.ids[row]))
        view.grab()


def test_many_dots_are_sorted_in_a_thread_and_arrive(qtbot, workspace, monkeypatch) -> None:
    monkeypatch.setattr(map_stages, "SORTED_AT_ONCE", 100)
    view = MapView(workspace, DARK)
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    qtbot.waitUntil(lambda: len(view.surface.scene.shown) > 0 and not view.furniture.message.text())
    assert_clicks_select(view)


def test_a_glide_can_be_interrupted_by_a_click(qtbot, view, workspace) -> None:
    view.set_animated(True)
    coords = workspace.table.values[:, 80:82].copy()
    workspace.set_projection(Projection(workspace.table.windows.ids, coords, "pca", {}))
    before = view.grab().toImage()
    view.settle()
    assert before != view.grab().toImage()
    workspace.set_projection(Projection(workspace.table.windows.ids, coords * 2, "pca", {}))
    view.grab()
    assert_clicks_select(view)


def test_other_windows_in_the_table_change_the_dots(view, workspace) -> None:
    other = made_workspace(rides=5, windows_per_ride=30)
    workspace.set_library(other.library)
    view.grab()
    assert len(view.surface.scene.shown) == 0
    workspace.set_table(other.table)
    workspace.set_projection(other.projection)
    view.settle()
    assert len(view.surface.scene.shown) == np.count_nonzero(workspace.shown)
    assert_clicks_select(view)


def test_words_about_the_map(qtbot, workspace) -> None:
    told = []
    view = MapView(workspace, LIGHT)
    qtbot.addWidget(view)
    view.subtitle_changed.connect(told.append)
    view.show()
    view.settle()
    ids, coords = workspace.table.windows.ids, workspace.projection.coords
    chosen = {"scaler": "robust", "neighbours": 15, "min_dist": 0.1, "seed": 0}
    quality = {"neighbours_kept": 0.714, "fitted": 700, "placed": 4, "off_map": 2}
    for sampled, scaling, kept in (
        ({"scaled_from": 706, "measured_on": 706.0}, "robust scaling", "true neighbours kept: 71 %"),
        (
            {"scaled_from": 353, "measured_on": 300.0},  # nothing is sampled without saying so
            "robust scaling (from 353 windows)",
            "true neighbours kept: 71 % (of 300 sampled)",
        ),
    ):
        workspace.set_projection(Projection(ids, coords, "umap", chosen, quality | sampled))
        view.settle()
        assert told[-1] == (
            f"UMAP · 706 fitted, 14 not placed · 122 features, {scaling} · 15 neighbours, 0.1 · seed 0"
        )
        assert view.furniture.right.text() == kept
    quality = {"explained_variance": [0.34, 0.21]}
    workspace.set_projection(Projection(ids, coords, "pca", {"scaler": "standard"}, quality))
    view.settle()
    assert view.surface.axis_names == ("PC 1 · 34 %", "PC 2 · 21 %")


def test_saving_pictures(view, workspace, tmp_path: Path) -> None:
    workspace.select(int(workspace.table.windows.ids[3]))
    said = view.save_png(tmp_path / "map.png", 2)
    image = QImage(str(tmp_path / "map.png"))
    assert (image.width(), image.height()) == (1600, 1200)
    assert said == "map.png: 1600 × 1200 pixels"
    assert view.save_svg(tmp_path / "map.svg") == "map.svg: 706 dots as vector shapes"
    svg = (tmp_path / "map.svg").read_text(encoding="utf-8")
    assert svg.count("<circle") >= 706
    with pytest.raises(StorageError):
        view.save_png(tmp_path / "missing" / "map.png")
    with pytest.raises(StorageError):
        view.save_svg(tmp_path / "missing" / "map.svg")


def test_themes_and_sizes_and_placement(view, workspace) -> None:
    dark = view.grab().toImage()
    view.set_theme(LIGHT)
    view.settle()
    assert view.grab().toImage().pixelColor(790, 10).name() == LIGHT.panel
    assert dark.pixelColor(790, 10).name() == DARK.panel
    workspace.size_by("speed_kmh")
    workspace.colour_by("speed_kmh")
    view.settle()
    assert view.furniture.ramp.isVisible()
    assert not view.furniture.legend.isVisible()
    assert_clicks_select(view)
    view.toggle_placement()
    assert view.shows_placement


@pytest.mark.parametrize("size", [(252, 247), (726, 338), (921, 443)])  # as the ready layouts have it
def test_no_dot_of_a_fitted_map_lies_under_the_names_of_the_axes(view, workspace, size) -> None:
    view.resize(*size)
    quality = {"explained_variance": [0.34, 0.21]}
    ids = workspace.projection.ids
    filling = np.random.default_rng(1).uniform(0, size, (len(ids), 2)).astype(np.float32)
    workspace.set_projection(Projection(ids, filling, "pca", {"scaler": "standard"}, quality))
    view.settle()
    named = pixels_of(view.surface)
    view.surface.axis_names = ("", "")  # the view stays as it is
    bare = pixels_of(view.surface)
    written = np.any(named != bare, axis=2)
    assert written[:, : size[0] // 2].any()
    assert written[:, -30:].any()
    assert len(np.unique(bare[written], axis=0)) == 1, "a dot lies there"


def test_the_ramp_folds_on_a_narrow_map_and_unfolds_under_the_pointer(view, workspace) -> None:
    workspace.colour_by("speed_kmh")
    view.settle()
    ramp = view.furniture.ramp
    wide = ramp.width()
    view.resize(400, 500)
    view.settle()
    assert ramp.width() < wide / 1.5
    assert view.surface.left_inset == view.furniture.width_at_left() < wide
    middle = QPointF(ramp.rect().center())
    QApplication.sendEvent(ramp, QEnterEvent(middle, middle, middle))
    assert ramp.width() >= wide
    QApplication.sendEvent(ramp, QEvent(QEvent.Type.Leave))
    assert ramp.width() < wide / 1.5
    view.resize(800, 600)
    view.settle()
    assert ramp.width() >= wide


def test_no_dot_is_marked_where_there_are_none(view, workspace, monkeypatch) -> None:
    marked = []
    monkeypatch.setattr(map_pane, "paint_primary", lambda painter, at, theme: marked.append(at))
    click(view, lonely_rows(view)[0])
    view.grab()
    assert marked
    workspace.set_filter("speed_kmh > 9999")
    view.settle()
    marked.clear()
    view.grab()
    assert not marked
