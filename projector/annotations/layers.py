"""Layers: whose labels count. The imported one is the library's own; every other one is made of edits.

A layer has spoken on a ride once somebody labelled, removed or ticked something off there. For each ride the
adjudicated layer counts if it has spoken, else the one that is named: never a mixture on one ride.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from projector.annotations.edits import UNCERTAINTIES
from projector.domain.edits import Edit, Kind, derived_id
from projector.domain.nouns import Annotation, Annotations
from projector.domain.progress import Progress, silent

IMPORTED = "imported"
ADJUDICATED = "adjudicated"
COPIED = "copied from"  # the reason of a copy begins so
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


def by_layer(heads: Iterable[Edit]) -> dict[str, list[Edit]]:
    """The edits that speak, layer by layer, in the order given."""
    found: dict[str, list[Edit]] = {}
    for edit in heads:
        if edit.layer and _speaks(edit):
            found.setdefault(edit.layer, []).append(edit)
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
    taken: set[int] = set()
    rows: list[_Row] = []
    kept = np.zeros(len(imported), bool)
    for name in dict.fromkeys(filter(None, layers)):
        if name == IMPORTED:
            kept = ~np.isin(imported.ride_number, list(taken))
            taken.update(imported.ride_number[kept].tolist())
            continue
        numbers = {rides[ride].number for ride in spoken(heads, name) if ride in rides} - taken
        found = labels_of(heads, name)
        for at, edit in enumerate(found):
            if at % 1000 == 0:
                progress(at, len(found))
            if _holds(edit, rides) and rides[edit.ride].number in numbers:
                rows.append(_row(rides[edit.ride].number, edit))
        taken |= numbers
    return imported if not rows and kept.all() else _joined(imported, kept, rows)


def annotations_of(found: Annotations, number: int) -> list[Annotation]:
    """The annotations of one ride, in order of start."""
    rows = found.of_ride(number)
    return [
        Annotation(
            float(found.start_s[row]),
            float(found.stop_s[row]),
            found.label_names[found.label[row]],
            found.author[row] if found.author else "",
            comment=found.comment[row] if found.comment else "",
            start_pm_s=found.uncertainty(row)[0],
            stop_pm_s=found.uncertainty(row)[1],
        )
        for row in range(rows.start, rows.stop)
    ]


def copied_imported(
    imported: Annotations, ride: str, anchor: Anchor, *, author: str, layer: str, utc: str
) -> list[Edit]:
    """The imported labels of a ride as first edits of one's own layer; the same copy made twice is one."""
    mine = (replace(one, author=author) for one in annotations_of(imported, anchor.number))
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
) -> list[Edit]:
    """Annotations from outside the journal (the imported layer, a file) as edits, each under its own author.

    Ids follow from what an annotation says, so the same annotations twice add nothing; two that are equal
    within one call stay two.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for one in annotations:
        unsure = {
            key: value
            for key, value in zip(UNCERTAINTIES, (one.start_pm_s, one.stop_pm_s), strict=True)
            if value
        }
        said = (
            *(repr(one.start_s), repr(one.stop_s), one.label, one.comment, one.author),
            *(f"{key} {value!r}" for key, value in unsure.items()),
        )
        subject = derived_id("first", layer, ride, signal_hash, *said, str(seen[said]))
        seen[said] += 1
        made.append(
            Edit(
                id=derived_id("first", subject),
                kind=Kind.ANNOTATION,
                subject=subject,
                parents=(),
                before=None,
                after={
                    "start_s": one.start_s,
                    "stop_s": one.stop_s,
                    "label": one.label,
                    "comment": one.comment,
                    **unsure,
                },
                author=one.author,
                utc=utc,
                ride=ride,
                signal_hash=signal_hash,
                content_hash=content_hash,
                layer=layer,
                reason=reason,
                group=derived_id("first", layer, ride, reason),
            )
        )
    return made


_SPEAKING = (Kind.ANNOTATION, Kind.SEEN)


def _speaks(edit: Edit) -> bool:
    """An undo that leaves a layer as empty as before its first edit is no word: the ride is given back."""
    return edit.kind in _SPEAKING and not (edit.after is None and edit.reason == WITHDRAWN)


def _holds(edit: Edit, rides: Rides) -> bool:
    """An edit without a hash was made where signals could not be known: only its ride's id counts."""
    anchor = rides.get(edit.ride)
    return anchor is not None and edit.signal_hash in ("", anchor.signal_hash)


_Row = tuple[
    int, float, float, str, str, str, float, float
]  # ride, start, stop, label, author, comment, ±, ±


def _row(number: int, edit: Edit) -> _Row:
    """What an edit says, as columns: an Annotation for each of 100,000 labels takes seconds."""
    body = edit.after or {}
    say = body.get
    return (
        number,
        body["start_s"],
        body["stop_s"],
        body["label"],
        edit.author,
        say("comment", ""),
        *(say(key, 0.0) for key in UNCERTAINTIES),
    )


def _joined(imported: Annotations, kept: npt.NDArray[np.bool_], rows: Sequence[_Row]) -> Annotations:
    """The kept rows of the imported layer, and others."""
    numbers, starts, stops, labels, authors, comments, *pms = zip(*rows, strict=True) if rows else [()] * 8
    names = sorted({*imported.label_names, *labels})
    code = {name: at for at, name in enumerate(names)}
    recoded = np.array([code[name] for name in imported.label_names], np.int32)
    ride = np.append(imported.ride_number[kept], numbers).astype(np.int64)
    start = np.append(imported.start_s[kept], starts)
    stop = np.append(imported.stop_s[kept], stops)
    label = np.append(recoded[imported.label[kept]], [code[name] for name in labels]).astype(np.int32)
    author = [*_some(imported.author, kept), *authors]
    comment = [*_some(imported.comment, kept), *comments]
    unsure = any(map(any, pms))
    pm = np.zeros((len(ride), 2)) if unsure or imported.pm_s is not None else None
    if pm is not None and imported.pm_s is not None:
        pm[: int(kept.sum())] = imported.pm_s[kept]
    if pm is not None and rows:
        pm[-len(rows) :] = np.transpose(pms)
    order = np.lexsort((label, stop, start, ride))
    return Annotations(
        ride[order],
        start[order],
        stop[order],
        label[order],
        tuple(names),
        tuple(author[row] for row in order.tolist()),
        tuple(comment[row] for row in order.tolist()),
        pm[order] if pm is not None else None,
    )


def _some(texts: Sequence[str], kept: npt.NDArray[np.bool_]) -> list[str]:
    texts = texts or [""] * len(kept)
    return [texts[row] for row in np.flatnonzero(kept).tolist()]
