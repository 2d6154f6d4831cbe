"""The inspector: the numbers are the table's, whatever the order; every state says what it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from projector.domain.columns import Category
from projector.ui.theme import load_theme
from projector.ui.views.inspector_view import InspectorView
from projector.ui.widgets.feature_table import place
from projector.ui.widgets.features_model import (
    COLOUR,
    NAME,
    ORDERS,
    STRIP_ROLE,
    VALUE,
    Strip,
    feature_title,
)
from projector.ui.widgets.figures import fact_text, number_text, span_text
from projector.workspace.workspace import Workspace
from tests.ui.made import made_workspace

DARK, LIGHT = load_theme("dark"), load_theme("light")


@pytest.fixture
def workspace() -> Workspace:
    return made_workspace(rides=12, windows_per_ride=200)


@pytest.fixture
def view(qtbot, workspace: Workspace) -> InspectorView:
    view = InspectorView(workspace, DARK)
    qtbot.addWidget(view)
    view.resize(352, 700)
    view.show()
    return view


def select(workspace: Workspace, view: InspectorView, row: int) -> int:
    workspace.select(int(workspace.table.windows.ids[row]))
    view.refresh()
    return row


def click(qtbot, view: InspectorView, row: int, column: int) -> None:
    at = view.table.visualRect(view.model.index(row, column)).center()
    qtbot.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_nothing_selected_says_what_to_do(view: InspectorView) -> None:
    assert view.empty.isVisible()
    assert "Click a dot" in view.empty.text()
    assert not view.features.isVisible()


def test_each_value_is_the_tables_whatever_the_order(workspace: Workspace, view: InspectorView) -> None:
    row = select(workspace, view, 333)
    for order in ORDERS:
        view.order.setCurrentText(order)
        for at in range(view.model.rowCount()):
            name = view.model.name(at)
            value = float(workspace.table.values[row, workspace.table.names.index(name)])
            assert view.model.index(at, VALUE).data() == number_text(value)


def test_the_order_can_be_chosen(workspace: Workspace, view: InspectorView) -> None:
    select(workspace, view, 333)
    view.order.setCurrentText("in their order")
    assert [view.model.name(at) for at in range(view.model.rowCount())] == list(workspace.table.names)
    view.order.setCurrentText("largest value first")
    values = [view.model.index(at, NAME).data(STRIP_ROLE).value for at in range(view.model.rowCount())]
    assert values == sorted(values, reverse=True)


def test_identity_is_written_out(workspace: Workspace, view: InspectorView) -> None:
    told: list[str] = []
    view.subtitle_changed.connect(told.append)
    row = select(workspace, view, 205)
    assert told[-1] == "ride_8 · 00:10.0 – 00:14.0"
    assert view.headline.text() == (workspace.labels.text(row) or "no label")
    text = view.facts.text().replace("&nbsp;", " ")
    assert "CB500" in text
    assert "km/h" in text
    assert not view.empty.isVisible()


def test_metadata_is_text_never_markup(workspace: Workspace, view: InspectorView) -> None:
    hostile = Category(np.zeros(len(workspace.table.windows), np.int32), ("<img src=x>",))
    workspace._columns._made["rider"] = hostile
    select(workspace, view, 10)
    assert "<img" not in view.facts.text()
    assert "&lt;img" in view.facts.text()


def test_the_id_is_copied_by_a_click(qtbot, workspace: Workspace, view: InspectorView) -> None:
    select(workspace, view, 205)
    qtbot.mouseClick(view.copy, Qt.MouseButton.LeftButton)
    assert (
        QApplication.clipboard().text() == "ride_8@500" == workspace.window_name(workspace.selection.primary)
    )


def test_the_most_unusual_comes_first(workspace: Workspace, view: InspectorView) -> None:
    select(workspace, view, 333)
    z = [view.model.index(at, NAME).data(STRIP_ROLE).z for at in range(view.model.rowCount())]
    assert (np.diff(np.abs(z)) <= 0).all()
    assert abs(z[0]) > 1.5


def test_strips_are_the_quantiles_of_its_label(workspace: Workspace, view: InspectorView) -> None:
    row = select(workspace, view, 333)
    same = workspace.labels.codes == workspace.labels.codes[row]
    name = view.model.name(0)
    column = workspace.table.values[same, workspace.table.names.index(name)].astype(float)
    strip = view.model.index(0, NAME).data(STRIP_ROLE)
    np.testing.assert_allclose(strip.quantiles, np.nanquantile(column, (0.05, 0.25, 0.5, 0.75, 0.95)))
    assert f"{np.count_nonzero(same):,}" in view.caption.text()


def test_another_reference_can_be_chosen(workspace: Workspace, view: InspectorView) -> None:
    select(workspace, view, 333)
    view.against.setCurrentIndex(view.against.findData("all windows"))
    view.refresh()
    assert view.caption.text() == "against all windows: 2,400"
    select(workspace, view, 334)
    assert view.caption.text() == "against all windows: 2,400"


def test_a_label_with_few_windows_is_told_and_not_used(qtbot, workspace: Workspace) -> None:
    codes = np.zeros(len(workspace.table.windows), np.int32)
    codes[5] = 1
    workspace.labels = Category(codes, ("normal", "crash"))
    view = InspectorView(workspace, DARK)
    qtbot.addWidget(view)
    workspace.select(int(workspace.table.windows.ids[5]))
    view.show()
    assert view.caption.text() == "only 1 window is crash: against all 2,400"


def test_a_window_in_a_gap_says_why_it_has_no_dot(workspace: Workspace, view: InspectorView) -> None:
    select(workspace, view, 49)
    assert view.notice.isVisible()
    assert view.notice.text().startswith("Not on the map: 7 % of this window lies in gaps")
    assert {view.model.index(at, VALUE).data() for at in range(view.model.rowCount())} == {"–"}
    select(workspace, view, 50)
    assert not view.notice.isVisible()


def test_many_windows_are_counted_by_label_and_ride(workspace: Workspace, view: InspectorView) -> None:
    told: list[str] = []
    view.subtitle_changed.connect(told.append)
    rows = np.arange(150, 450)
    workspace.select_many(workspace.table.windows.ids[rows])
    view.refresh()
    codes = workspace.labels.codes[rows]
    expected = {
        (*workspace.labels.names, "no label")[code]: np.count_nonzero(codes == code) for code in set(codes)
    }
    assert {name: count for name, count, _ in view.counts.parts} == expected
    assert view.headline.text() == "300 windows"
    assert told[-1] == "300 windows · 3 rides"
    assert view.rides.text() == "from 3 rides: ride_8 (200), ride_7 (50), ride_9 (50)"


def test_the_values_of_many_are_their_medians(workspace: Workspace, view: InspectorView) -> None:
    rows = np.arange(150, 450)
    workspace.select_many(workspace.table.windows.ids[rows])
    view.refresh()
    name = view.model.name(0)
    column = workspace.table.values[rows, workspace.table.names.index(name)].astype(float)
    assert view.model.index(0, VALUE).data() == number_text(float(np.nanmedian(column)))
    assert "medians" in view.caption.text()


def test_one_of_many_keeps_the_counts_in_sight(workspace: Workspace, view: InspectorView) -> None:
    workspace.select_many(workspace.table.windows.ids[150:450])
    select(workspace, view, 200)
    assert view.counts.isVisible()
    assert view.copy.isVisible()


def test_a_click_on_a_row_toggles_its_track(qtbot, workspace: Workspace, view: InspectorView) -> None:
    select(workspace, view, 333)
    names = [view.model.name(1), view.model.name(4)]
    click(qtbot, view, 1, NAME)
    click(qtbot, view, 4, NAME)
    assert workspace.chosen_features == tuple(names)
    click(qtbot, view, 1, VALUE)
    assert workspace.chosen_features == (names[1],)
    view.table.setCurrentIndex(view.model.index(4, NAME))
    qtbot.keyClick(view.table, Qt.Key.Key_Space)
    assert workspace.chosen_features == ()


def test_a_click_on_the_ring_colours_the_map_and_again_by_label(qtbot, workspace, view) -> None:
    select(workspace, view, 333)
    click(qtbot, view, 2, COLOUR)
    assert workspace.colouring.name == view.model.name(2)
    click(qtbot, view, 2, COLOUR)
    assert workspace.colouring.name == "label"


def test_features_are_found_by_name_and_by_title(workspace: Workspace, view: InspectorView) -> None:
    select(workspace, view, 333)
    for typed in ("az__band_power__3_8hz", "AZ band 3–8"):
        view.search.setText(typed)
        assert [view.model.name(at) for at in range(view.model.rowCount())] == ["az__band_power__3_8hz"]


def test_a_hidden_view_does_no_work(qtbot, workspace: Workspace, monkeypatch) -> None:
    view = InspectorView(workspace, DARK)
    qtbot.addWidget(view)
    refreshed: list[set[str]] = []
    monkeypatch.setattr(view, "_refresh", refreshed.append)
    workspace.select(int(workspace.table.windows.ids[3]))
    QApplication.processEvents()
    assert refreshed == []
    view.show()
    assert len(refreshed) == 1


def test_many_changes_are_drawn_once(qtbot, workspace: Workspace, view: InspectorView, monkeypatch) -> None:
    refreshed: list[set[str]] = []
    monkeypatch.setattr(view, "_refresh", refreshed.append)
    for row in range(20):
        workspace.select(int(workspace.table.windows.ids[row]))
    qtbot.waitUntil(lambda: bool(refreshed))
    QApplication.processEvents()
    assert len(refreshed) == 1


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_dot_stands_where_the_value_is(workspace: Workspace, view: InspectorView, theme) -> None:
    """Painted pixels of the label's colour lie left of the median for a value below it, else right."""
    row = int(np.flatnonzero(workspace.labels.codes == 4)[0])
    view.set_theme(theme)
    select(workspace, view, row)
    colour = QColor(theme.label(workspace.label_slots()["fall"])).name()
    image = view.table.viewport().grab().toImage()
    for at in range(6):
        cell = view.table.strip_rect(at)
        strip = view.model.index(at, NAME).data(STRIP_ROLE)
        inside = [(x, y) for x in range(cell.left(), cell.right()) for y in range(cell.top(), cell.bottom())]
        xs = [x for x, y in inside if image.pixelColor(x, y).name() == colour]
        assert xs
        assert (np.mean(xs) > cell.center().x()) == (strip.z > 0)


