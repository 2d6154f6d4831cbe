"""Progress against counts made by hand, and how quick it is in a large library."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.annotations.layers import first_edits
from projector.domain.edits import Edit, Kind, new_id
from projector.domain.nouns import Annotation, Annotations
from projector.workspace import progress as module
from projector.workspace.labelling import Labelling
from projector.workspace.progress import Progress, nothing_s, ride_work
from projector.workspace.workspace import Workspace
from tests.ui.trace_made import made_library

UTC = "2026-03-01T10:00:00+00:00"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("progress"))


def test_events_gone_through_classes_rides_and_hours(pair: tuple[Workspace, Labelling]) -> None:
    workspace, labelling = pair
    long, short = workspace.library.numbers.tolist()
    progress = Progress(workspace, labelling)
    before = progress.overview()
    assert (before.layers, before.nothing_s, before.total_s) == ((), 0.0, 210.0)
    assert [(one.name, one.count, one.seconds, one.rides) for one in before.classes] == [
        ("braking", 1, 10.0, 1),
        ("crash", 1, 0.0, 1),
        ("fall", 1, 10.0, 1),
        ("normal", 1, 15.0, 1),
    ]
    labelling.resize({3: (149.0, 160.0)})  # one event is worked on; the copies of the others aren't
    labelling.seen.look(long, 0.0, 22.0)
    labelling.seen.mark_done(long)  # holds the middle of braking, and not quite that of normal at 22.5
    labelling.seen.look(long, 22.0, 40.0)
    alerts = (Annotation(10.0, 20.0, "fall", "anna"),)
    ride = workspace.library.id_of(long)
    for layer in ("detector", "its own name"):
        labelling.journal.append(first_edits(alerts, ride, "", layer=layer, utc=UTC, reason="imported"))
    assert [one.name for one in progress.overview().layers] == ["anna", "its own name"]
    progress = Progress(workspace, labelling, lambda: "its own name")
    after = progress.overview()
    (anna,) = after.layers  # no detector is a person
    assert (anna.name, anna.through, anna.events, anna.labels, anna.done_s) == ("anna", 2, 4, 4, 22.0)
    assert after.nothing_s == 10.0  # 0 to 10 s: what follows is labelled
    assert after.rides.done.round(4).tolist() == [round(22 / 180, 4), 0.0]
    assert after.rides.seen.round(4).tolist() == [round(40 / 180, 4), 0.0]
    assert after.rides.labels.tolist() == [4, 0]
    assert after.rides.by == ("anna", "")
    assert labelling.seen.done_rides() == frozenset()
    labelling.seen.mark_done(short, whole=True)
    assert labelling.seen.done_rides() == {short}
    labelling.undo()
    labelling.undo()
    assert progress.overview().layers[0].through == 1
    assert progress.overview().nothing_s == 0.0
    labelling.undo()  # the first edit: the copies go, and nobody went through these
    assert progress.overview().layers[0].through == 0


def test_without_imported_labels_the_adjudicated_ones_are_the_events(
    pair: tuple[Workspace, Labelling],
) -> None:
    workspace, labelling = pair
    short = int(workspace.library.numbers[1])
    labelling.adjudicate(True)
    labelling.add(short, 5.0, 6.0, "fall")
    labelling.adjudicate(False)
    layers = {one.name: one for one in Progress(workspace, labelling).overview().layers}
    assert (layers["adjudicated"].through, layers["adjudicated"].events) == (1, 5)


edits = st.lists(
    st.tuples(st.sampled_from(list(Kind)), st.integers(0, 20), st.integers(0, 20), st.booleans()), max_size=8
)
spans = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6)), max_size=6)


@given(spans, edits)
def test_through_is_what_its_words_say(events, made) -> None:
    places = [(float(start), float(start + length)) for start, length in events]
    heads = [an_edit(kind, start, start + length, by_hand) for kind, start, length, by_hand in made]
    work = ride_work(places, heads, None).layers
    done = [edit for edit in heads if edit.kind is Kind.SEEN]
    hand = [edit for edit in heads if edit.kind in (Kind.ANNOTATION, Kind.VERDICT) and len(edit.group) == 36]
    expected = 0
    for start, stop in places:
        middle = (start + stop) / 2
        inside = any(
            e.after["start_s"] <= middle < max(e.after["stop_s"], e.after["start_s"] + 1e-6) for e in done
        )
        expected += inside or any(is_about(e, start, stop) for e in hand)
    assert (work["anna"].through if "anna" in work else 0) == (expected if places else 0)


def is_about(edit: Edit, start: float, stop: float) -> bool:
    """A verdict is about the part that it judged, an annotation about all that it lies on."""
    if edit.kind is Kind.VERDICT:
        return (edit.after["start_s"], edit.after["stop_s"]) == (start, stop)
    return meets(edit.after, start, stop)


def meets(body, start: float, stop: float) -> bool:
    """Half open, points a moment long."""
    begin, end = body["start_s"], max(body["stop_s"], body["start_s"] + 1e-6)
    return begin < max(stop, start + 1e-6) and start < end


def an_edit(
    kind: Kind, start: float, stop: float, by_hand: bool, ride: str = "r", author: str = "anna"
) -> Edit:
    body = {"start_s": float(start), "stop_s": float(stop), "label": "fall", "comment": ""}
    group = new_id() if by_hand else "imported"
    return Edit(new_id(), kind, new_id(), (), None, body, author, UTC, ride, layer=author, group=group)


def test_nothing_here_is_done_without_labels_ride_by_ride() -> None:
    marks = Annotations(
        np.array([1, 2, 2, 9]), np.array([0.0, 5, 6, 0]), np.array([4.0, 8, 7, 1e6]),
        np.zeros(4, np.int32), ("fall",),
    )  # fmt: skip
    done = {1: np.array([[2.0, 10.0]]), 2: np.array([[0.0, 6.0], [7.0, 9.0]]), 5: np.array([[0.0, 1.0]])}
    assert nothing_s(done, marks) == pytest.approx(6 + 5 + 1 + 1)


def test_a_new_edit_costs_its_ride_and_not_the_library(
    pair: tuple[Workspace, Labelling], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, labelling = pair
    asked: list[int] = []
    monkeypatch.setattr(module, "ride_work", lambda *given: asked.append(1) or ride_work(*given))
    progress, (long, short) = Progress(workspace, labelling), workspace.library.numbers.tolist()
    for ride in (long, short):
        labelling.add(ride, 1.0, 2.0, "fall")
    progress.overview()
    assert len(asked) == 2
    progress.overview()
    labelling.add(short, 3.0, 4.0, "fall")
    assert progress.overview().layers[0].labels == 4 + 1 + 2
    assert len(asked) == 3


def test_many_edits_are_counted_a_few_rides_at_a_time(pair: tuple[Workspace, Labelling]) -> None:
    workspace, labelling = pair
    progress, (long, short) = Progress(workspace, labelling), workspace.library.numbers.tolist()
    for ride in (long, short):
        labelling.add(ride, 1.0, 2.0, "fall")
    assert [progress.catch_up(-1.0) for _ in range(3)] == [1, 0, 0]
    labelling.add(long, 3.0, 4.0, "fall")
    assert progress.catch_up(-1.0) == 0
    assert progress.overview().layers == Progress(workspace, labelling).overview().layers
