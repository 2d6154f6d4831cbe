"""Several people's layers through one session: shown, copied, adjudicated, blind, in conflict, given back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from projector.annotations.conflicts import ALL
from projector.annotations.layers import ADJUDICATED, IMPORTED, spoken
from projector.annotations.steps import Steps
from projector.domain.edits import Kind, new_id
from projector.domain.errors import InputError
from projector.library.label_store import store_path
from projector.workspace.labelling import Labelling
from projector.workspace.workspace import Workspace
from tests.ui.trace_made import made_library
from tests.workspace.labelling_made import closed, opened, said

RIDE = 1


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("layers"))


@pytest.fixture
def path(original: Path) -> Path:
    """The library without a label: the same file, because a new one is checked in a process of its own."""
    store_path(original).unlink(missing_ok=True)
    return original


class People:
    """Windows on one library, closed at the end."""

    def __init__(self, path: Path) -> None:
        self._path, self._open = path, []

    def __call__(self, name: str) -> tuple[Workspace, Labelling]:
        pair = opened(self._path, name)
        self._open.append(pair)
        return pair

    def close(self) -> None:
        for pair in self._open:
            closed(*pair)


@pytest.fixture
def people(path: Path) -> Iterator[People]:
    made = People(path)
    yield made
    made.close()


def row(workspace: Workspace, start: float) -> int:
    marks = workspace.annotations
    return next(i for i in range(len(marks)) if marks.start_s[i] == start)


def test_another_s_layer_is_shown_as_it_is_and_editing_it_makes_a_copy_of_one_s_own(people: People) -> None:
    anna_at, anna = people("anna")
    anna.relabel(row(anna_at, 10.0), "crash")
    hers = said(anna_at)
    ben_at, ben = people("ben")
    imported = said(ben_at)
    heard: list[str] = []
    ben.told.connect(lambda text: heard.append(text) if text else None)
    ben.show_layer("anna")
    assert said(ben_at) == hers != imported
    assert ben_at.whose_labels == "anna, else imported"
    ben.resize({row(ben_at, 150.0): (151.0, 160.0)})
    assert said(ben_at) == sorted((r, 151.0 if a == 150.0 else a, b, name) for r, a, b, name in hers)
    assert ben_at.whose_labels == "ben, else anna, else imported"
    assert heard == ["4 labels copied from anna: the copy is yours, and is what you see and edit now"]
    anna.poll()
    assert said(anna_at) == hers
    ben.undo()
    assert said(ben_at) == hers, "nothing of ben's is left, so anna's are what he sees again"
    assert not spoken(ben.journal.heads(), "ben")


def test_one_s_own_labels_of_a_ride_are_never_mixed_with_another_s(people: People) -> None:
    anna_at, anna = people("anna")
    anna.relabel(row(anna_at, 10.0), "crash")
    ben_at, ben = people("ben")
    ben.relabel(row(ben_at, 10.0), "normal")
    mine = said(ben_at)
    ben.show_layer("anna")
    before = len(list(ben.journal.edits))
    with pytest.raises(InputError, match="ben has other labels on long than anna"):
        ben.delete(row(ben_at, 150.0))
    assert said(ben_at) == mine, "one's own are shown, nothing is done"
    assert len(list(ben.journal.edits)) == before


def test_the_adjudicator_edits_what_counts_for_everybody(people: People) -> None:
    anna_at, anna = people("anna")
    anna.relabel(row(anna_at, 10.0), "crash")
    eve_at, eve = people("eve")
    eve.show_layer("anna")
    assert eve.adjudicate(True)
    eve.relabel(row(eve_at, 150.0), "normal")
    settled = said(eve_at)
    assert eve_at.whose_labels == "adjudicating · adjudicated, else anna, else imported"
    (last,) = [edit for edit in eve.journal.edits if edit.group == eve.stacks().undo[-1]]
    assert (last.layer, last.author) == (ADJUDICATED, "eve")
    anna.poll()
    assert said(anna_at) == settled
    with pytest.raises(InputError, match="adjudicated"):
        anna.delete(0)
    eve.adjudicate(False)
    eve.undo()
    anna.poll()
    assert (1, 10.0, 20.0, "crash") in said(anna_at), "given back to anna's own"
    assert ADJUDICATED not in anna_at.whose_labels


def test_blind_labelling_shows_nothing_of_others_and_starts_empty(people: People) -> None:
    anna_at, anna = people("anna")
    anna.relabel(row(anna_at, 10.0), "crash")
    ben_at, ben = people("ben")
    names = ben_at.annotations.label_names
    assert ben.label_blind(True)
    assert said(ben_at) == []
    assert ben_at.annotations.label_names == names, "classes stay on offer"
    assert ben.ride_layers(RIDE).others == ()
    assert ben.events_of("anna") is None
    assert ben_at.whose_labels == "labelling blind, only those of ben"
    ben.add(RIDE, 5.0, 6.0, "fall")
    assert said(ben_at) == [(1, 5.0, 6.0, "fall")]
    assert [name for name, _ in anna.ride_layers(RIDE).others] == [IMPORTED]
    anna.poll()
    assert [name for name, _ in anna.ride_layers(RIDE).others] == ["ben", IMPORTED]
    ben.label_blind(False)
    assert said(ben_at) == [(1, 5.0, 6.0, "fall")], "his own labels of the ride, without copies"


def conflict_of(people: People) -> tuple[tuple[Workspace, Labelling], tuple[Workspace, Labelling]]:
    """One person in two windows, neither of which has seen the other's last edit."""
    here, there = people("anna"), people("anna")
    here[1].relabel(row(here[0], 10.0), "crash")
    there[1].poll()
    here[1].resize({row(here[0], 150.0): (151.0, 160.0)})
    there[1].resize({row(there[0], 150.0): (150.0, 158.0)})
    here[1].poll()
    there[1].poll()
    return here, there


