"""What was decided about differences of two layers, and the edits that make a layer say what is meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from projector.annotations import edits as gestures
from projector.annotations.edits import UNCERTAINTIES, Hand
from projector.domain.edits import Edit, Kind
from projector.domain.nouns import Annotations
from projector.workspace.journal import Journal
from projector.workspace.own_layer import place_of

EVENT = "difference"  # what a verdict on a difference is about
Place = tuple[float, float, str]


class Decisions:
    """The current verdicts on differences, read from the journal as they arrive."""

    def __init__(self) -> None:
        self._journal: Journal | None = None
        self._read = 0
        self._current: dict[str, Edit] = {}
        self._superseded: set[str] = set()

    def sync(self, journal: Journal | None) -> None:
        """Read what has come since; everything of another journal."""
        if journal is not self._journal:
            self._journal, self._read, self._current, self._superseded = journal, 0, {}, set()
        fresh = journal.since(self._read) if journal is not None else []
        self._read += len(fresh)
        for edit in fresh:
            if edit.kind is Kind.VERDICT and (edit.after or edit.before or {}).get("event") == EVENT:
                self._superseded.update(edit.parents)
                for parent in edit.parents:
                    self._current.pop(parent, None)
                if edit.id not in self._superseded:
                    self._current[edit.id] = edit

    def standing(self) -> list[Edit]:
        """The decisions that stand."""
        return [edit for edit in self._current.values() if edit.after is not None]

    def before(self, subject: str) -> list[Edit]:
        """What a new decision on a difference is made upon."""
        return [edit for edit in self._current.values() if edit.subject == subject]


def body_of(marks: Annotations, row: int) -> dict[str, Any]:
    """What is said of an annotation besides place and label: note and uncertainty; {} for row -1."""
    if row < 0:
        return {}
    pairs = zip(UNCERTAINTIES, marks.uncertainty(row), strict=True)
    body: dict[str, Any] = {key: value for key, value in pairs if value}
    return body | {"comment": marks.comment[row] if marks.comment else ""}


def said(
    hand: Hand, heads: Sequence[Edit], wanted: Place | None, other: Place | None, body: Mapping[str, Any]
) -> list[Edit]:
    """What makes a layer say `wanted` where it says `other`; [] where it does already."""
    by_place = {place_of(head): head for head in heads}
    if wanted in by_place:
        return []
    head = by_place.get(other) if other is not None else None
    if wanted is None:
        return gestures.delete(hand, head) if head is not None else []
    after = {"start_s": wanted[0], "stop_s": wanted[1], "label": wanted[2], **body}
    if head is None:
        (added,) = gestures.add(hand, *wanted)
        return [hand.edit(added.subject, (), None, after, Kind.ANNOTATION)]
    return [hand.edit(head.subject, (head.id,), head.after, after, Kind.ANNOTATION)]
