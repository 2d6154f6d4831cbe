"""Trimming: what lies beneath ends where the new one begins, nothing else is lost; gestures keep ±."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.annotations import edits as gestures
from projector.annotations import history
from projector.annotations.edits import Hand
from projector.annotations.overlap import cut, cuts, told, told_after, trim
from projector.domain.edits import Edit, heads
from projector.domain.errors import InputError

HAND = Hand("anna", "anna", "2026-05-01T08:00:00.000+00:00", "r1", "aa", "cc", "g" * 36)
TICKS = st.integers(0, 40).map(lambda tick: tick / 4)  # quarters: sums are exact
SPANS = st.tuples(TICKS, TICKS).map(lambda ends: (min(ends), max(ends)))


def covered(spans: list[tuple[float, float]]) -> set[float]:
    """The quarters of a second under some spans."""
    return {tick / 4 for start, stop in spans for tick in range(round(start * 4), round(stop * 4))}


@given(over=st.lists(SPANS, max_size=3), beneath=st.lists(SPANS, max_size=8))
def test_what_is_left_is_what_the_new_ones_dont_cover(over, beneath) -> None:
    """Moment by moment: no overlap stays, nothing beyond it is lost, and what isn't met stays itself."""
    found = cuts(over, dict(enumerate(beneath)))
    for key, span in enumerate(beneath):
        left = list(found[key].pieces) if key in found else [span]
        assert covered(left) == covered([span]) - covered(over)
        assert all(cut(one, piece) is None for one in over for piece in left)
        assert (key in found) == bool(covered([span]) & covered(over))
        if key in found:
            assert found[key].lost_s == pytest.approx(len(covered([span]) & covered(over)) / 4)
    assert not cuts(over, {k: p for k, one in found.items() for p in one.pieces})  # once is enough


@pytest.mark.parametrize(
    ("over", "beneath", "pieces"),
    [
        ((1.0, 2.0), (2.0, 3.0), None),  # they touch
        ((1.0, 2.0), (1.5, 1.5), None),  # a point lies under it
        ((1.5, 1.5), (1.0, 2.0), None),  # a point lies over it
        ((1.0, 3.0), (2.0, 4.0), [(3.0, 4.0)]),
        ((2.0, 4.0), (1.0, 3.0), [(1.0, 2.0)]),
        ((1.0, 4.0), (2.0, 3.0), []),
        ((2.0, 3.0), (1.0, 4.0), [(1.0, 2.0), (3.0, 4.0)]),
        ((2.0, 3.0), (2.0 - 1e-9, 3.0), []),  # no slivers
    ],
)
def test_each_way_of_lying_over_another(over, beneath, pieces) -> None:
    found = cut(over, beneath)
    assert (None if found is None else list(found.pieces)) == pieces


def test_only_classes_that_trim_cut_and_never_what_moves_along() -> None:
    here = [*placed("normal", 0.0, 10.0, comment="dry"), *placed("fall", 3.0, 4.0)]
    grown = gestures.resize(HAND, here[1], 3.0, 5.0)
    assert trim(HAND, grown, here, {"normal"}) == []
    (earlier, later) = trim(HAND, grown, here, {"fall"})
    assert (earlier.subject, earlier.after["stop_s"]) == (here[0].subject, 3.0)
    assert later.after == {"start_s": 5.0, "stop_s": 10.0, "label": "normal", "comment": "dry"}
    both = [*gestures.resize(HAND, here[0], 0.0, 6.0), *grown]
    assert trim(HAND, both, here, {"fall", "normal"}) == []
    assert history.told([*grown, earlier, later]) == "end of fall 4.00 → 5.00 s, splits normal"


def test_what_would_be_cut_is_told() -> None:
    beneath = {0: (0.0, 2.0), 1: (3.0, 4.0), 2: (1.0, 9.0), 3: (4.5, 6.0)}
    found = cuts([(1.2, 5.0)], beneath)
    names = {0: "normal", 1: "pothole", 2: "riding", 3: "fall"}
    assert told({0: found[0]}, names) == "trims normal by 0.8 s"
    assert told({1: found[1]}, names) == "removes pothole"
    assert told({2: cuts([(2.0, 3.0)], beneath)[2]}, names) == "splits riding"
    assert told(found, names) == "trims normal by 0.8 s, removes pothole and 2 more"
    assert told({}, names) == ""
    many = {0: found[0], 1: found[1], 3: found[1], 4: found[1], 5: found[1]}
    names = {0: "normal", 1: "pothole", 3: "pothole", 4: "fall", 5: "crash"}
    assert told(many, names) == "trims normal by 0.8 s, removes 2 pothole and 2 more"


