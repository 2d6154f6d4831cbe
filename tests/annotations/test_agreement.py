"""Agreement figures against scikit-learn and against plain loops."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from projector.annotations.agreement import POINT_REACH_S, by_person, cohen_kappa, compare, match
from projector.domain.ids import window_ids
from projector.domain.nouns import Annotations, LabelRule, WindowRule, Windows

LABELS = ("crash", "fall", "pothole")
Row = tuple[int, float, float, str]
tenths = st.integers(0, 120).map(lambda tenth: tenth / 10)
lengths = st.sampled_from([0.0, 0.5, 1.0, 2.5, 6.0])
rows = st.lists(
    st.tuples(st.integers(0, 1), tenths, lengths, st.sampled_from(LABELS)).map(
        lambda row: (row[0], row[1], row[1] + row[2], row[3])
    ),
    max_size=8,
)


def side(found: list[Row], names: tuple[str, ...] = LABELS) -> Annotations:
    found = sorted(found)
    return Annotations(
        np.array([row[0] for row in found], np.int64),
        np.array([row[1] for row in found], float),
        np.array([row[2] for row in found], float),
        np.array([names.index(row[3]) for row in found], np.int32),
        names,
    )


def windows(rides: int = 2, count: int = 14) -> Windows:
    ids = np.concatenate([window_ids(ride, np.arange(count) * 100) for ride in range(rides)])
    starts = np.tile(np.arange(count) * 1.0, rides)
    return Windows(ids, starts, starts + 2.0, np.zeros(len(ids), np.float32))


RULE = WindowRule(2.0, 1.0, label_rule=LabelRule.ANY)


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), min_size=2, max_size=60))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    a, b = (np.array(codes) for codes in zip(*pairs, strict=True))
    if len({*a, *b}) == 1:
        assert math.isnan(cohen_kappa(a, b))
        return
    assert cohen_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b), abs=1e-12)


def test_kappa_without_windows_says_nothing() -> None:
    assert math.isnan(cohen_kappa(np.empty(0, int), np.empty(0, int)))


def overlap(one: Row, other: Row) -> float:
    """Intersection over union, counted in steps of 1/100 s: an implementation of another kind."""
    mine, yours = (set(range(round(row[1] * 100), round(row[2] * 100))) for row in (one, other))
    return len(mine & yours) / len(mine | yours)


def plain_match(a: list[Row], b: list[Row]) -> dict[tuple[int, int], float]:
    """Greedy over all pairs of sorted sides."""
    scored = []
    for i, one in enumerate(a):
        for k, other in enumerate(b):
            points = [row[1] == row[2] for row in (one, other)]
            if (one[0], one[3]) != (other[0], other[3]) or points[0] != points[1]:
                continue
            if points[0] and abs(one[1] - other[1]) <= POINT_REACH_S:
                scored.append((abs(one[1] - other[1]), i, k, math.nan))
            elif not points[0] and overlap(one, other) > 0:
                scored.append((-overlap(one, other), i, k, overlap(one, other)))
    found: dict[tuple[int, int], float] = {}
    for _, i, k, iou in sorted(scored, key=lambda row: (round(row[0], 9), row[1], row[2])):
        if not any(i == one or k == other for one, other in found):
            found[i, k] = iou
    return found


@given(rows, rows)
def test_matching_agrees_with_a_plain_loop(a: list[Row], b: list[Row]) -> None:
    a, b = sorted(a), sorted(b)
    want, got = plain_match(a, b), match(side(a), side(b))
    # where several pairs overlap alike, rounding may choose: what they are worth must be equal
    assert len(got.iou) == len(want)
    worth = [sorted(value for value in found if not math.isnan(value)) for found in (got.iou, want.values())]
    assert worth[0] == pytest.approx(worth[1], abs=1e-9)


@given(rows, rows)
def test_a_comparison_is_symmetric_and_perfect_with_oneself(a: list[Row], b: list[Row]) -> None:
    there, back = (compare(*pair, windows(), RULE) for pair in ((side(a), side(b)), (side(b), side(a))))
    assert there.same == back.same
    assert there.overall.matched == back.overall.matched
    assert there.overall.onset.p95 == pytest.approx(back.overall.onset.p95, nan_ok=True)
    assert {(y, x): n for (x, y), n in there.confusion.items()} == dict(back.confusion)
    mine = compare(side(a), side(a), windows(), RULE)
    assert mine.same == mine.windows
    assert mine.overall.matched == len(a)
    assert mine.overall.mean_iou == pytest.approx(1) or math.isnan(mine.overall.mean_iou)


def test_edges_and_classes_by_hand() -> None:
    a = side([(0, 1.0, 3.0, "fall"), (0, 5.0, 7.0, "fall"), (1, 2.0, 2.0, "pothole"), (1, 4.0, 6.0, "crash")])
    b = side([(0, 1.5, 3.0, "fall"), (1, 2.3, 2.3, "pothole"), (1, 4.0, 6.0, "fall")], ("fall", "pothole"))
    found = compare(a, b, windows(), RULE)
    fall = found.classes["fall"]
    assert (fall.a, fall.b, fall.matched) == (2, 2, 1)
    assert fall.mean_iou == pytest.approx(0.75 / 3)  # two more falls that nobody else saw
    assert (fall.onset.count, fall.onset.mean, fall.offset.mean) == (1, 0.5, 0.0)
    pothole = found.classes["pothole"]
    assert pothole.onset.median == pytest.approx(0.3)
    assert pothole.offset.count == 0
    assert math.isnan(pothole.mean_iou)
    assert found.confusion["crash", "fall"] == 3
    assert found.classes["crash"].matched == 0


@given(rows, rows)
def test_a_class_kappa_is_that_class_against_the_rest(a: list[Row], b: list[Row]) -> None:
    found = compare(side(a), side(b), windows(), RULE)
    for name, one in found.classes.items():
        told = [
            ([x == name for (x, _), n in found.confusion.items() for _ in range(n)]),
            ([y == name for (_, y), n in found.confusion.items() for _ in range(n)]),
        ]
        if len({*told[0], *told[1]}) == 1:
            assert math.isnan(one.kappa)
        else:
            assert one.kappa == pytest.approx(cohen_kappa_score(*told), abs=1e-12)


def test_people_are_judged_by_the_pairs_they_are_in() -> None:
    a = side([(0, 1.0, 3.0, "fall")])
    b = side([(0, 2.0, 4.0, "fall")])
    found = by_person(
        [
            (x, y, compare(one, other, windows(), RULE))
            for x, y, one, other in (("anna", "ben", a, a), ("anna", "cy", a, b))
        ]
    )
    assert found["ben"]["mean_iou"] == 1
    assert found["anna"]["mean_iou"] == pytest.approx((1 + 1 / 3) / 2)


def test_many_labels_are_matched_at_once() -> None:
    """Work grows with what overlaps, not with the square of the annotations."""
    starts = [float(k) for k in range(20_000)]
    one = side([(0, start, start + 0.8, "fall") for start in starts])
    assert len(match(one, one).iou) == 20_000
