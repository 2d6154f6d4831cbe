"""Which annotation a moment is about: the one that overlaps it most, if that is most of both."""

from collections.abc import Sequence

SAME = 0.5  # intersection over union from which two spans are the same event
POINT_S = 0.5  # points are the same within it

Span = tuple[float, float]


def same_event(spans: Sequence[Span], moment: Span) -> int | None:
    """Where the span that overlaps a moment most stands among `spans`; None where none is the same event."""
    shares = [overlap(span, moment) for span in spans]
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= SAME else None


def overlap(one: Span, other: Span) -> float:
    """Intersection over union, 0 to 1; a point is only like a point near by."""
    if one[0] == one[1] or other[0] == other[1]:
        points = one[0] == one[1] and other[0] == other[1]
        return float(points and abs(one[0] - other[0]) <= POINT_S)
    both = min(one[1], other[1]) - max(one[0], other[0])
    return max(both, 0.0) / (max(one[1], other[1]) - min(one[0], other[0]))
