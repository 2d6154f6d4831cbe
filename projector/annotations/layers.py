"""Layers: whose labels count. The imported one is the library's own; every other one is made of edits.

A layer has spoken on a ride once somebody labelled, removed or ticked something off there. For each ride the
adjudicated layer counts if it has spoken, else the one that is named: never a mixture on one ride.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.annotations.edits import UNCERTAINTIES
from projector.domain.edits import Edit, Kind, derived_id
from projector.domain.nouns import Annotation, Annotations
from projector.domain.progress import Progress, silent

IMPORTED = "imported"
ADJUDICATED = "adjudicated"
COPIED = "copied from"  # the reason of a copy begins so
_AT_ONCE = 20_000  # labels between two calls of progress
WITHDRAWN = "nothing of one's own is left here"  # the reason of a removal that is no word about the ride


@dataclass(frozen=True)
class Anchor:
    """What holds labels to a ride: its number in the library and the hash (hex) of its signals."""

    number: int
    signal_hash: str


Rides = Mapping[str, Anchor]


def layer_names(heads: Iterable[Edit]) -> tuple[str, ...]:
    """Every layer that has spoken, sorted."""
    return tuple(sorted({edit.layer for edit in heads if _speaks(edit) and edit.layer}))


def spoken(heads: Iterable[Edit], layer: str) -> frozenset[str]:
    """The rides on which a layer has spoken; "looked at, nothing here" and a removal are words too."""
    return frozenset(edit.ride for edit in heads if edit.layer == layer and _speaks(edit))


def has_spoken(heads: Iterable[Edit], layer: str) -> bool:
    """Whether a layer has spoken on any ride."""
    return any(edit.layer == layer and _speaks(edit) for edit in heads)


def by_layer(heads: Iterable[Edit], names: Collection[str] | None = None) -> dict[str, list[Edit]]:
    """The edits that speak, layer by layer (of these names), in the order given."""
    found: dict[str, list[Edit]] = {}
    for edit in heads:
        layer = edit.layer
        if layer and (names is None or layer in names) and _speaks(edit):
            found.setdefault(layer, []).append(edit)
    return found


def labels_of(heads: Iterable[Edit], layer: str, ride: str | None = None) -> list[Edit]:
    """The annotations of a layer (on one ride) that are there now; of a conflict, each version."""
    return [
        edit
        for edit in heads
        if edit.kind is Kind.ANNOTATION
        and edit.after is not None
        and edit.layer == layer
        and ride in (None, edit.ride)
    ]


def astray(heads: Iterable[Edit], rides: Rides) -> list[Edit]:
    """Labels that belong to no ride of this library, or to one with other signals than they were made on."""
    return [
        edit
        for edit in heads
        if edit.kind is Kind.ANNOTATION and edit.after is not None and not _holds(edit, rides)
    ]


def effective(
    imported: Annotations, heads: Sequence[Edit], layer: str, rides: Rides, beneath: str = ""
) -> Annotations:
    """The labels that count: of each ride the adjudicated, else those of `layer`, else those `beneath`."""
    return first_spoken(imported, heads, (ADJUDICATED, layer, beneath), rides)


def first_spoken(
    imported: Annotations,
    heads: Sequence[Edit],
    layers: Iterable[str],
    rides: Rides,
    progress: Progress = silent,
) -> Annotations:
    """Each ride's labels from the first of some layers that has spoken on it; labels `astray` are left out.

    Sorted by ride, start, stop; label_names are sorted. Where only the imported layer has a word, this is
    `imported` itself. progress counts labels: of thousands this takes a while.
    """
    names = list(dict.fromkeys(filter(None, layers)))
    said = by_layer(heads, names)
    taken: set[int] = set()
    numbers: list[int] = []
    edits: list[Edit] = []
    kept = np.zeros(len(imported), bool)
    for name in names:
        if name == IMPORTED:
            kept = ~np.isin(imported.ride_number, list(taken))
            taken.update(np.unique(imported.ride_number[kept]).tolist())
            continue
        own = said.get(name, [])
        there = {ride: rides[ride] for ride in {edit.ride for edit in own} & rides.keys()}
        free = {ride: anchor for ride, anchor in there.items() if anchor.number not in taken}
        for first in range(0, len(own), _AT_ONCE):
            progress(first, len(own))
            found = _standing(own[first : first + _AT_ONCE], free)
            edits += found
            numbers += [free[edit.ride].number for edit in found]
        taken.update(anchor.number for anchor in free.values())
    return imported if not edits and kept.all() else _joined(imported, kept, numbers, edits)


def _standing(edits: Iterable[Edit], rides: Rides) -> list[Edit]:
    """The annotations that are there now, of these rides and on their signals."""
    kind, hashes = Kind.ANNOTATION, {ride: ("", anchor.signal_hash) for ride, anchor in rides.items()}
    return [
        edit
        for edit in edits
        if edit.kind is kind and edit.after is not None and edit.signal_hash in hashes.get(edit.ride, ())
    ]


def annotations_of(found: Annotations, number: int, author: str | None = None) -> list[Annotation]:
    """The annotations of one ride, in order of start; under another author's name."""
    rows = found.of_ride(number)
    many = rows.stop - rows.start
    return [
        Annotation(
            start, stop, found.label_names[label], author, comment=comment, start_pm_s=pm, stop_pm_s=pn
        )
        for start, stop, label, author, comment, (pm, pn) in zip(
            found.start_s[rows].tolist(),
            found.stop_s[rows].tolist(),
            found.label[rows].tolist(),
            (found.author[rows] or [""] * many) if author is None else [author] * many,
            found.comment[rows] or [""] * many,
            [(0.0, 0.0)] * many if found.pm_s is None else found.pm_s[rows].tolist(),
            strict=True,
        )
    ]


