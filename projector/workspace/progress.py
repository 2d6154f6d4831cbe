"""How far the labelling of a library is: by layer, by class, by ride; read from the journal, ride by ride.

An event is one of the imported labels; on a ride without any, one of the adjudicated ones. A layer has gone
through it where its middle lies in a part that is marked done there, where an edit by hand lies on it, or a
verdict was about just that part; that its class has another name now is no such edit. What is known of a ride
is kept until somebody edits it: at 100,000 edits a new one costs its ride, not the library.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from time import monotonic

import numpy as np
import numpy.typing as npt

from projector.annotations import seen as parts
from projector.annotations.history import is_gesture
from projector.annotations.layers import ADJUDICATED, WITHDRAWN, Anchor
from projector.annotations.renaming import Renames
from projector.annotations.seen import Spans
from projector.domain.edits import Edit, Kind
from projector.domain.nouns import Annotations
from projector.workspace.journal import Journal
from projector.workspace.labelling import Labelling
from projector.workspace.review.alerts import of_no_person
from projector.workspace.ride_labels import has_label, label_seconds
from projector.workspace.workspace import Workspace

Pairs = Sequence[tuple[float, float]]
ByHand = Callable[[Edit], Edit | None]
POINT_S = 1e-6  # as long as a point is where intervals are compared


@dataclass(frozen=True)
class LayerWork:
    """What a layer has of one ride: events gone through, labels that stand, parts that are done."""

    through: int = 0
    labels: int = 0
    done: Pairs = ()


@dataclass(frozen=True)
class RideWork:
    """What the journal says of one ride. last: when (UTC, ISO 8601) and by whom it was edited last."""

    events: int = 0
    layers: dict[str, LayerWork] = field(default_factory=dict)
    last: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class LayerProgress:
    """A layer over the whole library."""

    name: str
    through: int
    events: int
    labels: int
    done_s: float


@dataclass(frozen=True)
class ClassCount:
    """A label among those that count now; points have no seconds."""

    name: str
    count: int
    seconds: float
    rides: int


@dataclass(frozen=True, eq=False)
class RideColumns:
    """One row a ride: numbers int64 (n,); seen and done, float64, the share of the ride from 0 to 1.

    seen    looked at since the library was opened, or done
    last    when it was edited last (UTC, ISO 8601), "" where it never was; by whom
    """

    numbers: npt.NDArray[np.int64]
    seen: npt.NDArray[np.float64]
    done: npt.NDArray[np.float64]
    labels: npt.NDArray[np.int64]
    last: tuple[str, ...]
    by: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Overview:
    """nothing_s: done and without a label, by the labels that count; total_s: what there is."""

    layers: tuple[LayerProgress, ...]
    classes: tuple[ClassCount, ...]
    rides: RideColumns
    nothing_s: float
    total_s: float


# --- one ride -------------------------------------------------------------------------------------------


def _gesture(edit: Edit) -> Edit | None:
    return edit if is_gesture(edit) else None


def ride_work(
    imported: Pairs, heads: Sequence[Edit], last: Edit | None, by_hand: ByHand = _gesture
) -> RideWork:
    """What the current edits of a ride say, whose imported labels lie at `imported`.

    by_hand   the gesture behind an edit, None where nobody's hand was at what it is about
    """
    layers: dict[str, list[Edit]] = {}
    for edit in heads:
        if edit.layer and edit.kind is not Kind.CLASS:
            layers.setdefault(edit.layer, []).append(edit)
    events = imported or [_place(edit) for edit in layers.get(ADJUDICATED, ()) if _is_label(edit)]
    made = {name: _layer_work(events, own, by_hand) for name, own in layers.items()}
    return RideWork(len(events), made, (last.utc, last.author) if last is not None else ("", ""))


def _layer_work(events: Pairs, edits: Sequence[Edit], by_hand: ByHand) -> LayerWork:
    done = _union(_place(edit) for edit in edits if edit.kind is Kind.SEEN and edit.after is not None)
    said = [edit for edit in edits if edit.kind is not Kind.SEEN and _says(by_hand(edit))]
    touched = _union(_place(edit) for edit in said if edit.kind is not Kind.VERDICT)
    judged = {_place(edit) for edit in said if edit.kind is Kind.VERDICT}
    through = sum(
        _meets(done, (start + stop) / 2, (start + stop) / 2)
        or _meets(touched, start, stop)
        or (start, stop) in judged
        for start, stop in events
    )
    return LayerWork(through, sum(map(_is_label, edits)), done)


def _is_label(edit: Edit) -> bool:
    return edit.kind is Kind.ANNOTATION and edit.after is not None


def _says(edit: Edit | None) -> bool:
    """What a person said of the place; a first edit that is taken back takes copies away everywhere else."""
    if edit is None:
        return False
    return edit.after is not None or (edit.kind is not Kind.VERDICT and edit.reason != WITHDRAWN)


def _place(edit: Edit) -> tuple[float, float]:
    body = edit.after or edit.before or {}
    return float(body.get("start_s", 0.0)), float(body.get("stop_s", -1.0))


def _union(pairs: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Intervals joined where they touch, points too: of a dozen this is quicker than arrays."""
    found: list[tuple[float, float]] = []
    for start, stop in sorted(pairs):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        elif stop >= start:
            found.append((start, max(stop, start + POINT_S)))
    return found


