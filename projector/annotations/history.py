"""What can be undone and redone, read from the journal itself, and edits told in words.

Undo never removes an edit: it appends one that takes a gesture back, and a redo takes that back in turn. So
the two stacks follow from the edits, also those of the last session.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from projector.annotations import overlap, vocabulary
from projector.annotations.edits import UNCERTAINTIES
from projector.domain.edits import Edit, Kind


@dataclass(frozen=True)
class Stacks:
    """Gestures (their groups) in order of time, the last one first to go.

    undo   gestures that stand; redo   undos that can be taken back
    """

    undo: tuple[str, ...]
    redo: tuple[str, ...]


class Gestures:
    """One person's gestures as they arrive: at 100,000 of them one more costs no more than the first."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._undo: dict[str, None] = {}  # in order of time, as sets are not
        self._redo: dict[str, None] = {}

    def take(self, edits: Iterable[Edit]) -> None:
        """The next edits in order of arrival; those of one gesture may come in parts."""
        for edit in edits:
            if edit.group in self._known:
                continue
            self._known.add(edit.group)
            if edit.takes_back in self._undo:
                del self._undo[edit.takes_back]
                self._redo[edit.group] = None
                continue
            if edit.takes_back in self._redo:
                del self._redo[edit.takes_back]
            else:
                self._redo.clear()
            self._undo[edit.group] = None

    def stacks(self) -> Stacks:
        """What can be undone and redone now. A new gesture has made all forgotten that was undone."""
        return Stacks(tuple(self._undo), tuple(self._redo))


def stacks(edits: Iterable[Edit]) -> Stacks:
    """The stacks of one person's gestures, in order of arrival."""
    gestures = Gestures()
    gestures.take(edits)
    return gestures.stacks()


def is_gesture(edit: Edit) -> bool:
    """Made by hand: copies and imports have groups that follow from what they copy."""
    return len(edit.group) == 36 and edit.group[14] == "4"  # the version of a UUID: a random one


def on_former_signals(
    made: Iterable[Edit], group: Sequence[Edit], known: Callable[[str], Edit | None]
) -> list[Edit]:
    """The edits that take a gesture back, `made`, on the signals that each subject was on before the gesture.

    known   the edit of an id. Only labels that were moved onto other signals had others before.
    """
    former: dict[str, str] = {}
    for edit in group:
        parent = known(edit.parents[0]) if edit.parents else None
        if parent is not None:
            former.setdefault(edit.subject, parent.signal_hash)
    return [replace(edit, signal_hash=former.get(edit.subject, edit.signal_hash)) for edit in made]


@dataclass(frozen=True)
class Step:
    """A gesture in a ride's history: its group, what it did in words, who made it, when (UTC, ISO 8601)."""

    group: str
    what: str
    author: str
    utc: str


def steps(edits: Iterable[Edit]) -> list[Step]:
    """The gestures of some edits in order of arrival, the last one first."""
    groups: dict[str, list[Edit]] = {}
    for edit in edits:
        groups.setdefault(edit.group, []).append(edit)
    return [
        Step(group, _what(groups, group), together[0].author, together[0].utc)
        for group, together in reversed(groups.items())
    ]


def _what(groups: Mapping[str, Sequence[Edit]], group: str) -> str:
    """A gesture in words; of one that takes another back the words of that one, not of the way back."""
    backs = 0
    while (back := groups[group][0].takes_back) in groups:
        group, backs = back, backs + 1
    together = groups[group]
    what, reason = told(together), together[0].reason
    if not is_gesture(together[0]):
        what = reason
    elif reason and not together[0].takes_back and not overlap.is_trim(together[0]):
        what = f"{what} · {reason}"
    if not backs:
        return f"undone: {what}" if back else what  # what it takes back is not among these edits
    return f"{'undone' if backs % 2 else 'redone'}: {what}"


