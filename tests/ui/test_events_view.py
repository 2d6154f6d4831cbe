"""The events table: what is clicked is an annotation, whatever the order, filter or library size."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from projector.domain.ids import ride_numbers
from projector.ui.theme import load_theme
from projector.ui.views.events_view import EventsView
from projector.ui.widgets.events_model import LENGTH, EventsModel
from projector.workspace.workspace import Workspace
from tests.ui.made import LABELS, made_workspace

DARK = load_theme("dark")


@pytest.fixture
def workspace() -> Workspace:
    return made_workspace(windows_per_ride=1800)


@pytest.fixture
def view(qtbot, workspace: Workspace) -> EventsView:
    view = EventsView(workspace, DARK)
    qtbot.addWidget(view)
    view.resize(300, 400)
    view.show()
    return view


def click(qtbot, view: EventsView, row: int, column: int = 0) -> None:
    index = view.model.index(row, column)
    view.table.scrollTo(index)
    at = view.table.visualRect(index).center()
    qtbot.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def assert_shows(workspace: Workspace, event: int) -> None:
    """The window whose centre is nearest to the event's is the primary one, in its ride."""
    annotations, table = workspace.annotations, workspace.table
    assert workspace.event == event
    assert workspace.ride == annotations.ride_number[event] == ride_numbers(workspace.selection.primary)
    centre = (annotations.start_s[event] + annotations.stop_s[event]) / 2
    row = workspace.rows([workspace.selection.primary])[0]
    assert abs(table.windows.start_s[row] + 2 - centre) <= 1 or centre < 2


def test_a_click_makes_it_the_current_event_and_selects_its_moment(qtbot, workspace, view) -> None:
    click(qtbot, view, 4)
    assert_shows(workspace, view.model.event(4))


def test_the_same_after_filtering_by_label_and_sorting_by_length(qtbot, workspace, view) -> None:
    view.labels.setCurrentIndex(view.labels.findData(LABELS.index("pothole")))
    header = view.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(LENGTH) + 5, 8)
    for _ in range(2):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    events = [view.model.event(row) for row in range(view.model.rowCount())]
    lengths = (workspace.annotations.stop_s - workspace.annotations.start_s)[events]
    assert (np.diff(lengths) <= 0).all()
    click(qtbot, view, 2)
    assert_shows(workspace, events[2])
    assert workspace.annotations.label[workspace.event] == LABELS.index("pothole")


def test_the_current_row_follows_and_says_nothing(qtbot, workspace, view) -> None:
    spoken = QSignalSpy(view.table.chosen)
    workspace.select_event(33)
    view.refresh()
    assert view.model.event(view.table.currentIndex().row()) == 33
    view.model.sort(LENGTH)
    view.refresh()
    assert view.model.event(view.table.currentIndex().row()) == 33
    workspace.show_ride(7 if workspace.ride != 7 else 8)
    view.refresh()
    assert not view.table.currentIndex().isValid()
    assert spoken.count() == 0


def test_a_second_click_goes_back_to_its_moment(qtbot, workspace, view) -> None:
    click(qtbot, view, 4)
    workspace.select(int(workspace.table.windows.ids[workspace.windows_of_ride(workspace.ride).start]))
    click(qtbot, view, 4)
    assert_shows(workspace, view.model.event(4))


def test_the_focus_alone_chooses_nothing(workspace, view) -> None:
    view.table.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert workspace.event is None


def test_words_are_found_in_label_ride_and_comment(view) -> None:
    annotations = view.model.facts.annotations
    view.search.setText("BRAK ride_1")
    rides = {number for number, name in view.model.facts.ride_ids.items() if "ride_1" in name}
    expected = [
        event
        for event in range(len(annotations))
        if annotations.label[event] == LABELS.index("braking")
        and int(annotations.ride_number[event]) in rides
    ]
    assert sorted(view.model.event(row) for row in range(view.model.rowCount())) == expected
    view.search.setText("import")
    assert view.model.rowCount() == len(annotations)


def test_the_subtitle_says_n_of_n(view) -> None:
    told: list[str] = []
    view.subtitle_changed.connect(told.append)
    view.search.setText("fall")
    falls = int(np.count_nonzero(view.model.facts.annotations.label == LABELS.index("fall")))
    assert told[-1] == f"{falls} of 96"


def test_labels_are_listed_with_their_counts(view) -> None:
    counts = np.bincount(view.model.facts.annotations.label, minlength=6)
    texts = [view.labels.itemText(item) for item in range(view.labels.count())]
    assert texts == ["all labels", *(f"{name}  {count}" for name, count in zip(LABELS, counts, strict=True))]


def test_a_point_is_called_a_point(view) -> None:
    annotations = view.model.facts.annotations
    view.model.sort(LENGTH)
    assert annotations.start_s[view.model.event(0)] == annotations.stop_s[view.model.event(0)]
    assert view.model.index(0, LENGTH).data() == "point"


def test_a_hidden_view_reads_nothing_until_it_is_shown(qtbot, workspace) -> None:
    view = EventsView(workspace, DARK)
    qtbot.addWidget(view)
    workspace.select_event(5)
    QApplication.processEvents()
    assert view.model.facts is None
    view.show()
    assert view.model.event(view.table.currentIndex().row()) == 5


def test_a_hundred_thousand_events_cost_only_the_rows_that_are_seen(qtbot, monkeypatch) -> None:
    view = EventsView(made_workspace(5000, 20, 0), DARK)
    qtbot.addWidget(view)
    view.resize(300, 400)
    view.show()
    assert view.model.rowCount() == 100_000
    asked = 0
    data = EventsModel.data

    def counted(self, index, role=Qt.ItemDataRole.DisplayRole):
        nonlocal asked
        asked += 1
        return data(self, index, role)

    monkeypatch.setattr(EventsModel, "data", counted)
    view.table.verticalScrollBar().setValue(1_000_000)
    view.table.viewport().grab()
    assert 0 < asked < 800


def test_without_windows_a_click_still_shows_the_ride(qtbot) -> None:
    workspace = made_workspace(windows_per_ride=0)
    view = EventsView(workspace, DARK)
    qtbot.addWidget(view)
    view.resize(300, 400)
    view.show()
    click(qtbot, view, 10)
    assert workspace.event == view.model.event(10)
    assert workspace.ride == workspace.annotations.ride_number[workspace.event]


def test_an_empty_table_says_why(view: EventsView) -> None:
    view.search.setText("there is no such thing")
    view.table.viewport().grab()
    assert view.table.empty_text.startswith("No event is")
    view._workspace.set_library(None)
    view.refresh()
    assert view.table.empty_text == "No library is open."
