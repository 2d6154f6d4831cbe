"""What a person has looked at in the open library, and what of it is done: a track beside the labels.

Looked at is what stood still in view long enough at a zoom at which events are labelled; it is kept in
memory, ride by ride. Done is what somebody said of it: edits of the label store, in the layer that is edited.
The done parts that are shown belong to the same layer as the labels that are.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from psygnal import Signal

from projector.annotations import seen as parts
from projector.annotations.edits import Hand
from projector.annotations.layers import IMPORTED
from projector.annotations.seen import Looked, Spans
from projector.annotations.window_labels import window_labels
from projector.domain.columns import Category
from projector.domain.edits import Edit
from projector.domain.nouns import AXES, LabelRule
from projector.workspace.label_session import LabelSession
from projector.workspace.workspace import Workspace

COLUMN = "seen"
DONE, ANNOTATED, NOT_LOOKED_AT = STATES = ("done", "annotated", "not looked at")
PIXELS_A_SECOND = 20.0
STILL_S = 0.5
RULE = f"in view for {STILL_S:g} s without moving, at {PIXELS_A_SECOND:g} pixels a second or more"
LEFT_S = 2 * parts.LEAST_S  # of a ride, when nobody would call it not done
SLACK_S = 1e-3  # pages of a ride touch up to rounding


class Seen:
    """Intents on the track. Rides are numbers."""

    changed = Signal()  # something was looked at, or is done

    def __init__(self, workspace: Workspace, session: LabelSession) -> None:
        self._workspace, self._session = workspace, session
        self._looked: dict[int, Spans] = {}
        self._kept: dict[int, Spans] = {}
        self._kept_for: object = None
        self._read = 0
        workspace.looked_of = self.of
        workspace.done_rides = self.done_rides
        workspace.live_columns[COLUMN] = self.column
        workspace.library_changed.connect(self._on_library_changed)
        workspace.labels_changed.connect(self.changed.emit)

    # --- facts ------------------------------------------------------------------------------------

    def of(self, number: int) -> Looked:
        """What the trace shows of a ride."""
        return Looked(self._looked.get(number, parts.spans()), self.done(number))

    def looked_at(self) -> tuple[int, ...]:
        """Rides of which something was looked at."""
        return tuple(self._looked)

    def whole(self, number: int) -> Spans:
        """The ride's own stretch of time, as its accelerometer tells it."""
        library = self._workspace.library
        assert library is not None
        row = library.describe(number)
        start = next(one.start_s for one in row.streams if set(AXES) <= set(one.channels))
        return parts.spans([(start, start + row.seconds)])

    def done(self, number: int) -> Spans:
        """What is done of a ride, by the labels that are shown of it."""
        journal, library = self._session.journal, self._workspace.library
        if journal is None or library is None:
            return parts.spans()
        ride = library.id_of(number)
        return self._done(ride, journal.heads(ride))

    def unseen(self, number: int) -> Spans:
        """What one neither has looked at nor marked done; nobody is asked about slivers."""
        seen = self._looked.get(number, parts.spans())
        known = parts.joined(np.concatenate([seen, self._own(number)]), parts.LEAST_S)
        return parts.longer(parts.without(self.whole(number), known))

    def all_done(self) -> dict[int, Spans]:
        """What is done, by ride: those that have something. What is known of a ride is kept until an edit."""
        journal = self._session.journal
        if journal is None or self._workspace.library is None:
            return {}
        key = journal, self._session.layering.order
        if key != self._kept_for:
            self._kept_for, self._kept, self._read = key, {}, 0
        touched, self._read = journal.touched(self._read)
        rides = self._session.rides()
        for ride in touched & journal.rides_seen() & rides.keys():
            self._kept[rides[ride].number] = self._done(ride, journal.heads(ride))
        return {number: done for number, done in self._kept.items() if len(done)}

    def done_rides(self) -> frozenset[int]:
        """Rides that are done from end to end."""
        library = self._workspace.library
        if library is None:
            return frozenset()
        lasting = np.asarray(library.columns["seconds"], np.float64)
        row = {number: at for at, number in enumerate(library.numbers.tolist())}
        done = self.all_done().items()
        return frozenset(
            number for number, span in done if parts.seconds(span) > lasting[row[number]] - LEFT_S
        )

    def _own(self, number: int) -> Spans:
        """What is done of a ride in the layer that is edited, whatever is shown."""
        journal, library = self._session.journal, self._workspace.library
        if journal is None or library is None:
            return parts.spans()
        ride = library.id_of(number)
        return parts.done_of(journal.heads(ride), self._session.layer, ride)

    def _done(self, ride: str, heads: list[Edit]) -> Spans:
        source = self._session.layering.source(heads, ride)
        if source in ("", IMPORTED):
            return parts.spans()
        return parts.done_of(heads, source, ride, self._session.rides()[ride].signal_hash)

    def column(self) -> Category:
        """Of each window: whether it meets an annotation, lies in a done part, or neither."""
        table, marks = self._workspace.table, self._workspace.annotations
        assert table is not None
        assert marks is not None
        codes = np.full(len(table.windows), STATES.index(NOT_LOOKED_AT), np.int32)
        for number, done in self.all_done().items():
            rows = self._workspace.windows_of_ride(number)
            inside = parts.holding(done, table.windows.start_s[rows], table.windows.stop_s[rows])
            codes[rows][inside] = STATES.index(DONE)
        met = window_labels(table.windows, marks, replace(table.rule, label_rule=LabelRule.ANY)) >= 0
        codes[met] = STATES.index(ANNOTATED)
        return Category(codes, STATES)

    # --- intents ----------------------------------------------------------------------------------

    def look(self, number: int, start_s: float, stop_s: float) -> None:
        """A part of a ride stood in view for long enough."""
        before = self._looked.get(number, parts.spans())
        now = parts.joined(np.concatenate([before, [[start_s, stop_s]]]), SLACK_S)
        if not np.array_equal(now, before):
            self._looked[number] = now
            self.changed.emit()

    def mark_done(self, number: int, *, whole: bool = False) -> bool:
        """What was looked at of a ride, or all of it, is done: one undoable gesture, True if it was one.

        Raises InputError where the ride's labels aren't one's own to judge.
        """
        journal = self._session.journal
        if journal is None:
            return False
        everything = whole or not len(self.unseen(number))
        wanted = self.whole(number) if everything else self._looked.get(number, parts.spans())

        def make(hand: Hand, _: Sequence[Edit]) -> list[Edit]:
            own = parts.done_of(journal.heads(hand.ride), hand.layer, hand.ride, hand.signal_hash)
            return parts.mark(hand, parts.longer(parts.without(wanted, own), SLACK_S))

        return bool(self._session.commit((number,), make))

    def take_back(self, number: int) -> bool:
        """Nothing of a ride is done any more; what was looked at stays looked at."""
        journal = self._session.journal
        if journal is None:
            return False
        return bool(
            self._session.commit((number,), lambda hand, _: parts.unmark(hand, journal.heads(hand.ride)))
        )

    def _on_library_changed(self) -> None:
        self._looked = {}
        self.changed.emit()


def enough(pixels: float, seconds: float) -> bool:
    """Whether so many pixels for so many seconds are a zoom at which events are labelled."""
    return pixels >= PIXELS_A_SECOND * seconds