def _meets(union: Pairs, start: float, stop: float) -> bool:
    """Neighbours that only touch don't; a point is where it is."""
    first = bisect_right(union, start, key=lambda pair: pair[1])
    return first < bisect_left(union, max(stop, start + POINT_S), key=lambda pair: pair[0])


# --- the library ----------------------------------------------------------------------------------------


class Progress:
    """Keeps what is known of each ride up to date with the journal."""

    def __init__(
        self, workspace: Workspace, labelling: Labelling, detector: Callable[[], str] = lambda: ""
    ) -> None:
        """detector: the layer that was chosen as a detector's; those of a usual name are none of a person."""
        self._workspace, self._labelling, self._detector = workspace, labelling, detector
        self._works: dict[str, RideWork] = {}
        self._renames = Renames()
        self._journal: object = None
        self._read = 0
        self._waiting: set[str] = set()  # rides whose edits are to be counted

    def overview(self) -> Overview | None:
        """How far it is now, whatever that takes; None while no library is open."""
        library, marks = self._workspace.library, self._workspace.annotations
        if library is None or marks is None or self._labelling.journal is None:
            return None
        self.catch_up()
        seconds = np.asarray(library.columns["seconds"], np.float64)
        done = self._labelling.seen.all_done()
        return Overview(
            self._layers(len(library.annotations)),
            class_counts(marks, library.numbers),
            self._rides(marks, seconds, done),
            nothing_s(done, marks),
            float(np.nansum(seconds)),
        )

    def catch_up(self, within_s: float = inf) -> int:
        """Count what came into the journal, so long at most; how many rides are left for the next time."""
        journal, library = self._labelling.journal, self._workspace.library
        if journal is None or library is None:
            return 0
        if journal is not self._journal:
            self._journal, self._read, self._works, self._renames = journal, 0, {}, Renames()
            self._waiting.clear()
        for edit in journal.since(self._read):
            self._renames.take(edit)
        touched, self._read = journal.touched(self._read)
        rides, until = self._labelling.rides(), monotonic() + within_s
        self._waiting |= touched & rides.keys()
        while self._waiting:
            ride = self._waiting.pop()
            self._works[ride] = self._work(ride, rides[ride], journal, library.annotations)
            if monotonic() > until:
                break
        return len(self._waiting)

    def _work(self, ride: str, anchor: Anchor, journal: Journal, imported: Annotations) -> RideWork:
        """Of the signals that the ride has now; what was said of others is not shown either."""
        part = imported.of_ride(anchor.number)
        heads = [edit for edit in journal.heads(ride) if edit.signal_hash in ("", anchor.signal_hash)]
        events = list(zip(imported.start_s[part].tolist(), imported.stop_s[part].tolist(), strict=True))

        def by_hand(edit: Edit) -> Edit | None:
            return self._renames.by_hand(edit, journal.edit)

        return ride_work(events, heads, journal.last(ride), by_hand)

    def _layers(self, imported: int) -> tuple[LayerProgress, ...]:
        """People's: one's own first, the adjudicated last; blind, only one's own."""
        mine = self._labelling.author
        names = {name for work in self._works.values() for name in work.layers}
        names -= of_no_person(self._detector(), mine)
        if self._labelling.layering.blind:
            names &= {mine}
        # rides without an imported label have the events that were adjudicated there
        library = self._workspace.library
        assert library is not None
        labelled = set(np.unique(library.annotations.ride_number).tolist())
        rides = self._labelling.rides()
        events = imported + sum(
            work.events for ride, work in self._works.items() if rides[ride].number not in labelled
        )
        found = []
        for name in sorted(names, key=lambda one: (one == ADJUDICATED, one != mine, one)):
            own = [work.layers[name] for work in self._works.values() if name in work.layers]
            done = sum(stop - start for work in own for start, stop in work.done)
            through, labels = sum(work.through for work in own), sum(work.labels for work in own)
            found.append(LayerProgress(name, through, events, labels, done))
        return tuple(found)

    def _rides(
        self, marks: Annotations, seconds: npt.NDArray[np.float64], done: dict[int, Spans]
    ) -> RideColumns:
        library, looked = self._workspace.library, self._labelling.seen
        assert library is not None
        numbers = library.numbers
        row = {number: at for at, number in enumerate(numbers.tolist())}
        done_s, seen_s = np.zeros(len(numbers)), np.zeros(len(numbers))
        for number, span in done.items():
            done_s[row[number]] = seen_s[row[number]] = parts.seconds(span)
        for number in looked.looked_at():
            seen_s[row[number]] = parts.seconds(parts.both(looked.of(number).seen, done.get(number, _NONE)))
        length = np.where(seconds > 0, seconds, np.inf)
        counts = np.bincount(np.searchsorted(numbers, marks.ride_number), minlength=len(numbers))
        works = [self._works.get(ride, RideWork()) for ride in library.ids]
        return RideColumns(
            numbers,
            np.minimum(seen_s / length, 1.0),
            np.minimum(done_s / length, 1.0),
            counts.astype(np.int64),
            tuple(work.last[0] for work in works),
            tuple(work.last[1] for work in works),
        )


