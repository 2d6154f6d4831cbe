"""The review queue as a pure function: facts in, items out, what deserves a look most first.

An item is a part of a ride with all the reasons that speak for a look at it. Of scores s₁, s₂, … (0 to 1)
its own is 1 − (1 − s₁)(1 − s₂)…: a second reason always counts.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Annotations, Windows
from projector.workspace.review.alerts import compared
from projector.workspace.review.edges import Impacts, far_edges
from projector.workspace.review.found import Found, Reason, found, joined, nothing_found
from projector.workspace.review.intervals import no_marks
from projector.workspace.review.labels_unlike import LookAlikes, unlabelled, unlike
from projector.workspace.review.people import Judged, Side, disagreement, judged
from projector.workspace.review.subjects import About, Hashes, Subject, hashes
from projector.workspace.review.theirs import theirs

EDITED_SCORE = 0.4
LEAST_SHORT, MORE_SHORT = 0.3, 0.4


@dataclass(frozen=True, eq=False)
class Edited:
    """Annotations that somebody edited: what is there now, or was before it was removed (about: REMOVED).

    marks.author says who did it; when: float64 (n,), seconds since 1970
    """

    marks: Annotations
    about: npt.NDArray[np.int8]
    when: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Facts:
    """All that reasons are found from; what is None is not known (yet), and its reason is absent.

    marks     the labels that count; codes: the label of each window by them
    sides     what people have labelled, the first being who the others are compared with
    counts    whether that first side's labels are those that count
    seen      parts in which somebody found nothing
    theirs    whose events are gone through, and these
    """

    marks: Annotations
    window_s: float = 0.0
    windows: Windows | None = None
    codes: npt.NDArray[np.int32] | None = None
    alike: LookAlikes | None = None
    impacts: Impacts | None = None
    alerts: Annotations | None = None
    sides: tuple[tuple[Side, ...], ...] = ()
    counts: tuple[bool, ...] = ()
    judged: Judged | None = None
    edited: Edited | None = None
    seen: Annotations = field(default_factory=no_marks)
    theirs: tuple[str, Annotations] | None = None


@dataclass(frozen=True, eq=False)
class Items:
    """The queue. finds of item i: rows first[i] to first[i + 1] of `found`, the weightiest first."""

    found: Found
    first: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    hash: Hashes

    def __len__(self) -> int:
        return len(self.score)

    def subject(self, item: int) -> Subject:
        """What it is about."""
        row = int(self.first[item])
        one = self.found
        return Subject(
            About(int(one.about[row])),
            int(one.ride[row]),
            float(one.start_s[row]),
            float(one.stop_s[row]),
            one.name(int(one.label[row])),
        )

    def finds(self, item: int) -> range:
        """The rows of `found` that speak of it, the weightiest first."""
        return range(int(self.first[item]), int(self.first[item + 1]))

    def at(self, hash_: int) -> int | None:
        """Where a subject stands, by its number."""
        place = np.flatnonzero(self.hash == np.uint64(hash_))
        return int(place[0]) if len(place) else None


def finds(facts: Facts, reasons: Set[Reason]) -> dict[Reason, Found]:
    """What each of these reasons finds; one that the facts don't allow is absent."""
    marks, made = facts.marks, dict[Reason, Found]()
    if facts.alike is not None and facts.windows is not None and facts.codes is not None:
        if Reason.UNLIKE in reasons:
            made[Reason.UNLIKE] = unlike(marks, facts.windows, facts.codes, facts.alike)
        if Reason.UNLABELLED in reasons:
            made[Reason.UNLABELLED] = unlabelled(marks, facts.windows, facts.codes, facts.alike, facts.seen)
    if facts.alerts is not None and reasons & {Reason.MISSED, Reason.ALERT}:
        both = compared(marks, facts.alerts)
        for reason in reasons & {Reason.MISSED, Reason.ALERT}:
            made[reason] = both.taken(np.flatnonzero(both.reason == reason))
    if facts.impacts is not None and Reason.EDGE in reasons:
        made[Reason.EDGE] = far_edges(marks, facts.impacts)
    if facts.window_s and Reason.SHORT in reasons:
        made[Reason.SHORT] = short(marks, facts.window_s)
    if (facts.sides or facts.judged is not None) and Reason.PEOPLE in reasons:
        parts = [
            disagreement(one, others, counts=counts)
            for (one, *others), counts in zip(facts.sides, facts.counts, strict=True)
        ]
        made[Reason.PEOPLE] = joined([*parts, *([judged(facts.judged)] if facts.judged else [])])
    if facts.edited is not None and Reason.EDITED in reasons:
        made[Reason.EDITED] = edited(facts.edited)
    if facts.theirs is not None and Reason.THEIRS in reasons:
        made[Reason.THEIRS] = theirs(*facts.theirs, marks)
    return made


def queue(facts: Facts, reasons: Set[Reason] = frozenset(Reason)) -> Items:
    """The items of these reasons, those that deserve a look most first; equal ones by ride and time."""
    return items(list(finds(facts, reasons).values()))


def items(parts: Sequence[Found]) -> Items:
    """Finds put together by what they are about."""
    every = joined(parts)
    if not len(every):
        return Items(nothing_found(), np.zeros(1, np.int64), np.empty(0), np.empty(0, np.uint64))
    number = hashes(every.about, every.ride, every.start_s, every.stop_s, every.label, every.names)
    _, first, group = np.unique(number, return_index=True, return_inverse=True)
    doubt = np.ones(len(first))
    np.multiply.at(doubt, group, 1 - np.clip(every.score, 0, 1))
    score = 1 - doubt
    place = np.lexsort((every.start_s[first], every.ride[first], -np.round(score, 6)))
    rank = np.empty(len(place), np.int64)
    rank[place] = np.arange(len(place))
    order = np.lexsort((every.reason, -every.score, rank[group]))
    counts = np.bincount(rank[group], minlength=len(place))
    edges = np.concatenate([[0], np.cumsum(counts)])
    return Items(every.taken(order), edges, score[place], number[first[place]])


def short(marks: Annotations, window_s: float) -> Found:
    """Intervals shorter than a window, which hardly give a window their label; points are meant to be short.

    score   0.3, and up to 0.4 more the shorter they are; value: seconds, usual: those of a window
    """
    length = marks.stop_s - marks.start_s
    rows = np.flatnonzero((length > 0) & (length < window_s * (1 - 1e-9)))
    return found(
        Reason.SHORT,
        About.EVENT,
        marks.ride_number[rows],
        marks.start_s[rows],
        marks.stop_s[rows],
        marks.label[rows],
        marks.label_names,
        score=LEAST_SHORT + MORE_SHORT * (1 - length[rows] / window_s),
        value=length[rows],
        usual=window_s,
    )


def edited(since: Edited) -> Found:
    """What was edited; value: when, word: by whom."""
    marks = since.marks
    people = tuple(dict.fromkeys(marks.author))
    code = {name: len(marks.label_names) + at for at, name in enumerate(people)}
    return found(
        Reason.EDITED,
        since.about,
        marks.ride_number,
        marks.start_s,
        marks.stop_s,
        marks.label,
        (*marks.label_names, *people),
        score=EDITED_SCORE,
        value=since.when,
        word=np.array([code[name] for name in marks.author], np.int32),
    )
