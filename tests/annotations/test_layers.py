"""Whose labels count, and copies that are one however often they are made."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.annotations.layers import (
    ADJUDICATED,
    IMPORTED,
    Anchor,
    astray,
    copied,
    copied_imported,
    effective,
    first_edits,
    labels_of,
    layer_names,
    spoken,
)
from projector.domain.edits import Edit, Kind, heads, new_id, union
from projector.domain.nouns import Annotation, Annotations

RIDES = {"a": Anchor(0, "aa"), "b": Anchor(1, "bb"), "c": Anchor(4, "cc")}
LAYERS = ("anna", "ben", ADJUDICATED)
OURS = Annotations(
    np.array([0, 0, 4], np.int64),
    np.array([1.0, 5.0, 2.0]),
    np.array([2.0, 5.0, 3.0]),
    np.array([1, 0, 1], np.int32),
    ("bump", "fall"),
    ("import", "import", "zoe"),
    ("", "left", ""),
)


def edit(layer: str, ride: str = "a", start: float = 0.0, label: str = "crash", **other: object) -> Edit:
    body = {"start_s": start, "stop_s": start + 1, "label": label, "comment": ""}
    made = Edit(
        new_id(), Kind.ANNOTATION, new_id(), (), None, body, "anna", "2026-11-21T22:00:00Z", ride,
        RIDES[ride].signal_hash if ride in RIDES else "", "", layer,
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]


def told(found: Annotations) -> list[tuple[int, float, str, str]]:
    names = [found.label_names[code] for code in found.label]
    return list(zip(found.ride_number.tolist(), found.start_s.tolist(), names, found.author, strict=True))


def test_without_edits_the_imported_layer_is_handed_on_as_it_is() -> None:
    assert effective(OURS, [], IMPORTED, RIDES) is OURS
    assert effective(OURS, [edit("anna")], IMPORTED, RIDES) is OURS


def test_a_ride_is_adjudicated_as_a_whole() -> None:
    made = [edit(ADJUDICATED, "a", 7.0), edit("anna", "a", 8.0), edit("anna", "b", 9.0)]
    assert told(effective(OURS, made, IMPORTED, RIDES)) == [
        (0, 7.0, "crash", "anna"),
        (4, 2.0, "fall", "zoe"),
    ]
    assert told(effective(OURS, made, "anna", RIDES)) == [
        (0, 7.0, "crash", "anna"),
        (1, 9.0, "crash", "anna"),
    ]


def test_beneath_shows_where_the_layer_is_silent() -> None:
    made = [edit("anna", "a", 8.0)]
    assert told(effective(OURS, made, "anna", RIDES)) == [(0, 8.0, "crash", "anna")]
    assert told(effective(OURS, made, "anna", RIDES, beneath=IMPORTED)) == [
        (0, 8.0, "crash", "anna"),
        (4, 2.0, "fall", "zoe"),
    ]


@pytest.mark.parametrize("word", ["removal", "seen"])
def test_nothing_here_is_a_word_too(word: str) -> None:
    first = edit(ADJUDICATED, "a")
    last = (
        replace(first, id=new_id(), parents=(first.id,), before=first.after, after=None)
        if word == "removal"
        else replace(first, kind=Kind.SEEN, after={"start_s": 0.0, "stop_s": 9.0})
    )
    found = heads([first, last] if word == "removal" else [last])
    assert spoken(found, ADJUDICATED) == {"a"}
    assert told(effective(OURS, found, IMPORTED, RIDES)) == [(4, 2.0, "fall", "zoe")]


def test_labels_of_other_signals_are_set_aside_and_told() -> None:
    made = [edit("anna", "a", signal_hash="older"), edit("anna", "gone"), edit("anna", "b")]
    assert astray(made, RIDES) == made[:2]
    assert told(effective(OURS, made, "anna", RIDES)) == [(1, 0.0, "crash", "anna")]


@given(st.lists(st.tuples(st.sampled_from(LAYERS), st.sampled_from("abc"), st.integers(0, 9)), max_size=10))
def test_agrees_with_a_plain_loop_and_is_sorted(made: list[tuple[str, str, int]]) -> None:
    edits = [edit(layer, ride, float(start)) for layer, ride, start in made]
    random.Random(1).shuffle(edits)
    want = []
    for ride, anchor in RIDES.items():
        for layer in (ADJUDICATED, "anna", IMPORTED):
            mine = (
                [row for row in told(OURS) if row[0] == anchor.number]
                if layer == IMPORTED
                else [
                    (anchor.number, float(at), "crash", "anna")
                    for who, r, at in made
                    if (who, r) == (layer, ride)
                ]
            )
            if mine:
                want += mine
                break
    found = effective(OURS, edits, "anna", RIDES, beneath=IMPORTED)
    assert told(found) == sorted(told(found), key=lambda row: row[:2])
    assert sorted(told(found)) == sorted(want)
    assert set(found.label_names) <= {"bump", "crash", "fall"}


def test_layers_are_those_somebody_worked_in() -> None:
    made = [edit("ben"), edit("anna"), replace(edit("cy"), kind=Kind.CLASS)]
    assert layer_names(made) == ("anna", "ben")


# --- copies ---------------------------------------------------------------------------------------------


def test_a_copy_made_on_two_machines_is_one() -> None:
    source = [edit("ben", "a", 1.0), edit("ben", "a", 2.0)]
    here = copied(source, author="anna", layer="anna", utc="2026-11-21T23:00:00Z")
    there = copied(source, author="anna", layer="anna", utc="2026-11-22T08:00:00Z")
    assert union(here, there) == union(there, here) == sorted(here, key=lambda one: one.id)
    assert heads([*there, *here]) == heads([*here, *there])
    assert [one.after for one in labels_of(here, "anna")] == [one.after for one in source]
    assert {one.author for one in here} == {"anna"}
    mended = replace(source[0], id=new_id(), parents=(source[0].id,))
    assert copied([mended], author="anna", layer="anna", utc="")[0].subject == here[0].subject


def test_a_copy_of_the_imported_layer_shows_the_same_under_my_name() -> None:
    made = [
        edit
        for ride, anchor in RIDES.items()
        for edit in copied_imported(OURS, ride, anchor, author="anna", layer="anna", utc="2026")
    ]
    found = effective(OURS, made, "anna", RIDES)
    assert [row[:3] for row in told(found)] == [row[:3] for row in told(OURS)]
    assert set(found.author) == {"anna"}
    assert found.comment == OURS.comment
    assert [one.after for one in labels_of(made, "anna", "c")] == [
        {"start_s": 2.0, "stop_s": 3.0, "label": "fall", "comment": ""}
    ]


def test_what_was_removed_from_a_copy_stays_removed() -> None:
    source = [edit("ben")]
    copy = copied(source, author="anna", layer="anna", utc="")[0]
    gone = replace(copy, id=new_id(), parents=(copy.id,), before=copy.after, after=None)
    again = copied(source, author="anna", layer="anna", utc="later")
    assert labels_of(heads([copy, gone, *again]), "anna") == []


def test_the_same_annotations_twice_add_nothing_but_equals_stay_two() -> None:
    rows = [Annotation(1, 2, "fall", "zoe"), Annotation(1, 2, "fall", "zoe"), Annotation(3, 3, "bump")]

    def made(utc: str) -> list[Edit]:
        return first_edits(rows, "a", "aa", layer="zoe", utc=utc, reason="imported from x.csv")

    assert len(union(made("1"), made("2"))) == 3
    assert [one.author for one in made("1")] == ["zoe", "zoe", "import"]
    assert told(effective(OURS, heads(made("1")), "zoe", RIDES)) == [
        (0, 1.0, "fall", "zoe"), (0, 1.0, "fall", "zoe"), (0, 3.0, "bump", "import"),
    ]  # fmt: skip
