"""What a comparison is made of: whether it is the same as before, and about how long it would take."""

from collections.abc import Mapping

from projector.domain.nouns import Annotations, FeatureTable

LABELS_A_SECOND, WINDOWS_A_SECOND = 60_000, 250_000
Sides = tuple[str, str, object, dict[str, Annotations]]  # which two, of which windows, whose labels


def cost(marks: Mapping[str, Annotations], table: FeatureTable | None) -> float:
    """About how many seconds it takes to compare every two of these."""
    labels = sum(len(side) for side in marks.values()) * (len(marks) - 1)
    windows = len(table.windows) * len(marks) * (len(marks) - 1) / 2 if table is not None else 0
    return labels / LABELS_A_SECOND + windows / WINDOWS_A_SECOND


def same(one: Sides | None, other: Sides | None) -> bool:
    """Whether these are the very same labels of the same two."""
    if one is None or other is None or one[:2] != other[:2] or one[2] is not other[2]:
        return False
    return one[3].keys() == other[3].keys() and all(one[3][name] is other[3][name] for name in one[3])
