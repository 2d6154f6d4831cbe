"""Edits through Labelling: what counts, what is saved, what can be undone, and that nothing is ever lost."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from projector.annotations import edits as gestures
from projector.annotations.edits import Hand
from projector.annotations.window_labels import window_labels
from projector.domain.edits import Edit, Kind, heads, new_id
from projector.domain.errors import InputError, LibraryError, StorageError
from projector.domain.progress import Cancelled, Progress
from projector.library import label_store
from projector.library.label_store import LabelStore, store_path
from projector.library.library import Library
from projector.workspace import journal as journal_module
from projector.workspace import label_session
from projector.workspace.blast import blast_radius, told
from projector.workspace.labelling import Labelling
from projector.workspace.memory import Memory
from projector.workspace.workspace import Workspace
from tests.ui.trace_made import add_windows, made_library
from tests.workspace.labelling_made import Said, closed, opened, said

LABELS = ("braking", "crash", "fall", "normal")
Pair = tuple[Workspace, Labelling]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("labelling"))


def row_of(workspace: Workspace, label: str) -> int:
    marks = workspace.annotations
    return int(np.flatnonzero(marks.label == marks.label_names.index(label))[0])


# --- what counts ------------------------------------------------------------------------------------


def test_looking_makes_no_file_and_the_first_edit_makes_it(pair: Pair, path: Path) -> None:
    workspace, labelling = pair
    assert workspace.annotations is workspace.library.annotations
    labelling.poll()
    assert not store_path(path).exists()
    assert labelling.saved_text() == ""
    assert labelling.relabel(row_of(workspace, "fall"), "normal")
    assert store_path(path).exists()
    assert labelling.saved_text().startswith("saved ")
    assert workspace.whose_labels == "anna, else imported"


def test_the_first_edit_copies_its_ride_and_leaves_others_imported(pair: Pair) -> None:
    workspace, labelling = pair
    before = said(workspace)
    labelling.resize({row_of(workspace, "fall"): (149.0, 161.0)})
    expected = [row if row[3] != "fall" else (row[0], 149.0, 161.0, "fall") for row in before]
    assert said(workspace) == sorted(expected)
    edits = list(labelling.journal.edits)
    assert [edit.reason for edit in edits].count("copied from imported") == len(before)
    assert len(edits) == len(before) + 1
    assert labelling.undo().what == "both ends of fall"
    assert said(workspace) == before


def test_the_edited_annotation_stays_the_current_event(pair: Pair) -> None:
    workspace, labelling = pair
    labelling.add(int(workspace.library.numbers[0]), 1.0, 2.0, "crash")
    marks = workspace.annotations
    assert float(marks.start_s[workspace.event]) == 1.0
    labelling.resize({workspace.event: (170.0, 171.0)})
    assert float(workspace.annotations.start_s[workspace.event]) == 170.0
    labelling.delete(workspace.event)
    assert workspace.event is None


def test_split_and_merge_are_each_one_step(pair: Pair) -> None:
    workspace, labelling = pair
    before = said(workspace)
    labelling.split(row_of(workspace, "fall"), 154.0)
    assert {row[1:] for row in said(workspace)} > {(150.0, 154.0, "fall"), (154.0, 160.0, "fall")}
    first = row_of(workspace, "fall")
    labelling.merge(first, first + 1)
    assert said(workspace) == before
    assert labelling.undo().what == "merge fall"
    assert labelling.undo().what == "split fall"
    assert labelling.undo() is None
    assert said(workspace) == before


def test_what_makes_no_sense_is_refused_and_changes_nothing(pair: Pair) -> None:
    workspace, labelling = pair
    before, row = said(workspace), row_of(workspace, "fall")
    with pytest.raises(InputError, match="inside"):
        labelling.split(row, 10.0)
    with pytest.raises(InputError, match="no interval"):
        labelling.resize({row: (161.0, 150.0)})
    assert not labelling.relabel(row, "fall")
    assert said(workspace) == before
    assert not list(labelling.journal.edits)


def test_without_a_name_nothing_is_edited(path: Path) -> None:
    workspace, labelling = opened(path, author="")
    assert not labelling.delete(0)
    labelling.ask_author = lambda: "ben"
    assert labelling.delete(0)
    assert workspace.whose_labels == "ben, else imported"
    closed(workspace, labelling)


def test_who_names_themselves_anew_looks_before_editing(path: Path) -> None:
    """Rows of the imported labels are not rows of one's own."""
    first = opened(path, author="anna")
    first[1].delete(0)
    closed(*first)
    workspace, labelling = opened(path, author="")
    labelling.ask_author = lambda: "anna"
    with pytest.raises(InputError, match="before"):
        labelling.delete(1)
    assert len(said(workspace)) == 3
    assert labelling.delete(1)
    assert len(said(workspace)) == 2
    closed(workspace, labelling)


