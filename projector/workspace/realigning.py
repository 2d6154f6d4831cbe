"""Labels that were made on other signals than a ride has now: told, and moved onto it only when asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from psygnal import Signal

from projector.annotations.edits import Hand, resize
from projector.annotations.layers import astray
from projector.domain.edits import Edit, Kind
from projector.jobs.realign import Alignment
from projector.workspace.labelling import Labelling
from projector.workspace.memory import Memory
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

KIND = "realign"
MOST_LIBRARIES = 20  # that are looked into for the old signals
MOST_LEFT = 1000  # mismatches that are remembered as left alone


@dataclass(frozen=True)
class Mismatch:
    """Labels of a ride that belong to other signals.

    number  the ride's, None where this library has no ride of that name
    """

    ride: str
    number: int | None
    signal_hash: str
    labels: tuple[Edit, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        return tuple(sorted({edit.layer for edit in self.labels}))

    @property
    def name(self) -> str:
        """What it is remembered by; with another label it is another one."""
        return f"{self.ride} {self.signal_hash[:16]} {len(self.labels)}"


class Realigning:
    """What does not belong to the rides as they are, and how it could."""

    changed = Signal()

    def __init__(
        self, workspace: Workspace, labelling: Labelling, pipeline: Pipeline, memory: Memory
    ) -> None:
        self._workspace, self._labelling, self._pipeline = workspace, labelling, pipeline
        self._memory = memory
        self.alignments: dict[tuple[str, str], Alignment] = {}
        workspace.library_changed.connect(self._on_library_changed)

    @property
    def busy(self) -> bool:
        """Whether old signals are being looked for."""
        return self._pipeline.working(KIND)

    def mismatches(self) -> list[Mismatch]:
        """What is not shown because its signals are others, by ride."""
        library = self._workspace.library
        if library is None:
            return []
        rides = library.anchors
        found: dict[tuple[str, str], list[Edit]] = {}
        for edit in astray(self._labelling.current(Kind.ANNOTATION), rides):
            found.setdefault((edit.ride, edit.signal_hash), []).append(edit)
        return [
            Mismatch(ride, rides[ride].number if ride in rides else None, old, tuple(edits))
            for (ride, old), edits in sorted(found.items())
        ]

    @property
    def news(self) -> bool:
        """Whether there is any that was not left alone before."""
        return any(one.name not in self._memory.left_alone for one in self.mismatches())

    def leave(self) -> None:
        """What there is now was seen and is left alone: no dialog speaks of it by itself again."""
        names = [one.name for one in self.mismatches()]
        kept = [name for name in self._memory.left_alone if name not in names]
        self._memory.left_alone = [*kept, *names][-MOST_LEFT:]

    def look(self, path: Path | None = None) -> None:
        """Find the old signals, in one library, or in those beside this one and those opened lately."""
        library = self._workspace.library
        pairs = [
            {"ride": one.ride, "signal_hash": one.signal_hash}
            for one in self.mismatches()
            if one.number is not None
        ]
        if library is None or not pairs:
            return
        paths = [str(path)] if path is not None else self._likely(library.path)
        arguments = {"library": str(library.path), "candidates": paths, "rides": pairs}
        self._pipeline.run(KIND, KIND, arguments, self._use)
        self.changed.emit()

    def move(self, chosen: Mapping[tuple[str, str], float]) -> tuple[int, int]:
        """Move labels by seconds, in one undoable step: (moved, left as they would lie outside the ride).

        Where somebody has stopped it, none is.

        chosen  seconds by ride and old signal hash. Everybody's labels move, each in its layer.
        """
        library = self._workspace.library
        wanted = {one.ride: one for one in self.mismatches() if (one.ride, one.signal_hash) in chosen}
        if library is None or not wanted:
            return 0, 0
        total = sum(len(one.labels) for one in wanted.values())

        def make(hand: Hand, _: Sequence[Edit]) -> list[Edit]:
            one = wanted[hand.ride]
            stop = library.ride(library.number_of(hand.ride)).primary.stop_s
            by = chosen[one.ride, one.signal_hash]
            return [moved for edit in one.labels for moved in _moved(hand, edit, by, stop)]

        numbers = [library.number_of(ride) for ride in wanted]
        why, moved = "moved onto the ride's new signals", list[int]()
        with self._labelling.patience("moving the labels") as progress:
            moved.append(len(self._labelling.commit(numbers, make, why, copies=False, progress=progress)))
        self.changed.emit()
        return (moved[0], total - moved[0]) if moved else (0, 0)

    def _likely(self, here: Path) -> list[str]:
        beside = sorted(one for one in here.parent.glob("*.h5") if one != here)
        lately = [Path(text) for text in self._memory.recent if Path(text) != here]
        there = dict.fromkeys(str(one) for one in (*beside, *lately) if one.is_file())
        return list(there)[:MOST_LIBRARIES]

    def _use(self, result: Mapping[str, Any]) -> None:
        for stored in result["alignments"]:
            one = Alignment(**stored)
            self.alignments[one.ride, one.signal_hash] = one
        self.changed.emit()

    def _on_library_changed(self) -> None:
        self._pipeline.cancel(KIND)
        self.alignments = {}
        self.changed.emit()


def _moved(hand: Hand, edit: Edit, by_s: float, stop_s: float) -> list[Edit]:
    """A label on the new signals, cut where the ride is; none where it would lie outside."""
    body = edit.after or {}
    start, stop = (float(body[end]) + by_s for end in ("start_s", "stop_s"))
    if stop < 0 or start > stop_s:
        return []
    theirs = replace(hand, layer=edit.layer)
    made = resize(theirs, edit, max(start, 0.0), min(stop, stop_s))
    return made or [theirs.edit(edit.subject, (edit.id,), edit.after, edit.after, edit.kind)]