def copied_imported(
    imported: Annotations, ride: str, anchor: Anchor, *, author: str, layer: str, utc: str
) -> list[Edit]:
    """The imported labels of a ride as first edits of one's own layer; the same copy made twice is one."""
    mine = annotations_of(imported, anchor.number, author)
    reason = f"{COPIED} {IMPORTED}"
    return first_edits(mine, ride, anchor.signal_hash, layer=layer, utc=utc, reason=reason)


def copied(source: Iterable[Edit], *, author: str, layer: str, utc: str) -> list[Edit]:
    """Another layer's labels as first edits of one's own. The same copy made twice is one: equal ids."""
    return [
        Edit(
            id=derived_id("copy", layer, author, edit.id),
            kind=Kind.ANNOTATION,
            subject=derived_id("copy", layer, edit.subject),
            parents=(),
            before=None,
            after=edit.after,
            author=author,
            utc=utc,
            ride=edit.ride,
            signal_hash=edit.signal_hash,
            content_hash=edit.content_hash,
            layer=layer,
            reason=f"{COPIED} {edit.layer}",
            group=derived_id("copy", layer, author, edit.layer, edit.ride),
        )
        for edit in source
        if edit.after is not None
    ]


def first_edits(
    annotations: Iterable[Annotation],
    ride: str,
    signal_hash: str,
    *,
    layer: str,
    utc: str,
    reason: str,
    content_hash: str = "",
    group: str = "",
) -> list[Edit]:
    """Annotations from outside the journal (the imported layer, a file) as edits, each under its own author.

    Ids follow from what an annotation says, so the same annotations twice add nothing; two that are equal
    within one call stay two. Without a group theirs follows from the ride and the reason.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    made: list[Edit] = []
    same: dict[str, Any] = {
        "kind": Kind.ANNOTATION,
        "parents": (),
        "before": None,
        "utc": utc,
        "ride": ride,
        "signal_hash": signal_hash,
        "content_hash": content_hash,
        "layer": layer,
        "reason": reason,
        "group": group or derived_id("first", layer, ride, reason),
    }
    for one in annotations:
        unsure = _unsure(one)
        said: tuple[str, ...] = (repr(one.start_s), repr(one.stop_s), one.label, one.comment, one.author)
        said += tuple(f"{key} {value!r}" for key, value in unsure.items())
        subject = derived_id("first", layer, ride, signal_hash, *said, str(seen[said]))
        seen[said] += 1
        body = {
            "start_s": one.start_s,
            "stop_s": one.stop_s,
            "label": one.label,
            "comment": one.comment,
            **unsure,
        }
        own: dict[str, Any] = {"subject": subject, "after": body, "author": one.author}
        own["id"] = derived_id("first", subject)
        made.append(made[0].with_values(**own) if made else Edit(**own, **same))
    return made


def _unsure(one: Annotation) -> dict[str, float]:
    found = zip(UNCERTAINTIES, (one.start_pm_s, one.stop_pm_s), strict=True)
    return {key: value for key, value in found if value} if one.start_pm_s or one.stop_pm_s else {}


_SPEAKING = (Kind.ANNOTATION, Kind.SEEN)


def _speaks(edit: Edit) -> bool:
    """An undo that leaves a layer as empty as before its first edit is no word: the ride is given back."""
    return edit.kind in _SPEAKING and not (edit.after is None and edit.reason == WITHDRAWN)


def _holds(edit: Edit, rides: Rides) -> bool:
    """An edit without a hash was made where signals could not be known: only its ride's id counts."""
    anchor = rides.get(edit.ride)
    return anchor is not None and edit.signal_hash in ("", anchor.signal_hash)


