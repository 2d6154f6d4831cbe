"""Where people differ: edges more than half a second apart, other classes, events only one of them has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from projector.annotations.agreement import match
from projector.domain.nouns import Annotations
from projector.workspace.review.found import Found, Reason, found, joined
from projector.workspace.review.intervals import chosen, meets
from projector.workspace.review.subjects import About

APART_S = 0.5
OTHER_CLASS, ONLY_ONE = 0.9, 0.7
JUDGED = {"wrong": 0.95, "unsure": 0.6}
LATER, EARLIER, SAYS, WITHOUT, ALONE = "later", "earlier", "says", "without", "alone"


@dataclass(frozen=True, eq=False)
class Side:
    """What a person has labelled, on the rides where it can be compared."""

    name: str
    marks: Annotations
    rides: frozenset[int]


@dataclass(frozen=True, eq=False)
class Judged:
    """Verdicts 'wrong' and 'unsure' of others: what they were about, and who gave them."""

    marks: Annotations
    verdicts: tuple[str, ...]


def disagreement(mine: Side, others: Sequence[Side], *, counts: bool) -> Found:
    """How others' labels differ from one side's on the rides that both have labelled.

    counts  whether `mine` are the labels that count here: else they are somebody's, too
    """
    return joined([_against(mine, other, counts) for other in others if mine.rides & other.rides])


def _against(mine: Side, other: Side, counts: bool) -> Found:
    shared = np.array(sorted(mine.rides & other.rides), np.int64)
    a, b = (chosen(side.marks, np.isin(side.marks.ride_number, shared)) for side in (mine, other))
    pairs = match(a, b)
    onset = b.start_s[pairs.rows_b] - a.start_s[pairs.rows_a]
    offset = b.stop_s[pairs.rows_b] - a.stop_s[pairs.rows_a]
    first = np.abs(onset) >= np.abs(offset)
    shift = np.where(first, onset, offset)
    about = About.EVENT if counts else About.THEIRS
    parts = []
    for ends, which in ((first, "starts"), (~first, "ends")):
        at = np.flatnonzero((np.abs(shift) > APART_S) & ends)
        size = np.abs(shift[at])
        parts.append(_told(a, pairs.rows_a[at], about, other.name, which, size / (size + APART_S), shift[at]))
    alone_a = np.setdiff1d(np.arange(len(a)), pairs.rows_a)
    alone_b = np.setdiff1d(np.arange(len(b)), pairs.rows_b)
    parts += _classes(a, alone_a, b, alone_b, about, other.name)
    unmet = alone_b[~meets(chosen(b, alone_b), chosen(a, alone_a))]
    parts.append(_told(b, unmet, About.THEIRS, other.name, ALONE, ONLY_ONE))
    return joined(parts)


def _classes(
    a: Annotations, rows: np.ndarray, b: Annotations, others: np.ndarray, about: About, who: str
) -> list[Found]:
    """Events of a without a partner: what the other says there, class by class, or nothing."""
    parts, left = [], np.ones(len(rows), bool)
    for code in np.unique(b.label[others]).tolist():
        said = chosen(b, others[b.label[others] == code])
        here = meets(chosen(a, rows), said) & left
        left &= ~here
        parts.append(_told(a, rows[here], about, who, f"{SAYS} {b.label_names[code]}", OTHER_CLASS))
    return [*parts, _told(a, rows[left], about, who, WITHOUT, ONLY_ONE)]


def judged(others: Judged) -> Found:
    """What others found wrong, or were not sure of; the author of each row is who said so."""
    marks, parts = others.marks, []
    for who, verdict in sorted(set(zip(marks.author, others.verdicts, strict=True))):
        rows = [
            row
            for row, pair in enumerate(zip(marks.author, others.verdicts, strict=True))
            if pair == (who, verdict)
        ]
        parts.append(_told(marks, np.array(rows), About.EVENT, who, verdict, JUDGED[verdict]))
    return joined(parts)


def _told(
    marks: Annotations,
    rows: np.ndarray,
    about: About,
    who: str,
    what: str,
    score: np.ndarray | float,
    shift: np.ndarray | float = 0.0,
) -> Found:
    names = (*marks.label_names, f"{who}\t{what}")
    return found(
        Reason.PEOPLE,
        about,
        marks.ride_number[rows],
        marks.start_s[rows],
        marks.stop_s[rows],
        marks.label[rows],
        names,
        score=score,
        value=shift,
        word=len(names) - 1,
    )
