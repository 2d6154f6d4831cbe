"""Labels from files beside what a layer says; thousands of them reach a window in slices, or not at all."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projector.annotations.arrivals import RideOfLayer, State
from projector.annotations.edits import Hand, delete, resize
from projector.annotations.layers import first_edits
from projector.domain.edits import Edit, current, new_id
from projector.domain.nouns import Annotation
from projector.domain.progress import Cancelled, silent
from projector.jobs.label_files import preview_labels, take_labels
from projector.library.label_store import LabelStore, store_path
from projector.library.labels import taking
from projector.workspace import label_session
from tests.ui.trace_made import made_library
from tests.workspace.labelling_made import closed, opened, said

UTC = "2026-11-22T05:00:00+00:00"
SPANS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from("ab")), max_size=8)


def firsts(spans: list[tuple[int, str]], off_s: float = 0.0) -> list[Edit]:
    marks = (Annotation(start + off_s, start + 1.0, label, "ben") for start, label in spans)
    return first_edits(marks, "r", "", layer="anna", utc=UTC, reason="imported")


def hand() -> Hand:
    return Hand("anna", "anna", UTC, "r", "", "", new_id())


@settings(max_examples=60)
@given(SPANS, SPANS, st.data())
def test_what_a_file_tells_is_counted_once_and_what_was_done_here_stands(file, more, data) -> None:
    side = RideOfLayer([])
    assert {one.state for one in side.meet(firsts(file), 1e-3)} <= {State.NEW}  # equal ones stay as many
    assert len(side.made) == len(file)
    again = side.meet(firsts(file, off_s=5e-4), 1e-3)  # rounded by another tool
    assert {one.state for one in again} <= {State.THERE}
    known = list(side.made)
    gone = [edit for edit in known if data.draw(st.booleans())]
    moved = [edit for edit in known if edit not in gone and data.draw(st.booleans())]
    by_hand = [one for edit in gone for one in delete(hand(), edit)]
    by_hand += [one for edit in moved for one in resize(hand(), edit, 20.0, 30.0)]
    side = RideOfLayer([*known, *by_hand])
    found = Counter(one.state for one in side.meet(firsts(file), 1e-3))
    assert (found[State.DELETED], found[State.CHANGED]) == (len(gone), len(moved))
    assert (found[State.NEW], side.made) == (0, [])
    side.meet(firsts(file), 1e-3, restore=True)
    bodies = [
        (edit.after["start_s"], edit.after["label"]) for edit in current([*known, *by_hand, *side.made])
    ]
    assert sorted(bodies) == sorted((float(start), label) for start, label in file)
    new = [one.state for one in side.meet(firsts(more), 1e-3)].count(State.NEW)
    assert new == (Counter(more) - Counter(file)).total()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return made_library(tmp_path)


def rows(path: Path, many: int) -> list[str]:
    name = "ride,start_s,stop_s,label"
    file = path.with_suffix(".csv")
    file.write_text("\n".join([name, *(f"long,{at * 0.06},{at * 0.06 + 1},bump" for at in range(many))]))
    return [str(file)]


def test_thousands_reach_a_window_in_slices_and_are_shown_when_all_are_there(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_session, "SLICE", 8)
    workspace, labelling = opened(path)
    before, told = said(workspace), []
    labelling.changed.connect(lambda: told.append(workspace.annotations is not None and len(said(workspace))))
    files = rows(path, 16)
    take_labels(
        str(path), str(store_path(path)), files, "csv", "anna", "anna", "", ["imported"], False, False,
        progress=silent,
    )  # fmt: skip
    labelling.poll()
    assert (said(workspace), told) == (before, [])
    labelling.poll()
    labelling.poll()  # nothing is left: all is shown
    assert told == [16]
    assert {label for *_, label in said(workspace)} == {"bump"}  # in their place
    assert labelling.undo().what == "import 16 annotations from rides.csv"
    assert said(workspace) == before
    closed(workspace, labelling)


def test_the_preview_says_what_the_import_does_in_either_way_and_makes_its_edits_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a ride without a word of the layer, and on one where a label of the file was moved since."""
    workspace, labelling = opened(path)
    short = int(workspace.library.numbers[1])
    labelling.add(short, 2.0, 3.0, "fall")
    labelling.resize({len(said(workspace)) - 1: (2.0, 9.0)})
    closed(workspace, labelling)
    file, store, made = path.with_suffix(".csv"), store_path(path), []
    rows = ("long,10,20,braking", "long,11,12,bump", "short,2,3,fall", "short,5,6,fall", "short,5,6,fall")
    file.write_text("\n".join(("ride,start_s,stop_s,label", *rows, "short,9,8,fall")))

    def counted(found: list[Annotation], *where: str, **names: str) -> list[Edit]:
        made.append(len(found))
        return first_edits(found, *where, **names)

    monkeypatch.setattr(taking, "first_edits", counted)
    asked = (str(path), str(store), [str(file), str(file)], "csv", "anna", "anna", "", ["imported"])
    phases = []
    looked = preview_labels(*asked, progress=lambda done, total, what="": phases.append(what.split()[0]))
    assert list(dict.fromkeys(phases)) == ["reading", "comparing"]
    assert made == [2, 3, 2, 3]  # each file's, ride by ride
    assert looked["hidden"] == {"long": 4}
    assert [one["new"] for one in looked["together"]] == [3, 0]  # braking comes along
    assert [one["new"] for one in looked["alone"]] == [4, 0]
    for way in (True, False):
        own = path.with_suffix(f".{way}.db")
        own.write_bytes(store.read_bytes())
        taken = take_labels(asked[0], str(own), *asked[2:], way, False, progress=silent)
        told = looked["together" if way else "alone"]
        assert [{**one, "refused": []} for one in taken["files"]] == [{**one, "refused": []} for one in told]
        assert all(one["held"] and one["refused"] for one in told)


def test_an_import_that_is_stopped_while_it_writes_leaves_nothing(path: Path) -> None:
    def stop(done: float, total: float, what: str = "") -> None:
        if what == "writing" and done:
            raise Cancelled

    files, store = rows(path, 2500), store_path(path)
    with pytest.raises(Cancelled):
        take_labels(str(path), str(store), files, "csv", "anna", "anna", "", [], False, False, progress=stop)
    with LabelStore.open(store) as kept:
        assert len(kept) == 0
        assert kept.check().sound