def told(edits: Sequence[Edit]) -> str:
    """A gesture in a few words: 'new fall', 'start of fall 41.35 → 39.95 s', 'fall → normal'."""
    if len(edits) == 1:
        return _TOLD[edits[0].kind](edits[0])
    if any(edit.kind is Kind.CLASS for edit in edits):
        return vocabulary.told(edits)
    own = [edit for edit in edits if not overlap.is_trim(edit)]
    if 0 < len(own) < len(edits):
        return ", ".join(filter(None, (told(own), overlap.told_after(edits))))
    if any(edit.kind is not Kind.ANNOTATION for edit in edits):
        return _TOLD[edits[0].kind](
            edits[0]
        )  # the first says what it was about: a class and all that bear it
    if len({edit.ride for edit in edits}) > 1:
        return f"{len(edits)} annotations on {len({edit.ride for edit in edits})} rides"
    kinds = {(edit.before is None, edit.after is None) for edit in edits}
    name = next((str(edit.before["label"]) for edit in edits if edit.before), "")
    if kinds == {(False, False), (True, False)}:
        return f"split {name}"
    if kinds == {(False, False), (False, True)}:
        return f"merge {name}"
    if kinds == {(False, False)} and (relabelled := _relabelled(edits)):
        return relabelled
    if kinds == {(False, False)} and len(edits) == 2:
        return f"shared edge of {name}"
    return f"{len(edits)} annotations"


def _relabelled(edits: Sequence[Edit]) -> str:
    """'3 × fall → normal', "" where anything but labels changes."""
    pairs = {((edit.before or {}).get("label"), (edit.after or {}).get("label")) for edit in edits}
    if any(old == new for old, new in pairs):
        return ""
    old, new = ("/".join(sorted(map(str, set(side)))) for side in zip(*pairs, strict=True))
    return f"{len(edits)} × {old} → {new}"


def _one(edit: Edit) -> str:
    before, after = edit.before, edit.after
    if before is None or after is None:
        verb = "delete" if after is None else "new"
        return f"{verb} {(before or after or {}).get('label', '')}"
    if before["label"] != after["label"]:
        return f"{before['label']} → {after['label']}"
    start = before["start_s"] != after["start_s"]
    stop = before["stop_s"] != after["stop_s"]
    if start and stop:
        by, same = after["start_s"] - before["start_s"], after["stop_s"] - before["stop_s"]
        moved = f"move {after['label']} by {by:+.3g} s".replace("-", "−")
        return moved if abs(by - same) < 1e-9 else f"both ends of {after['label']}"
    if start or stop:
        end, key = ("start", "start_s") if start else ("end", "stop_s")
        return f"{end} of {after['label']} {_from_to(before[key], after[key])}"
    unsure = [key for key in UNCERTAINTIES if before.get(key, 0.0) != after.get(key, 0.0)]
    if unsure:
        named = {"start_pm_s": "start", "stop_pm_s": "end"}
        ends = (f"{named[key]} ± {after.get(key, 0.0):.3g} s" for key in unsure)
        return f"{', '.join(ends)} of {after['label']}"
    return f"note on {after['label']}"


def _from_to(old: float, new: float) -> str:
    """'41.35 → 39.95 s', and from the first minute on as the trace shows it: '40:46.35 → 40:47.00'."""
    if max(old, new) < 60:
        return f"{old:.2f} → {new:.2f} s"
    ends = (divmod(round(second * 100), 6000) for second in (old, new))
    return " → ".join(f"{minutes:02d}:{hundredths / 100:05.2f}" for minutes, hundredths in ends)


def _verdict(edit: Edit) -> str:
    """'fall: right', 'verdict on fall taken back'."""
    body = edit.after or edit.before or {}
    about = body.get("label") or body.get("event", "")
    return f"{about}: {body.get('verdict')}" if edit.after is not None else f"verdict on {about} taken back"


_TOLD: Mapping[Kind, Callable[[Edit], str]] = {
    Kind.ANNOTATION: _one,
    Kind.CLASS: lambda edit: vocabulary.told([edit]),
    Kind.VERDICT: _verdict,
    Kind.SEEN: lambda edit: "marked as done" if edit.after is not None else "no longer marked as done",
}
