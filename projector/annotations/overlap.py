"""What an annotation does to those beneath it where its class trims: they end where it begins.

An annotation that is met is cut back to it; one that lies wholly under it goes; one that contains it
becomes two. Points have no length: they trim nothing and are never trimmed. Touching is no overlap.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from projector.annotations.edits import Hand
from projector.domain.edits import Edit, Kind, new_id

Span = tuple[float, float]
LEAST_S = 1e-6  # as short as that is rounding, not an overlap or a remainder
TRIMMED = "trimmed by"  # how the reason of such an edit begins
MOST_TOLD = 2  # different things


@dataclass(frozen=True)
class Cut:
    """What is left of a trimmed annotation: no piece, one or two, in order of time; and how much is taken."""

    pieces: tuple[Span, ...]
    lost_s: float


def cut(over: Span, beneath: Span) -> Cut | None:
    """What `over` leaves of `beneath`; None where they don't overlap, or either is a point."""
    lost = min(over[1], beneath[1]) - max(over[0], beneath[0])
    if lost <= LEAST_S or beneath[1] - beneath[0] <= LEAST_S:
        return None
    pieces = ((beneath[0], over[0]), (over[1], beneath[1]))
    return Cut(tuple(piece for piece in pieces if piece[1] - piece[0] > LEAST_S), lost)


def cuts(over: Sequence[Span], beneath: Mapping[int, Span]) -> dict[int, Cut]:
    """What several new spans leave of others, by their keys; those that none of them meets are left out."""
    found: dict[int, Cut] = {}
    for key, span in beneath.items():
        pieces: tuple[Span, ...] = (span,)
        lost = 0.0
        for one in over:
            results = [(piece, cut(one, piece)) for piece in pieces]
            lost += sum(result.lost_s for _, result in results if result)
            pieces = tuple(
                part for piece, result in results for part in (result.pieces if result else (piece,))
            )
        if lost:
            found[key] = Cut(pieces, lost)
    return found


def trim(hand: Hand, made: Sequence[Edit], heads: Sequence[Edit], trims: Collection[str]) -> list[Edit]:
    """The edits that a gesture's own ones bring about: what it put over others cuts them.

    heads   the annotations of the ride as they were before the gesture
    trims   the names of the classes that trim
    """
    over = [edit for edit in made if edit.after is not None and edit.after["label"] in trims]
    own = {edit.subject for edit in made}
    rest = {at: head for at, head in enumerate(heads) if head.subject not in own and head.after is not None}
    found = cuts([_span(edit) for edit in over], {at: _span(head) for at, head in rest.items()})
    names = ", ".join(dict.fromkeys(str((edit.after or {})["label"]) for edit in over))
    trimmer = replace(hand, reason=f"{TRIMMED} {names}")
    return [edit for at, one in found.items() for edit in _trimmed(trimmer, rest[at], one, over)]


def told(found: Mapping[int, Cut], names: Mapping[int, str]) -> str:
    """'trims normal by 0.8 s', 'removes 2 pothole', 'splits normal'; "" where nothing is cut.

    names   the label of each annotation that is cut
    """
    alike: dict[tuple[str, str], list[Cut]] = {}
    for key, one in found.items():
        verb = ("removes", "trims", "splits")[min(len(one.pieces), 2)]
        alike.setdefault((verb, names[key]), []).append(one)
    parts = [_words(verb, name, some) for (verb, name), some in alike.items()]
    more = sum(len(some) for some in list(alike.values())[MOST_TOLD:])
    return ", ".join(parts[:MOST_TOLD]) + (f" and {more:,} more" if more else "")


def told_after(edits: Sequence[Edit]) -> str:
    """The same of a gesture's edits, once it is done."""
    made = [edit for edit in edits if is_trim(edit)]
    fresh = [edit for edit in made if edit.before is None]
    found: dict[int, Cut] = {}
    names: dict[int, str] = {}
    for at, edit in enumerate(made):
        if edit.before is not None:
            pieces = [one for one in fresh if _was_part_of(one, edit)]
            spans = tuple(_span(one) for one in (edit, *pieces) if one.after is not None)
            whole = edit.before["stop_s"] - edit.before["start_s"]
            found[at] = Cut(spans, whole - sum(stop - start for start, stop in spans))
            names[at] = str(edit.before["label"])
    return told(found, names)


def is_trim(edit: Edit) -> bool:
    """Whether an edit was brought about by another of its gesture."""
    return edit.reason.startswith(TRIMMED)


def _words(verb: str, name: str, alike: Sequence[Cut]) -> str:
    if len(alike) > 1:
        return f"{verb} {len(alike):,} {name}"
    return f"{verb} {name} by {alike[0].lost_s:.3g} s" if verb == "trims" else f"{verb} {name}"


def _was_part_of(piece: Edit, whole: Edit) -> bool:
    """A new piece lies behind the one that stayed the annotation."""
    if (
        whole.after is None
        or piece.ride != whole.ride
        or (piece.after or {})["label"] != whole.after["label"]
    ):
        return False
    start, stop = _span(piece)
    return bool(_span(whole)[1] <= start and stop <= (whole.before or {})["stop_s"])


def _trimmed(hand: Hand, head: Edit, one: Cut, over: Sequence[Edit]) -> list[Edit]:
    """The first piece stays the annotation that it was, others are new ones like it."""
    before = dict(head.after or {})
    if not one.pieces:
        return [hand.edit(head.subject, (head.id,), before, None, Kind.ANNOTATION)]
    bodies = [_piece(before, piece, over) for piece in one.pieces]
    first = hand.edit(head.subject, (head.id,), before, bodies[0], Kind.ANNOTATION)
    return [first, *(hand.edit(new_id(), (), None, body, Kind.ANNOTATION) for body in bodies[1:])]


def _piece(body: Mapping[str, Any], piece: Span, over: Sequence[Edit]) -> dict[str, Any]:
    """A piece of an annotation: an edge that was cut is known as well as the edge that cut it."""
    made = {**body, "start_s": piece[0], "stop_s": piece[1]}
    for ours, theirs in (("start", "stop"), ("stop", "start")):
        if made[f"{ours}_s"] == body[f"{ours}_s"]:
            continue
        made.pop(f"{ours}_pm_s", None)
        edges = [edit.after or {} for edit in over if (edit.after or {})[f"{theirs}_s"] == made[f"{ours}_s"]]
        if edges and edges[0].get(f"{theirs}_pm_s"):
            made[f"{ours}_pm_s"] = edges[0][f"{theirs}_pm_s"]
    return made


def _span(edit: Edit) -> Span:
    body = edit.after or {}
    return float(body["start_s"]), float(body["stop_s"])