@given(over=SPANS, beneath=st.lists(st.tuples(SPANS, st.sampled_from(["normal", "pothole"])), max_size=6))
def test_after_a_gesture_the_same_is_told_as_before_it(over, beneath) -> None:
    here = [edit for span, label in beneath for edit in placed(label, *span)]
    found = cuts([over], {at: span for at, (span, _) in enumerate(beneath)})
    made = gestures.add(HAND, *over, "fall")
    before = told(found, {at: label for at, (_, label) in enumerate(beneath)})
    assert told_after([*made, *trim(HAND, made, here, {"fall"})]) == before


# --- ± -------------------------------------------------------------------------------------------------


def placed(label: str, start: float, stop: float, pm=(0.0, 0.0), comment: str = "") -> list[Edit]:
    made = gestures.add(HAND, start, stop, label, comment)
    return (gestures.uncertain(HAND, made[0], *pm) or made) if any(pm) else made


def body(edit: Edit) -> dict[str, Any]:
    return dict(edit.after or {})


@given(pm=st.tuples(*[st.sampled_from([0.0, 0.05, 0.4])] * 2), ends=SPANS)
def test_uncertainty_goes_where_its_edge_goes(pm, ends) -> None:
    (head,) = placed("fall", 2.0, 6.0, pm)
    said = {key: value for key, value in zip(("start_pm_s", "stop_pm_s"), pm, strict=True) if value}
    for moved in gestures.resize(HAND, head, *ends):
        assert {key: value for key, value in body(moved).items() if key.endswith("pm_s")} == said
    earlier, later = gestures.split(HAND, head, 4.0)
    assert (body(earlier).get("start_pm_s", 0), "stop_pm_s" in body(earlier)) == (pm[0], False)
    assert (body(later).get("stop_pm_s", 0), "start_pm_s" in body(later)) == (pm[1], False)
    grown, _ = gestures.merge(HAND, earlier, later)
    assert body(grown) == body(head)
    known = heads([head, earlier, later, grown])
    undone, since = gestures.inverse(HAND, [grown], known)
    assert not since
    assert body(undone[0]) == body(earlier)


def test_a_cut_edge_is_known_as_well_as_the_one_that_cut_it() -> None:
    (head,) = placed("normal", 0.0, 10.0, (0.2, 0.3))
    (over,) = placed("fall", 4.0, 6.0, (0.0, 0.4))
    earlier, later = trim(HAND, [over], [head], {"fall"})
    assert (body(earlier).get("start_pm_s"), body(earlier).get("stop_pm_s")) == (0.2, None)
    assert (body(later).get("start_pm_s"), body(later).get("stop_pm_s")) == (0.4, 0.3)


def test_uncertainty_in_words_and_what_is_none() -> None:
    (head,) = placed("fall", 2.0, 6.0)
    assert gestures.uncertain(HAND, head, 0.0, 0.0) == []
    (sure,) = gestures.uncertain(HAND, head, 0.0, 0.4)
    assert history.told([sure]) == "end ± 0.4 s of fall"
    for wrong in (-0.1, float("nan"), float("inf")):
        with pytest.raises(InputError, match="uncertain"):
            gestures.uncertain(HAND, head, wrong, 0.0)


def test_several_relabelled_are_no_shared_edge() -> None:
    rows = placed("fall", 2.0, 6.0) + placed("fall", 60.0, 70.0)
    made = gestures.relabel_all(HAND, rows, {"fall": "normal"})
    assert history.told(made) == "2 × fall → normal"
    (left,) = gestures.resize(HAND, rows[0], 2.0, 8.0)
    (right,) = gestures.resize(HAND, rows[1], 8.0, 3670.004)
    assert history.told([left, right]) == "shared edge of fall"
    assert history.told([right]) == "both ends of fall"
    (late,) = gestures.resize(HAND, rows[1], 60.0, 3670.004)
    assert history.told([late]) == "end of fall 01:10.00 → 61:10.00"


def test_an_edit_from_elsewhere_with_a_senseless_uncertainty_is_refused() -> None:
    (head,) = placed("fall", 2.0, 6.0, (0.1, 0.0))
    assert Edit.read(head.line()) == head
    for wrong in ('"x"', "-1", "null"):
        with pytest.raises(InputError, match="±"):
            Edit.read(head.line().replace('"start_pm_s":0.1', f'"start_pm_s":{wrong}'))