@given(st.lists(st.floats(-1e5, 1e5), min_size=5, max_size=5), st.lists(st.floats(), min_size=2, max_size=2))
def test_what_is_further_out_never_stands_further_in(quantiles: list[float], values: list[float]) -> None:
    strip = Strip(tuple(sorted(quantiles)), 0.0, 0.0)
    low, high = sorted(value for value in (*values, 0.0, 1.0) if np.isfinite(value))[:2]
    assert 0 <= place(low, strip) <= place(high, strip) <= 1


def test_a_strip_has_its_5_and_95_percent_at_the_quarters() -> None:
    strip = Strip((-1.0, 0.0, 1.0, 2.0, 3.0), 0.0, 0.0)
    assert [place(value, strip) for value in (-5, -1, 1, 3, 7)] == [0.125, 0.25, 0.5, 0.75, 0.875]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-38.04, "−38.04"),
        (0.55, "0.55"),
        (12345.6, "12,346"),
        (1234.0, "1,234"),
        (9.99951, "10"),
        (0.0001234, "1.23e−4"),
        (1e9, "1.00e9"),
        (float("nan"), "–"),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers_read_as_people_write_them(value: float, text: str) -> None:
    assert number_text(value) == text


def test_spans_and_facts_have_their_units() -> None:
    spans = [span_text(seconds) for seconds in (0.25, 12.34, 125, 3725)]
    assert spans == ["0.25 s", "12.3 s", "2:05 min", "1 h 02 min"]
    assert fact_text("speed_kmh", "42") == ("speed", "42 km/h")
    assert fact_text("phone_model", "X") == ("phone model", "X")


def test_feature_titles_read_as_people_say_them() -> None:
    assert feature_title("az__band_power__0p3_3hz") == "az band power 0.3–3 Hz"
    assert feature_title("a__percentile__5") == "|a| percentile 5"
    assert feature_title("something else") == "something else"
