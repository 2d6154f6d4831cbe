"""The track "looked at, nothing here": what counts as done, for whom, and what windows say of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from projector.domain.edits import Kind
from projector.domain.errors import InputError
from projector.workspace.labelling import Labelling
from projector.workspace.seen import PIXELS_A_SECOND, enough
from projector.workspace.workspace import Workspace
from tests.ui.trace_made import add_windows, made_library
from tests.workspace.labelling_made import closed, opened, said

Pair = tuple[Workspace, Labelling]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("seen"))


@pytest.fixture
def pair(original: Path, tmp_path: Path) -> Iterator[Pair]:
    workspace, labelling = opened(Path(shutil.copy(original, tmp_path / "rides.h5")))
    add_windows(workspace, workspace.library)
    yield workspace, labelling
    closed(workspace, labelling)


def states(workspace: Workspace, ride: int) -> list[str]:
    column = workspace.column("seen")
    rows = workspace.windows_of_ride(ride)
    return [column.text(row) for row in range(rows.start, rows.stop)]


def test_pages_that_touch_are_one_and_only_what_was_seen_is_marked(pair: Pair) -> None:
    workspace, labelling = pair
    ride, seen = int(workspace.library.numbers[0]), labelling.seen
    for page in range(8):
        seen.look(ride, page * 10.0, (page + 1) * 10.0 + 1e-9)
    assert seen.unseen(ride).round(6).tolist() == [[80.0, 180.0]]
    assert not len(seen.done(ride))
    before, labels = said(workspace), workspace.labels
    assert seen.mark_done(ride)
    assert seen.done(ride).round(6).tolist() == [[0.0, 80.0]]
    assert [edit.after["done"] for edit in labelling.current(Kind.SEEN)] == [True]
    assert (said(workspace), workspace.whose_labels) == (before, "anna, else imported")
    assert np.array_equal(workspace.labels.codes, labels.codes)
    assert not seen.mark_done(ride)  # nothing new was looked at
    assert seen.mark_done(ride, whole=True)
    assert seen.done(ride).tolist() == [[0.0, 180.0]]
    assert len(labelling.current(Kind.SEEN)) == 2  # the first one stands
    assert not seen.mark_done(ride, whole=True)


def test_what_was_seen_up_to_slivers_is_the_whole_ride(pair: Pair) -> None:
    workspace, labelling = pair
    ride = int(workspace.library.numbers[1])
    labelling.seen.look(ride, 0.02, 29.97)
    assert not len(labelling.seen.unseen(ride))
    assert labelling.seen.mark_done(ride)
    assert labelling.seen.done(ride).tolist() == [[0.0, 30.0]]


def test_windows_tell_done_from_not_looked_at_and_colour_and_filter_follow(pair: Pair) -> None:
    workspace, labelling = pair
    ride, other = workspace.library.numbers.tolist()
    workspace.colour_by("seen")
    workspace.set_filter('seen == "done"')
    assert not workspace.shown.any()
    labelling.seen.look(ride, 31.0, 70.0)
    labelling.seen.mark_done(ride)
    spans = zip(np.arange(0.0, 176, 2), np.arange(4.0, 180, 2), strict=True)
    annotated = [(10, 20), (15, 30), (61, 61 + 1e-9), (150, 160)]
    expected = [
        "annotated"
        if any(start < stop_s and begin < stop for begin, stop_s in annotated)
        else "done"
        if start >= 31 and stop <= 70
        else "not looked at"
        for start, stop in spans
    ]
    assert states(workspace, ride) == expected
    assert set(states(workspace, other)) == {"not looked at"}
    assert workspace.colouring.counts[0] == expected.count("done")
    assert workspace.shown.sum() == expected.count("done")
    labelling.add(ride, 40.0, 50.0, "fall")  # an annotation in a done part: no longer "nothing here"
    assert workspace.shown.sum() < expected.count("done")
    labelling.undo()
    labelling.undo()
    assert "done" not in states(workspace, ride)
    assert not workspace.shown.any()


def test_taking_it_back_and_undoing_that(pair: Pair) -> None:
    workspace, labelling = pair
    ride = int(workspace.library.numbers[0])
    labelling.seen.mark_done(ride, whole=True)
    workspace.show_ride(int(workspace.library.numbers[1]))
    assert labelling.seen.take_back(ride)
    assert not len(labelling.seen.done(ride))
    assert labelling.undo().what == "no longer marked as done"
    assert workspace.ride == ride
    assert labelling.seen.done(ride).tolist() == [[0.0, 180.0]]
    assert labelling.undo().what == "marked as done"
    assert not len(labelling.seen.done(ride))
    assert not labelling.seen.take_back(ride)


def test_it_belongs_to_the_labels_that_are_shown(original: Path, tmp_path: Path) -> None:
    """Another person's done parts are seen where that person's labels are, and are never mine."""
    path = Path(shutil.copy(original, tmp_path / "rides.h5"))
    anna = opened(path, "anna")
    ride = int(anna[0].library.numbers[0])
    anna[1].seen.mark_done(ride, whole=True)
    closed(*anna)
    workspace, labelling = opened(path, "ben")
    assert not len(labelling.seen.done(ride))
    labelling.show_layer("anna")
    assert labelling.seen.done(ride).tolist() == [[0.0, 180.0]]
    labelling.seen.look(ride, 0.0, 20.0)
    assert labelling.seen.unseen(ride).tolist() == [[20.0, 180.0]]  # what anna has seen ben hasn't
    assert labelling.seen.mark_done(ride)
    assert labelling.seen.done(ride).tolist() == [[0.0, 20.0]]
    assert workspace.whose_labels.startswith("ben, ")
    assert {edit.layer for edit in labelling.current(Kind.SEEN)} == {"anna", "ben"}
    labelling.adjudicate(True)
    labelling.seen.mark_done(ride, whole=True)
    labelling.adjudicate(False)
    with pytest.raises(InputError, match="adjudicated"):
        labelling.seen.take_back(ride)
    closed(workspace, labelling)


def test_labelling_zoom_is_pixels_for_seconds() -> None:
    assert enough(1000, 1000 / PIXELS_A_SECOND)
    assert not enough(1000, 1000 / PIXELS_A_SECOND + 1)
