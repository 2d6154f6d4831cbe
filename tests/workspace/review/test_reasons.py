"""The queue as a function: each reason against a plain reference, window by window and event by event."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.annotations.window_labels import window_labels
from projector.domain.ids import window_ids
from projector.domain.nouns import Annotations, WindowRule, Windows
from projector.workspace.review.alerts import compared, expected
from projector.workspace.review.edges import Impacts, far_edges
from projector.workspace.review.found import Reason, found, joined
from projector.workspace.review.intervals import meets
from projector.workspace.review.labels_unlike import LookAlikes, unlabelled, unlike
from projector.workspace.review.people import Side, disagreement
from projector.workspace.review.reasons import Facts, finds, items, queue
from projector.workspace.review.subjects import About, Subject, hash_of
from projector.workspace.review.words import why

NAMES = ("braking", "crash", "normal")


def marks_of(rows, names=NAMES, comments=()):
    """(ride, start, stop, label) rows, sorted as annotations are."""
    rows = sorted(rows, key=lambda row: (row[0], row[1]))
    return Annotations(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], float),
        np.array([row[2] for row in rows], float),
        np.array([names.index(row[3]) for row in rows], np.int32),
        names,
        ("anna",) * len(rows),
        comments,
    )


def told(items):
    return [
        (*items.subject(item)[1:], why(items, item), round(float(items.score[item]), 3))
        for item in range(len(items))
    ]


def made_windows(rng, rides=4, count=30):
    ids = np.concatenate([window_ids(ride + 1, np.arange(count) * 100) for ride in range(rides)])
    start = np.tile(np.arange(count) * 2.0, rides)
    return Windows(ids, start, start + 4, np.zeros(len(ids), np.float32))


@given(st.integers(0, 10_000))
def test_labels_unlike_their_look_alikes_one_by_one(seed):
    rng = np.random.default_rng(seed)
    windows = made_windows(rng)
    rows = []
    for ride in range(1, 5):
        edges = np.sort(rng.uniform(0, 62, 12)).round(1)
        spans = [span for span in edges.reshape(-1, 2) if span[0] < span[1] and rng.random() < 0.7]
        rows += [(ride, *span, NAMES[rng.integers(3)]) for span in spans]
    marks = marks_of(rows)
    codes = window_labels(windows, marks, WindowRule())
    compared_rows = np.sort(rng.choice(len(windows), 80, replace=False))
    near = rng.integers(-1, len(windows), (80, 5)).astype(np.int32)
    distance = np.where(near >= 0, rng.exponential(3, near.shape), np.inf).astype(np.float32)
    alike = LookAlikes(compared_rows, near, distance)
    mean = [
        np.mean(far[other >= 0]) if (other >= 0).any() else np.inf
        for far, other in zip(distance, near, strict=True)
    ]
    usual = np.median([far for far in mean if far < np.inf])
    weight = {
        int(row): 0.5 + 0.5 * usual / (usual + far) for row, far in zip(compared_rows, mean, strict=True)
    }

    reference = {}
    for row in range(len(marks)):
        seen, weights = Counter(), []
        for window, others in zip(compared_rows, near, strict=True):
            ride = int(windows.ids[window] >> 32)
            apart = ride != marks.ride_number[row] or codes[window] != marks.label[row]
            if apart or min(windows.stop_s[window], marks.stop_s[row]) <= max(
                windows.start_s[window], marks.start_s[row]
            ):
                continue
            seen.update(int(codes[other]) for other in others if other >= 0)
            weights.append(weight[int(window)])
        total = sum(seen.values())
        other = total - seen[int(marks.label[row])]
        if total and other / total > 0.5:
            reference[row] = other / total * np.mean(weights)
    made = unlike(marks, windows, codes, alike)
    assert sorted(made.score) == pytest.approx(sorted(reference.values()))
    assert list(zip(made.ride, made.start_s, strict=True)) == [
        (marks.ride_number[row], marks.start_s[row]) for row in reference
    ]

    parts = []
    for window, others in zip(compared_rows, near, strict=True):
        ride = int(windows.ids[window] >> 32)
        free = not any(
            ride == marks.ride_number[row]
            and windows.start_s[window] < marks.stop_s[row]
            and marks.start_s[row] < windows.stop_s[window]
            for row in range(len(marks))
        )
        labels = [int(codes[other]) for other in others if other >= 0]
        best = max(range(3), key=labels.count)
        if free and labels and labels.count(best) / len(labels) > 0.5:
            joins = parts and parts[-1][0] == (window - 1, ride, best)
            parts[-1:] = [((window, ride, best), [*(parts[-1][1] if joins else []), window])] if joins else [
                *parts[-1:], ((window, ride, best), [window])
            ]  # fmt: skip
    made = unlabelled(marks, windows, codes, alike, marks_of([]))
    assert made.start_s.tolist() == [windows.start_s[group[0]] for _, group in parts]
    assert made.stop_s.tolist() == [windows.stop_s[group[-1]] for _, group in parts]
    everywhere = marks_of([(ride, 0, 100, "normal") for ride in range(1, 5)])
    assert len(unlabelled(marks, windows, codes, alike, everywhere)) == 0  # seen, and nothing there


spans = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 30), st.integers(0, 8)), max_size=12)


@given(spans, spans)
def test_meeting_is_overlap_on_the_same_ride(a, b):
    first, second = (
        marks_of([(ride, start, start + length, "crash") for ride, start, length in side]) for side in (a, b)
    )

    def overlap(one, other):
        (ride, start, stop), (ride2, start2, stop2) = one, other
        if start == stop and start2 == stop2:
            return ride == ride2 and start == start2
        if start == stop:
            return ride == ride2 and start2 <= start < stop2
        if start2 == stop2:
            return ride == ride2 and start <= start2 < stop
        return ride == ride2 and start < stop2 and start2 < stop

    rows = [list(zip(side.ride_number, side.start_s, side.stop_s, strict=True)) for side in (first, second)]
    assert meets(first, second).tolist() == [any(overlap(one, two) for two in rows[1]) for one in rows[0]]


def test_alerts_are_compared_with_the_classes_that_have_any():
    rows = [(1, 10, 14, "crash"), (1, 50, 54, "crash"), (2, 10, 14, "crash"), (2, 30, 40, "braking")]
    rows += [(3, at, at + 5, "normal") for at in range(0, 100, 10)]
    rows += [(3, 0, 2.5, "braking"), (4, 0, 9, "braking"), (5, 0, 9, "braking")]
    marks = marks_of(rows)
    said = [(1, 13, 16, "alert"), (1, 53, 55, "alert"), (3, 2, 4, "alert"), (3, 500, 502, "alert")]
    alerts = marks_of(said, ("alert",), ("", "", "score 0.94", ""))
    assert expected(marks, alerts) == {"crash"}
    assert told(items([compared(marks, alerts)])) == [
        (3, 2.0, 4.0, "alert", "alert while it is labelled normal", 0.97),
        (2, 10.0, 14.0, "crash", "event without an alert", 0.9),
        (3, 500.0, 502.0, "alert", "alert without an annotation", 0.8),
    ]
    named = marks_of([(2, 31, 32, "braking")], ("braking",))
    assert expected(marks, named) == {"braking"}
    assert compared(marks, named).start_s.tolist() == [0, 0, 0]  # the brakings that it missed


def test_edges_far_from_the_impact_by_what_is_usual_for_the_class():
    rows = [(1, 100 * k, 100 * k + 4, "crash") for k in range(10)] + [
        (2, 10, 20, "braking"),
        (2, 30, 40, "braking"),
    ]
    impact = [100 * k + 0.2 for k in range(10)]  # usually 0.2 s after the start
    impact[3], impact[6], impact[7] = 298.6, 602.2, 704.6  # 1.4 s before it, 2.2 s after it, after the end
    rides = np.r_[np.full(10, 1), 2]
    shocks = Impacts(rides, np.r_[impact, 12.0], np.full(11, 30, np.float32))
    made = told(items([far_edges(marks_of(rows), shocks)]))
    assert [row[:5] for row in made] == [
        (1, 700.0, 704.0, "crash", "starts 4.6 s before the impact, usually 0.2 s before"),
        (1, 600.0, 604.0, "crash", "starts 2.2 s before the impact, usually 0.2 s before"),
        (1, 300.0, 304.0, "crash", "starts 1.4 s after the impact, usually 0.2 s before"),
    ]
    # A class most of whose events have no shock shows no impacts; a neighbour's shock isn't one's own.
    quiet = marks_of([(1, 10, 20, "crash"), (1, 30, 40, "crash"), (1, 50, 60, "crash")])
    one = Impacts(np.array([1]), np.array([12.0]), np.array([30], np.float32))
    assert not len(far_edges(quiet, one))
    beside = marks_of([(1, 10, 12, "crash"), (1, 13, 15, "crash")])
    both = Impacts(np.array([1, 1]), np.array([10.1, 13.9]), np.array([20, 90], np.float32))
    assert not len(far_edges(beside, both))


def test_people_disagree_about_edges_classes_and_presence():
    anna = marks_of([(1, 10, 14, "crash"), (1, 20, 24, "crash"), (1, 30, 34, "crash"), (1, 40, 44, "normal"),
                     (9, 0, 5, "crash")])  # fmt: skip
    bert = marks_of([(1, 10.2, 14.4, "crash"), (1, 20, 25.5, "crash"), (1, 30, 34, "normal"),
                     (1, 60, 64, "braking"), (8, 0, 5, "crash")])  # fmt: skip
    both = Side("anna", anna, frozenset({1, 9})), [Side("bert", bert, frozenset({1, 8}))]
    made = items([disagreement(*both, counts=True)])
    assert told(made) == [
        (1, 30.0, 34.0, "crash", "bert says normal", 0.9),
        (1, 20.0, 24.0, "crash", "bert ends it 1.5 s later", 0.75),
        (1, 40.0, 44.0, "normal", "bert has nothing here", 0.7),
        (1, 60.0, 64.0, "braking", "only bert has this", 0.7),
    ]
    assert [made.subject(item).about for item in (0, 3)] == [About.EVENT, About.THEIRS]


def test_one_item_a_part_with_all_its_reasons_and_each_reason_can_be_switched_off():
    marks = marks_of([(1, 0, 1, "crash"), (1, 5, 8, "crash"), (2, 0, 9, "normal"), (2, 3, 3, "crash")])
    alerts = marks_of([(1, 5, 6, "crash")], ("crash",))
    facts = Facts(marks, window_s=4.0, alerts=alerts)
    every = queue(facts)
    assert told(every) == [
        (1, 0.0, 1.0, "crash", "event without an alert · 1 s, shorter than a window", 0.96),
        (2, 3.0, 3.0, "crash", "event without an alert", 0.9),
        (1, 5.0, 8.0, "crash", "3 s, shorter than a window", 0.4),
    ]
    assert every.found.reason[list(every.finds(0))].tolist() == [Reason.MISSED, Reason.SHORT]
    assert [row[:2] for row in told(queue(facts, {Reason.SHORT}))] == [(1, 0.0), (1, 5.0)]
    assert finds(Facts(marks), frozenset(Reason)) == {}  # nothing is known: no reason can be judged
    assert len(queue(Facts(marks_of([])))) == 0
    subject = every.subject(0)
    assert every.at(hash_of(subject)) == 0
    assert every.at(hash_of(subject._replace(stop_s=1.01))) is None


@given(st.lists(st.tuples(st.sampled_from(About), st.integers(0, 5), st.sampled_from([0.0, 1.5, -0.0]),
                          st.sampled_from(("", "crash", "normal"))), max_size=30))  # fmt: skip
def test_equal_subjects_have_equal_numbers_and_others_have_not(rows):
    subjects = [Subject(about, ride, start, start + 1, label) for about, ride, start, label in rows]
    assert len({hash_of(subject) for subject in subjects}) == len(set(subjects))
    parts = [
        found(Reason.SHORT, one.about, [one.ride], [one.start_s], [one.stop_s], [0], (one.label,), score=0.5)
        for one in subjects
    ]
    made = items([joined(parts)])
    assert {hash_of(made.subject(item)) for item in range(len(made))} == {int(h) for h in made.hash}
    assert len(made) == len(set(subjects))
