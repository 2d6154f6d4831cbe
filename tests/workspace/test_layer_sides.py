"""Labels as columns, ride by ride, against all edits read at once."""

import random
from pathlib import Path

import numpy as np

from projector.annotations.layers import ADJUDICATED, IMPORTED, WITHDRAWN, Anchor, first_spoken, spoken
from projector.domain.edits import Edit, Kind
from projector.domain.nouns import Annotations
from projector.workspace.journal import Journal
from projector.workspace.layer_sides import LayerSides
from projector.workspace.own_layer import rows_of

NOTHING = Annotations(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.int32), ())


def same_marks(one: Annotations, other: Annotations, *, names: bool = True) -> None:
    def rows(marks: Annotations) -> list[tuple[object, ...]]:
        count = len(marks)
        pm = np.zeros((count, 2)) if marks.pm_s is None else marks.pm_s
        labels = [marks.label_names[code] for code in marks.label.tolist()]
        columns = (marks.ride_number.tolist(), marks.start_s.tolist(), marks.stop_s.tolist(), labels)
        return list(zip(*columns, marks.author, marks.comment, pm.tolist(), strict=True))

    assert rows(one) == rows(other)
    if names:
        assert one.label_names == other.label_names
        assert one.label.dtype == other.label.dtype


def test_columns_made_ride_by_ride_as_edits_come_say_what_all_edits_at_once_say(tmp_path: Path) -> None:
    """Whatever order of layers, and however little was made at a time."""
    dice, number = random.Random(7), [0]
    rides = {name: Anchor(at * 3, name * 2) for at, name in enumerate("abcd")}
    layers = ("anna", "ben", ADJUDICATED)
    ours = Annotations(
        np.array([0, 0, 3, 9]), np.array([1.0, 5.0, 2.0, 2.0]), np.array([2.0, 5.0, 3.0, 3.0]),
        np.array([1, 0, 1, 0], np.int32), ("bump", "fall"), ("i", "j", "k", "l"), ("", "left", "", ""),
    )  # fmt: skip

    def made(journal: Journal) -> Edit:
        number[0] += 1
        old = dice.choice(journal.heads()) if number[0] > 9 and dice.random() < 0.4 else None
        start, pm = dice.choice([1.0, 2.0]), {"start_pm_s": 0.5} if dice.random() < 0.2 else {}
        body = {"start_s": start, "stop_s": 3.0, "label": dice.choice("xyz"), "comment": str(number[0]), **pm}
        kind = Kind.SEEN if old is None and dice.random() < 0.2 else Kind.ANNOTATION
        ride = dice.choice("abcde")
        return Edit(
            f"{dice.random()}", old.kind if old else kind, old.subject if old else f"{number[0]}",
            (old.id,) if old else (), old.after if old else None,
            None if old and dice.random() < 0.3 else body, "anna", "2026-11-21T22:00:00Z",
            old.ride if old else ride, dice.choice([ride * 2, ride * 2, ride * 2, "", "ff"]), "",
            old.layer if old else dice.choice(layers), dice.choice(["", WITHDRAWN]), "g",
        )  # fmt: skip

    journal, sides, told = Journal(tmp_path / "x.labels.db"), LayerSides(), 0
    for _ in range(50):
        journal.append([made(journal) for _ in range(dice.randint(1, 3))])
        sides.read(journal, rides, most=dice.choice([0, 1, np.inf]))
        if sides.behind:
            continue
        for order in ((IMPORTED,), (ADJUDICATED, "anna", IMPORTED), ("ben", "anna"), ("ben", IMPORTED)):
            wanted = first_spoken(ours, journal.heads(), order, rides)
            same_marks(sides.labels(ours, order), wanted)
            for anchor in rides.values():
                part = sides.of_ride(anchor.number, rows_of(ours, anchor.number), order)
                same_marks(part, rows_of(wanted, anchor.number), names=False)
        for name in sides.names():
            marks, numbers = sides.side(name)
            same_marks(marks, first_spoken(NOTHING, journal.heads(), (name,), rides))
            there = {rides[ride].number for ride in spoken(journal.heads(), name) if ride in rides}
            assert numbers == sorted(there)
            told += len(marks)
    journal.close()
    assert told > 200


def test_whoever_is_let_in_by_progress_may_bring_them_up_to_the_journal(tmp_path: Path) -> None:
    """A window paints while it tells how far it is, and what it paints asks for the labels."""
    rides, body = {"a": Anchor(0, "")}, {"start_s": 1.0, "stop_s": 2.0, "label": "fall"}
    journal, sides, told = Journal(tmp_path / "x.labels.db"), LayerSides(), list[float]()
    journal.append([Edit("i", Kind.ANNOTATION, "s", (), None, body, "anna", "2026", "a", layer="anna")])

    def progress(done: float, total: float, what: str = "") -> None:
        told.append(total)
        sides.read(journal, rides)

    sides.read(journal, rides, progress=progress)
    journal.close()
    assert told == [1]
    assert len(sides.labels(NOTHING, ("anna",))) == 1
