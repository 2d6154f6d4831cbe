"""The edits behind the annotations of a ride, row by row, in the layer that a person edits."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.annotations.edits import Hand
from projector.annotations.layers import ADJUDICATED, Anchor, astray, copied_imported, labels_of, spoken
from projector.domain.edits import Edit
from projector.domain.errors import InputError
from projector.domain.nouns import Annotations


def ride_heads(
    heads: Sequence[Edit], marks: Annotations, anchor: Anchor, hand: Hand
) -> tuple[list[Edit], list[Edit]]:
    """(the edit behind each of the ride's rows in `marks`, those of them that are not in the journal yet).

    The latter are copies of imported annotations, which the ride's first edit puts in before itself. Raises
    InputError where the ride's labels were adjudicated: those count whatever anyone's own layer says.
    """
    layer, ride = hand.layer, hand.ride
    if layer != ADJUDICATED and ride in spoken(heads, ADJUDICATED):
        raise InputError(
            f"the labels of {ride} are adjudicated, and those count whatever your own layer says",
            remedy="edit them as the adjudicator",
        )
    if ride in spoken(heads, layer):
        own = labels_of(heads, layer, ride)
        lost = {edit.id for edit in astray(own, {ride: anchor})}
        return sorted((edit for edit in own if edit.id not in lost), key=place_of), []
    copies = copied_imported(marks, ride, anchor, author=hand.author, layer=layer, utc=hand.utc)
    return copies, copies


def rows_of(marks: Annotations, number: int) -> Annotations:
    """The rows of one ride, with the names of all."""
    part = marks.of_ride(number)
    return Annotations(
        marks.ride_number[part],
        marks.start_s[part],
        marks.stop_s[part],
        marks.label[part],
        marks.label_names,
        marks.author[part],
        marks.comment[part],
    )


def spliced(marks: Annotations, number: int, rows: Annotations) -> Annotations | None:
    """`marks` with other rows for one ride: what an edit costs goes with the ride, not with the library.

    None where the rows have a name that `marks` has not: then all have to be put together anew.
    """
    names = {name: code for code, name in enumerate(marks.label_names)}
    used = [rows.label_names[code] for code in rows.label.tolist()]
    if not names.keys() >= set(used) or not _told(marks) or not _told(rows):
        return None
    old = marks.of_ride(number)

    def joined(whole: npt.NDArray[Any], part: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.concatenate([whole[: old.start], part, whole[old.stop :]])

    return Annotations(
        joined(marks.ride_number, rows.ride_number),
        joined(marks.start_s, rows.start_s),
        joined(marks.stop_s, rows.stop_s),
        joined(marks.label, np.array([names[name] for name in used], np.int32)),
        marks.label_names,
        (*marks.author[: old.start], *rows.author, *marks.author[old.stop :]),
        (*marks.comment[: old.start], *rows.comment, *marks.comment[old.stop :]),
    )


def _told(marks: Annotations) -> bool:
    return len(marks.author) == len(marks.comment) == len(marks)


def span_of(marks: Annotations, row: int) -> tuple[float, float, str]:
    """Start, stop and label of a row."""
    return float(marks.start_s[row]), float(marks.stop_s[row]), marks.label_names[int(marks.label[row])]


def place_of(edit: Edit) -> tuple[float, float, str]:
    """The same of an edit: by it the rows of a ride are in order."""
    body = edit.after or {}
    return float(body["start_s"]), float(body["stop_s"]), str(body["label"])
