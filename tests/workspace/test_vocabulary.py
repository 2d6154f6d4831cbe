"""Changing the vocabulary of a library: what is relabelled and what stays, in one step that can be undone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from projector.annotations.vocabulary import LabelClass, checked, settled
from projector.domain.errors import InputError
from projector.domain.nouns import Annotation, Recording
from projector.domain.progress import Cancelled
from projector.library.label_store import LabelStore, store_path
from projector.library.writer import write_library
from projector.workspace import journal
from projector.workspace.labelling import Labelling
from projector.workspace.vocabulary import Usage
from projector.workspace.vocabulary_draft import VocabularyDraft
from projector.workspace.workspace import Workspace
from tests.ui.trace_made import long_ride, short_ride
from tests.workspace.labelling_made import closed, opened, said

Pair = tuple[Workspace, Labelling]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rides 'long' (braking, normal, crash, fall), 'short' (fall twice) and 'third' (normal)."""
    path = tmp_path_factory.mktemp("vocabulary") / "rides.h5"
    short, third = short_ride(), short_ride()
    falls = (Annotation(1.0, 4.0, "fall"), Annotation(10.0, 14.0, "fall"))
    write_library(
        path,
        [
            long_ride(),
            Recording("short", short.streams, falls),
            Recording("third", third.streams, (Annotation(2.0, 3.0, "normal"),)),
        ],
    )
    return path


def event(workspace: Workspace, ride: int, start: float) -> int:
    marks = workspace.annotations
    return int(np.flatnonzero((marks.ride_number == ride) & (marks.start_s == start))[0])


def renamed(labelling: Labelling, old: str, new: str) -> bool:
    draft = VocabularyDraft(labelling.vocabulary.classes)
    draft.rename(next(row for row in draft.rows if row.one.name == old), new)
    return labelling.vocabulary.change(draft.classes, draft.renamed())


def test_without_a_vocabulary_it_follows_from_the_labels_and_the_first_change_writes_it(pair: Pair) -> None:
    labelling = pair[1]
    vocabulary = labelling.vocabulary
    assert not vocabulary.written
    assert vocabulary.names() == ("normal", "braking", "fall", "crash")
    assert [vocabulary.of_digit(digit) for digit in (1, 3, 5)] == ["normal", "fall", ""]
    before = vocabulary.classes
    assert vocabulary.add("skid")
    assert vocabulary.written
    assert vocabulary.names() == ("normal", "braking", "fall", "crash", "skid")
    assert vocabulary.of_digit(5) == "skid"
    assert labelling.undo().what == "vocabulary changed"
    assert vocabulary.classes == before
    assert not vocabulary.written
    labelling.redo()
    with pytest.raises(InputError, match="two labels"):
        vocabulary.add("Skid")


def test_renaming_takes_along_all_rides_in_one_step_and_leaves_others_alone(pair: Pair, path: Path) -> None:
    ben = opened(path, author="ben")
    ben[1].relabel(event(ben[0], 3, 2.0), "fall")
    closed(*ben)
    workspace, labelling = pair
    labelling.poll()
    before = said(workspace)
    labelling.resize({event(workspace, 1, 150.0): (149.0, 160.0)})  # this ride is copied already
    mine = said(workspace)
    workspace.select_event(event(workspace, 2, 10.0))
    usage = labelling.vocabulary.usage("fall")
    assert usage == Usage(3, 2, (("ben", 1),))
    assert (usage.told(), usage.told_others()) == ("3 annotations on 2 rides", "1 of ben stay as they are")
    assert renamed(labelling, "fall", "tumble")
    assert said(workspace) == sorted((*row[:3], row[3].replace("fall", "tumble")) for row in mine)
    assert "tumble" in labelling.names()
    assert "fall" not in labelling.names()
    assert workspace.annotations.start_s[workspace.event] == 10.0  # the same event is current
    assert workspace.library.annotations.label_names == ("braking", "crash", "fall", "normal")
    labelling.show_layer("ben")
    assert (3, 2.0, 3.0, "fall") in said(workspace)
    labelling.show_layer("anna")
    what = labelling.undo().what
    assert what == "rename fall to tumble · 3 annotations"
    assert said(workspace) == mine
    assert "fall" in labelling.names()
    labelling.undo()
    assert said(workspace) == before
    labelling.redo()
    labelling.redo()
    after = said(workspace)
    other = opened(path)  # it is on disk
    assert said(other[0]) == after
    assert other[1].names() == labelling.names()
    closed(*other)


