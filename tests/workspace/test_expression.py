"""The filter language against plain Python over the same rows."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.columns import Category, Column
from projector.domain.errors import ExpressionError
from projector.workspace.expression import evaluate

LABELS = ["fall", "normal", None, "crash"]
SPEEDS = [31.0, 12.0, np.nan, 30.0]
COLUMNS: dict[str, Column] = {
    "label": Category.of(LABELS),
    "second": Category.of(["fall", "x", None, "crash"]),
    "phone mount": Category.of(["pocket", "tank bag", "pocket", None]),
    "speed_kmh": np.array(SPEEDS),
    "a__peak": np.array([1.0, 2.0, 3.0, 4.0], np.float32),
}


def kept(text: str) -> list[int]:
    mask = evaluate(text, COLUMNS.__getitem__, tuple(COLUMNS), 4)
    assert mask.dtype == bool
    assert mask.shape == (4,)
    return [int(row) for row in np.flatnonzero(mask)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ('label == "fall" and speed_kmh > 30', [0]),
        ('"fall" == label', [0]),
        ('label != "fall"', [1, 2, 3]),  # a missing label is not "fall"
        ('label in ["fall", "crash"]', [0, 3]),
        ('label not in ("fall", "crash")', [1, 2]),
        ("speed_kmh > 12", [0, 3]),  # NaN fails a comparison
        ("not speed_kmh > 12", [1, 2]),
        ("missing(speed_kmh)", [2]),
        ("missing(label)", [2]),
        ("12 < speed_kmh <= 30", [3]),
        ("30 < speed_kmh", [0]),
        ("a__peak * 2 - 1 >= 5", [2, 3]),
        ("abs(-a__peak) == 1 or a__peak == 4", [0, 3]),
        ('`phone mount` == "pocket"', [0, 2]),
        ('`phone mount` == "pocket" and `phone mount` != "tank bag"', [0, 2]),
        ('contains(label, "LL")', [0]),
        ('startswith(label, "n")', [1]),
        ("label == second", [0, 3]),
        ("label != second", [1, 2]),
        ("label >= 'fall'", [0, 1]),
        ("True", [0, 1, 2, 3]),
    ],
)
def test_keeps_exactly_the_rows_it_says(text: str, rows: list[int]) -> None:
    assert kept(text) == rows


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("labl == 'fall'", 0, "did you mean label"),
        ("label == fall", 9, "quotes"),
        ("speed_kmh >", None, "complete"),
        ("speed_kmh", 0, "not a condition"),
        ("label > 3", 8, "text"),
        ("speed_kmh == 'x'", 13, "number"),
        ("__import__('os')", 0, "no function"),
        ("label.upper() == 'X'", 0, "no function"),
        ("[x for x in label]", 0, "not understood"),
        ("(lambda: 1)()", 0, "no function"),
        ("speed_kmh ** 2 > 1", 0, "added"),
        ("1/0 > speed_kmh", 2, "zero"),
        ("label in 'fall'", 9, "list"),
        ("abs(label) > 1", 0, "abs"),
        ("`nowhere` > 1", 0, "no column nowhere"),
        ("a__peak > 1; b", None, "complete"),
        ("x" * 2001, None, "longer"),
    ],
)
def test_says_what_and_where_it_is_wrong(text: str, column: int | None, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        kept(text)
    assert part in str(caught.value)
    if column is not None:
        assert caught.value.column == column


@given(st.text(max_size=40))
def test_no_text_gets_past_the_error_type(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        kept(text)


WORDS = [
    "label",
    "speed_kmh",
    "and",
    "or",
    "not",
    "in",
    "==",
    "<",
    "(",
    ")",
    "[",
    "]",
    "'fall'",
    "3",
    "-",
    "abs",
    ",",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_no_sequence_of_its_own_words_gets_past_the_error_type(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        kept(text)


@given(st.lists(st.one_of(st.none(), st.sampled_from(["a", "b"])), max_size=20), st.sampled_from(["a", "b"]))
def test_text_comparison_agrees_with_python(cells: list[str | None], wanted: str) -> None:
    column = Category.of(cells)
    mask = evaluate(f"c == '{wanted}'", lambda name: column, ("c",), len(cells))
    assert list(mask) == [cell == wanted for cell in cells]