@pytest.mark.parametrize("keep", [0, 1, ALL])
def test_a_conflict_keeps_both_until_it_is_settled_and_again_after_undo(people: People, keep: int) -> None:
    (here_at, here), (there_at, there) = conflict_of(people)
    both = [(1, 150.0, 158.0, "fall"), (1, 151.0, 160.0, "fall")]
    assert said(here_at) == said(there_at)
    assert [one for one in said(here_at) if one[3] == "fall"] == both
    (conflict,) = here.conflicts()
    assert conflict.made_here == (True, False)
    assert [edit.after["start_s"] for edit in conflict.versions] == [151.0, 150.0]
    assert here.settle(conflict, keep)
    wanted = both if keep == ALL else [both[1 - keep]]
    there.poll()
    assert here.conflicts() == there.conflicts() == []
    assert [one for one in said(there_at) if one[3] == "fall"] == wanted
    told = "both versions of fall kept" if keep == ALL else "fall kept of 2 versions"
    assert here.history.steps(RIDE)[0].what == told
    newest = [edit for edit in here.journal.edits if edit.group == here.stacks().undo[-1]]
    assert set(newest[0].parents) == {edit.id for edit in conflict.versions}
    with pytest.raises(InputError, match="meanwhile"):
        there.settle(conflict, keep)
    here.undo()
    there.poll()
    assert len(there.conflicts()) == 1
    assert [one for one in said(there_at) if one[3] == "fall"] == both
    here.redo()
    assert [one for one in said(here_at) if one[3] == "fall"] == wanted
    assert here.conflicts() == []


def test_keys_go_on_with_the_version_of_a_conflict_that_was_chosen(people: People) -> None:
    (here_at, here), _ = conflict_of(people)
    for start, other in ((150.0, 151.0), (151.0, 150.3)):
        here_at.select_event(row(here_at, start))
        for step in (0.1, 0.2, 0.3):
            at = here_at.event
            here.resize({at: (start + step, float(here_at.annotations.stop_s[at]))})
            assert here_at.annotations.start_s[here_at.event] == start + step
        assert other in here_at.annotations.start_s


def test_a_removal_beside_a_change_is_a_conflict_too(people: People) -> None:
    here, there = people("anna"), people("anna")
    here[1].relabel(row(here[0], 10.0), "crash")
    there[1].poll()
    here[1].delete(row(here[0], 150.0))
    there[1].relabel(row(there[0], 150.0), "normal")
    here[1].poll()
    (conflict,) = here[1].conflicts()
    assert (1, 150.0, 160.0, "normal") in said(here[0]), "the change stays until somebody says so"
    with pytest.raises(InputError, match="removal"):
        here[1].settle(conflict, ALL)
    here[1].settle(conflict, 0)
    assert not any(start == 150.0 for _, start, _, _ in said(here[0]))
    assert here[1].conflicts() == []


