"""A history as a list of steps: gestures in words, each in the layer where it changed something."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import overload

from projector.annotations import overlap
from projector.annotations.history import is_gesture, told
from projector.annotations.imports import whose
from projector.domain.edits import Edit

Key = tuple[str, str]  # a layer, and the group of a gesture


@dataclass(frozen=True)
class Step:
    """What a gesture did to a layer of a ride, in words; who made it, when (UTC, ISO 8601)."""

    group: str
    layer: str
    what: str
    author: str
    utc: str


class Steps(Sequence[Step]):
    """The gestures of some edits, layer by layer, the last one first.

    Put into words only when one is looked at: a ride may have thousands, a list shows ten. What `more` gives
    shares all that was there before, so that one edit more costs no more at the 100,000th gesture.
    """

    def __init__(self, edits: Iterable[Edit] = ()) -> None:
        """edits: in order of arrival"""
        self._gestures: dict[Key, list[Edit]] = {}
        self._by: dict[str, list[Key]] = {}  # of each person, in order of arrival
        self._order: list[Key] = []  # the same of everybody, or of one; later ones than `_count` aren't ours
        self._take(edits)
        self._count = len(self._order)

    def more(self, edits: Iterable[Edit]) -> "Steps":
        """These and what came after them; what was given before stays as it is. Only of everybody's."""
        self._take(edits)
        return self._seen(self._order)

    def by(self, author: str) -> "Steps":
        """Those that one person made."""
        return self._seen(self._by.setdefault(author, []))

    def continues(self, other: "Steps") -> bool:
        """Whether the oldest of these are exactly the others'."""
        return self._order is other._order and self._count >= other._count

    def _take(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            key = edit.layer, edit.group
            if key not in self._gestures:
                self._gestures[key] = []
                self._order.append(key)
                self._by.setdefault(_by(edit), []).append(key)
            self._gestures[key].append(edit)

    def _seen(self, order: list[Key]) -> "Steps":
        found = copy(self)
        found._order, found._count = order, len(order)
        return found

    def __len__(self) -> int:
        return self._count

    def key(self, at: int) -> Key:
        """The layer and group of a step."""
        if not -self._count <= at < self._count:
            raise IndexError(at)
        return self._order[self._count - 1 - at if at >= 0 else -1 - at]

    @overload
    def __getitem__(self, at: int) -> Step: ...

    @overload
    def __getitem__(self, at: slice) -> list[Step]: ...

    def __getitem__(self, at: int | slice) -> Step | list[Step]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(self._count))]
        return self._step(*self.key(at))

    @property
    def people(self) -> set[str]:
        """Who made them."""
        return {author for author, keys in self._by.items() if keys}

    def _step(self, layer: str, group: str) -> Step:
        first = self._gestures[layer, group][0]
        return Step(group, layer, self._what(layer, group), _by(first), first.utc)

    def _what(self, layer: str, group: str) -> str:
        """A gesture in words; of one that takes another back the words of that one, not of the way back."""
        backs, back = 0, self._gestures[layer, group][0].takes_back
        while back and (layer, back) in self._gestures:
            group, backs = back, backs + 1
            back = self._gestures[layer, group][0].takes_back
        what = _told(self._gestures[layer, group])
        if not backs:
            return f"undone: {what}" if back else what  # what it takes back is not among these edits
        return f"{'undone' if backs % 2 else 'redone'}: {what}"


def _told(together: Sequence[Edit]) -> str:
    """What was done, and why if somebody said so."""
    first, what = together[0], told(together)
    if not whose(first):  # a copy, or what a command brought in
        return first.reason or what
    why = is_gesture(first) and not first.takes_back and not overlap.is_trim(first)
    return f"{what} · {first.reason}" if why and first.reason else what


def _by(edit: Edit) -> str:
    """Who did it: of labels from a file who brought them in."""
    return whose(edit) or edit.author