def _joined(
    imported: Annotations, kept: npt.NDArray[np.bool_], numbers: list[int], edits: list[Edit]
) -> Annotations:
    """The kept rows of the imported layer, and annotations of the rides with these numbers.

    Column by column, without an object a row: a layer of 300,000 is shown in a moment.
    """
    bodies = [edit.after or {} for edit in edits]
    labels = [str(body["label"]) for body in bodies]
    names = sorted({*imported.label_names, *labels})
    code = {name: at for at, name in enumerate(names)}
    recoded = np.array([code[name] for name in imported.label_names], np.int32)
    ride = np.append(imported.ride_number[kept], np.array(numbers, np.int64))
    start = np.append(imported.start_s[kept], np.array([body["start_s"] for body in bodies], np.float64))
    stop = np.append(imported.stop_s[kept], np.array([body["stop_s"] for body in bodies], np.float64))
    label = np.append(recoded[imported.label[kept]], np.array([code[name] for name in labels], np.int32))
    author = [*_some(imported.author, kept), *[edit.author for edit in edits]]
    comment = [*_some(imported.comment, kept), *[str(body.get("comment", "")) for body in bodies]]
    first, second = UNCERTAINTIES
    unsure = [at for at, body in enumerate(bodies) if first in body or second in body]
    pm = np.zeros((len(ride), 2)) if unsure or imported.pm_s is not None else None
    if pm is not None:
        begins = len(ride) - len(edits)
        if imported.pm_s is not None:
            pm[:begins] = imported.pm_s[kept]
        for at in unsure:
            pm[begins + at] = [bodies[at].get(key, 0.0) for key in UNCERTAINTIES]
    return _in_order(ride, start, stop, label, names, author, comment, pm)


def put_together(
    imported: Annotations, kept: npt.NDArray[np.bool_], parts: Sequence[Annotations]
) -> Annotations:
    """The kept rows of the imported layer and labels of other rides, as `first_spoken` gives them.

    parts   one a ride, each in order
    """
    names = sorted({*imported.label_names, *chain.from_iterable({part.label_names for part in parts})})
    code = {name: at for at, name in enumerate(names)}
    every = [rows_kept(imported, kept), *parts]
    known = {
        own: np.array([code[name] for name in own], np.int32) for own in {one.label_names for one in every}
    }
    pm = None
    if any(one.pm_s is not None for one in every):
        pm = np.concatenate([np.zeros((len(one), 2)) if one.pm_s is None else one.pm_s for one in every])
    return _in_order(
        np.concatenate([one.ride_number for one in every]),
        np.concatenate([one.start_s for one in every]),
        np.concatenate([one.stop_s for one in every]),
        np.concatenate([known[one.label_names][one.label] for one in every]),
        names,
        list(chain.from_iterable(one.author for one in every)),
        list(chain.from_iterable(one.comment for one in every)),
        pm,
    )


def rows_kept(marks: Annotations, kept: npt.NDArray[np.bool_]) -> Annotations:
    """Some rows, with the names of all."""
    return Annotations(
        marks.ride_number[kept],
        marks.start_s[kept],
        marks.stop_s[kept],
        marks.label[kept],
        marks.label_names,
        tuple(_some(marks.author, kept)),
        tuple(_some(marks.comment, kept)),
        None if marks.pm_s is None else marks.pm_s[kept],
    )


def _in_order(
    ride: npt.NDArray[np.int64],
    start: npt.NDArray[np.float64],
    stop: npt.NDArray[np.float64],
    label: npt.NDArray[np.int32],
    names: Sequence[str],
    author: Sequence[str],
    comment: Sequence[str],
    pm: npt.NDArray[np.float64] | None,
) -> Annotations:
    """By ride, start, stop and label; of equals the first stays first."""
    order = np.lexsort((label, stop, start, ride))
    rows = order.tolist()
    return Annotations(
        ride[order],
        start[order],
        stop[order],
        label[order],
        tuple(names),
        tuple(map(author.__getitem__, rows)),
        tuple(map(comment.__getitem__, rows)),
        pm[order] if pm is not None else None,
    )


def _some(texts: Sequence[str], kept: npt.NDArray[np.bool_]) -> list[str]:
    return list(compress(texts, kept.tolist())) if texts else [""] * int(kept.sum())
