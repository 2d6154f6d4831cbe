"""What a person can do to annotations: each gesture as a pure function to the edits it makes.

Nothing is changed here. A gesture that changes nothing gives no edit. Two annotations may overlap: both stay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from projector.domain.edits import Body, Edit, Kind, new_id
from projector.domain.errors import InputError


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


def delete(hand: Hand, head: Edit) -> list[Edit]:
    """No longer there."""
    return [hand.edit(head.subject, (head.id,), _body(head), None, head.kind)]


def split(hand: Hand, head: Edit, at_s: float) -> list[Edit]:
    """Two where there was one: it ends at a moment inside it and a new one of the same label begins there.

    Raises InputError for a moment that isn't inside.
    """
    body = _body(head)
    if not body["start_s"] < at_s < body["stop_s"]:
        raise InputError("an annotation is split inside it", remedy="put the cursor where it should end")
    later = {**body, "start_s": float(at_s)}
    return [
        *_changed(hand, head, stop_s=float(at_s)),
        hand.edit(new_id(), (), None, later, head.kind),
    ]


def merge(hand: Hand, first: Edit, second: Edit) -> list[Edit]:
    """One where there were two, over both and what lies between, with the first one's label."""
    one, two = _body(first), _body(second)
    start = min(one["start_s"], two["start_s"])
    stop = max(one["stop_s"], two["stop_s"])
    return [*_changed(hand, first, start_s=start, stop_s=stop), *delete(hand, second)]


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
    now: dict[str, list[Edit]] = {}
    for edit in heads:
        now.setdefault(edit.subject, []).append(edit)
    made, since = [], []
    for subject in dict.fromkeys(edit.subject for edit in group):
        own = [edit for edit in group if edit.subject == subject]
        current = now.get(subject, [])
        since += [edit for edit in current if edit.after != own[-1].after]
        parents = tuple(edit.id for edit in current) or (own[-1].id,)
        made.append(hand.edit(subject, parents, own[-1].after, own[0].before, own[0].kind))
    return made, since


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
