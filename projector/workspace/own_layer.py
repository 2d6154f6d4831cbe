"""The edits behind the annotations of a ride, row by row, in the layer that a person edits."""

from collections.abc import Sequence

from projector.annotations.layers import ADJUDICATED, IMPORTED, Anchor, astray, first_edits, labels_of, spoken
from projector.domain.edits import Edit
from projector.domain.errors import InputError
from projector.domain.nouns import Annotation, Annotations

COPIED = f"copied from {IMPORTED}"


def ride_heads(
    heads: Sequence[Edit], marks: Annotations, ride: str, anchor: Anchor, layer: str, utc: str
) -> tuple[list[Edit], list[Edit]]:
    """(the edit behind each of the ride's rows in `marks`, those of them that are not in the journal yet).

    The latter are copies of imported annotations, which the ride's first edit puts in before itself. Raises
    InputError where the ride's labels were adjudicated: those count whatever anyone's own layer says.
    """
    if layer != ADJUDICATED and ride in spoken(heads, ADJUDICATED):
        raise InputError(
            f"the labels of {ride} are adjudicated, and those count whatever your own layer says",
            remedy="edit them as the adjudicator",
        )
    if ride in spoken(heads, layer):
        own = labels_of(heads, layer, ride)
        lost = {edit.id for edit in astray(own, {ride: anchor})}
        return sorted((edit for edit in own if edit.id not in lost), key=_place), []
    copies = _copies(marks, ride, anchor, layer, utc)
    return copies, copies


def _place(edit: Edit) -> tuple[float, float, str]:
    """The order of the layers' rows within a ride."""
    body = edit.after or {}
    return float(body["start_s"]), float(body["stop_s"]), str(body["label"])


def _copies(marks: Annotations, ride: str, anchor: Anchor, layer: str, utc: str) -> list[Edit]:
    part = marks.of_ride(anchor.number)
    shown = (
        Annotation(
            float(marks.start_s[row]),
            float(marks.stop_s[row]),
            marks.label_names[int(marks.label[row])],
            (marks.author[row] if marks.author else "") or IMPORTED,
            IMPORTED,
            marks.comment[row] if marks.comment else "",
        )
        for row in range(part.start, part.stop)
    )
    return first_edits(shown, ride, anchor.signal_hash, layer=layer, utc=utc, reason=COPIED)
