"""Set algebra of the selection and slots of the palette, as properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.columns import Category
from projector.domain.ids import NO_WINDOW
from projector.workspace.colouring import MISSING, colouring_of, palette_slots
from projector.workspace.selection import Mode, Selection

sets = st.sets(st.integers(0, 30))
PYTHON = {
    Mode.REPLACE: lambda old, new: new,
    Mode.ADD: set.union,
    Mode.TAKE: set.difference,
    Mode.INTERSECT: set.intersection,
    Mode.TOGGLE: set.symmetric_difference,
}


@given(sets, sets, st.sampled_from(Mode))
def test_modes_are_set_algebra(old: set[int], new: set[int], mode: Mode) -> None:
    before = Selection(ids=np.array(sorted(old), np.int64))
    after = before.combined(np.array(list(new), np.int64), mode, "lasso")
    assert list(after.ids) == sorted(PYTHON[mode](old, new))
    assert after.primary == NO_WINDOW or after.primary in after.ids


def test_a_click_inside_a_set_keeps_the_set_and_outside_drops_it() -> None:
    lasso = Selection(ids=np.array([3, 5, 8], np.int64))
    inside = lasso.with_primary(5, "click")
    assert (inside.primary, list(inside.ids)) == (5, [3, 5, 8])
    outside = inside.with_primary(9, "click")
    assert (outside.primary, list(outside.ids)) == (9, [9])


@given(st.lists(st.sampled_from(["fall", "normal", "crash", "x", "y", "z", "Normal"]), unique=True))
def test_slots_are_distinct_and_known_labels_keep_theirs(names: list[str]) -> None:
    slots = palette_slots(tuple(names), {"normal": 0, "fall": 4, "crash": 5})
    assert len(set(slots)) == len(names)
    if "fall" in names:
        assert slots[names.index("fall")] == 4


def test_legend_hides_solos_and_brings_back() -> None:
    colouring = colouring_of("label", Category.of(["a", "b", None, "a"]), {})
    assert (colouring.counts, colouring.missing, colouring.shown()) == ((2, 1), 1, None)
    hidden = colouring.with_hidden(0, True)
    assert list(hidden.shown()) == [False, True, True, False]  # type: ignore[arg-type]
    solo = colouring.solo(1)
    assert list(solo.shown()) == [False, True, False, False]  # type: ignore[arg-type]
    assert solo.solo(1).hidden == frozenset()
    assert list(colouring.with_hidden(MISSING, True).shown()) == [True, True, False, True]  # type: ignore[arg-type]


def test_ramp_is_clipped_to_percentiles_and_counts_what_is_missing() -> None:
    values = np.concatenate([np.linspace(0, 1, 999), [1e9], [np.nan]])
    colouring = colouring_of("a__peak", values, {})
    assert colouring.missing == 1
    assert 0 < colouring.limits[0] < colouring.limits[1] < 1
    assert colouring_of("flat", np.array([2.0, 2.0]), {}).limits == (2.0, 2.0)


@given(st.lists(st.floats(-1e6, 1e6) | st.just(np.nan), min_size=1, max_size=120))
def test_the_ramp_ends_where_numpy_puts_the_percentiles(values: list[float]) -> None:
    column = np.array(values)
    finite = column[np.isfinite(column)]
    if np.ptp(finite) if len(finite) else 0:
        low, high = np.percentile(finite, (2, 98))
        assert colouring_of("a", column, {}).limits == pytest.approx((low, high), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("values", [np.array([]), np.array([np.nan])])
def test_a_column_without_a_value_still_colours(values: np.ndarray) -> None:
    assert colouring_of("none", values, {}).limits == (0.0, 1.0)
