"""Another layer's labels as edits of one's own: what is the same stays, what is the same event is changed."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

from projector.annotations.edits import Hand
from projector.annotations.matching import POINT_S, same_event
from projector.domain.edits import Body, Edit, Kind, new_id


def adopt(hand: Hand, theirs: Sequence[Edit], mine: Sequence[Edit]) -> list[Edit]:
    """What makes the annotations of `mine`, a layer's current edits of a ride, say what `theirs` say.

    A subject of which several versions stand gets one again.
    """
    versions: dict[str, list[Edit]] = {}
    for edit in mine:
        versions.setdefault(edit.subject, []).append(edit)
    bodies = sorted((edit.after for edit in theirs if edit.after is not None), key=_place)
    left = Counter(map(_key, bodies))
    different = []
    for now in versions.values():
        key = _key(now[0].after or {})
        if len(now) == 1 and left[key]:
            left[key] -= 1
        else:
            different.append(now)
    wanted = _Wanted([body for body in bodies if _taken(left, _key(body))])
    made = []
    for now in different:
        parents = tuple(edit.id for edit in now)
        after = wanted.take(_place(now[0].after or {}))
        made.append(hand.edit(now[0].subject, parents, now[-1].after, after, Kind.ANNOTATION))
    return made + [hand.edit(new_id(), (), None, body, Kind.ANNOTATION) for body in wanted.bodies]


class _Wanted:
    """Bodies in order of start that are still to be said."""

    def __init__(self, bodies: list[Body]) -> None:
        self.bodies, self._places = bodies, [_place(body) for body in bodies]

    def take(self, place: tuple[float, float]) -> Body | None:
        """The one that is the same event; None where there is none."""
        reach = max(place[1] - place[0], POINT_S)  # what overlaps it by half begins no farther away
        first = bisect_left(self._places, (place[0] - reach, 0.0))
        last = bisect_right(self._places, (place[0] + reach, float("inf")))
        at = same_event(self._places[first:last], place)
        if at is None:
            return None
        del self._places[first + at]
        return self.bodies.pop(first + at)


def _taken(left: Counter[tuple[object, ...]], key: tuple[object, ...]) -> bool:
    """Whether one of these is left; then it is one less."""
    left[key] -= 1
    return left[key] >= 0


def _place(body: Body) -> tuple[float, float]:
    return body["start_s"], body["stop_s"]


def _key(body: Body) -> tuple[object, ...]:
    return tuple(sorted(body.items()))
