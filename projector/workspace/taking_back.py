"""Taking a gesture back: the edits that bring labels to what they were before it, on every ride it touched.

In the layers it was made in, on the signals it was made on, and under the names of whose labels come back.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from projector.annotations import edits as gestures
from projector.annotations import history
from projector.annotations.conflicts import unsettled
from projector.annotations.edits import Hand
from projector.annotations.imports import as_imported
from projector.annotations.withdrawal import withdrawn
from projector.domain.edits import Edit, Kind
from projector.domain.progress import Progress
from projector.workspace.journal import Journal

LABELS = (Kind.ANNOTATION, Kind.SEEN)  # the kinds that decide which labels count


class Undone(NamedTuple):
    """What was taken back, in words. since: whose edits were made upon it; then nothing was done yet."""

    what: str
    since: tuple[str, ...] = ()


def way_back(
    journal: Journal, group: Sequence[Edit], hand: Callable[[str, str], Hand], progress: Progress
) -> tuple[list[Edit], list[Edit]]:
    """The edits that take a gesture's back, ride by ride; and the edits that others made upon it since.

    hand    who takes it back, on a ride and in a layer
    """
    made: list[Edit] = []
    since: list[Edit] = []
    done = 0
    for (ride, layer), part in _by_place(group).items():
        progress(done, len(group))
        done += len(part)
        back, others = _back_on(journal, part, hand(ride, layer))
        made += back
        # an undone conflict stands in two versions, of which neither is somebody else's word
        since += [edit for edit in others if edit not in part]
    return made, since


def _back_on(journal: Journal, part: Sequence[Edit], hand: Hand) -> tuple[list[Edit], list[Edit]]:
    """The same for what a gesture did on one ride, in one layer."""
    back, others = gestures.inverse(hand, part, journal.heads(hand.ride))
    back = history.on_former_signals(unsettled(back, part, journal.edit), part, journal.edit)
    back = as_imported(back, part, journal.edit)
    said = [edit for edit in back if edit.kind in LABELS]
    known = [edit for edit in journal.of_ride(hand.ride) if edit.layer == hand.layer and edit.kind in LABELS]
    return [*withdrawn(hand, known, said), *(edit for edit in back if edit.kind not in LABELS)], others


def _by_place(edits: Iterable[Edit]) -> dict[tuple[str, str], list[Edit]]:
    """Edits by ride and layer, each in order of arrival: one pass for a gesture on thousands of rides."""
    found: dict[tuple[str, str], list[Edit]] = {}
    for edit in edits:
        found.setdefault((edit.ride, edit.layer), []).append(edit)
    return found
