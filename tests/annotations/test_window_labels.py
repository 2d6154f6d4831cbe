"""Labels of windows against a plain loop over windows and annotations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.annotations.window_labels import NO_LABEL, window_labels
from projector.domain.ids import window_ids
from projector.domain.nouns import Annotations, LabelRule, WindowRule, Windows

NAMES = ("fall", "normal", "pothole")
quarters = st.integers(0, 80).map(lambda quarter: quarter / 4)
interval = st.tuples(st.integers(0, 3), quarters, quarters, st.integers(0, 2))


def windows_of(rides: list[int], count: int, hop: float, length: float) -> Windows:
    ids = np.concatenate([window_ids(ride, np.arange(count) * 100) for ride in rides])
    starts = np.tile(np.arange(count) * hop, len(rides))
    return Windows(ids, starts, starts + length, np.zeros(len(ids), np.float32))


def annotations_of(rows: list[tuple[int, float, float, int]]) -> Annotations:
    rows = sorted((ride, min(a, b), max(a, b), label) for ride, a, b, label in rows)
    ride, start, stop, label = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Annotations(
        np.array(ride, np.int64),
        np.array(start, float),
        np.array(stop, float),
        np.array(label, np.int32),
        NAMES,
    )


def brute_force(windows: Windows, annotations: Annotations, rule: WindowRule) -> list[int]:
    found = []
    for ride, start, stop in zip(windows.ids >> 32, windows.start_s, windows.stop_s, strict=True):
        seconds = dict.fromkeys(range(len(NAMES)), 0.0)
        at_end = NO_LABEL
        for row in range(len(annotations)):
            if annotations.ride_number[row] != ride:
                continue
            begin, end = annotations.start_s[row], annotations.stop_s[row]
            end = end if end > begin else begin + 1e-6
            seconds[int(annotations.label[row])] += max(0.0, min(stop, end) - max(start, begin))
            if begin < stop <= end:
                at_end = int(annotations.label[row])
        best = max(seconds, key=lambda label: (seconds[label], -label))
        least = {LabelRule.ANY: 0.0, LabelRule.SHARE: rule.share * (stop - start) * (1 - 1e-9)}.get(
            rule.label_rule, (stop - start) / 2
        )
        if rule.label_rule is LabelRule.AT_END:
            found.append(at_end)
        else:
            found.append(best if seconds[best] > least else NO_LABEL)
    return found


@given(
    st.lists(interval, max_size=12),
    st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True).map(sorted),
    st.sampled_from(LabelRule),
    st.sampled_from([0.5, 2.0, 4.0]),
    st.sampled_from([0.25, 0.5, 1.0]),
)
def test_agrees_with_a_plain_loop(
    rows: list[tuple[int, float, float, int]],
    rides: list[int],
    label_rule: LabelRule,
    hop: float,
    share: float,
) -> None:
    windows, annotations = windows_of(rides, 9, hop, 2.0), annotations_of(rows)
    rule = WindowRule(2.0, hop, label_rule=label_rule, share=share)
    assert list(window_labels(windows, annotations, rule)) == brute_force(windows, annotations, rule)


@pytest.mark.parametrize(
    ("label_rule", "label"),
    [
        (LabelRule.ANY, 1),  # 1.5 s of normal, 0.5 s of fall
        (LabelRule.MAJORITY, 1),
        (LabelRule.SHARE, 1),
        (LabelRule.AT_END, 0),
    ],
)
def test_the_four_rules_on_one_window(label_rule: LabelRule, label: int) -> None:
    annotations = annotations_of([(0, 0.0, 1.5, 1), (0, 1.5, 5.0, 0)])
    rule = WindowRule(2.0, 2.0, label_rule=label_rule, share=0.75)
    assert list(window_labels(windows_of([0], 1, 2.0, 2.0), annotations, rule)) == [label]


def test_a_point_labels_its_window_only_under_any() -> None:
    annotations = annotations_of([(0, 1.0, 1.0, 2)])
    windows = windows_of([0], 2, 2.0, 2.0)
    assert list(window_labels(windows, annotations, WindowRule(label_rule=LabelRule.ANY))) == [2, NO_LABEL]
    assert list(window_labels(windows, annotations, WindowRule())) == [NO_LABEL, NO_LABEL]
