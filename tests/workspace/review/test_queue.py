"""The queue of a library without its window: what a rename, blindness, a pause and a first label do to it."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from projector.annotations.layers import first_edits
from projector.annotations.vocabulary import LabelClass
from projector.domain.edits import Kind
from projector.domain.nouns import Annotation
from projector.jobs.synchronous import SynchronousRunner
from projector.library.label_store import LabelStore, store_path
from projector.workspace.labelling import Labelling
from projector.workspace.memory import Memory
from projector.workspace.pipeline import Pipeline
from projector.workspace.progress import Progress
from projector.workspace.review.found import Reason
from projector.workspace.review.queue import ReviewQueue
from projector.workspace.review.reasons import Facts
from projector.workspace.review.stopwatch import IDLE_S, Stopwatch
from projector.workspace.review.work import ReviewWork
from projector.workspace.workspace import Workspace
from tests.ui.trace_made import made_library
from tests.workspace.labelling_made import closed, opened

UTC = "2026-03-01T10:00:00+00:00"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("queue"))


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(original, tmp_path / "rides.h5"))


@pytest.fixture
def anna(path: Path) -> Iterator[tuple[Workspace, Labelling, ReviewQueue]]:
    workspace, labelling = opened(path)
    yield workspace, labelling, ReviewQueue(workspace, labelling, Memory())
    closed(workspace, labelling)


def row_of(workspace: Workspace, label: str) -> int:
    marks = workspace.annotations
    return marks.label.tolist().index(marks.label_names.index(label))


def test_a_new_name_of_a_class_is_no_verdict_no_edit_and_takes_none_away(anna) -> None:
    workspace, labelling, queue = anna
    progress = Progress(workspace, labelling)
    workspace.select_event(row_of(workspace, "fall"))
    queue.judge("right")
    labelling.resize({row_of(workspace, "normal"): (15.0, 31.0)})
    queue.prefer(since=date.today())

    def stands() -> tuple[object, ...]:
        event = queue.current
        edited = queue.items.found.reason.tolist().count(Reason.EDITED)
        through = progress.overview().layers[0].through
        return event.start_s, queue.verdict_on(event) is not None, edited, through

    workspace.select_event(row_of(workspace, "fall"))
    before = stands()
    assert before[1:] == (True, 1, 3)  # one judged, one edited, one that it lies on: three gone through
    names = {"fall": "tumble", "braking": "slowing"}
    classes = [
        LabelClass(names.get(one.name, one.name), one.slot, one.digit) for one in labelling.vocabulary.classes
    ]
    assert labelling.vocabulary.change(tuple(classes), names)
    assert queue.current.label == "tumble"
    assert [one.subject.label for one in queue.verdicts()] == ["tumble"]
    assert stands() == before
    labelling.undo()
    workspace.select_event(row_of(workspace, "fall"))
    assert [one.subject.label for one in queue.verdicts()] == ["fall"]
    assert stands() == before
    labelling.relabel(row_of(workspace, "braking"), "fall")  # of one alone: that is an edit
    assert stands()[2:] == (2, 3)


def facts_of(queue: ReviewQueue, workspace: Workspace) -> Facts:
    assert queue.items is not None  # the journal is read
    return queue._sources(workspace.library).facts()


def test_blind_nothing_of_others_is_learnt(path: Path) -> None:
    workspace, labelling = opened(path, "ben")
    ride = next(iter(labelling.rides().values()))
    queue = ReviewQueue(workspace, labelling, Memory())
    workspace.select_event(row_of(workspace, "fall"))
    queue.judge("right")
    labelling.seen.mark_done(ride.number, whole=True)
    closed(workspace, labelling)
    with LabelStore.open(store_path(path)) as store:
        seen = [edit for edit in store.edits() if edit.kind is Kind.SEEN]
        assert seen
        alert = Annotation(60.0, 62.0, "alert")
        store.append(
            first_edits([alert], seen[0].ride, ride.signal_hash, layer="detector", utc=UTC, reason="made")
        )
    workspace, labelling = opened(path)
    try:
        queue = ReviewQueue(workspace, labelling, Memory())
        assert [one.author for one in queue.verdicts()] == ["ben"]
        assert Reason.ALERT in queue.counts()
        facts = facts_of(queue, workspace)
        assert (len(facts.seen), facts.alerts is not None) == (1, True)
        labelling.label_blind(True)
        facts = facts_of(queue, workspace)
        assert (len(facts.seen), facts.alerts, facts.judged, facts.sides) == (0, None, None, ())
        assert queue.verdicts() == []
        assert Reason.ALERT not in queue.counts()
        labelling.seen.mark_done(ride.number, whole=True)  # one's own counts
        assert len(facts_of(queue, workspace).seen) == 1
        labelling.label_blind(False)
        assert [one.author for one in queue.verdicts()] == ["ben"]
    finally:
        closed(workspace, labelling)


def test_two_detectors_and_a_person_are_no_people_who_disagree(path: Path) -> None:
    workspace, labelling = opened(path)
    ride = next(iter(labelling.rides().values()))
    labelling.resize({row_of(workspace, "fall"): (15.0, 31.0)})
    closed(workspace, labelling)
    alert = Annotation(60.0, 62.0, "fall")
    with LabelStore.open(store_path(path)) as store:
        (subject,) = {edit.ride for edit in store.edits()}
        for layer in ("detector", "predictions", "ben"):
            store.append(first_edits([alert], subject, ride.signal_hash, layer=layer, utc=UTC, reason="made"))
    workspace, labelling = opened(path)
    try:
        sides = facts_of(ReviewQueue(workspace, labelling, Memory()), workspace).sides
        assert [{side.name for side in several} for several in sides] == [{"anna", "ben"}]
    finally:
        closed(workspace, labelling)


def test_idle_time_is_not_counted() -> None:
    now = [0.0]
    watch = Stopwatch(lambda: now[0])

    def at(second: float) -> float:
        now[0] = second
        return watch.seconds

    assert at(5.0) == 5.0
    watch.touch()
    assert at(30.0) == 30.0
    assert at(4000.0) == 5.0 + IDLE_S  # a minute after the last touch nobody looks any more
    watch.touch()
    assert at(4010.0) == 15.0 + IDLE_S
    watch.pause()
    assert at(4100.0) == 15.0 + IDLE_S
    watch.touch()
    assert at(4101.0) == 16.0 + IDLE_S
    watch.restart()
    assert at(4103.0) == 2.0


def test_impacts_are_looked_for_in_a_ride_that_gets_its_first_label(path: Path) -> None:
    workspace, labelling = opened(path)
    memory = Memory(author="anna", review={"off": ["unlike", "unlabelled"]})
    pipeline = Pipeline(workspace, SynchronousRunner(), memory)
    queue = ReviewQueue(workspace, labelling, memory)
    work = ReviewWork(workspace, pipeline, queue)
    try:
        pipeline.extract()
        work.ask()
        asked: list[list[int]] = []
        real = pipeline.run

        def run(kind, task, given, use):
            asked.append(given["rides"])
            real(kind, task, given, use)

        pipeline.run = run
        labelled = set(workspace.annotations.ride_number.tolist())
        fresh = next(number for number in workspace.library.numbers.tolist() if number not in labelled)
        before = len(queue.impacts.ride)
        work.ask()
        assert asked == []
        labelling.add(fresh, 2.0, 4.0, "crash")
        work.ask()
        assert asked == [[fresh]]  # and no other ride again
        assert work.note() == ""
        assert len(queue.impacts.ride) >= before
        work.ask()
        assert len(asked) == 1
    finally:
        closed(workspace, labelling)
