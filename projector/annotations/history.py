"""What can be undone and redone, read from the journal itself, and edits told in words.

Undo never removes an edit: it appends one that takes a gesture back, and a redo takes that back in turn. So
the two stacks follow from the edits, also those of the last session.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from projector.annotations import imports, overlap, vocabulary
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
    """Made by hand, not copied or brought in from a file."""
    return imports.is_step(edit) and not imports.is_import(edit)


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


def told(edits: Sequence[Edit]) -> str:
    """A gesture in a few words: 'new fall', 'start of fall 41.35 → 39.95 s', 'fall → normal'."""
    if settled := _settled(edits):
        return settled
    if all(map(imports.is_import, edits)):
        return imports.told(edits)
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


def _settled(edits: Sequence[Edit]) -> str:
    """A conflict's end: 'both versions of fall kept', 'fall kept of 2 versions'; "" for another gesture.

    Only what keeps several versions (`conflicts.settle`) makes annotations anew beside the settled one.
    """
    settling, *others = sorted(edits, key=lambda edit: -len(edit.parents))
    many = len(settling.parents)
    if many < 2 or settling.takes_back or any(edit.kind is not Kind.ANNOTATION for edit in edits):
        return ""
    if not others:
        name = (settling.after or settling.before or {}).get("label", "")
        return f"{name if settling.after else f'removal of {name}'} kept of {many} versions"
    if settling.after is None or any(edit.parents for edit in others):
        return ""
    names = " and ".join(dict.fromkeys(str((edit.after or {}).get("label", "")) for edit in edits))
    return f"{'both' if len(edits) == 2 else f'all {len(edits)}'} versions of {names} kept"


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