def test_a_renaming_that_is_stopped_while_it_is_written_leaves_nothing(
    pair: Pair, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MANY", 1)  # fewer are written in one go, and so few too quickly in a thread
    monkeypatch.setattr(journal, "aside", lambda work, progress: work(progress))
    workspace, labelling = pair
    before, vocabulary = said(workspace), labelling.vocabulary
    wanted = tuple(replace(one, name="tumble") if one.name == "fall" else one for one in vocabulary.classes)

    def stop(done: float, total: float, what: str = "") -> None:
        if what == "writing":
            raise Cancelled

    with pytest.raises(Cancelled):
        vocabulary.change(wanted, {"fall": "tumble"}, stop)
    with LabelStore.open(store_path(path)) as store:
        assert (len(store), list(labelling.journal.edits), labelling.unsaved) == (0, [], 0)
    assert (said(workspace), labelling.stacks().undo) == (before, ())
    assert vocabulary.change(wanted, {"fall": "tumble"})
    assert "tumble" in vocabulary.names()
    labelling.undo()
    assert said(workspace) == before


def test_a_label_that_is_given_up_hands_its_annotations_over(pair: Pair) -> None:
    workspace, labelling = pair
    draft = VocabularyDraft(labelling.vocabulary.classes)
    rows = {row.one.name: row for row in draft.rows}
    draft.remove(rows["fall"], rows["crash"])
    draft.rename(rows["crash"], "accident")
    assert draft.consequences(labelling.vocabulary.usage) == [
        "crash becomes accident: 1 annotation on 1 ride",
        "fall becomes accident: 3 annotations on 2 rides",
    ]
    assert labelling.vocabulary.change(draft.classes, draft.renamed())
    assert {row[3] for row in said(workspace)} == {"normal", "braking", "accident"}
    assert labelling.names() == ("normal", "braking", "accident")


def test_a_chosen_colour_is_the_same_everywhere(pair: Pair) -> None:
    workspace, labelling = pair
    told: list[dict[str, int]] = []
    workspace.labels_changed.connect(lambda: told.append(workspace.label_slots()))
    draft = VocabularyDraft(labelling.vocabulary.classes)
    rows = {row.one.name: row for row in draft.rows}
    assert draft.set_slot(rows["fall"], rows["normal"].one.slot) is rows["normal"]
    draft.set_slot(rows["crash"], 17)
    labelling.vocabulary.change(draft.classes)
    assert {name: told[-1][name] for name in ("fall", "normal", "crash")} == {
        "fall": 0,
        "normal": 4,
        "crash": 17,
    }
    labelling.add(1, 1.0, 2.0, "bump")  # a label from elsewhere takes nobody's place
    assert workspace.label_slots() == told[-1]
    assert len(set(told[-1].values())) == 5
    assert labelling.vocabulary.find("bump").digit == 5


def test_trimming_is_part_of_the_gesture(pair: Pair) -> None:
    workspace, labelling = pair
    draft = VocabularyDraft(labelling.vocabulary.classes)
    fall = next(row for row in draft.rows if row.one.name == "fall")
    draft.set_rules(fall, point=False, overlap="trim")
    labelling.vocabulary.change(draft.classes)
    before, told = said(workspace), list[str]()
    labelling.told.connect(told.append)
    labelling.add(1, 12.0, 18.0, "fall")  # over braking 10-20 and normal 15-30
    assert {row[1:] for row in said(workspace) if row[0] == 1 and row[1] < 40} == {
        (10.0, 12.0, "braking"),
        (12.0, 18.0, "fall"),
        (18.0, 20.0, "braking"),
        (18.0, 30.0, "normal"),
    }
    assert told == ["", "splits braking, trims normal by 3 s"]
    assert workspace.annotations.start_s[workspace.event] == 12.0
    assert labelling.history.steps(1)[0].what == "new fall, splits braking, trims normal by 3 s"
    assert labelling.undo().what == "new fall, splits braking, trims normal by 3 s"
    assert told[-1] == ""  # what was told of it is no more
    assert said(workspace) == before
    labelling.resize({event(workspace, 1, 150.0): (60.0, 160.0)})  # the point at 61 s stays
    assert (1, 61.0, 61.0, "crash") in said(workspace)
    labelling.undo()
    labelling.relabel(event(workspace, 1, 10.0), "fall")
    assert (1, 20.0, 30.0, "normal") in said(workspace)
    labelling.undo()
    labelling.add(1, 12.0, 18.0, "normal")  # keeps both
    assert (1, 10.0, 20.0, "braking") in said(workspace)


def test_a_new_name_comes_with_its_class_in_one_step(pair: Pair) -> None:
    workspace, labelling = pair
    before = said(workspace)
    assert labelling.relabel(event(workspace, 1, 150.0), "slide", new_label=True)
    assert labelling.vocabulary.names()[-1] == "slide"
    assert (1, 150.0, 160.0, "slide") in said(workspace)
    labelling.undo()
    assert said(workspace) == before
    assert not labelling.vocabulary.written


# --- the draft --------------------------------------------------------------------------------------------


class Drafting(RuleBasedStateMachine):
    """Whatever is clicked, the classes make sense and each old label knows its new name."""

    def __init__(self) -> None:
        super().__init__()
        names = ("normal", "fall", "slide", "crash")
        self.base = settled(LabelClass(name, at, at + 1) for at, name in enumerate(names))
        self.draft, self.count = VocabularyDraft(self.base), 0

    def row(self, at: int):
        return self.draft.rows[at % len(self.draft.rows)]

    @rule(at=st.integers(0, 9), digit=st.integers(0, 9), slot=st.integers(0, 31))
    def give(self, at: int, digit: int, slot: int) -> None:
        if self.draft.rows:
            self.draft.set_digit(self.row(at), digit)
            self.draft.set_slot(self.row(at), slot)
            assert (self.row(at).one.digit, self.row(at).one.slot) == (digit, slot)

    @rule(at=st.integers(0, 9), to=st.integers(0, 9))
    def stand_under(self, at: int, to: int) -> None:
        if self.draft.rows:
            row = self.row(at)
            parents = ["", *self.draft.possible_parents(row)]
            self.draft.set_parent(row, parents[to % len(parents)])

    @rule(at=st.integers(0, 9), by=st.sampled_from([-1, 1]))
    def move(self, at: int, by: int) -> None:
        if self.draft.rows:
            row, before = self.row(at), self.draft.classes
            if self.draft.move(row, by):
                assert self.draft.move(row, -by)
                assert self.draft.classes == before
                self.draft.move(row, by)

    @rule(at=st.integers(0, 9))
    def rename(self, at: int) -> None:
        if self.draft.rows:
            self.count += 1
            row, others = self.row(at), self.draft.rows[1:]
            above = {one: one.above for one in self.draft.rows}
            # while it is typed it is empty, and another one's name
            for name in ("", *(other.one.name for other in others), f"name {self.count}"):
                self.draft.rename(row, name)
                if self.draft.move(row, 1):
                    self.draft.move(row, -1)
            assert {one: one.above for one in self.draft.rows} == above, "nobody is put under another"

    @rule()
    def add(self) -> None:
        self.draft.add("new")

    @rule(at=st.integers(0, 9), heir=st.integers(0, 9))
    def remove(self, at: int, heir: int) -> None:
        if len(self.draft.rows) > 1:
            row = self.row(at)
            others = [other for other in self.draft.rows if other is not row]
            self.draft.remove(row, others[heir % len(others)])

    @invariant()
    def it_makes_sense(self) -> None:
        classes = self.draft.classes
        assert checked(classes) == classes == settled(classes)
        names = {one.name for one in classes}
        for one in self.base:
            assert self.draft.renamed().get(one.name, one.name) in names
            bearers = [row for row in self.draft.rows if one.name in self.draft.bearing(row)]
            assert [row.one.name for row in bearers] == [self.draft.renamed().get(one.name, one.name)]


TestDrafting = Drafting.TestCase
TestDrafting.settings = settings(max_examples=15, stateful_step_count=20)