_NONE = parts.spans()


def class_counts(marks: Annotations, numbers: npt.NDArray[np.integer]) -> tuple[ClassCount, ...]:
    """Labels that are used, the commonest first."""
    counts = np.bincount(marks.label, minlength=len(marks.label_names))
    lasting = label_seconds(marks, numbers).sum(axis=0)
    rides = has_label(marks, numbers).sum(axis=0)
    rows = zip(marks.label_names, counts.tolist(), lasting.tolist(), rides.tolist(), strict=True)
    return tuple(sorted((ClassCount(*row) for row in rows if row[1]), key=lambda one: (-one.count, one.name)))


def nothing_s(done: Mapping[int, Spans], marks: Annotations) -> float:
    """Seconds that are done and without a label; the rides lie one after the other on one axis of time."""
    if not done:
        return 0.0
    numbers = np.array(sorted(done))
    longest = max(float(span[-1, 1]) for span in done.values()) + 1.0
    looked = np.concatenate([done[number] + at * longest for at, number in enumerate(numbers.tolist())])
    at = np.minimum(np.searchsorted(numbers, marks.ride_number), len(numbers) - 1)
    known = (numbers[at] == marks.ride_number) & (marks.start_s < longest - 1)
    start, stop = marks.start_s[known], np.minimum(marks.stop_s[known], longest - 1)
    shift = at[known] * longest
    return parts.seconds(parts.without(looked, parts.joined(np.column_stack([start + shift, stop + shift]))))