class GivingBack(RuleBasedStateMachine):
    """Whatever is done and undone: a layer speaks exactly while a gesture in it stands."""

    original: Path

    def __init__(self) -> None:
        super().__init__()
        store_path(self.original).unlink(missing_ok=True)
        self.workspace, self.labelling = opened(self.original)
        self.states = [said(self.workspace)]
        self.undone: list[object] = []

    def _did(self, done: bool) -> None:
        if done:
            self.states.append(said(self.workspace))
            self.undone.clear()

    @rule(start=st.floats(0, 100), length=st.floats(0.5, 9))
    def add(self, start: float, length: float) -> None:
        self._did(self.labelling.add(RIDE, start, start + length, "fall"))

    @precondition(lambda self: len(self.workspace.annotations))
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.workspace.annotations) - 1))
        self._did(self.labelling.delete(at))

    @precondition(lambda self: len(self.workspace.annotations))
    @rule(data=st.data(), label=st.sampled_from(["crash", "normal"]))
    def relabel(self, data: st.DataObject, label: str) -> None:
        at = data.draw(st.integers(0, len(self.workspace.annotations) - 1))
        self._did(self.labelling.relabel(at, label))

    @precondition(lambda self: len(self.states) > 1)
    @rule()
    def undo(self) -> None:
        self.undone.append(self.states.pop())
        assert self.labelling.undo() is not None
        self.check()

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        self.states.append(self.undone.pop())
        assert self.labelling.redo() is not None
        self.check()

    def check(self) -> None:
        assert said(self.workspace) == self.states[-1]
        speaks = "long" in spoken(self.labelling.journal.heads(), "anna")
        assert speaks == (len(self.states) > 1)
        kinds = {edit.kind for edit in self.labelling.journal.heads()}
        assert kinds <= {Kind.ANNOTATION}
        assert self.labelling.conflicts() == []

    def teardown(self) -> None:
        closed(self.workspace, self.labelling)


def test_undoing_the_first_edit_gives_the_ride_back(original: Path) -> None:
    machine = type("Machine", (GivingBack,), {"original": original})
    run_state_machine_as_test(machine, settings=settings(max_examples=6, stateful_step_count=12))


def test_a_history_that_grows_shares_what_was_there(people: People) -> None:
    workspace, anna = people("anna")
    anna.relabel(row(workspace, 10.0), "crash")
    first = anna.history.steps(RIDE)
    before = list(first)
    anna.relabel(row(workspace, 10.0), "braking")
    anna.undo()
    later = anna.history.steps(RIDE)
    assert later.continues(first)
    assert not first.continues(later)
    assert list(first) == before == later[2:]
    assert list(later) == list(Steps(anna.journal.of_ride("long")))
    assert list(later.by("anna")) == [step for step in later if step.author == "anna"]
    anna.label_blind(True)
    assert {step.layer for step in anna.history.steps(RIDE)} == {"anna"}
    assert not anna.history.steps(RIDE).continues(later)


def test_a_step_that_was_undone_can_be_gone_back_to_without_a_conflict(people: People) -> None:
    """Undoing a layer's first edit gives the ride back; going back to that edit makes no second version."""
    workspace, anna = people("anna")
    anna.relabel(row(workspace, 10.0), "crash")
    crash, step = said(workspace), anna.history.steps(RIDE)[0]
    assert anna.undo() is not None
    assert said(workspace) != crash
    assert anna.history.go_back(RIDE, step)
    assert said(workspace) == crash
    assert not anna.conflicts()
    assert not anna.history.go_back(RIDE, step), "the labels are like that now"
    head = next(edit for edit in anna.journal.edits if edit.group == step.group)
    anna.journal.append(
        [replace(head, id=new_id(), subject=new_id(), parents=(), signal_hash="ff", group="x")]
    )
    with pytest.raises(InputError, match="other signals"):
        anna.history.go_back(RIDE, anna.history.steps(RIDE)[0])
