"""What the inspector speaks of, without Qt: references are kept, and forgotten when they must be."""

import numpy as np

from projector.domain.columns import Category
from projector.workspace import subject as module
from projector.workspace.subject import ALL, Subjects, selected_by_label, selected_by_ride, why_not_placed
from tests.ui.made import made_workspace


def test_a_reference_is_computed_once_until_labels_change(monkeypatch) -> None:
    workspace = made_workspace()
    calls: list[int] = []
    compute = module.reference
    monkeypatch.setattr(
        module, "reference", lambda values, rows: calls.append(len(rows)) or compute(values, rows)
    )
    subjects, ids = Subjects(workspace), workspace.table.windows.ids
    for row in (100, 101, 102):
        workspace.select(int(ids[row]))
        subjects.of_selection(ALL)
    assert calls == [len(ids)]
    subjects.forget()
    subjects.of_selection(ALL)
    assert len(calls) == 2


def test_a_windows_own_label_is_what_it_is_compared_with() -> None:
    workspace = made_workspace()
    workspace.labels = Category((np.arange(720) % 2).astype(np.int32), ("even", "odd"))
    workspace.select(int(workspace.table.windows.ids[101]))
    subject = Subjects(workspace).of_selection()
    assert (subject.label, subject.usual.total, subject.against) == ("odd", 360, "against odd: 360")


def test_of_very_many_windows_it_says_how_many_were_read() -> None:
    workspace = made_workspace(rides=100, windows_per_ride=100)
    workspace.select(int(workspace.table.windows.ids[0]))
    subject = Subjects(workspace).of_selection(ALL)
    assert (subject.usual.total, subject.usual.read) == (10_000, 5_000)
    assert subject.against == "against all windows: 5,000 of 10,000, evenly spread"


def test_nothing_selected_no_subject() -> None:
    assert Subjects(made_workspace()).of_selection() is None
    assert Subjects(made_workspace(windows_per_ride=0)).of_selection() is None


def test_counts_by_label_and_ride_cover_the_selection() -> None:
    workspace = made_workspace()
    workspace.select_many(workspace.table.windows.ids[50:130])
    assert selected_by_ride(workspace) == [(8, 60), (7, 10), (9, 10)]
    counts = [count for _, count in selected_by_label(workspace)]
    assert sum(counts) == 80
    assert counts == sorted(counts, reverse=True)


def test_a_placed_window_needs_no_excuse() -> None:
    workspace = made_workspace()
    assert why_not_placed(workspace, 0) == ""
    assert "gaps" in why_not_placed(workspace, 49)
