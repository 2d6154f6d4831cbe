"""What layers say at one moment: their labels, what was marked as done, what was edited since a date.

Nothing of it changes any more, so that it can be read on another thread while edits arrive. A layer's labels
are put together when somebody asks for them, once as long as none of its edits came.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from projector.annotations.layers import Rides, first_spoken, layer_names, spoken
from projector.annotations.renaming import Renames
from projector.domain.edits import Body, Edit, Kind
from projector.domain.nouns import Annotations
from projector.workspace.review.intervals import no_marks
from projector.workspace.review.people import Side
from projector.workspace.review.reasons import Edited
from projector.workspace.review.subjects import About


@dataclass(eq=False)
class Said:
    """The current edits of a layer that make it speak."""

    layer: str
    edits: tuple[Edit, ...]
    _side: Side | None = None

    @cached_property
    def speaks(self) -> bool:
        """Whether it has a word on any ride."""
        return any(layer_names((edit,)) for edit in self.edits)

    def side(self, rides: Rides) -> Side:
        """Its labels, and the rides on which it has spoken."""
        if self._side is None:
            marks = first_spoken(no_marks(), self.edits, (self.layer,), rides)
            self._side = Side(self.layer, marks, self.rides(rides))
        return self._side

    def rides(self, rides: Rides) -> frozenset[int]:
        """The rides on which it has spoken."""
        return frozenset(rides[ride].number for ride in spoken(self.edits, self.layer) if ride in rides)


@dataclass(frozen=True, eq=False)
class Standing:
    """done: the edits that mark parts as done; known: the edit of an id."""

    said: Mapping[str, Said]
    done: tuple[Edit, ...]
    renames: Renames
    known: Callable[[str], Edit | None]

    @property
    def count(self) -> int:
        """How many edits there are to look through."""
        return sum(len(one.edits) for one in self.said.values())

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that have spoken, sorted."""
        return tuple(sorted(name for name, one in self.said.items() if one.speaks))

    def side(self, layer: str, rides: Rides) -> Side:
        """The labels of a layer, and the rides on which it has spoken."""
        return self.said[layer].side(rides) if layer in self.said else Side(layer, no_marks(), frozenset())

    def spoken(self, layer: str, rides: Rides) -> frozenset[int]:
        """The rides on which a layer has spoken."""
        return self.said[layer].rides(rides) if layer in self.said else frozenset()

    def seen(self, rides: Rides, layer: str = "") -> Annotations:
        """Parts that somebody looked at and marked as done; of one layer, where it is named."""
        return marks_of([(edit, edit.after or {}) for edit in self.done if layer in ("", edit.layer)], rides)

    def edited(self, since: datetime, rides: Rides) -> Edited:
        """Annotations whose last edit by hand was at that moment or after it; a class's new name is none."""
        bound, pairs, about = since.timestamp(), [], []
        for edit in (edit for one in self.said.values() for edit in one.edits):
            body = edit.after or edit.before
            if edit.kind is not Kind.ANNOTATION or body is None or edit.ride not in rides:
                continue
            hand = self.renames.by_hand(edit, self.known)
            if hand is not None and _moment(hand.utc) >= bound:
                pairs.append((hand, body))
                about.append(About.EVENT if edit.after is not None else About.REMOVED)
        when = np.array([_moment(edit.utc) for edit, _ in pairs], np.float64)
        return Edited(marks_of(pairs, rides), np.array(about, np.int8), when)


def marks_of(pairs: Iterable[tuple[Edit, Body]], rides: Rides) -> Annotations:
    """Bodies as rows, in the order given; each row's author is who made the edit."""
    rows = []
    for edit, body in pairs:
        if edit.ride in rides:
            span = float(body["start_s"]), float(body["stop_s"]), str(body.get("label", ""))
            rows.append((rides[edit.ride].number, *span, edit.author))
    names = tuple(dict.fromkeys(row[3] for row in rows))
    code = {name: at for at, name in enumerate(names)}
    return Annotations(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.float64),
        np.array([row[2] for row in rows], np.float64),
        np.array([code[row[3]] for row in rows], np.int32),
        names,
        tuple(row[4] for row in rows),
    )


def _moment(utc: str) -> float:
    """Seconds since 1970; 0 for a time that cannot be read."""
    try:
        return datetime.fromisoformat(utc).timestamp()
    except ValueError:
        return 0.0
