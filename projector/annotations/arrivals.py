"""Labels from a file beside what a layer says of a ride: new, there already, changed or deleted here.

A label of a file is the same annotation as one of the layer if that one says, or once said, the same. What
became of it since is somebody's word, which a file doesn't overrule unless it is asked to.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from projector.annotations.edits import UNCERTAINTIES
from projector.annotations.imports import is_import
from projector.annotations.layers import WITHDRAWN
from projector.annotations.withdrawal import again
from projector.domain.edits import Body, Edit, Kind, heads


class State(StrEnum):
    """What a layer says of a label that a file brings."""

    NEW = "new"
    THERE = "there"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True)
class Arrival:
    """state: what the layer said of it. last: the edit that changed or deleted it, None for other states."""

    state: State
    last: Edit | None = None


@dataclass(frozen=True)
class _Said:
    start_s: float
    stop_s: float
    body: Body
    subject: str


class RideOfLayer:
    """What one layer says of one ride, and once said.

    edits   all its edits there, in order of arrival; `made` are those that labels from files have added
    """

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._edits = [edit for edit in edits if edit.kind is Kind.ANNOTATION]
        self.made: list[Edit] = []

    def meet(self, firsts: Sequence[Edit], slack_s: float, *, restore: bool = False) -> list[Arrival]:
        """What becomes of each label of a file, given as first edits (`layers.first_edits`).

        slack_s  how much a file may have rounded its times
        restore  what was changed or deleted here is to be again as the file says
        """
        standing: dict[str, list[Edit]] = {}
        for head in heads(self._edits):
            standing.setdefault(head.subject, []).append(head)
        found, made = [], []
        for first, subject in zip(firsts, self._same(firsts, slack_s, standing), strict=True):
            versions = standing.get(subject, [])
            state, last = _state(first, versions, slack_s)
            found.append(Arrival(state, last))
            if state is State.NEW:
                made += again([first], versions) if subject == first.subject else [first]
            elif last is not None and restore:
                made += again([replace(first, subject=subject, before=last.after)], versions)
        self._edits += made
        self.made += made
        return found

    def _same(self, firsts: Sequence[Edit], slack_s: float, standing: dict[str, list[Edit]]) -> list[str]:
        """The annotation that each label is, "" for none: of equal id, else one that says or said the same.

        No annotation is two labels: equal ones within a file stay as many as they are.
        """
        ours = {first.subject for first in firsts} & standing.keys()
        said = _by_label(self._edits)
        found = []
        for first in firsts:
            subject = first.subject
            if subject not in standing:
                subject = _nearest(first, said, slack_s, ours, standing)
                ours.add(subject)
            found.append(subject)
        return found


def _state(first: Edit, versions: Sequence[Edit], slack_s: float) -> tuple[State, Edit | None]:
    there = [edit for edit in versions if edit.after is not None]
    if any(_equal(first, edit.after, slack_s) for edit in there):
        return State.THERE, None
    if there:
        return State.CHANGED, there[-1]
    gone = [edit for edit in versions if not _taken_back(edit)]
    return (State.DELETED, gone[-1]) if gone else (State.NEW, None)


def _taken_back(edit: Edit) -> bool:
    """A removal that is nobody's word about the label: an undo of its import, or of a ride's first edit."""
    return edit.reason == WITHDRAWN or (bool(edit.takes_back) and is_import(edit))


def _by_label(edits: Iterable[Edit]) -> dict[str, list[_Said]]:
    """Everything that was ever said, by label, in order of start."""
    found: dict[str, list[_Said]] = {}
    for edit in edits:
        if edit.after is not None:
            body = edit.after
            place = _Said(float(body["start_s"]), float(body["stop_s"]), body, edit.subject)
            found.setdefault(str(body["label"]), []).append(place)
    for places in found.values():
        places.sort(key=lambda place: place.start_s)
    return found


def _nearest(
    first: Edit,
    said: dict[str, list[_Said]],
    slack_s: float,
    taken: set[str],
    standing: dict[str, list[Edit]],
) -> str:
    """One that still says the same before one that once did, "" for none."""
    assert first.after is not None
    places, start = said.get(str(first.after["label"]), []), float(first.after["start_s"])
    best: tuple[bool, float] | None = None
    found = ""
    for at in range(bisect_left(places, start - slack_s, key=lambda place: place.start_s), len(places)):
        place = places[at]
        if place.start_s > start + slack_s:
            break
        if place.subject in taken or not _equal(first, place.body, slack_s):
            continue
        now = any(_equal(first, edit.after, slack_s) for edit in standing[place.subject])
        rank = (not now, abs(place.start_s - start))
        if best is None or rank < best:
            best, found = rank, place.subject
    return found


def _equal(first: Edit, body: Body | None, slack_s: float) -> bool:
    """Whether a body says what a file says; what the file says nothing about may be anything."""
    told = first.after
    return (
        body is not None
        and told is not None
        and body["label"] == told["label"]
        and abs(body["start_s"] - told["start_s"]) <= slack_s
        and abs(body["stop_s"] - told["stop_s"]) <= slack_s
        and told.get("comment", "") in ("", body.get("comment", ""))
        and all(told.get(key, 0.0) in (0.0, body.get(key, 0.0)) for key in UNCERTAINTIES)
    )
