"""What a gesture would cut before it counts, so that the preview and the edit say the same."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from projector.annotations.overlap import cuts, told
from projector.workspace.blast import Span
from projector.workspace.own_layer import span_of
from projector.workspace.workspace import Workspace

Changes = dict[int, Span | None]


def trimmed(
    workspace: Workspace,
    ride: int,
    changed: Mapping[int, Span | None],
    added: Sequence[Span],
    trims: Collection[str],
) -> tuple[Changes, list[Span], str]:
    """(changed, added) with what the spans of classes that trim do to others of the ride; and that in words.

    changed     rows of workspace.annotations: what each becomes, None for one that goes
    """
    marks = workspace.annotations
    over = [span for span in (*changed.values(), *added) if span is not None and span[2] in trims]
    if marks is None or not over:
        return dict(changed), list(added), ""
    part = marks.of_ride(ride)
    near = (marks.stop_s[part] > min(one[0] for one in over)) & (
        marks.start_s[part] < max(one[1] for one in over)
    )
    rows = (part.start + int(at) for at in np.flatnonzero(near))
    beneath = {row: span_of(marks, row) for row in rows if row not in changed}
    found = cuts([one[:2] for one in over], {row: span[:2] for row, span in beneath.items()})
    names = {row: span[2] for row, span in beneath.items()}
    left: Changes = {row: (*one.pieces[0], names[row]) if one.pieces else None for row, one in found.items()}
    more = [(*piece, names[row]) for row, one in found.items() for piece in one.pieces[1:]]
    return {**changed, **left}, [*added, *more], told(found, names)
