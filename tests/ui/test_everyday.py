"""Ten everyday tasks take the keys and clicks that the handbook says: read from its table, and performed."""

import re
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from projector.domain.edits import Kind
from projector.ui.app import Application
from projector.workspace.memory import Memory
from tests.ui.hands import LEFT, NONE, SHIFT, Hand
from tests.ui.windows import opened, settle
from tests.workspace.labelling_made import Said, said

HANDBOOK = Path(__file__).resolve().parents[2] / "docs" / "labels.md"


def table() -> dict[str, tuple[list[str], int]]:
    """Task: what is pressed or clicked, one after the other, and how many the table says these are."""
    part = HANDBOOK.read_text(encoding="utf-8").split("## Ten everyday tasks")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (\d+) \|$", part, re.MULTILINE)
    # a comma within backticks is a key
    return {task: (re.findall(r"`[^`]+`|[^,`]+(?=,|$)", steps), int(count)) for task, steps, count in rows}


class Person(Hand):
    """Does what a row of the table says."""

    def __init__(self, app: Application) -> None:
        super().__init__(app)
        self.at_s, self.to_s, self.card = 0.0, 0.0, 0

    def perform(self, steps: list[str]) -> None:
        mouse: dict[str, Callable[[], None]] = {
            "drag the start": lambda: self.drag(self.at_s, self.to_s),
            "Shift+drag over it": lambda: self.drag(self.at_s, self.to_s, SHIFT),
            "click between them": lambda: self.click(self.at_s),
            "click a card": self.click_card,
        }
        left = deque(step.strip() for step in steps)
        while left:
            step = left.popleft()
            if step not in mouse:
                self.press(step.strip("`"), left)
            else:
                mouse[step]()

    def press(self, key: str, left: deque[str]) -> None:
        """A key where it is typed: among the cards, else in the trace; the next may answer what it asks."""

        def answer() -> None:
            asked = QApplication.activeModalWidget()
            if asked is not None:
                answered = bool(left) and left.popleft() == "`Enter`"  # else it would wait for ever
                QTest.keyClick(asked, Qt.Key.Key_Return if answered else Qt.Key.Key_Escape)
                self.app.window.activateWindow()  # a screen's window manager does this

        QTimer.singleShot(0, answer)
        typed = self.app.window.views["similar"].cards if self.card and key == "Enter" else self.trace
        QTest.keySequence(typed, QKeySequence(key))
        settle(self.app)

    def click_card(self) -> None:
        cards = self.app.window.views["similar"].cards
        place = cards.visualRect(cards.model().index(self.card)).center()
        QTest.mouseClick(cards.viewport(), LEFT, NONE, place)
        self.card += 1
        settle(self.app)

    def do(self, task: str) -> tuple[Said, Said]:
        """Perform a row of the table: the labels that are no more, and those that came."""
        steps, _ = next(row for name, row in table().items() if name.startswith(task))
        before = said(self.app.workspace)
        self.perform(steps)
        after = said(self.app.workspace)
        return [row for row in before if row not in after], [row for row in after if row not in before]

    @property
    def event(self) -> tuple[float, float, str]:
        marks, row = self.app.workspace.annotations, self.app.workspace.event
        return float(marks.start_s[row]), float(marks.stop_s[row]), marks.label_names[marks.label[row]]


@pytest.fixture
def person(qapp: object, sample_with_cache: Path, tmp_path: Path) -> Iterator[Person]:
    folder = Path(shutil.copytree(sample_with_cache.parent, tmp_path / "rides"))
    app = opened(folder / "rides.h5", Memory(theme="dark", layout="label", author="anna"))
    app.workspace.show_ride(int(app.workspace.library.numbers[2]))
    settle(app)
    yield Person(app)
    app.close()


def test_the_table_is_of_ten_tasks_and_counts_right() -> None:
    tasks = table()
    assert len(tasks) == 10
    assert {task: len(steps) for task, (steps, _) in tasks.items()} == {
        task: count for task, (_, count) in tasks.items()
    }


def test_reviewing_takes_what_the_handbook_says(person: Person) -> None:
    app, left, do = person.app, person.app.window.review_queue, person.do
    assert do("see the next event") == ([], [])
    first = left.current
    assert first is not None
    assert do("it is right") == ([], [])
    assert [edit.after["verdict"] for edit in app.labelling.current(Kind.VERDICT)] == ["right"]
    assert left.current != first


def test_correcting_takes_what_the_handbook_says(person: Person) -> None:
    app, do = person.app, person.do
    person.pick("fall")
    gone, came = do("it is another class")
    assert [row[3] for row in gone] == ["fall"]
    assert [row[3] for row in came] == [app.labelling.vocabulary.of_digit(3)]

    person.pick("crash")
    start, stop, _ = person.event
    do("its end is 0.2 s too late")
    assert person.event[:2] == pytest.approx((start, stop - 0.2))

    person.look(start - 4, start + 4)
    person.at_s, person.to_s = start, start - 1.5
    do("its start is somewhere else")
    assert person.event[0] == pytest.approx(start - 1.5, abs=0.12)


def test_new_labels_take_what_the_handbook_says(person: Person) -> None:
    app, do = person.app, person.do
    person.look(1.0, 9.0)
    person.at_s, person.to_s = 3.0, 5.0
    gone, came = do("label an event that nobody")
    assert gone == []
    ((_, start, stop, label),) = came
    assert (start, stop) == pytest.approx((3.0, 5.0), abs=0.12)
    assert label == app.labelling.vocabulary.of_digit(6)

    person.at_s = 4.0
    gone, came = do("there are two events")
    assert [row[3] for row in came] == [label, app.labelling.vocabulary.of_digit(1)]
    assert came[0][2] == came[1][1] == pytest.approx(4.0, abs=0.05)

    gone, came = do("there is no event")
    assert (len(gone), came) == (1, [])


def test_many_labels_take_what_the_handbook_says(person: Person) -> None:
    app, workspace, do = person.app, person.app.workspace, person.do
    person.pick("pothole")
    before = said(workspace)
    do("label three moments")
    found = app.window.similar
    assert [found.label_of(find) for find in found.found[:3]] == ["pothole"] * 3
    others = [row for row in said(workspace) if row not in before]
    assert {row[3] for row in others} <= {"pothole"}
    assert found.query.ride not in {row[0] for row in others}

    ride = workspace.ride
    do("the ride is looked through")
    done = [edit for edit in app.labelling.current(Kind.SEEN) if edit.after]
    assert {edit.ride for edit in done} == {workspace.library.id_of(ride)}
    numbers = workspace.library.numbers.tolist()
    assert workspace.ride == numbers[numbers.index(ride) + 1]
    assert app.labelling.unsaved == 0
