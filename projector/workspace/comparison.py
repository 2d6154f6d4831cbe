"""Two people's labels side by side: where they differ, how far they agree, and whose version is taken.

Small libraries are compared at once, large ones in the worker. What somebody decided about a difference is a
verdict in the journal, so that it isn't asked again and can be undone like any edit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from projector.annotations.differences import Differences
from projector.annotations.edits import Hand
from projector.annotations.layers import IMPORTED
from projector.domain.edits import Edit, Kind, derived_id
from projector.domain.errors import ProjectorError
from projector.domain.nouns import Annotations, WindowRule
from projector.domain.progress import silent
from projector.jobs.comparison import compared, differences_of, on
from projector.library.cache import cache_folder, load_review, save_annotations
from projector.workspace.compared_sides import Sides, cost, same
from projector.workspace.deciding import EVENT, Decisions, Place, body_of, said
from projector.workspace.labelling import Labelling
from projector.workspace.own_layer import span_of
from projector.workspace.pair_figures import PairFigures
from projector.workspace.pipeline import Pipeline
from projector.workspace.review.alerts import of_no_person
from projector.workspace.taking_back import LABELS
from projector.workspace.workspace import Workspace

AT_ONCE = 0.4  # seconds, about, that may be spent in the window's process
CAUSE = "difference"


class Comparison:
    """Facts and intents, without Qt. `a` is whose labels are kept, `b` whose may be taken.

    found     the differences that are not settled, their rows those of side_a and side_b
    pairs     the figures of every two layers; () while nobody knows
    at        when these were compared, local time
    detector  names the layer that was chosen as a detector's. Predictions can be compared with labels, but
              count in no figure about people
    """

    changed = Signal()
    gone_to = Signal(int, float, float)  # ride, start, stop: a difference is to be seen

    def __init__(self, workspace: Workspace, labelling: Labelling, pipeline: Pipeline) -> None:
        self._workspace, self._labelling, self._pipeline = workspace, labelling, pipeline
        self.detector: Callable[[], str] = lambda: ""
        self._decisions = Decisions()
        self._forget()
        workspace.library_changed.connect(self._forget)
        labelling.changed.connect(self._on_edits)

    def _forget(self) -> None:
        self.names: tuple[str, ...] = ()
        self.a = self.b = ""
        self._picked = False
        self.side_a = self.side_b = on(_NOTHING, [])
        self.found: Differences | None = None
        self.settled = 0
        self.pairs: tuple[PairFigures, ...] = ()
        self.at: datetime | None = None
        self.outdated = False  # whether labels have changed since
        self._edits = 0  # how many there were then
        self._asked: Sides | None = None
        self._used: Sides | None = None
        self._every: Differences | None = None
        self.changed.emit()

    # --- facts --------------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        """Whether the worker is at it."""
        return self._pipeline.working("comparison")

    @property
    def figures(self) -> PairFigures | None:
        """How far the two agree."""
        return next((pair for pair in self.pairs if {pair.a, pair.b} == {self.a, self.b}), None)

    def told(self) -> str:
        """How far every two people agree, a line each, and when that was found out; "" while nobody knows."""
        pairs = [pair for pair in self.pairs if self.are_people(pair)]
        if self.at is None or not pairs:
            return ""
        since = " · labels have changed since: Differences compares anew" if self.outdated else ""
        return "\n".join((f"agreement at {self.at:%H:%M:%S}{since}", *(pair.told() for pair in pairs)))

    def starts(self) -> npt.NDArray[np.float64]:
        """Where each difference begins, in seconds."""
        return np.asarray(np.fmin(*self._starts()))

    def are_people(self, pair: PairFigures) -> bool:
        """Whether neither of the two is a detector."""
        return not {pair.a, pair.b} & self._no_persons()

    def _no_persons(self) -> frozenset[str]:
        return of_no_person(self.detector(), self._labelling.author)

    def people(self) -> dict[str, tuple[float, float]]:
        """Each layer's mean kappa and mean overlap over the pairs that it is in."""
        each: dict[str, list[tuple[float, float]]] = {}
        for pair in filter(self.are_people, self.pairs):
            for name in (pair.a, pair.b):
                each.setdefault(name, []).append((pair.value("kappa"), pair.value("mean_iou")))
        return {name: (_mean([k for k, _ in got]), _mean([o for _, o in got])) for name, got in each.items()}

    def places(self, row: int) -> tuple[Place | None, Place | None]:
        """What each of the two says where a difference is."""
        assert self.found is not None
        a, b = int(self.found.row_a[row]), int(self.found.row_b[row])
        return (
            span_of(self.side_a, a) if a >= 0 else None,
            span_of(self.side_b, b) if b >= 0 else None,
        )

    @property
    def takes_into(self) -> str:
        """The layer that a decision is written into."""
        return self._labelling.layer

    # --- intents --------------------------------------------------------------------------------------

    def choose(self, a: str, b: str) -> None:
        """Compare these two."""
        if (a, b) != (self.a, self.b):
            self.a, self.b, self._picked = a, b, True
            self.renew()

    def renew(self) -> None:
        """Compare anew: labels have changed, or another pair was chosen."""
        sides = self._labelling.sides()
        self.names = tuple(sides)
        self._choose_usual()
        table, journal = self._workspace.table, self._labelling.journal
        self._decisions.sync(journal)
        if self.a not in sides or self.b not in sides or self.a == self.b:
            self.found, self.pairs, self._every, self._asked = None, (), None, None
            self.changed.emit()
            return
        asked = self.a, self.b, table, {name: side for name, (side, _) in sides.items()}
        if same(asked, self._asked) and (self.working or same(asked, self._used)):
            if self._every is not None and not self.working:  # only decisions came
                self._leave_settled_out()
                self.changed.emit()
            return
        self._asked, self._edits = asked, journal.touched()[1] if journal is not None else 0
        shared = sorted(set(sides[self.a][1]) & set(sides[self.b][1]))
        marks = asked[3]
        rides = {name: numbers for name, (_, numbers) in sides.items()}
        both = on(marks[self.a], shared), on(marks[self.b], shared)
        if table is not None and cost(marks, table) > AT_ONCE:
            self._ask(marks, rides, table.rule, both)
            self.changed.emit()
            return
        rule = table.rule if table is not None else WindowRule()
        windows = table.windows if table is not None else None
        told, arrays = compared(marks, rides, windows, rule, silent, (self.a, self.b))
        self._use(told, arrays, both)

    def go_to(self, row: int) -> None:
        """Show a difference in its ride, both versions under the trace."""
        assert self.found is not None
        workspace, ride = self._workspace, int(self.found.ride[row])
        there = [place for place in self.places(row) if place is not None]
        start, stop = min(place[0] for place in there), max(place[1] for place in there)
        marks = workspace.annotations
        event = None
        if marks is not None:
            part = marks.of_ride(ride)
            event = next((i for i in range(part.start, part.stop) if span_of(marks, i) in there), None)
        workspace.show_ride(ride)
        workspace.select_event(event, CAUSE)
        if event is None:
            workspace.select_at(ride, (start + stop) / 2, CAUSE)
        self.gone_to.emit(ride, start, stop)

    def keep(self, row: int) -> bool:
        """What `a` says is meant: an undoable decision, and an edit where the edited layer says otherwise."""
        return self._decide(row, 0)

    def take(self, row: int) -> bool:
        """What `b` says is meant: the edited layer says so from now on, in one undoable step."""
        return self._decide(row, 1)

    # --- inside -----------------------------------------------------------------------------------------

    def _choose_usual(self) -> None:
        """One's own layer, as soon as it has spoken, and another person's, unless somebody chose others."""
        machines = self._no_persons()
        if self.a not in self.names or not self._picked:
            self.a = min(self.names, key=lambda name: name in machines, default="")
        if self.b not in self.names or self.b == self.a:
            people = [name for name in self.names if name not in (self.a, IMPORTED, *machines)]
            rest = sorted((name for name in self.names if name != self.a), key=machines.__contains__)
            self.b = (people or rest or [""])[0]

    def _ask(
        self,
        marks: Mapping[str, Annotations],
        rides: Mapping[str, Sequence[int]],
        rule: WindowRule,
        both: tuple[Annotations, Annotations],
    ) -> None:
        library, chosen = self._workspace.library, (self.a, self.b)
        assert library is not None
        try:
            stem = cache_folder(library.path)
            sides = {name: str(save_annotations(stem, side)) for name, side in marks.items()}
        except ProjectorError as error:
            self._pipeline.failed.emit(error)
            return

        def use(result: dict[str, Any]) -> None:
            if self._workspace.library is not library or (self.a, self.b) != chosen:
                return
            try:
                self._use(*load_review(Path(result["comparison"])), both)
            except ProjectorError as error:
                self._pipeline.failed.emit(error)

        arguments = {
            "library": str(library.path),
            "rule": asdict(rule),
            "sides": sides,
            "rides": dict(rides),
            "chosen": list(chosen),
        }
        self._pipeline.run("comparison", "compare_layers", arguments, use)

    def _use(
        self,
        told: Mapping[str, Any],
        arrays: Mapping[str, npt.NDArray[Any]],
        both: tuple[Annotations, Annotations],
    ) -> None:
        self.side_a, self.side_b = both
        self.found = self._every = differences_of(dict(arrays))
        self.pairs = tuple(
            PairFigures(
                pair["a"], pair["b"], pair["rides"], pair["windows"], tuple(pair["classes"]),
                np.asarray(arrays[f"figures.{at}"]),
            )
            for at, pair in enumerate(told["pairs"])
        )  # fmt: skip
        self._used, self.at = self._asked, datetime.now()
        self.outdated = self._have_changed()
        self._leave_settled_out()
        self.changed.emit()

    def _on_edits(self) -> None:
        """The figures are of labels as they were."""
        if self.pairs and not self.outdated and self._have_changed():
            self.outdated = True
            self.changed.emit()

    def _have_changed(self) -> bool:
        journal = self._labelling.journal
        if journal is None or journal.known < self._edits:  # another library's, just opened
            return False
        return any(edit.kind in LABELS for edit in journal.since(self._edits))

    def _leave_settled_out(self) -> None:
        """Only differences at a start at which something was decided are looked at one by one."""
        assert self._every is not None
        self.found = self._every
        done, rides = self._decisions.standing(), self._labelling.rides()
        subjects = {edit.subject for edit in done}
        places = [
            complex(rides[edit.ride].number, float((edit.after or {})["start_s"]))
            for edit in done
            if edit.ride in rides
        ]
        near = [np.isin(self._every.ride + 1j * starts, places) for starts in self._starts()]
        open_ = np.ones(len(self._every), bool)
        for row in np.flatnonzero(near[0] | near[1]).tolist():
            open_[row] = self._subject(row) not in subjects
        self.settled = int(np.count_nonzero(~open_))
        self.found = self._every.taken(open_)

    def _starts(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Where each difference begins on either side, NaN where it isn't there."""
        assert self.found is not None
        sides = ((self.side_a, self.found.row_a), (self.side_b, self.found.row_b))
        a, b = (np.append(side.start_s, np.nan)[rows] for side, rows in sides)
        return a, b

    def _subject(self, row: int) -> str:
        """The UUID under which a decision stands: the same whichever of the two is called a."""
        assert self.found is not None
        assert self._workspace.library is not None
        ride = self._workspace.library.id_of(int(self.found.ride[row]))
        said = sorted(zip((self.a, self.b), map(repr, self.places(row)), strict=True))
        return derived_id("difference", ride, *(text for pair in said for text in pair))

    def _decide(self, row: int, side: int) -> bool:
        assert self.found is not None
        ride, places, subject = int(self.found.ride[row]), self.places(row), self._subject(row)
        wanted, other = places[side], places[1 - side]
        name = (self.a, self.b)[side]
        marks, at = ((self.side_a, self.found.row_a), (self.side_b, self.found.row_b))[side]
        body = body_of(marks, int(at[row]))
        self._decisions.sync(self._labelling.journal)

        def make(hand: Hand, heads: Sequence[Edit]) -> list[Edit]:
            made = said(hand, heads, wanted, other, body)
            if made and hand.layer == self.a and side == 1:
                return made  # then the two say the same, and there is nothing to be remembered
            start, stop, label = wanted or other or (0.0, 0.0, "")
            verdict = {
                "event": EVENT, "verdict": f"as {name}", "reason": f"{self.a} and {self.b} differ",
                "start_s": start, "stop_s": stop, "label": label, "seconds": 0.0,
            }  # fmt: skip
            before = self._decisions.before(subject)
            parents = tuple(edit.id for edit in before)
            then = before[-1].after if before else None
            return [*made, hand.edit(subject, parents, then, verdict, Kind.VERDICT)]

        return bool(self._labelling.commit((ride,), make, f"as {name}"))


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if value == value]
    return sum(known) / len(known) if known else float("nan")


_NOTHING = Annotations(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.int32), ())