def test_adjudicated_labels_are_not_edited_from_beside(path: Path) -> None:
    workspace, labelling = opened(path, author="adjudicated")
    labelling.delete(row_of(workspace, "fall"))
    closed(workspace, labelling)
    workspace, labelling = opened(path)
    assert workspace.whose_labels == "adjudicated, else anna, else imported"
    with pytest.raises(InputError, match="adjudicated"):
        labelling.delete(0)
    closed(workspace, labelling)


# --- windows ------------------------------------------------------------------------------------------


def test_windows_follow_and_the_blast_radius_had_said_so(pair: Pair) -> None:
    workspace, labelling = pair
    add_windows(workspace, workspace.library)
    ride, row, seen = int(workspace.library.numbers[0]), row_of(workspace, "fall"), []
    workspace.colouring_changed.connect(lambda: seen.append(workspace.colouring))
    before = workspace.labels
    foretold = blast_radius(workspace, ride, {row: (120.0, 160.0, "fall")})
    labelling.resize({row: (120.0, 160.0)})
    after = workspace.labels
    changed = np.flatnonzero(before.codes != after.codes)
    assert sum(foretold.values()) == len(changed) > 3
    assert told(foretold) == f"{len(changed)} windows change label, from no label to fall"
    whole = window_labels(workspace.table.windows, workspace.annotations, workspace.table.rule)
    np.testing.assert_array_equal(after.codes, whole)
    np.testing.assert_array_equal(workspace.column("label").codes, whole)
    assert len(seen) == 1
    np.testing.assert_array_equal(seen[0].codes, whole)


def test_any_gesture_changes_just_the_windows_that_were_foretold(pair: Pair) -> None:
    workspace, labelling = pair
    add_windows(workspace, workspace.library)
    ride, chance = int(workspace.library.numbers[0]), np.random.default_rng(3)
    for _ in range(40):
        start, long = float(chance.uniform(0, 170)), float(chance.choice([0.0, 0.5, 3.0, 40.0]))
        span = (start, min(start + long, 180.0), str(chance.choice(LABELS)))
        row, before = int(chance.integers(len(workspace.annotations))), workspace.labels
        if chance.random() < 0.3 or len(workspace.annotations) < 3:
            foretold = blast_radius(workspace, ride, {}, [span])
            labelling.add(ride, *span)
        elif chance.random() < 0.3:
            foretold = blast_radius(workspace, ride, {row: None})
            labelling.delete(row)
        else:
            label = workspace.annotations.label_names[int(workspace.annotations.label[row])]
            foretold = blast_radius(workspace, ride, {row: (*span[:2], label)})
            labelling.resize({row: span[:2]})
        pairs = zip(before.codes.tolist(), workspace.labels.codes.tolist(), strict=True)
        names = (*before.names, "no label")  # code -1 is the last
        happened = Counter((names[old], names[new]) for old, new in pairs if old != new)
        assert foretold == happened
        whole = window_labels(workspace.table.windows, workspace.annotations, workspace.table.rule)
        np.testing.assert_array_equal(workspace.labels.codes, whole)
    anew, journal = opened(workspace.library.path), labelling.journal
    assert said(anew[0]) == said(workspace)
    assert [edit.id for edit in journal.heads()] == [edit.id for edit in heads(journal.edits)]
    closed(*anew)


def test_what_the_legend_hides_and_a_filter_follow_too(pair: Pair) -> None:
    workspace, labelling = pair
    add_windows(workspace, workspace.library)
    workspace.set_filter('label == "fall"')
    workspace.hide_category(workspace.labels.names.index("normal"), True)
    before = int(workspace.shown.sum())
    labelling.resize({row_of(workspace, "fall"): (120.0, 160.0)})
    assert workspace.shown.sum() > before
    labelling.add(int(workspace.library.numbers[0]), 0.0, 8.0, "aquaplaning")  # shifts every code
    assert [workspace.labels.names[code] for code in workspace.colouring.hidden] == ["normal"]
    assert told(blast_radius(workspace, 1, {})) == "no window changes its label"


