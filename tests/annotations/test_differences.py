"""Differences between two people's labels: against a plain search, and what each row says."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from projector.annotations.agreement import POINT_REACH_S
from projector.annotations.differences import Difference, Differences, differences
from projector.domain.nouns import Annotations

Span = tuple[int, float, float, str]
TIMES = st.integers(0, 60).map(lambda tenth: tenth / 2)
SPANS = st.lists(
    st.builds(
        lambda ride, start, length, label: (ride, start, start + length, label),
        st.integers(1, 2),
        TIMES,
        st.sampled_from([0.0, 1.0, 3.0, 8.0]),
        st.sampled_from(["crash", "fall"]),
    ),
    max_size=8,
)


def side(spans: list[Span]) -> Annotations:
    spans = sorted(spans)
    names = tuple(sorted({span[3] for span in spans}))
    columns = list(zip(*spans, strict=True)) or [[], [], [], []]
    codes = [names.index(name) for name in columns[3]]
    return Annotations(
        np.array(columns[0], np.int64), np.array(columns[1], float), np.array(columns[2], float),
        np.array(codes, np.int32), names,
    )  # fmt: skip


def told(found: Differences) -> list[tuple[str, float, float, float]]:
    return [
        (Difference(kind).name, *np.round(rest, 6).tolist())
        for kind, *rest in zip(found.kind, found.onset, found.offset, found.size, strict=True)
    ]


def test_each_kind_is_told_with_its_size_the_greatest_first() -> None:
    one = [(1, 10, 20, "fall"), (1, 30, 34, "fall"), (1, 50, 50, "crash"), (2, 0, 9, "fall")]
    other = [(1, 10.12, 19.69, "fall"), (1, 30, 35, "crash"), (1, 50.25, 50.25, "crash"), (2, 40, 43, "fall")]
    a, b = side([*one, (2, 70, 71, "fall")]), side([*other, (2, 70, 71, "fall")])
    found = differences(a, b)
    nan = str(float("nan"))
    assert [tuple(map(str, row)) for row in told(found)] == [
        ("ONLY_A", nan, nan, "9.0"),
        ("CLASS", "0.0", "1.0", "5.0"),
        ("ONLY_B", nan, nan, "3.0"),
        ("EDGES", "0.12", "-0.31", "0.43"),
        ("EDGES", "0.25", nan, "0.25"),
    ]
    assert found.ride.tolist() == [2, 1, 2, 1, 1]


@settings(max_examples=40)
@given(one=SPANS, other=SPANS)
def test_every_event_is_in_at_most_one_difference_and_only_equal_ones_in_none(
    one: list[Span], other: list[Span]
) -> None:
    a, b = side(one), side(other)
    found = differences(a, b)
    for rows, many in ((found.row_a, len(a)), (found.row_b, len(b))):
        used = rows[rows >= 0].tolist()
        assert len(used) == len(set(used)) <= many
    unused_a = sorted(set(range(len(a))) - set(found.row_a.tolist()))
    unused_b = sorted(set(range(len(b))) - set(found.row_b.tolist()))
    same_a = sorted((one := sorted(one))[row] for row in unused_a)
    same_b = sorted((other := sorted(other))[row] for row in unused_b)
    assert same_a == same_b, "what no difference speaks of is on both sides, word for word"
    assert (np.diff(found.size) <= 0).all()
    both = found.row_a >= 0
    both &= found.row_b >= 0
    assert (found.ride[both] == b.ride_number[found.row_b[both]]).all()
    points = np.isnan(found.offset) & (found.kind == Difference.CLASS)
    assert (found.size[points] == POINT_REACH_S).all()


@settings(max_examples=40)
@given(one=SPANS, other=SPANS)
def test_the_other_way_round_says_the_same_with_signs_turned(one: list[Span], other: list[Span]) -> None:
    a, b = side(one), side(other)
    there, back = differences(a, b), differences(b, a)
    turned = {Difference.ONLY_A: Difference.ONLY_B, Difference.ONLY_B: Difference.ONLY_A}
    kinds = sorted(int(turned.get(Difference(kind), Difference(kind))) for kind in back.kind)
    assert sorted(there.kind.tolist()) == kinds
    assert np.isclose(np.nansum(there.size), np.nansum(back.size))
