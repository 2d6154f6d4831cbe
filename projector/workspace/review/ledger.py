"""What the journal says to the review queue: verdicts, other people's labels, a detector's, recent edits.

Only edits that arrived since the last look are read. A layer's labels are put together again only when one of
its edits came, so that one's own edits cost nothing here, however many alerts were imported.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import numpy as np

from projector.annotations.history import is_gesture
from projector.annotations.layers import Rides, first_spoken, layer_names, spoken
from projector.domain.edits import Body, Edit, Kind
from projector.domain.nouns import Annotations
from projector.workspace.journal import Journal
from projector.workspace.review.intervals import no_marks
from projector.workspace.review.people import Judged, Side
from projector.workspace.review.reasons import Edited
from projector.workspace.review.subjects import About, Subject, hash_of, subject_of

WRONG, UNSURE = "wrong", "unsure"
_SPEAKING = (Kind.ANNOTATION, Kind.SEEN)


@dataclass(frozen=True)
class Verdict:
    """What somebody decided: in `verdict`'s own word, with how long it took and when (UTC)."""

    subject: Subject
    verdict: str
    author: str
    utc: str
    seconds: float
    edit: Edit


class Ledger:
    """The current edits of a journal, by layer and kind."""

    def __init__(self) -> None:
        self._begin(None)

    def _begin(self, journal: Journal | None) -> None:
        self._journal, self._read = journal, 0
        self._superseded: set[str] = set()
        self._layers: dict[str, dict[str, Edit]] = {}  # current edits that make a layer speak
        self._made: dict[str, Side] = {}
        self._verdicts: dict[str, Edit] = {}
        self._known: list[Verdict] | None = None

    def sync(self, journal: Journal | None) -> list[Edit]:
        """Read what has come since; everything of another journal. The edits that were read."""
        if journal is not self._journal:
            self._begin(journal)
        if journal is None:
            return []
        fresh = list(islice(journal.edits, self._read, None))
        self._read += len(fresh)
        for edit in fresh:
            self._take(edit)
        return fresh

    def _take(self, edit: Edit) -> None:
        kept = self._verdicts if edit.kind is Kind.VERDICT else None
        if edit.kind in _SPEAKING:
            kept = self._layers.setdefault(edit.layer, {})
            self._made.pop(edit.layer, None)
        if kept is None:
            return
        if edit.kind is Kind.VERDICT:
            self._known = None
        self._superseded.update(edit.parents)
        for parent in edit.parents:
            kept.pop(parent, None)
        if edit.id not in self._superseded:
            kept[edit.id] = edit

    # --- layers -------------------------------------------------------------------------------------

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that have spoken, sorted."""
        return tuple(sorted(name for name, edits in self._layers.items() if layer_names(edits.values())))

    def side(self, layer: str, rides: Rides) -> Side:
        """The labels of a layer, and the rides on which it has spoken."""
        if layer not in self._made:
            edits = list(self._layers.get(layer, {}).values())
            marks = first_spoken(no_marks(), edits, (layer,), rides)
            self._made[layer] = Side(layer, marks, self.spoken(layer, rides))
        return self._made[layer]

    def spoken(self, layer: str, rides: Rides) -> frozenset[int]:
        """The rides on which a layer has spoken."""
        edits = self._layers.get(layer, {}).values()
        return frozenset(rides[ride].number for ride in spoken(edits, layer) if ride in rides)

    def seen(self, rides: Rides) -> Annotations:
        """Parts that somebody looked at and marked as done."""
        edits = [
            edit
            for layer in self._layers.values()
            for edit in layer.values()
            if edit.kind is Kind.SEEN and edit.after is not None and edit.after.get("done")
        ]
        return _marks([(edit, edit.after or {}) for edit in edits], rides)

    def edited(self, since: datetime, rides: Rides) -> Edited:
        """Annotations whose last edit by hand was at that moment or after it."""
        bound, pairs, about = since.timestamp(), [], []
        for layer in self._layers.values():
            for edit in layer.values():
                body = edit.after or edit.before
                by_hand = edit.kind is Kind.ANNOTATION and is_gesture(edit) and edit.ride in rides
                if by_hand and body is not None and _moment(edit.utc) >= bound:
                    pairs.append((edit, body))
                    about.append(About.EVENT if edit.after is not None else About.REMOVED)
        when = np.array([_moment(edit.utc) for edit, _ in pairs], np.float64)
        return Edited(_marks(pairs, rides), np.array(about, np.int8), when)

    # --- verdicts -----------------------------------------------------------------------------------

    def verdicts(self, rides: Rides) -> list[Verdict]:
        """What stands, in order of arrival."""
        if self._known is None:
            read = (_verdict(edit, rides) for edit in self._verdicts.values())
            self._known = [verdict for verdict in read if verdict is not None]
        return self._known

    def decided(self, author: str, rides: Rides, *, others: bool = True) -> dict[int, Verdict]:
        """By subject's number: what I decided, and (others) what somebody else found right or true.

        What others found wrong or were not sure of is not decided: it deserves another look.
        """
        found: dict[int, Verdict] = {}
        for verdict in self.verdicts(rides):
            number = hash_of(verdict.subject)
            mine = verdict.author == author
            if mine or (others and number not in found and verdict.verdict not in (WRONG, UNSURE)):
                found[number] = verdict
        return found

    def judged(self, author: str, rides: Rides) -> Judged:
        """What others found wrong or were not sure of, of annotations."""
        told = [
            one
            for one in self.verdicts(rides)
            if one.author != author and one.verdict in (WRONG, UNSURE) and one.subject.about is About.EVENT
        ]
        return Judged(
            _marks([(one.edit, one.edit.after or {}) for one in told], rides),
            tuple(one.verdict for one in told),
        )

    def own(self, subject: str) -> list[Edit]:
        """The current verdicts under a UUID: what a new one is made upon."""
        return [edit for edit in self._verdicts.values() if edit.subject == subject]


def _verdict(edit: Edit, rides: Rides) -> Verdict | None:
    if edit.after is None or edit.ride not in rides:
        return None
    if edit.signal_hash not in ("", rides[edit.ride].signal_hash):
        return None  # of other signals than these
    subject = subject_of(edit.after, rides[edit.ride].number)
    if subject is None:
        return None
    seconds = edit.after.get("seconds", 0.0)
    return Verdict(subject, str(edit.after.get("verdict", "")), edit.author, edit.utc, float(seconds), edit)


def _marks(pairs: Iterable[tuple[Edit, Body]], rides: Rides) -> Annotations:
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
