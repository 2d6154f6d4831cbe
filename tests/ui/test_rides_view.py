"""The rides table: what is clicked is a ride, whatever the order; what is shown costs what is seen."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from projector.domain.nouns import Annotations
from projector.ui.theme import load_theme
from projector.ui.views.rides_view import RidesView
from projector.ui.widgets.rides_model import RidesModel, natural
from projector.workspace.workspace import Workspace
from tests.ui.made import MadeLibrary, made_workspace

DARK, LIGHT = load_theme("dark"), load_theme("light")


@pytest.fixture
def workspace() -> Workspace:
    return made_workspace()


@pytest.fixture
def view(qtbot, workspace: Workspace) -> RidesView:
    view = RidesView(workspace, DARK)
    qtbot.addWidget(view)
    view.resize(300, 460)
    view.show()
    return view


def click(qtbot, view: RidesView, row: int) -> None:
    rect = view.table.visualRect(view.model.index(row, 0))
    qtbot.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def listed(view: RidesView) -> list[int]:
    return [view.model.number(row) for row in range(view.model.rowCount())]


def test_a_click_shows_the_ride_that_is_written_there(qtbot, workspace: Workspace, view: RidesView) -> None:
    click(qtbot, view, 3)
    assert workspace.ride == 10
    assert view.model.index(3, 0).data() == "ride_10"


def test_the_same_after_sorting_and_filtering(qtbot, workspace: Workspace, view: RidesView) -> None:
    view.search.setText("vespa")
    header = view.table.header()
    at = QPoint(header.sectionViewportPosition(2) + 5, 8)
    for _ in range(2):  # ascending, then the other way
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    lengths = [workspace.library.columns["seconds"][number - 7] for number in listed(view)]
    assert lengths == sorted(lengths, reverse=True)
    click(qtbot, view, 1)
    assert workspace.library.id_of(workspace.ride) == view.model.index(1, 0).data()
    assert workspace.library.columns["motorcycle"].text(workspace.ride - 7) == "Vespa"


def test_the_current_row_follows_the_ride_and_says_nothing(
    qtbot, workspace: Workspace, view: RidesView
) -> None:
    spoken = QSignalSpy(view.table.chosen)
    workspace.show_ride(12)
    view.refresh()
    assert view.table.currentIndex().data() == "ride_12"
    view.model.sort(2, Qt.SortOrder.DescendingOrder)
    view.refresh()
    assert view.table.currentIndex().data() == "ride_12"
    view.search.setText("ride_13")
    view.refresh()
    assert not view.table.currentIndex().isValid()
    view.search.clear()
    view.refresh()
    assert view.table.currentIndex().data() == "ride_12"
    assert spoken.count() == 0


def test_arrow_keys_walk_through_rides(qtbot, workspace: Workspace, view: RidesView) -> None:
    click(qtbot, view, 0)
    qtbot.keyClick(view.table, Qt.Key.Key_Down)
    assert workspace.ride == 8


def test_the_focus_alone_chooses_nothing(qtbot, workspace: Workspace, view: RidesView) -> None:
    view.table.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert workspace.ride is None
    assert not view.table.currentIndex().isValid()


def test_a_second_click_asks_for_the_ride_again(qtbot, view: RidesView) -> None:
    click(qtbot, view, 2)
    spoken = QSignalSpy(view.table.chosen)
    click(qtbot, view, 2)
    assert spoken.count() == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", 12),
        ("ride_1", 9),
        ("VESPA", 3),
        ("vespa pocket", 1),
        ("no such thing", 0),
    ],
)
def test_every_typed_word_must_be_found(view: RidesView, typed: str, expected: int) -> None:
    told: list[str] = []
    view.subtitle_changed.connect(told.append)
    view.search.setText(typed)
    assert view.model.rowCount() == expected
    assert not typed or told[-1].startswith(f"{expected} of 12")


def test_labels_are_found_too(workspace: Workspace, view: RidesView) -> None:
    view.search.setText("crash")
    annotations = workspace.annotations
    crash = annotations.label_names.index("crash")
    expected = set(annotations.ride_number[annotations.label == crash].tolist())
    assert set(listed(view)) == expected
    assert 0 < len(expected) < 12


@pytest.mark.parametrize("order", list(Qt.SortOrder))
def test_missing_metadata_comes_last_whichever_way(view: RidesView, order: Qt.SortOrder) -> None:
    view.model.sort(1, order)
    texts = [view.model.index(row, 1).data() for row in range(12)]
    assert texts[-2:] == ["", ""]
    assert texts[:-2] == sorted(texts[:-2], reverse=order == Qt.SortOrder.DescendingOrder)


def test_ride_2_comes_before_ride_10() -> None:
    assert sorted(["ride_10", "ride_2", "Ride_1"], key=natural) == ["Ride_1", "ride_2", "ride_10"]


def test_a_hidden_view_reads_nothing_until_it_is_shown(qtbot, workspace: Workspace) -> None:
    view = RidesView(workspace, DARK)
    qtbot.addWidget(view)
    workspace.show_ride(9)
    QApplication.processEvents()
    assert view.model.facts is None
    view.show()
    assert view.model.rowCount() == 12
    assert view.table.currentIndex().data() == "ride_9"


def test_without_a_library_it_is_empty_and_says_nothing(qtbot, workspace: Workspace, view: RidesView) -> None:
    workspace.set_library(None)
    view.refresh()
    assert (view.model.rowCount(), view.search.isEnabled()) == (0, False)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_four_seconds_of_crash_in_an_hour_are_painted(qtbot, view: RidesView, theme) -> None:
    library = MadeLibrary(1, 0)
    library.columns["seconds"] = np.array([3600.0])
    number = np.array([7, 7])
    times = (np.array([0.0, 3000]), np.array([2990.0, 3004]))
    library.annotations = Annotations(
        number, *times, np.array([0, 5], np.int32), library.annotations.label_names
    )
    view._workspace.set_library(library)
    view.set_theme(theme)
    view.refresh()
    image = view.table.viewport().grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(24, 40)}
    slots = view._workspace.label_slots()
    assert {QColor(theme.label(slots[name])).name() for name in ("normal", "crash")} <= seen


def test_columns_are_chosen_in_the_header(view: RidesView) -> None:
    shown = [view.model.names[c] for c in range(view.model.columnCount()) if not view.table.isColumnHidden(c)]
    assert shown == ["ride", "motorcycle", "seconds"]
    rider = view.model.names.index("rider")
    view.table._show_column(rider, True)
    assert not view.table.isColumnHidden(rider)
    assert view.table.columnWidth(rider) > 0
    view.model.sort(0)
    assert not view.table.isColumnHidden(rider)


def test_five_thousand_rides_cost_only_the_rows_that_are_seen(qtbot, monkeypatch) -> None:
    view = RidesView(made_workspace(5000, 4, 0), DARK)
    qtbot.addWidget(view)
    view.resize(300, 460)
    view.show()
    asked = 0
    data = RidesModel.data

    def counted(self, index, role=Qt.ItemDataRole.DisplayRole):
        nonlocal asked
        asked += 1
        return data(self, index, role)

    monkeypatch.setattr(RidesModel, "data", counted)
    view.table.verticalScrollBar().setValue(50_000)
    view.table.viewport().grab()
    assert 0 < asked < 400


def test_typing_and_enter_show_the_first_ride_that_is_left(
    qtbot, workspace: Workspace, view: RidesView
) -> None:
    view.focus_search()
    qtbot.keyClicks(view.search, "mt-07")
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    assert workspace.ride == 10
    qtbot.keyClick(view.search, Qt.Key.Key_Escape)
    assert view.search.text() == ""
    assert view.model.rowCount() == 12


def test_an_empty_table_says_why(view: RidesView) -> None:
    view.search.setText("there is no such thing")
    view.table.viewport().grab()
    assert view.table.empty_text.startswith("No ride has")
    view._workspace.set_library(None)
    view.refresh()
    assert view.table.empty_text == "No library is open."