# --- undo, across sessions and people -------------------------------------------------------------------


def test_undo_takes_back_only_ones_own_and_asks_where_others_went_on(path: Path) -> None:
    anna, ben = opened(path), opened(path, author="anna")
    row = row_of(anna[0], "fall")
    anna[1].resize({row: (149.0, 160.0)})
    ben[1].poll()
    assert said(anna[0]) == said(ben[0])
    other = next(edit for edit in anna[1].journal.edits if edit.parents)
    ben[1].journal.append([_upon(other, "carla")])
    ben[1].poll()
    anna[1].poll()
    asked = anna[1].undo()
    assert asked.since == ("carla",)
    assert anna[1].undo(anyway=True).since == ()
    assert (anna[0].annotations.start_s == 150.0).any()
    for one in (anna, ben):
        closed(*one)


def _upon(edit: Edit, author: str) -> Edit:
    body = {**edit.after, "label": "crash"}
    changes = {"id": f"{author}-1", "parents": (edit.id,), "before": edit.after, "after": body}
    return Edit(**{**vars(edit), **changes, "author": author})


class Edits(RuleBasedStateMachine):
    """Edit, undo, redo and reopen in any order: always what a list of states says."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = Path(shutil.copy(MACHINE["original"], self.folder / "rides.h5"))
        self.workspace, self.labelling = opened(self.path)
        self.done: list[Said] = [said(self.workspace)]
        self.undone: list[Said] = []

    def teardown(self) -> None:
        closed(self.workspace, self.labelling)
        shutil.rmtree(self.folder)

    def did(self, changed: bool) -> None:
        if changed:
            self.done.append(said(self.workspace))
            self.undone.clear()

    def some(self) -> bool:
        return len(self.workspace.annotations) > 0

    def row(self, choice: int) -> int:
        return choice % len(self.workspace.annotations)

    @rule(
        ride=st.integers(0, 1),
        start=st.integers(0, 25),
        long=st.integers(0, 9),
        label=st.sampled_from(LABELS),
    )
    def add(self, ride: int, start: int, long: int, label: str) -> None:
        number = int(self.workspace.library.numbers[ride])
        wanted = sorted([*self.done[-1], (number, float(start), float(start + long), label)])
        self.did(self.labelling.add(number, start, start + long, label))
        assert said(self.workspace) == wanted

    @precondition(some)
    @rule(choice=st.integers(0, 99), start=st.integers(0, 25), long=st.integers(0, 9))
    def resize(self, choice: int, start: int, long: int) -> None:
        row = self.row(choice)
        self.did(self.labelling.resize({row: (start, start + long)}))
        if self.workspace.event is not None:
            assert self.workspace.annotations.start_s[self.workspace.event] >= 0

    @precondition(some)
    @rule(choice=st.integers(0, 99), label=st.sampled_from(LABELS))
    def relabel(self, choice: int, label: str) -> None:
        self.did(self.labelling.relabel(self.row(choice), label))

    @precondition(some)
    @rule(choice=st.integers(0, 99))
    def delete(self, choice: int) -> None:
        marks, row = self.workspace.annotations, self.row(choice)
        wanted = list(self.done[-1])
        label = marks.label_names[int(marks.label[row])]
        wanted.remove(
            (int(marks.ride_number[row]), float(marks.start_s[row]), float(marks.stop_s[row]), label)
        )
        self.did(self.labelling.delete(row))
        assert said(self.workspace) == wanted

    @precondition(some)
    @rule(choice=st.integers(0, 99))
    def split(self, choice: int) -> None:
        marks, row = self.workspace.annotations, self.row(choice)
        start, stop = float(marks.start_s[row]), float(marks.stop_s[row])
        if stop > start:
            self.did(self.labelling.split(row, (start + stop) / 2))

    @precondition(some)
    @rule(choice=st.integers(0, 99))
    def merge(self, choice: int) -> None:
        marks, row = self.workspace.annotations, self.row(choice)
        if row + 1 < len(marks) and marks.ride_number[row] == marks.ride_number[row + 1]:
            self.did(self.labelling.merge(row, row + 1))

    @rule()
    def undo(self) -> None:
        undone = self.labelling.undo()
        assert (undone is not None) == (len(self.done) > 1)
        if undone:
            self.undone.append(self.done.pop())

    @rule()
    def redo(self) -> None:
        redone = self.labelling.redo()
        assert (redone is not None) == bool(self.undone)
        if redone:
            self.done.append(self.undone.pop())

    @rule()
    def reopen(self) -> None:
        closed(self.workspace, self.labelling)
        self.workspace, self.labelling = opened(self.path)

    @invariant()
    def shows_the_model(self) -> None:
        assert said(self.workspace) == self.done[-1]
        assert self.labelling.unsaved == 0


MACHINE: dict[str, Path] = {}


def test_edit_undo_redo_reopen_equal_the_model(original: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    MACHINE["original"] = original
    run_state_machine_as_test(Edits, settings=settings(max_examples=8, stateful_step_count=20, deadline=None))


# --- the disk, and other windows ------------------------------------------------------------------------


def test_two_windows_see_each_other(path: Path) -> None:
    one, two = opened(path), opened(path, author="ben")
    two[0].select_event(row_of(two[0], "fall"))
    one[1].relabel(row_of(one[0], "fall"), "crash")
    two[1].poll()
    assert said(two[0]) != said(one[0])  # ben's labels, else imported: not anna's
    two[1].add(int(two[0].library.numbers[0]), 1.0, 2.0, "crash")
    third = opened(path, author="ben")
    assert said(third[0]) == said(two[0])
    third[0].select_event(row_of(third[0], "fall"))
    two[1].delete(0)
    third[1].poll()
    assert said(third[0]) == said(two[0])
    assert third[0].event == row_of(third[0], "fall")
    for pair in (one, two, third):
        closed(*pair)


class Impatient:
    """Somebody who is told how far it is, once, and then would rather not wait."""

    def __init__(self) -> None:
        self.told: list[tuple[float, float]] = []

    def __enter__(self) -> Progress:
        return self

    def __call__(self, done: float, total: float, what: str = "") -> None:
        self.told.append((done, total))
        if len(self.told) > 1:
            raise Cancelled

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is Cancelled


def test_a_long_journal_is_read_little_by_little_and_an_edit_waits_for_all_of_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_session, "SLICE", 2)
    imported, here = opened(path)[0], opened(path)
    for at in range(5):
        here[1].add(1, at * 2.0, at * 2.0 + 1.0, "fall")
    truth, known = said(here[0]), len(list(here[1].journal.edits))

    def begun() -> Pair:
        workspace = Workspace()
        labelling = Labelling(workspace, Memory(author="anna"))
        labelling.in_slices = True
        workspace.set_library(Library.open(path))
        assert labelling.reading
        assert labelling.saved_text() == f"reading the labels: 2 of {known} edits"
        assert said(workspace) == said(imported)  # half a journal is no one's labels
        return workspace, labelling

    workspace, labelling = begun()
    polls, waits = 0, Impatient()
    labelling.patience = lambda what: waits
    with pytest.raises(InputError, match="still being read"):
        labelling.add(1, 50.0, 51.0, "crash")
    assert not labelling.label_blind(True)
    assert waits.told[:2] == [(2, known + 1), (4, known + 1)]
    while labelling.reading:
        labelling.poll()
        polls += 1
    assert polls == known // 2 - 1, "the one that was waited for is not read again"
    assert not labelling.layering.blind
    assert said(workspace) == truth
    editing, undoing = begun(), begun()
    assert editing[1].add(1, 50.0, 51.0, "crash")
    assert not editing[1].reading
    assert said(editing[0]) == sorted([*truth, (1, 50.0, 51.0, "crash")])
    undoing[1].undo()
    assert said(undoing[0]) == truth


def test_what_cannot_be_saved_stays_counts_and_is_saved_later(
    pair: Pair, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, labelling = pair
    labelling.relabel(row_of(workspace, "fall"), "normal")

    def full(*_: object) -> int:
        raise StorageError("the disk is full", where=str(path))

    monkeypatch.setattr(LabelStore, "append", full)
    assert labelling.delete(row_of(workspace, "crash"))
    labelling.undo()
    assert labelling.saved_text() == "2 edits not saved: the disk is full"
    assert not labelling.save()
    shown = said(workspace)
    monkeypatch.undo()
    labelling.poll()  # tries again
    assert labelling.unsaved == 0
    assert labelling.saved_text().startswith("saved ")
    closed(workspace, labelling)
    again = opened(path)
    assert said(again[0]) == shown
    closed(*again)


def test_everything_can_be_saved_elsewhere(pair: Pair, tmp_path: Path) -> None:
    labelling = pair[1]
    labelling.delete(0)
    other = tmp_path / "elsewhere.labels.db"
    labelling.journal.save_elsewhere(other)
    with LabelStore.open(other) as store:
        assert {edit.id for edit in store.edits()} == {edit.id for edit in labelling.journal.edits}
    with pytest.raises(StorageError, match="already"):
        labelling.journal.save_elsewhere(other)


def test_a_read_only_folder_refuses_visibly_and_takes_the_edit_once_it_can(
    pair: Pair, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelling = pair[1]
    monkeypatch.setattr(label_store.os, "access", lambda *_: False)
    store_path(path).touch()  # what a full disk may have left
    labelling.delete(0)
    assert labelling.saved_text() == "5 edits not saved: labels cannot be written here"
    assert not store_path(path).stat().st_size
    other = path.with_name("other.labels.db")
    labelling.journal.save_elsewhere(other)
    assert labelling.saved_text() == "5 edits only in other.labels.db: labels cannot be written here"
    labelling.delete(0)
    assert labelling.saved_text() == "6 edits not saved: labels cannot be written here"
    monkeypatch.undo()
    assert labelling.save()
    assert store_path(path).stat().st_size


def test_a_store_that_is_taken_away_gets_everything_again(pair: Pair, path: Path) -> None:
    workspace, labelling = pair
    labelling.delete(0)
    store_path(path).unlink()
    labelling.delete(0)
    assert labelling.unsaved == 0
    closed(workspace, labelling)
    again = opened(path)
    assert len(again[0].annotations) == 2
    closed(*again)


def test_a_damaged_store_is_told_and_never_edited(path: Path) -> None:
    store_path(path).write_bytes(b"no database at all, but long enough to be read as one " * 40)
    bytes_before = store_path(path).read_bytes()
    workspace, labelling = opened(path)
    assert labelling.saved_text().startswith("labels cannot be read")
    before = said(workspace)
    with pytest.raises(LibraryError):
        labelling.delete(0)
    assert said(workspace) == before
    assert store_path(path).read_bytes() == bytes_before
    closed(workspace, labelling)


def test_kill_9_while_labelling_loses_nothing_that_was_acknowledged(path: Path) -> None:
    child_file, chance, acknowledged = Path(__file__).with_name("labelling_made.py"), random.Random(1), []
    for run in range(3):
        with subprocess.Popen(
            [sys.executable, str(child_file), str(path), f"run{run}"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        ) as child:
            first = child.stdout.readline()
            timer = threading.Timer(chance.uniform(0, 0.2), child.send_signal, (signal.SIGKILL,))
            timer.start()
            lines = [first, *child.stdout]
            timer.join()
        acknowledged = [line.strip() for line in lines if line.endswith("\n")]
        assert acknowledged
        workspace, labelling = opened(path, author=f"run{run}")
        shown = {label for *_, label in said(workspace)}
        assert set(acknowledged) <= shown
        assert len(shown) <= len(acknowledged) + 1 + len(LABELS)
        assert labelling.journal is not None
        closed(workspace, labelling)
    assert label_store.existing_store(store_path(path)).check().sound
    assert journal_module.Journal(store_path(path)).unsaved == []


def test_one_gesture_over_rides_and_kinds_is_undone_at_once(pair: Pair) -> None:
    """A class and the annotations of every ride in one commit: one undo, and the labels are as before."""
    workspace, labelling = pair
    before = said(workspace)
    rides = list(dict.fromkeys(workspace.annotations.ride_number.tolist()))

    def make(hand: Hand, behind: list[Edit]) -> list[Edit]:
        if not hand.ride:
            return [hand.edit(new_id(), (), None, {"name": "tumble"}, Kind.CLASS)]
        return [edit for head in behind for edit in gestures.relabel(hand, head, "tumble")]

    made = labelling.commit((None, *rides), make)
    assert {edit.group for edit in made} == {made[0].group}
    assert [edit.after for edit in labelling.current(Kind.CLASS)] == [{"name": "tumble"}]
    assert said(workspace) == sorted((*row[:3], "tumble") for row in before)
    assert labelling.undo() is not None
    assert said(workspace) == before
    assert labelling.current(Kind.CLASS) == []
    assert labelling.unsaved == 0
