"""What a person can do to annotations: each gesture as a pure function to the edits it makes.

Nothing is changed here. A gesture that changes nothing gives no edit. Two annotations may overlap: what then
happens is overlap.py's affair. Start and end may each carry an uncertainty, ± so many seconds, which goes
where its edge goes.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from projector.domain.edits import Body, Edit, Kind, new_id
from projector.domain.errors import InputError

UNCERTAINTIES = ("start_pm_s", "stop_pm_s")  # of an annotation's body; an edge that is exact has none


@dataclass(frozen=True)
class Hand:
    """Who makes a gesture's edits, when, and on which ride; the edits of one hand share its group."""

    author: str
    layer: str
    utc: str
    ride: str
    signal_hash: str
    content_hash: str
    group: str
    reason: str = ""
    takes_back: str = ""

    def edit(
        self, subject: str, parents: tuple[str, ...], before: Body | None, after: Body | None, kind: Kind
    ) -> Edit:
        """An edit in this hand."""
        return Edit(
            id=new_id(),
            kind=kind,
            subject=subject,
            parents=parents,
            before=before,
            after=after,
            author=self.author,
            utc=self.utc,
            ride=self.ride,
            signal_hash=self.signal_hash,
            content_hash=self.content_hash,
            layer=self.layer,
            reason=self.reason,
            group=self.group,
            takes_back=self.takes_back,
        )


def add(hand: Hand, start_s: float, stop_s: float, label: str, comment: str = "") -> list[Edit]:
    """A new annotation; a point where start and stop are equal."""
    body = {"start_s": float(start_s), "stop_s": float(stop_s), "label": label, "comment": comment}
    return [hand.edit(new_id(), (), None, body, Kind.ANNOTATION)]


def resize(hand: Hand, head: Edit, start_s: float, stop_s: float) -> list[Edit]:
    """Other ends. Raises InputError where it would end before it begins."""
    return _changed(hand, head, start_s=float(start_s), stop_s=float(stop_s))


def move(hand: Hand, head: Edit, by_s: float) -> list[Edit]:
    """The same length, so many seconds later."""
    body = _body(head)
    return resize(hand, head, body["start_s"] + by_s, body["stop_s"] + by_s)


def relabel(hand: Hand, head: Edit, label: str) -> list[Edit]:
    """Another label."""
    return _changed(hand, head, label=label)


def relabel_all(hand: Hand, heads: Iterable[Edit], names: Mapping[str, str]) -> list[Edit]:
    """Another label for each annotation whose label is among `names`: what a class that is renamed needs."""
    found = (head for head in heads if head.after is not None and head.after["label"] in names)
    return [edit for head in found for edit in relabel(hand, head, names[_body(head)["label"]])]


def uncertain(hand: Hand, head: Edit, start_pm_s: float, stop_pm_s: float) -> list[Edit]:
    """How far off start and end may be, in seconds to either side; 0 for one that is exact.

    Raises InputError for what is no such length.
    """
    before = _body(head)
    after = _without(before, *UNCERTAINTIES)
    for key, value in zip(UNCERTAINTIES, (start_pm_s, stop_pm_s), strict=True):
        if not (math.isfinite(value) and value >= 0):
            raise InputError(f"an edge cannot be uncertain by ± {value:g} s")
        if value:
            after[key] = float(value)
    return [] if after == before else [hand.edit(head.subject, (head.id,), before, after, head.kind)]


def delete(hand: Hand, head: Edit) -> list[Edit]:
    """No longer there."""
    return [hand.edit(head.subject, (head.id,), _body(head), None, head.kind)]


def split(hand: Hand, head: Edit, at_s: float) -> list[Edit]:
    """Two where there was one: it ends at a moment inside it and a new one of the same label begins there.

    The new edges are exact: they were put there.
    Raises InputError for a moment that isn't inside.
    """
    body = _body(head)
    if not body["start_s"] < at_s < body["stop_s"]:
        raise InputError("an annotation is split inside it", remedy="put the cursor where it should end")
    earlier = {**_without(body, "stop_pm_s"), "stop_s": float(at_s)}
    later = {**_without(body, "start_pm_s"), "start_s": float(at_s)}
    return [
        hand.edit(head.subject, (head.id,), body, earlier, head.kind),
        hand.edit(new_id(), (), None, later, head.kind),
    ]


def merge(hand: Hand, first: Edit, second: Edit) -> list[Edit]:
    """One where there were two, over both and what lies between, with the first one's label."""
    one, two = _body(first), _body(second)
    begins = one if one["start_s"] <= two["start_s"] else two
    ends = one if one["stop_s"] >= two["stop_s"] else two
    after = _without(one, *UNCERTAINTIES)
    for key, body in (("start_s", begins), ("start_pm_s", begins), ("stop_s", ends), ("stop_pm_s", ends)):
        if key in body:
            after[key] = body[key]
    changed = [] if after == one else [hand.edit(first.subject, (first.id,), one, after, first.kind)]
    return [*changed, *delete(hand, second)]


def note(hand: Hand, head: Edit, comment: str) -> list[Edit]:
    """Another comment."""
    return _changed(hand, head, comment=comment)


def restore(hand: Hand, then: Sequence[Edit], now: Sequence[Edit]) -> list[Edit]:
    """What brings the annotations of `now` back to those of `then`, both current edits of the same ride.

    A subject that has several versions now gets one again: the first it had then.
    """
    wanted: dict[str, Body | None] = {}
    for edit in then:
        wanted.setdefault(edit.subject, edit.after)
    made = []
    for subject in dict.fromkeys([*(edit.subject for edit in now), *wanted]):
        current = [edit for edit in now if edit.subject == subject]
        after = wanted.get(subject)
        if current and any(edit.after != after for edit in current):
            parents = tuple(edit.id for edit in current)
            made.append(hand.edit(subject, parents, current[-1].after, after, current[0].kind))
    return made


def inverse(hand: Hand, group: Sequence[Edit], heads: Iterable[Edit]) -> tuple[list[Edit], list[Edit]]:
    """What takes a gesture's edits back, and the current edits that say something else than it did.

    The latter are others' since, or the undo would change what the gesture left. Taking back is an edit like
    any other: made upon whatever is current of each subject, it brings back the body from before the gesture.
    """
    now, said = _by_subject(heads), _by_subject(group)
    made, since = [], []
    for subject, own in said.items():
        current = now.get(subject, [])
        since += [edit for edit in current if edit.after != own[-1].after]
        parents = tuple(edit.id for edit in current) or (own[-1].id,)
        same = replace(hand, reason=own[-1].reason)
        made.append(same.edit(subject, parents, own[-1].after, own[0].before, own[0].kind))
    return made, since


def _by_subject(edits: Iterable[Edit]) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = {}
    for edit in edits:
        found.setdefault(edit.subject, []).append(edit)
    return found


def _without(body: Body, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in keys}


def _changed(hand: Hand, head: Edit, **changes: Any) -> list[Edit]:
    before = _body(head)
    after = {**before, **changes}
    if after == before:
        return []
    return [hand.edit(head.subject, (head.id,), before, after, head.kind)]


def _body(head: Edit) -> dict[str, Any]:
    if head.after is None:
        raise InputError("this annotation is no longer there")
    return dict(head.after)
