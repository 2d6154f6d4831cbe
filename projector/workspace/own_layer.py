"""The edits behind the annotations of a ride, row by row, in the layer that a person edits."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from projector.annotations.edits import Hand
from projector.annotations.layers import (
    ADJUDICATED,
    IMPORTED,
    Anchor,
    astray,
    copied,
    copied_imported,
    labels_of,
    spoken,
)
from projector.annotations.withdrawal import again
from projector.domain.edits import Edit
from projector.domain.errors import InputError
from projector.domain.nouns import Annotations
from projector.workspace.layering import Layering


class Behind(NamedTuple):
    """The edits behind a ride's rows.

    heads     one a row, in the layer that is edited wherever it may be
    copies    those of them that its first edit on the ride puts into the journal before itself
    refusal   why these rows are not to be edited
    """

    heads: list[Edit]
    copies: list[Edit]
    refusal: InputError | None = None


def behind(
    heads: Sequence[Edit], marks: Annotations, anchor: Anchor, hand: Hand, layering: Layering
) -> Behind:
    """What stands behind the rows that `layering` shows of a ride, whose current edits are `heads`."""
    source = layering.source(heads, hand.ride)
    if source == IMPORTED:
        found = copied_imported(marks, hand.ride, anchor, author=hand.author, layer=hand.layer, utc=hand.utc)
    else:
        own = labels_of(heads, source, hand.ride)
        lost = {edit.id for edit in astray(own, {hand.ride: anchor})}
        found = sorted((edit for edit in own if edit.id not in lost), key=place_of)
    if source in ("", hand.layer):
        return Behind(found, [])
    refusal = _refusal(heads, hand, source)
    if refusal is not None:
        return Behind(found, [], refusal)
    if source != IMPORTED:
        found = copied(found, author=hand.author, layer=hand.layer, utc=hand.utc)
    found = again(found, heads)
    return Behind(found, found)


def _refusal(heads: Sequence[Edit], hand: Hand, source: str) -> InputError | None:
    if source == ADJUDICATED:
        return InputError(
            f"the labels of {hand.ride} are adjudicated, and those count whatever your own layer says",
            remedy="edit them as the adjudicator: Label menu, Adjudicate",
        )
    if hand.ride in spoken(heads, hand.layer):
        return OwnLabels(
            f"{hand.layer} has other labels on {hand.ride} than {source}: those are shown now",
            remedy="look, then edit",
        )
    return None


class OwnLabels(InputError):
    """Somebody else's labels were about to be edited on a ride on which one has labels of one's own."""


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
        None if marks.pm_s is None else marks.pm_s[part],
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

    pm = None
    if marks.pm_s is not None or rows.pm_s is not None:
        pm = joined(*(np.zeros((len(one), 2)) if one.pm_s is None else one.pm_s for one in (marks, rows)))
    return Annotations(
        joined(marks.ride_number, rows.ride_number),
        joined(marks.start_s, rows.start_s),
        joined(marks.stop_s, rows.stop_s),
        joined(marks.label, np.array([names[name] for name in used], np.int32)),
        marks.label_names,
        (*marks.author[: old.start], *rows.author, *marks.author[old.stop :]),
        (*marks.comment[: old.start], *rows.comment, *marks.comment[old.stop :]),
        pm,
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
